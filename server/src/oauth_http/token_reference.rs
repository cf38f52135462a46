//! What a client sends to ask about a token, or to end it.

use poem::Request;
use poem_openapi::Object;

use super::{authenticate, form::FormBody};
use crate::{
    app::App,
    oauth::{client_authentication::Authenticated, error::OAuthError},
};

/// A question about a token, or its end (RFC 7662, section 2.1; RFC 7009, section 2.1).
#[derive(Object)]
pub(super) struct TokenReference {
    /// The token.
    #[oai(validator(min_length = 1))]
    pub(super) token: String,
    /// What kind of token it may be; a wrong hint does no harm.
    token_type_hint: Option<String>,
    /// The client's wire id, unless it authenticates by HTTP Basic.
    client_id: Option<String>,
    /// The client's secret, unless it authenticates by HTTP Basic.
    client_secret: Option<String>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`, with a client assertion (RFC 7523, section 2.2).
    client_assertion_type: Option<String>,
    /// A JWT that the client signed, instead of a secret.
    client_assertion: Option<String>,
}

/// The client that sends the form, and the token it names.
///
/// # Errors
///
/// `invalid_client`, or `invalid_request` without a token.
pub(super) async fn receive<'a>(
    app: &App,
    request: &Request,
    form: &'a FormBody<TokenReference>,
) -> Result<(Authenticated, &'a str), OAuthError> {
    let caller = authenticate(app, request, &form.parameters).await?;
    let token = form
        .parameters
        .one("token")
        .ok_or_else(|| OAuthError::invalid_request("token is missing"))?;
    Ok((caller, token))
}
