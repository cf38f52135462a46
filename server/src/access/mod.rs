//! Who may do what, where: answered here and nowhere else.

pub mod api_form;
pub mod apis;
pub mod assigned_clients;
pub mod communities;
pub mod community_members;
pub mod directory;
pub mod grid;
pub mod held;
pub mod known_apis;
pub mod rate_limit;
pub mod role_holders;
pub mod roles;
pub mod settings;
pub mod tenants;

use std::time::Duration;

use uuid::Uuid;

use crate::{
    app::App,
    domain::{
        caller::{Caller, Origin},
        page::{Limit, Page},
        usage::Use,
    },
    error::Result,
    oauth::{
        access_token::{Accepted, accept},
        api_key,
    },
    people::sessions::caller_of,
};

pub use crate::store::{AuditFilter, AuditRow};

/// The caller behind a bearer token, with the rights it has at this moment. Where
/// there were too many wrong API keys or secrets from a source, it has to wait with the next one.
///
/// # Errors
/// The database being away.
pub async fn find_caller(app: &App, token: &str, origin: Origin) -> Result<Found> {
    let guess = api_key::looks_like_one(token);
    if guess && let Some(wait) = app.throttle.must_wait(origin.ip, ANY_API_KEY) {
        return Ok(Found::MustWait(wait));
    }
    let found = accept(app, token).await?;
    // A token for another API is none for this one.
    let found = found.filter(|it| it.api.api.is_management());
    if guess && found.is_none() {
        app.throttle.failed(origin.ip, ANY_API_KEY);
    }
    Ok(match found {
        Some(accepted) => Found::Caller(Box::new(caller_behind(app, &accepted, token, origin))),
        None => Found::Nobody,
    })
}

/// Who is behind a bearer token.
pub enum Found {
    /// This one.
    Caller(Box<Caller>),
    /// Nobody: the token is not good.
    Nobody,
    /// Not said before so long has passed: too many guesses came from there.
    MustWait(Duration),
}

/// Stands for the client where failures are counted: a wrong key does not say whose it should be. No client has it.
const ANY_API_KEY: &str = "any API key";

fn caller_behind(app: &App, accepted: &Accepted, token: &str, origin: Origin) -> Caller {
    let Some(user) = &accepted.user else {
        if api_key::is_one(token) {
            app.usage.note(Use::ApiKey {
                at: app.clock.now(),
                client: accepted.known.client.id,
                credential: accepted.claims.jti,
                source: origin.ip,
            });
        }
        return accepted.known.caller_in(accepted.tenant_id, origin);
    };
    Caller {
        rights: accepted.rights(),
        tenant_id: accepted.tenant_id,
        // What reaches beyond the tenant is for the app that is part of Latchkey only.
        operator: user.operator && accepted.known.client.built_in,
        session_id: accepted
            .claims
            .session
            .filter(|_| accepted.known.client.built_in),
        ..caller_of(user, origin)
    }
}

/// What happened in the caller's tenant, newest first.
///
/// # Errors
/// The database being away.
pub async fn list_audit(
    app: &App,
    caller: &Caller,
    filter: &AuditFilter,
    after: Option<Uuid>,
    limit: Limit,
) -> Result<Page<AuditRow, Uuid>> {
    let tenant_id = caller.tenant_id;
    Ok(app
        .store
        .list_audit(tenant_id, filter, after, limit)
        .await?)
}
