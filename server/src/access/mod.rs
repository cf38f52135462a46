//! Who may do what, where: answered here and nowhere else.

pub mod api_form;
pub mod apis;
pub mod grid;
pub mod known_apis;
pub mod rate_limit;
pub mod roles;

use uuid::Uuid;

use crate::{
    app::App,
    domain::{
        caller::{Caller, Origin},
        page::{Limit, Page},
        usage::Use,
    },
    error::Result,
    oauth::{access_token::accept, api_key},
    people::sessions::caller_of,
    store::{AuditFilter, AuditRow},
};

/// The caller behind a bearer token, with the rights it has at this moment; `None` for a token that is not good.
///
/// # Errors
/// The database being away.
pub async fn find_caller(app: &App, token: &str, origin: Origin) -> Result<Option<Caller>> {
    let accepted = accept(app, token).await?;
    // A token for another API is none for this one.
    let Some(accepted) = accepted.filter(|it| it.api.api.is_management()) else {
        return Ok(None);
    };
    let Some(user) = &accepted.user else {
        if api_key::is_one(token) {
            app.usage.note(Use::ApiKey {
                at: app.clock.now(),
                client: accepted.known.client.id,
                credential: accepted.claims.jti,
                source: origin.ip,
            });
        }
        return Ok(Some(accepted.known.caller(origin)));
    };
    Ok(Some(Caller {
        rights: accepted.rights(),
        // What reaches beyond the tenant is for the app that is part of Latchkey only.
        operator: user.operator && accepted.known.client.built_in,
        session_id: accepted
            .claims
            .session
            .filter(|_| accepted.known.client.built_in),
        ..caller_of(user, origin)
    }))
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
