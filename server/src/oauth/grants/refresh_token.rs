//! The refresh token grant (RFC 6749, section 6; RFC 9700, section 4.14).
//!
//! A confidential client proves itself by its secret, so its refresh token stays good for its 90 days, and a refresh
//! writes nothing. That of a public client is exchanged for the next one each time; using an old one ends the family.

use std::sync::Arc;

use futures_util::FutureExt;

use super::{
    TokenAnswer,
    authorization_code::make_refresh_token,
    for_person::{acting_for, revoke_family},
};
use crate::{
    app::{App, Change},
    clients::cache::KnownClient,
    crypto::digest::Digest,
    domain::{
        authorization::{Grant, RefreshToken},
        caller::Origin,
        scope::Scope,
    },
    error::Result,
    oauth::{
        error::{ErrorCode, OAuthError},
        parameters::Parameters,
        target,
    },
};

const UNKNOWN: &str =
    "the refresh token is unknown, expired, revoked, or was issued to another client";
const USED: &str = "the refresh token was used before: all tokens of its family are revoked";

/// Exchanges a refresh token for an access token.
///
/// # Errors
/// `invalid_grant`, `invalid_scope`, `invalid_request`, `invalid_target`.
pub(super) async fn grant(
    app: &App,
    known: &Arc<KnownClient>,
    parameters: &Parameters,
    origin: Origin,
) -> std::result::Result<TokenAnswer, OAuthError> {
    target::check(app, known, parameters).await?;
    let token = parameters
        .one("refresh_token")
        .ok_or_else(|| OAuthError::invalid_request("refresh_token is missing"))?;
    let digest = Digest::of(token.as_bytes());
    let (grant, kept) = find(app, known, &digest)
        .await?
        .ok_or_else(|| OAuthError::invalid_grant(UNKNOWN))?;
    let api = target::of_grant(app, known, &grant, parameters).await?;
    let user = acting_for(app, known, &grant).await?;
    let scope = narrowed(&grant, parameters.one("scope"))?;
    let refresh_token = if known.client.public {
        let client = known.clone();
        let family = grant.clone();
        app.change(known.caller(origin), move |change| {
            async move { rotate(change, &client, &family, &digest).await }.boxed()
        })
        .await?
        .map_err(OAuthError::invalid_grant)?
    } else if kept.used_at.is_none() {
        token.to_owned()
    } else {
        return Err(OAuthError::invalid_grant(UNKNOWN));
    };
    TokenAnswer::for_user(
        app,
        known,
        &api,
        &grant,
        &user,
        &scope,
        Some(refresh_token),
        None,
    )
    .await
}

/// The token that this is the digest of and its grant, if it is this client's and both are live.
pub(in crate::oauth) async fn find(
    app: &App,
    known: &KnownClient,
    digest: &Digest,
) -> Result<Option<(Grant, RefreshToken)>> {
    let now = app.clock.now();
    let found = app.store.find_refresh_token(digest).await?;
    let Some(kept) = found.filter(|it| now < it.expires_at) else {
        return Ok(None);
    };
    let grant = app.store.find_grant(kept.grant).await?;
    let grant = grant.filter(|it| it.client == known.client.id && it.is_live(now));
    Ok(grant.map(|grant| (grant, kept)))
}

/// No more than was granted, and all of it unless less is asked for.
fn narrowed(grant: &Grant, asked: Option<&str>) -> std::result::Result<Scope, OAuthError> {
    let invalid = |why: String| OAuthError::new(ErrorCode::InvalidScope, why);
    let Some(asked) = asked else {
        return Ok(grant.scope.clone());
    };
    let asked = Scope::parse(asked).map_err(|it| invalid(it.to_string()))?;
    if !grant.scope.covers(&asked) {
        return Err(invalid(format!(
            "the scope is more than was granted: {}",
            grant.scope
        )));
    }
    Ok(asked)
}

/// The next token of a family. Of several exchanges at once one gets it, and the others end the family.
async fn rotate(
    change: &Change,
    known: &KnownClient,
    grant: &Grant,
    digest: &Digest,
) -> Result<std::result::Result<String, &'static str>> {
    if change.store.use_refresh_token(digest, change.now).await? {
        return make_refresh_token(change, grant).await.map(Ok);
    }
    if change.store.find_refresh_token(digest).await?.is_none() {
        // Ended since it was looked up.
        return Ok(Err(UNKNOWN));
    }
    revoke_family(change, known, grant, "refresh_token_replayed").await?;
    Ok(Err(USED))
}
