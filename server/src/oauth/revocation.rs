//! Revocation (RFC 7009).

use serde_json::Value;

use super::{
    access_token::verify,
    api_key,
    client_authentication::Authenticated,
    error::{ErrorCode, OAuthError},
};
use crate::{
    app::App,
    clients::snapshot,
    domain::{
        audit::{Action, FieldChange},
        caller::{Actor, ActorKind, Caller, Origin},
        timestamp::Timestamp,
    },
};

/// Ends one access token of the client. Unknown, expired and already revoked ones are as good as ended.
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
        return Ok(());
    };
    let client = &caller.known.client;
    if claims.client != client.id {
        return Err(OAuthError::new(
            ErrorCode::UnauthorizedClient,
            "the token belongs to another client and stays as it is",
        ));
    }
    let by = Caller {
        actor: Actor {
            kind: ActorKind::Client,
            id: client.id,
            name: client.form.name.clone(),
        },
        subject: client.service_user_id,
        tenant_id: client.tenant_id,
        rights: caller.known.rights(),
        role: client.form.role,
        operator: client.operator,
        origin,
    };
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
