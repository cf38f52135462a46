//! ID tokens (OpenID Connect Core 1.0, section 2).

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    app::App,
    clients::cache::KnownClient,
    crypto::{
        digest::Digest,
        signing::{Algorithm, decode_verified},
    },
    domain::{authorization::Grant, id_token::IdTokenAlgorithm, scope::Scope, user::User},
    error::{Error, Result},
    oauth::signing_keys,
};

/// `typ` of an ID token: what access tokens have is another, so that none is taken for the other.
const TYPE: &str = "JWT";

/// How long an ID token says that it is good, in seconds. It tells who signed in, and opens nothing.
const LIVES: i64 = 3600;

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: Uuid,
    aud: &'a str,
    iat: i64,
    exp: i64,
    auth_time: i64,
    at_hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
}

/// The algorithm that signs what a client registered for.
const fn algorithm_of(registered: IdTokenAlgorithm) -> Algorithm {
    match registered {
        IdTokenAlgorithm::Es256 => Algorithm::Es256,
        IdTokenAlgorithm::Rs256 => Algorithm::Rs256,
    }
}

/// Tells a client who signed in, beside the access token that it gets.
///
/// # Errors
/// The database being away, where the key has to be made first.
pub async fn issue(
    app: &App,
    known: &KnownClient,
    grant: &Grant,
    user: &User,
    scope: &Scope,
    access_token: &str,
    nonce: Option<&str>,
) -> Result<String> {
    let client = &known.client;
    let algorithm = algorithm_of(client.form.id_token_signed_response_alg);
    let key = signing_keys::signer(app, algorithm).await?;
    let now = app.clock.now().unix();
    let claims = Claims {
        iss: app.settings.issuer(),
        sub: user.id,
        aud: client.client_id.as_str(),
        iat: now,
        exp: now + LIVES,
        auth_time: grant.signed_in_at.unix(),
        at_hash: half_digest(access_token),
        nonce,
        name: scope.contains("profile").then_some(user.form.name.as_str()),
        email: scope.contains("email").then(|| user.form.email.to_string()),
    };
    key.sign_jwt(TYPE, &claims)
        .map_err(|it| Error::Unexpected(it.to_string()))
}

/// The left half of the SHA-256 (OpenID Connect Core 1.0, section 3.1.3.6); both algorithms end in 256.
fn half_digest(text: &str) -> String {
    let digest = Digest::of(text.as_bytes());
    BASE64_URL_SAFE_NO_PAD.encode(&digest.as_bytes()[..16])
}

/// What an `id_token_hint` says; expired ones count, too (OpenID Connect RP-Initiated Logout 1.0, section 2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// Who signed in.
    pub user: Uuid,
    /// The wire id of the client that was told.
    pub client_id: String,
}

#[derive(Deserialize)]
struct HintClaims {
    iss: String,
    sub: Uuid,
    aud: String,
}

/// Reads an ID token of this server.
pub fn read_hint(app: &App, token: &str) -> Option<Hint> {
    let keys = app.keys.current();
    let now = app.clock.now();
    let claims = decode_verified(token, TYPE, |kid| keys.find(kid, now)).ok()?;
    let claims: HintClaims = serde_json::from_value(Value::Object(claims)).ok()?;
    (claims.iss == app.settings.issuer()).then_some(Hint {
        user: claims.sub,
        client_id: claims.aud,
    })
}
