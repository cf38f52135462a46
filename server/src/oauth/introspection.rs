//! Introspection (RFC 7662).

use super::{
    access_token::{Accepted, accept},
    client_authentication::Authenticated,
    error::OAuthError,
    grants::refresh_token,
};
use crate::{
    app::App,
    crypto::digest::Digest,
    domain::{
        authorization::{Grant, RefreshToken},
        permission::Access,
        user::User,
    },
    error::Error,
};

/// A token that is good at this moment.
pub enum Known {
    /// An access token.
    Access(Box<Accepted>),
    /// A refresh token of the client that asks.
    Refresh {
        /// What the person allowed.
        grant: Grant,
        /// The token.
        kept: RefreshToken,
    },
}

/// What is said of `token` to the client that asks: the token, if it is good and theirs to know of; else `None`,
/// which is answered by `{"active":false}` and nothing more.
///
/// A client may ask about its own tokens; an API's own client, about the access tokens for that API; one that may view
/// clients, about the access tokens of its tenant.
///
/// # Errors
/// `invalid_client` for a public client; the database being away.
pub async fn introspect(
    app: &App,
    caller: &Authenticated,
    token: &str,
) -> Result<Option<Known>, OAuthError> {
    let asking = &caller.known;
    if asking.client.public {
        // Anybody could be this client (RFC 7662, section 2.1).
        return Err(OAuthError::invalid_client(
            "a public client cannot introspect tokens: it has no secret to prove itself by",
        ));
    }
    let Some(accepted) = accept(app, token).await? else {
        return Ok(introspect_refresh_token(app, caller, token).await?);
    };
    let own = accepted.known.client.id == asking.client.id;
    let for_it = &accepted.api.api.form.introspection_clients;
    let audience = for_it.contains(&asking.client.id);
    let viewer = accepted.known.client.tenant_id == asking.client.tenant_id
        && asking.rights().allow("clients", Access::View);
    Ok((own || audience || viewer).then(|| Known::Access(Box::new(accepted))))
}

async fn introspect_refresh_token(
    app: &App,
    caller: &Authenticated,
    token: &str,
) -> Result<Option<Known>, Error> {
    let digest = Digest::of(token.as_bytes());
    let found = refresh_token::find(app, &caller.known, &digest).await?;
    let Some((grant, kept)) = found.filter(|(_, kept)| kept.used_at.is_none()) else {
        return Ok(None);
    };
    let user = app.store.find_user_by_id(grant.user).await?;
    Ok(user
        .filter(User::is_active)
        .map(|_| Known::Refresh { grant, kept }))
}
