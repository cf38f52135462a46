//! Who holds a role.

use uuid::Uuid;

use super::roles;
use crate::{
    app::App,
    domain::{
        caller::Caller,
        community::Principal,
        page::{Limit, Page},
        permission::Access,
    },
    error::Result,
};

/// A page of those who hold a role by way of the caller's tenant. Kinds that the caller may not view are left out, so a
/// page may have fewer rows than were asked for.
///
/// # Errors
/// [`crate::domain::refusal::Refusal::NotFound`].
pub async fn list_role_holders(
    app: &App,
    caller: &Caller,
    reference: &str,
    after: Option<Uuid>,
    limit: Limit,
) -> Result<Page<(Principal, String), Uuid>> {
    let role = roles::get_role(app, caller, reference).await?;
    let tenant_id = caller.tenant_id;
    let mut page = app
        .store
        .list_role_holders(tenant_id, role.id, after, limit)
        .await?;
    page.items.retain(|(principal, _)| {
        let resource = match principal {
            Principal::Client { .. } => "clients",
            Principal::User(_) => "users",
            Principal::Group(_) => "groups",
        };
        caller.rights.allow(resource, Access::View)
    });
    Ok(page)
}
