//! The rows of the permission grid in the caller's tenant.

use crate::{
    app::{App, Change},
    domain::{caller::Caller, grid::Grid},
    error::Result,
};

/// The grid that the caller sees.
///
/// # Errors
/// The database being away.
pub async fn get_grid(app: &App, caller: &Caller) -> Result<Grid> {
    let profiles = app.store.list_profiles(caller.tenant_id).await?;
    let apis = app.store.list_all_apis(caller.tenant_id).await?;
    Ok(Grid::of_management(&profiles).and_of(&apis))
}

/// The grid in the tenant of a change.
pub(crate) async fn for_change(change: &Change) -> Result<Grid> {
    let tenant_id = change.caller.tenant_id;
    let profiles = change.store.list_profiles(tenant_id).await?;
    let apis = change.store.list_all_apis(tenant_id).await?;
    Ok(Grid::of_management(&profiles).and_of(&apis))
}
