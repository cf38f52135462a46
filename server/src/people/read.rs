//! Reading people, within what the caller may see.

use uuid::Uuid;

use crate::{
    app::App,
    domain::{
        caller::{ActorKind, Caller},
        page::{Limit, Page},
        refusal::Refusal,
        tenant::Tenant,
        user::User,
    },
    error::Result,
    store::ClientKey,
};

pub use crate::store::{UserColumn, UserFilter, UserSort};

/// The tenant that a person belongs to.
///
/// # Errors
/// [`Refusal::NotFound`], or the database being away.
pub async fn get_tenant(app: &App, user: &User) -> Result<Tenant> {
    let found = app.store.find_tenant(user.tenant_id).await?;
    Ok(found.ok_or(Refusal::NotFound("tenant"))?)
}

/// A person of the caller's tenant.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn get_user(app: &App, caller: &Caller, id: Uuid) -> Result<User> {
    let found = app.store.find_user(caller.tenant_id, id).await?;
    Ok(found.ok_or(Refusal::NotFound("user"))?)
}

/// The person who asks; a machine is none.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn get_own(app: &App, caller: &Caller) -> Result<User> {
    if caller.actor.kind == ActorKind::User {
        // Also while an operator acts in another tenant than their own.
        let found = app.store.find_user_by_id(caller.actor.id).await?;
        Ok(found.ok_or(Refusal::NotFound("user"))?)
    } else {
        Err(Refusal::NotFound("user, since this is the token of a machine").into())
    }
}

/// A page of the people of the caller's tenant.
///
/// # Errors
/// The database being away.
pub async fn list_users(
    app: &App,
    caller: &Caller,
    filter: &UserFilter,
    sort: UserSort,
    after: Option<&ClientKey>,
    limit: Limit,
    with_total: bool,
) -> Result<Page<User, ClientKey>> {
    let tenant_id = caller.tenant_id;
    let mut page = app
        .store
        .list_users(tenant_id, filter, sort, after, limit)
        .await?;
    if with_total {
        page.total = Some(app.store.count_users(tenant_id, filter).await?);
    }
    Ok(page)
}
