//! The token endpoint (RFC 6749, section 3.2): authenticate, then hand over to the grant.

mod authorization_code;
pub(super) mod client_credentials;
pub(super) mod for_person;
pub(super) mod refresh_token;

use std::str::FromStr;

use super::{
    client_authentication::{Authenticated, Endings, Presented, authenticate},
    error::{ErrorCode, OAuthError},
    parameters::Parameters,
};
use crate::{
    app::App,
    domain::{
        caller::Origin,
        grant_type::GrantType,
        token_request::{Outcome, TokenRequest},
        usage::Use,
    },
};

/// A successful answer of the token endpoint (RFC 6749, section 5.1).
#[derive(Clone, Debug)]
pub struct TokenAnswer {
    /// The access token.
    pub access_token: String,
    /// Seconds until it ends.
    pub expires_in: i64,
    /// What was granted.
    pub scope: Option<String>,
    /// With which the next one is got.
    pub refresh_token: Option<String>,
    /// Who signed in, where the client asked for it.
    pub id_token: Option<String>,
}

/// Answers a token request, and leaves a note of how it ended. With the token comes what ends soon.
///
/// # Errors
/// [`OAuthError`] by RFC 6749, section 5.2.
pub async fn token(
    app: &App,
    authorization: Option<&str>,
    parameters: &Parameters,
    origin: &Origin,
) -> Result<(TokenAnswer, Endings), OAuthError> {
    let answer = answer(app, authorization, parameters, origin).await;
    let (about, outcome) = match &answer {
        Ok((by, _)) => (Some(by.about()), Outcome::Accepted),
        Err(error) => (error.about, Outcome::Refused(error.because())),
    };
    let now = app.clock.now();
    app.usage.note(Use::Token(TokenRequest {
        at: now,
        about,
        outcome,
        source: origin.ip,
        user_agent: origin.user_agent.clone(),
        request_id: origin.request_id.clone(),
    }));
    answer.map(|(by, answer)| (answer, by.endings(now)))
}

async fn answer(
    app: &App,
    authorization: Option<&str>,
    parameters: &Parameters,
    origin: &Origin,
) -> Result<(Authenticated, TokenAnswer), OAuthError> {
    let Some(named) = parameters.one("grant_type") else {
        return Err(OAuthError::invalid_request("grant_type is missing"));
    };
    let presented = Presented::read(authorization, parameters)?;
    let authenticated = authenticate(app, presented, origin.ip).await?;
    match grant(app, &authenticated, named, parameters, origin.clone()).await {
        Ok(answer) => Ok((authenticated, answer)),
        Err(error) => {
            let because = error.because();
            Err(error.known_as(because, Some(authenticated.about())))
        }
    }
}

async fn grant(
    app: &App,
    authenticated: &Authenticated,
    named: &str,
    parameters: &Parameters,
    origin: Origin,
) -> Result<TokenAnswer, OAuthError> {
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
            client_credentials::grant(app, &authenticated.known, parameters).await
        }
        GrantType::AuthorizationCode => {
            authorization_code::grant(app, &authenticated.known, parameters, origin).await
        }
        GrantType::RefreshToken => {
            refresh_token::grant(app, &authenticated.known, parameters, origin).await
        }
    }
}
