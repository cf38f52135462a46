//! Authorization requests that wait on the server: while the person signs in and answers, or because the client pushed
//! them (RFC 9126). Their names are 256 random bits, of which only the digest is kept.

use std::{net::IpAddr, sync::Arc};

use data_encoding::BASE64URL_NOPAD;
use uuid::Uuid;

use super::{
    authorize,
    client_authentication::Authenticated,
    error::{ErrorCode, OAuthError},
    parameters::Parameters,
    throttle::TooMany,
};
use crate::{
    app::App,
    clients::cache::KnownClient,
    crypto::digest::Digest,
    domain::{
        authorization::{AuthorizationRequest, HeldRequest, REQUEST_LIVES},
        grant_type::GrantType,
    },
    error::{Error, Result},
};

/// How the name of a pushed request begins (RFC 9126, section 2.2).
const PUSHED: &str = "urn:ietf:params:oauth:request_uri:";

/// 256 random bits as text, and what is kept of them.
///
/// # Errors
/// When the machine gives no randomness.
pub fn new_name(app: &App, prefix: &str) -> Result<(String, Digest)> {
    let random = app.random.secret_bytes::<32>()?;
    let text = format!("{prefix}{}", BASE64URL_NOPAD.encode(random.as_slice()));
    let digest = Digest::of(text.as_bytes());
    Ok((text, digest))
}

/// Whose request is to be held.
#[derive(Clone, Copy, Debug)]
pub enum Whose {
    /// That of the person of this session.
    Session(Uuid),
    /// That of somebody who is not signed in, or does not say so, from this source. Anyone can send it.
    Stranger(Option<IpAddr>),
}

/// Why a request is not held.
#[derive(Debug, thiserror::Error)]
pub enum NotHeld {
    /// Strangers sent too many.
    #[error("too many authorization requests")]
    TooMany(TooMany),
    /// The database is away.
    #[error(transparent)]
    Failed(#[from] Error),
}

/// Holds a request of a browser, and gives its name.
///
/// # Errors
/// [`NotHeld`].
pub async fn hold(
    app: &App,
    request: AuthorizationRequest,
    whose: Whose,
) -> std::result::Result<String, NotHeld> {
    let session = match whose {
        Whose::Session(session) => Some(session),
        Whose::Stranger(source) => {
            app.throttle.begins(source).map_err(NotHeld::TooMany)?;
            None
        }
    };
    Ok(insert(app, request, session, false).await?)
}

async fn insert(
    app: &App,
    request: AuthorizationRequest,
    session_before: Option<Uuid>,
    pushed: bool,
) -> Result<String> {
    let (name, digest) = new_name(app, "")?;
    let now = app.clock.now();
    let held = HeldRequest {
        request,
        pushed,
        session_before,
        session: None,
        created_at: now,
        expires_at: now.plus(REQUEST_LIVES),
        answered_at: None,
    };
    let transaction = app.store.begin().await?;
    transaction
        .insert_authorization_request(&digest, &held)
        .await?;
    transaction.commit().await?;
    Ok(name)
}

/// The request with this name, unless it is too old.
///
/// # Errors
/// The database being away.
pub async fn find(app: &App, name: &str) -> Result<Option<HeldRequest>> {
    let digest = Digest::of(name.as_bytes());
    let held = app.store.find_authorization_request(&digest).await?;
    Ok(held.filter(|it| !it.pushed && app.clock.now() < it.expires_at))
}

/// Notes that the person of `session` is asked: only they may answer.
///
/// # Errors
/// The database being away.
pub async fn bind(app: &App, name: &str, held: &HeldRequest, session: Uuid) -> Result<()> {
    if held.session == Some(session) {
        return Ok(());
    }
    let transaction = app.store.begin().await?;
    let digest = Digest::of(name.as_bytes());
    transaction
        .bind_authorization_request(&digest, session)
        .await?;
    Ok(transaction.commit().await?)
}

/// A pushed request: how it is named, and for how many seconds (RFC 9126, section 2.2).
pub struct Pushed {
    /// What the browser brings as `request_uri`.
    pub request_uri: String,
    /// Seconds until it is forgotten.
    pub expires_in: i64,
}

/// Takes a request from the client itself.
///
/// # Errors
/// What is wrong with it, or 429 when anyone could have sent it, and too many did (RFC 9126, section 2.3).
pub async fn push(
    app: &App,
    caller: &Authenticated,
    parameters: &Parameters,
    source: Option<IpAddr>,
) -> std::result::Result<Pushed, OAuthError> {
    let known: &Arc<KnownClient> = &caller.known;
    let client = &known.client;
    if !client
        .form
        .grant_types
        .contains(&GrantType::AuthorizationCode)
    {
        return Err(OAuthError::new(
            ErrorCode::UnauthorizedClient,
            "this client may not use authorization_code",
        ));
    }
    if parameters
        .one("client_id")
        .is_some_and(|it| it != client.client_id.as_str())
    {
        return Err(OAuthError::invalid_request(
            "client_id is not the client that authenticated",
        ));
    }
    let redirect_uri = authorize::prove_redirect_uri(known, parameters.one("redirect_uri"))
        .map_err(|it| OAuthError::invalid_request(it.to_string()))?;
    let request = authorize::read(app, known, parameters, redirect_uri).await?;
    if client.public {
        app.throttle.begins(source).map_err(OAuthError::too_many)?;
    }
    let name = insert(app, request, None, true).await?;
    Ok(Pushed {
        request_uri: format!("{PUSHED}{name}"),
        expires_in: REQUEST_LIVES,
    })
}

/// The name in a `request_uri` of this server.
pub(super) fn pushed_id(request_uri: &str) -> Option<&str> {
    request_uri.strip_prefix(PUSHED)
}

/// The pushed request with this name; it works once.
///
/// # Errors
/// The database being away.
pub(super) async fn take_pushed(
    app: &App,
    known: &KnownClient,
    name: &str,
) -> Result<Option<AuthorizationRequest>> {
    let digest = Digest::of(name.as_bytes());
    let found = app.store.find_authorization_request(&digest).await?;
    let Some(held) = found.filter(|it| it.pushed && it.request.client == known.client.id) else {
        return Ok(None);
    };
    let transaction = app.store.begin().await?;
    let taken = transaction
        .answer_authorization_request(&digest, app.clock.now())
        .await?;
    transaction.commit().await?;
    Ok(taken.then_some(held.request))
}
