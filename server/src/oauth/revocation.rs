//! Revocation (RFC 7009).

use serde_json::Value;

use super::{
    access_token::verify,
    api_key,
    client_authentication::Authenticated,
    error::{ErrorCode, OAuthError},
    grants::for_person::revoke_family,
};
use crate::{
    app::App,
    clients::snapshot,
    crypto::digest::Digest,
    domain::{
        audit::{Action, FieldChange},
        caller::Origin,
        timestamp::Timestamp,
    },
    error::Error,
};

/// Ends one access token of the client, or a refresh token with all tokens of its grant. Unknown, expired and already
/// revoked ones are as good as ended.
///
/// # Errors
/// `unsupported_token_type` for an API key (RFC 7009, section 2.2.1); `unauthorized_client` for another client's token, which lives on (RFC 7009, section 2.1).
pub async fn revoke(
    app: &App,
    caller: &Authenticated,
    token: &str,
    origin: Origin,
) -> Result<(), OAuthError> {
    if api_key::is_one(token) {
        // To say "done" would be a lie that somebody with a leaked key relies on.
        return Err(OAuthError::new(
            ErrorCode::UnsupportedTokenType,
            "this is an API key: revoke it in the management API",
        ));
    }
    let Some(claims) = verify(app, token) else {
        return revoke_refresh_token(app, caller, token, origin).await;
    };
    let client = &caller.known.client;
    if claims.client != client.id {
        return Err(foreign());
    }
    let by = caller.known.caller(origin);
    let (id, jti, end) = (client.id, claims.jti, claims.exp);
    let object = snapshot::client_object(client);
    app.change(by, move |change| {
        Box::pin(async move {
            let end = Timestamp::from_unix_clamped(end);
            if change.store.insert_revoked_token(id, jti, end).await? {
                let changes = vec![FieldChange {
                    field: "jti".to_owned(),
                    before: Value::Null,
                    after: Value::String(jti.to_string()),
                }];
                change.record(Action::TokenRevoked, object, changes).await?;
            }
            Ok(())
        })
    })
    .await?;
    Ok(())
}

fn foreign() -> OAuthError {
    OAuthError::new(
        ErrorCode::UnauthorizedClient,
        "the token belongs to another client and stays as it is",
    )
}

/// What a person allowed ends with its refresh token, and the access tokens with it (RFC 7009, section 2.1).
async fn revoke_refresh_token(
    app: &App,
    caller: &Authenticated,
    token: &str,
    origin: Origin,
) -> Result<(), OAuthError> {
    let digest = Digest::of(token.as_bytes());
    let found = app.store.find_refresh_token(&digest).await;
    let Some(kept) = found.map_err(Error::from)? else {
        return Ok(());
    };
    let grant = app.store.find_grant(kept.grant).await;
    let Some(grant) = grant.map_err(Error::from)? else {
        return Ok(());
    };
    let known = caller.known.clone();
    if grant.client != known.client.id {
        return Err(foreign());
    }
    app.change(known.caller(origin), move |change| {
        Box::pin(async move { revoke_family(change, &known, &grant, "revoked_by_client").await })
    })
    .await?;
    Ok(())
}
