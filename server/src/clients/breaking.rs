//! Clients that break the rules of their profile: made under other rules, they work as before.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::profiles;
use crate::{
    app::App,
    domain::{
        assignment::Assignments,
        caller::Caller,
        client::Client,
        page::{Limit, Page, Total},
        permission::Access,
        profile::Profile,
        refusal::Refusal,
        violation::Violations,
    },
    error::Result,
};

/// A client that would break the rules of its profile if it were written today, and what it breaks.
pub struct Breaking {
    /// The client.
    pub client: Client,
    /// Each broken rule, with a pointer into the client.
    pub broken: Violations,
}

/// Where a page of the clients that break a profile ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreakingKey {
    /// The last client of the page.
    pub id: Uuid,
    /// How many there were when the first page was read: counting looks at every client of the profile, and is not done
    /// again for each page.
    pub total: Total,
}

/// A profile whose clients the caller may see.
///
/// # Errors
/// [`Refusal::NotFound`], or [`Refusal::MissingPermission`] where only the profile may be seen.
pub async fn get_breakable(app: &App, caller: &Caller, key: &str) -> Result<Profile> {
    let profile = profiles::get_profile(app, caller, key).await?;
    if caller.may_reach_clients_of(key, Access::View) {
        Ok(profile)
    } else {
        Err(Refusal::MissingPermission(format!("{key}:view")).into())
    }
}

/// A page of the clients that break the rules of `profile`, which need not have been saved; the oldest first, with how
/// many there are.
///
/// # Errors
/// The database being away.
pub async fn list_breaking(
    app: &App,
    caller: &Caller,
    profile: &Profile,
    after: Option<BreakingKey>,
    limit: Limit,
) -> Result<Page<Breaking, BreakingKey>> {
    let (store, now) = (&app.store, app.clock.now());
    let (tenant_id, key, rules) = (caller.tenant_id, &profile.key, &profile.rules);
    let total = match after {
        Some(after) => after.total,
        None => {
            store
                .count_breaking_clients(tenant_id, key, rules, now)
                .await?
        }
    };
    let after = after.map(|it| it.id);
    let page = store
        .list_breaking_clients(tenant_id, key, rules, now, after, limit)
        .await?;
    let ids = page.items.iter().map(|it| it.id).collect();
    let mut credentials = store.list_credentials_of(ids).await?;
    let principals = page.items.iter().map(|it| it.service_user_id).collect();
    let mut held = store.list_assignments_of(principals).await?;
    let judged = |client: Client| {
        let credentials = credentials.remove(&client.id).unwrap_or_default();
        let held = held.remove(&client.service_user_id).unwrap_or_default();
        let keys = held.role_keys_in(tenant_id);
        let broken = rules.broken_by(&client, &credentials, &keys, now);
        Breaking { client, broken }
    };
    Ok(Page {
        items: page.items.into_iter().map(judged).collect(),
        next: page.next.map(|id| BreakingKey { id, total }),
        total: Some(total),
    })
}

/// What of one client the rules of its profile would not let anybody write today. A client that is part of Latchkey, or
/// deleted, breaks none.
///
/// # Errors
/// The database being away.
pub async fn broken_by(app: &App, client: &Client, held: &Assignments) -> Result<Violations> {
    let (store, tenant_id) = (&app.store, client.tenant_id);
    if client.built_in || client.deleted_at.is_some() {
        return Ok(Violations::none());
    }
    let Some(profile) = store.find_profile(tenant_id, &client.profile).await? else {
        return Ok(Violations::none());
    };
    let credentials = store.list_credentials(client.id).await?;
    let keys = held.role_keys_in(tenant_id);
    let now = app.clock.now();
    Ok(profile.rules.broken_by(client, &credentials, &keys, now))
}
