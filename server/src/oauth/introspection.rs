//! Introspection (RFC 7662).

use super::{
    access_token::{Accepted, accept},
    client_authentication::Authenticated,
    error::OAuthError,
};
use crate::{app::App, domain::permission::Access};

/// What is said of `token` to the client that asks: the token, if it is good and theirs to know of; else `None`,
/// which is answered by `{"active":false}` and nothing more.
///
/// A client may ask about its own tokens; one that may view clients, about those of its tenant.
///
/// # Errors
/// `invalid_client` for a public client; the database being away.
pub async fn introspect(
    app: &App,
    caller: &Authenticated,
    token: &str,
) -> Result<Option<Accepted>, OAuthError> {
    if caller.known.client.public {
        // Anybody could be this client (RFC 7662, section 2.1).
        return Err(OAuthError::invalid_client(
            "a public client cannot introspect tokens: it has no secret to prove itself by",
        ));
    }
    let Some(accepted) = accept(app, token).await? else {
        return Ok(None);
    };
    let asking = &caller.known;
    let own = accepted.known.client.id == asking.client.id;
    let viewer = accepted.known.client.tenant_id == asking.client.tenant_id
        && asking.rights().allow("clients", Access::View);
    Ok((own || viewer).then_some(accepted))
}
