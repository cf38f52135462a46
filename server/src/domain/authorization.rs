//! An authorization request and what comes of it: consent, grant, code, refresh token (RFC 6749, section 4.1).

use uuid::Uuid;

use super::{
    pkce::Challenge,
    prompt::Prompts,
    scope::Scope,
    timestamp::{DAY, Timestamp},
};

/// How long a held request waits for the person, in seconds.
pub const REQUEST_LIVES: i64 = 600;

/// How long a code can be redeemed, in seconds.
pub const CODE_LIVES: i64 = 600;

/// How long a refresh token lives, in seconds.
pub const REFRESH_LIVES: i64 = 90 * DAY;

/// The longest life an access token can have, in seconds: how long a revoked grant has to be remembered.
pub const ACCESS_LIVES_AT_MOST: i64 = DAY;

/// An authorization request that was read and found right.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AuthorizationRequest {
    /// The client that asks.
    pub client: Uuid,
    /// Where the answer goes: one of the client's registered URIs, by
    /// [`matches`](super::redirect_uri::RedirectUri::matches).
    pub redirect_uri: String,
    /// Whether the request named it; if so, the token request must name it, too (RFC 6749, section 4.1.3).
    pub redirect_uri_was_sent: bool,
    /// What the client wants back, byte for byte.
    pub state: Option<String>,
    /// What is asked for, without what this server does not know.
    pub scope: Scope,
    /// The API that the tokens are to be for (RFC 8707); `None` is the management API.
    #[serde(default)]
    pub api: Option<Uuid>,
    /// What the client wants to find in the ID token.
    pub nonce: Option<String>,
    /// The PKCE challenge.
    pub challenge: Option<Challenge>,
    /// What the person is to be asked.
    pub prompts: Prompts,
    /// The longest time since the person signed in, in seconds.
    pub max_age: Option<i64>,
    /// Who the client thinks the person is.
    pub login_hint: Option<String>,
}

/// A request that waits on the server for the person, or for the browser that brings its name (RFC 9126).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRequest {
    /// The request.
    pub request: AuthorizationRequest,
    /// Whether the client pushed it; only then it may be named by `request_uri`.
    pub pushed: bool,
    /// The session that the person had when the request came.
    pub session_before: Option<Uuid>,
    /// The session whose person was asked: nobody else may answer.
    pub session: Option<Uuid>,
    /// When it came.
    pub created_at: Timestamp,
    /// The first second in which it can no longer be answered.
    pub expires_at: Timestamp,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
}

/// What a person lets a client do, once: its end kills the tokens that were issued under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Its id, in the tokens, too.
    pub id: Uuid,
    /// The client.
    pub client: Uuid,
    /// The person.
    pub user: Uuid,
    /// The session in which they allowed it.
    pub session: Uuid,
    /// The API that its tokens are for (RFC 8707); `None` is the management API.
    pub api: Option<Uuid>,
    /// What was allowed.
    pub scope: Scope,
    /// When the person signed in.
    pub signed_in_at: Timestamp,
    /// When it was given.
    pub created_at: Timestamp,
    /// The first second in which nothing can come of it any more.
    pub expires_at: Timestamp,
    /// When it was ended before that.
    pub revoked_at: Option<Timestamp>,
}

impl Grant {
    /// Whether something can still come of it at `now`.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

/// An authorization code as it is kept: what it is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// What the person allowed.
    pub grant: Uuid,
    /// The redirect URI, if the request named it.
    pub redirect_uri: Option<String>,
    /// The PKCE challenge.
    pub challenge: Option<Challenge>,
    /// What the client wants to find in the ID token.
    pub nonce: Option<String>,
    /// The first second in which it can no longer be redeemed.
    pub expires_at: Timestamp,
    /// When it was redeemed.
    pub used_at: Option<Timestamp>,
}

/// A refresh token as it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// What the person allowed: all refresh tokens of a grant are one family.
    pub grant: Uuid,
    /// The first second in which it no longer works.
    pub expires_at: Timestamp,
    /// When it was exchanged for the next one.
    pub used_at: Option<Timestamp>,
}

/// What a person allowed a client, to be remembered the next time it asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// The person.
    pub user: Uuid,
    /// The client.
    pub client: Uuid,
    /// All that was allowed so far.
    pub scope: Scope,
    /// When it was given first.
    pub created_at: Timestamp,
    /// When it was last widened or given again.
    pub updated_at: Timestamp,
}
