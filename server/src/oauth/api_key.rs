//! Client API keys where an access token is expected.

use std::sync::Arc;

use super::access_token::Claims;
use crate::{
    app::App,
    clients::api_keys::find_presented,
    domain::{
        secret::{GeneratedSecret, Made},
        timestamp::Timestamp,
    },
    error::Result,
};

/// Whether `token` has the form of an API key.
pub fn is_one(token: &str) -> bool {
    GeneratedSecret::parse(Made::ApiKey, token).is_ok()
}

/// What a live key says, as if it were a token of its client: for ever is the last second there is. Whether the client
/// may act is left to the one who accepts it.
///
/// # Errors
/// The database being away.
pub async fn claims(app: &App, token: &str) -> Result<Option<Arc<Claims>>> {
    let Some(presented) = find_presented(app, token).await? else {
        return Ok(None);
    };
    let (client, key) = (&presented.known.client, &presented.key.credential);
    Ok(Some(Arc::new(Claims {
        iss: app.settings.issuer().to_owned(),
        sub: client.service_user_id,
        aud: app.settings.management_audience(),
        client_id: client.client_id.as_str().to_owned(),
        iat: key.created_at.unix(),
        exp: key.expires_at.unwrap_or(Timestamp::MAX).unix(),
        jti: key.id,
        scope: String::new(),
        tenant: presented.known.tenant.key.clone(),
        roles: Arc::default(),
        permissions: Arc::default(),
        api: None,
        client: client.id,
        generation: client.generation,
        user: None,
        grant: None,
        session: None,
    })))
}
