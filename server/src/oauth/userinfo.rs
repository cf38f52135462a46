//! The `UserInfo` endpoint (OpenID Connect Core 1.0, section 5.3): who the person is, as far as they allowed it.

use uuid::Uuid;

use super::access_token::accept;
use crate::{app::App, domain::scope::Scope, error::Result};

/// What is said of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserInfo {
    /// The person's id for ever.
    pub sub: Uuid,
    /// What people call them, with the scope `profile`.
    pub name: Option<String>,
    /// When the account last changed, in Unix seconds, with the scope `profile`.
    pub updated_at: Option<i64>,
    /// With the scope `email`.
    pub email: Option<String>,
}

/// Why nothing is said (RFC 6750, section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// The token is malformed, expired or revoked.
    InvalidToken,
    /// The token acts for nobody, or its scope lacks `openid`.
    InsufficientScope,
}

/// Who the person is that an access token acts for. Whichever API the token is for, by its scope it is for this, too
/// (OpenID Connect Core 1.0, section 5.3.1).
///
/// # Errors
/// The database being away.
pub async fn userinfo(app: &App, token: &str) -> Result<std::result::Result<UserInfo, Denied>> {
    let Some(accepted) = accept(app, token).await? else {
        return Ok(Err(Denied::InvalidToken));
    };
    let scope = Scope::parse(&accepted.claims.scope).unwrap_or_default();
    let Some(user) = accepted.user.filter(|_| scope.contains("openid")) else {
        return Ok(Err(Denied::InsufficientScope));
    };
    let profile = scope.contains("profile");
    Ok(Ok(UserInfo {
        sub: user.id,
        name: profile.then_some(user.form.name),
        updated_at: profile.then(|| user.updated_at.unix()),
        email: scope.contains("email").then(|| user.form.email.to_string()),
    }))
}
