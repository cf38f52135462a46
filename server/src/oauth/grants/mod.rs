//! The token endpoint (RFC 6749, section 3.2): authenticate, then hand over to the grant.

mod client_credentials;

use std::{net::IpAddr, str::FromStr};

use super::{
    client_authentication::{Presented, authenticate},
    error::{ErrorCode, OAuthError},
    parameters::Parameters,
};
use crate::{app::App, domain::grant_type::GrantType};

/// A successful answer of the token endpoint (RFC 6749, section 5.1).
#[derive(Clone, Debug)]
pub struct TokenAnswer {
    /// The access token.
    pub access_token: String,
    /// Seconds until it ends.
    pub expires_in: i64,
    /// What was granted.
    pub scope: Option<String>,
}

/// Answers a token request from `source`.
///
/// # Errors
/// [`OAuthError`] by RFC 6749, section 5.2.
pub async fn token(
    app: &App,
    authorization: Option<&str>,
    parameters: &Parameters,
    source: Option<IpAddr>,
) -> Result<TokenAnswer, OAuthError> {
    let Some(named) = parameters.one("grant_type") else {
        return Err(OAuthError::invalid_request("grant_type is missing"));
    };
    let presented = Presented::read(authorization, parameters)?;
    let authenticated = authenticate(app, presented, source).await?;
    let unsupported = || {
        OAuthError::new(
            ErrorCode::UnsupportedGrantType,
            "this server has no such grant type: the metadata lists those it has",
        )
    };
    let grant = GrantType::from_str(named).map_err(|_| unsupported())?;
    if !authenticated.known.client.form.grant_types.contains(&grant) {
        return Err(OAuthError::new(
            ErrorCode::UnauthorizedClient,
            format!("this client may not use {grant}"),
        ));
    }
    match grant {
        GrantType::ClientCredentials => {
            client_credentials::grant(app, &authenticated.known, parameters)
        }
        GrantType::AuthorizationCode | GrantType::RefreshToken => Err(unsupported()),
    }
}
