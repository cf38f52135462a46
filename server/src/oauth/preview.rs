//! What a client's next token would say, without anyone getting one.
//!
//! The token is made exactly as the token endpoint makes it, read, and thrown away, so that the two can never differ.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use super::{
    access_token::{self, Claims},
    error::{ErrorCode, OAuthError},
    grants::client_credentials,
    parameters::Parameters,
};
use crate::{
    app::App,
    clients::read::get_client,
    domain::{
        caller::Caller,
        grant_type::GrantType,
        refusal::{Conflict, Refusal},
        violation::Violations,
    },
    error::{Error, Result},
};

/// What a token would say.
#[derive(Clone, Debug)]
pub struct Preview {
    /// Its JOSE header, where it is a JWT: an opaque token has none that anyone could read.
    pub header: Option<Map<String, Value>>,
    /// Its claims.
    pub claims: Map<String, Value>,
    /// Seconds it would live.
    pub expires_in: i64,
}

/// What a token that the client asks for itself would say now.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Conflict::NoOwnTokens`] for a client that acts for people only; [`Refusal::Invalid`] for a
/// scope or resource that the token endpoint would refuse.
pub async fn preview_token(
    app: &App,
    caller: &Caller,
    reference: &str,
    scope: Option<&str>,
    resource: Option<&str>,
) -> Result<Preview> {
    let client = get_client(app, caller, reference).await?;
    let known = app.known_client_by_id(client.id).await?;
    let known = known.ok_or(Refusal::NotFound("client"))?;
    let grants = &known.client.form.grant_types;
    if known.client.public || !grants.contains(&GrantType::ClientCredentials) {
        return Err(Conflict::NoOwnTokens.into());
    }
    let parameters = asked(scope, resource)?;
    let answer = client_credentials::grant(app, &known, &parameters)
        .await
        .map_err(|error| {
            let pointer = match error.code {
                ErrorCode::InvalidTarget => "resource",
                _ => "scope",
            };
            refused(&error, pointer)
        })?;
    let mut parts = answer.access_token.split('.').map(read);
    let (header, claims) = (parts.next().flatten(), parts.next().flatten());
    let claims = match (&header, claims) {
        (Some(_), Some(claims)) => claims,
        // Not for anyone but this server to read.
        _ => match access_token::accept(app, &answer.access_token).await? {
            Some(accepted) => claims_of(&accepted.claims)?,
            None => return Err(Conflict::NoOwnTokens.into()),
        },
    };
    Ok(Preview {
        header,
        claims,
        expires_in: answer.expires_in,
    })
}

fn claims_of(claims: &Claims) -> Result<Map<String, Value>> {
    match serde_json::to_value(claims) {
        Ok(Value::Object(claims)) => Ok(claims),
        _ => Err(Error::Unexpected("a token has claims".to_owned())),
    }
}

fn asked(scope: Option<&str>, resource: Option<&str>) -> Result<Parameters> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    let asked = [("scope", scope), ("resource", resource)];
    form.extend_pairs(asked.iter().filter_map(|(name, it)| Some((name, (*it)?))));
    let parsed = Parameters::parse(form.finish().as_bytes());
    Ok(parsed.map_err(|it| Refusal::Invalid(Violations::one("scope", it)))?)
}

fn refused(error: &OAuthError, pointer: &str) -> Error {
    Refusal::Invalid(Violations::one(pointer, &error.description)).into()
}

fn read(part: &str) -> Option<Map<String, Value>> {
    let text = BASE64_URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice(&text).ok()
}
