//! The authorization code grant (RFC 6749, section 4.1.3; RFC 7636, section 4.6).

use std::sync::Arc;

use futures_util::FutureExt;

use super::{
    TokenAnswer,
    for_person::{acting_for, revoke_family},
};
use crate::{
    app::{App, Change},
    clients::cache::KnownClient,
    crypto::digest::Digest,
    domain::{
        authorization::{Code, Grant, REFRESH_LIVES, RefreshToken},
        caller::Origin,
        grant_type::GrantType,
        pkce::Verifier,
    },
    error::Result,
    oauth::{error::OAuthError, held::new_name, parameters::Parameters, target},
};

/// What a client presents.
struct Presented {
    digest: Digest,
    redirect_uri: Option<String>,
    verifier: Option<Verifier>,
}

/// What a code gives.
struct Redeemed {
    grant: Grant,
    nonce: Option<String>,
    refresh_token: Option<String>,
}

/// Why a code gives nothing; a family may have been ended over it, so this is no error of the transaction.
type Refused = &'static str;

const UNKNOWN: Refused = "the code is unknown, expired, or was issued to another client";
const USED: Refused = "the code was used before: what it gave is revoked";

/// Exchanges a code for tokens. It works once; a second use ends what the first one gave.
///
/// # Errors
/// `invalid_grant`, `invalid_request`, `invalid_target`.
pub(super) async fn grant(
    app: &App,
    known: &Arc<KnownClient>,
    parameters: &Parameters,
    origin: Origin,
) -> std::result::Result<TokenAnswer, OAuthError> {
    target::check(app, known, parameters).await?;
    let code = parameters
        .one("code")
        .ok_or_else(|| OAuthError::invalid_request("code is missing"))?;
    let presented = Presented {
        digest: Digest::of(code.as_bytes()),
        redirect_uri: parameters.one("redirect_uri").map(str::to_owned),
        verifier: parameters
            .one("code_verifier")
            .map(Verifier::parse)
            .transpose()
            .map_err(|it| OAuthError::invalid_grant(it.to_string()))?,
    };
    let client = known.clone();
    let redeemed = app
        .change(known.caller(origin), move |change| {
            async move { redeem(change, &client, &presented).await }.boxed()
        })
        .await?
        .map_err(OAuthError::invalid_grant)?;
    let api = target::of_grant(app, known, &redeemed.grant, parameters).await?;
    let user = acting_for(app, known, &redeemed.grant).await?;
    TokenAnswer::for_user(
        app,
        known,
        &api,
        &redeemed.grant,
        &user,
        &redeemed.grant.scope,
        redeemed.refresh_token,
        redeemed.nonce,
    )
    .await
}

async fn redeem(
    change: &Change,
    known: &KnownClient,
    presented: &Presented,
) -> Result<std::result::Result<Redeemed, Refused>> {
    let store = &change.store;
    let Some(code) = store.find_code(&presented.digest).await? else {
        return Ok(Err(UNKNOWN));
    };
    let found = store.find_grant(code.grant).await?;
    let Some(grant) = found.filter(|it| it.client == known.client.id) else {
        return Ok(Err(UNKNOWN));
    };
    if code.used_at.is_some() {
        revoke_family(change, known, &grant, "code_replayed").await?;
        return Ok(Err(USED));
    }
    if code.expires_at <= change.now || !grant.is_live(change.now) {
        return Ok(Err(UNKNOWN));
    }
    if let Err(why) =
        check_redirect_uri(known, &code, presented).and_then(|()| check_verifier(&code, presented))
    {
        return Ok(Err(why));
    }
    if !store.use_code(&presented.digest, change.now).await? {
        revoke_family(change, known, &grant, "code_replayed").await?;
        return Ok(Err(USED));
    }
    let refresh_token = if known
        .client
        .form
        .grant_types
        .contains(&GrantType::RefreshToken)
    {
        Some(make_refresh_token(change, &grant).await?)
    } else {
        // Nothing can come of the grant any more once its access token has expired.
        let lifetime = crate::domain::authorization::ACCESS_LIVES_AT_MOST;
        store
            .extend_grant(grant.id, change.now.plus(lifetime))
            .await?;
        None
    };
    Ok(Ok(Redeemed {
        grant,
        nonce: code.nonce,
        refresh_token,
    }))
}

/// Named in the authorization request, it must be named again, the same (RFC 6749, section 4.1.3).
fn check_redirect_uri(
    known: &KnownClient,
    code: &Code,
    presented: &Presented,
) -> std::result::Result<(), Refused> {
    let fits = match (&code.redirect_uri, &presented.redirect_uri) {
        (Some(sent), Some(again)) => sent == again,
        (Some(_), None) => false,
        (None, None) => true,
        (None, Some(now)) => {
            let registered = &known.client.form.redirect_uris;
            registered.iter().any(|it| it.matches(now))
        }
    };
    fits.then_some(())
        .ok_or("redirect_uri is not the one of the authorization request")
}

fn check_verifier(code: &Code, presented: &Presented) -> std::result::Result<(), Refused> {
    match (&code.challenge, &presented.verifier) {
        (None, None) => Ok(()),
        (Some(challenge), Some(verifier)) => challenge
            .is_met_by(verifier, |bytes| *Digest::of(bytes).as_bytes())
            .then_some(())
            .ok_or("code_verifier does not fit the code_challenge of the authorization request"),
        (Some(_), None) => Err("code_verifier is missing"),
        (None, Some(_)) => {
            Err("code_verifier is given, but the authorization request had no code_challenge")
        }
    }
}

/// The first or next refresh token of a grant, which lives at least as long.
pub(super) async fn make_refresh_token(change: &Change, grant: &Grant) -> Result<String> {
    let (text, digest) = new_name(&change.app, "lkr_")?;
    let expires_at = change.now.plus(REFRESH_LIVES);
    let token = RefreshToken {
        grant: grant.id,
        expires_at,
        used_at: None,
    };
    change.store.insert_refresh_token(&digest, &token).await?;
    change.store.extend_grant(grant.id, expires_at).await?;
    Ok(text)
}
