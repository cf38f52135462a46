//! The authorization endpoint (RFC 6749, section 3.1; OpenID Connect Core 1.0, section 3.1.2): what a request must be.
//!
//! Until client and redirect URI are proven, a mistake is answered by a page and never by a redirect; afterwards it goes
//! back to the app. One rule, one function.

use std::sync::Arc;

use super::{
    error::{ErrorCode, OAuthError},
    held,
    parameters::Parameters,
    target, tenant_choice,
};
use crate::{
    access::known_apis::KnownApi,
    app::App,
    clients::cache::KnownClient,
    domain::{
        authorization::AuthorizationRequest,
        client::Status,
        grant_type::GrantType,
        pkce::Challenge,
        prompt::Prompts,
        scope::{Scope, tenant_in},
    },
    error::{Error, Result},
};

/// The longest `state`, `nonce` or `login_hint` that is carried along, in bytes.
const LONGEST_TEXT: usize = 2000;

/// The scopes that stand for something about the person or the grant (OpenID Connect Core 1.0, sections 5.4 and 11).
pub const PERSONAL_SCOPES: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// Where a held request goes on once the person has signed in.
pub fn resume_path(id: &str) -> String {
    format!("/oauth2/authorize/resume?request={id}")
}

/// Why nothing is sent to any app: the request may not come from one. Each is told to the person, as a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unproven {
    /// No `client_id`.
    #[error("The link does not say which application it is for.")]
    NoClient,
    /// No client has this id, or it is deactivated, expired, or not for people.
    #[error(
        "The application is not known here, or it is switched off. Its client_id may be mistyped: \
         tell whoever runs the application."
    )]
    UnknownClient,
    /// No `redirect_uri`, and the client has several.
    #[error(
        "The link does not say where to send you afterwards: the application has to send redirect_uri."
    )]
    NoRedirectUri,
    /// A `redirect_uri` that the client did not register.
    #[error(
        "The link wants to send you to an address that the application has not registered. It may be forged. \
         An administrator can add the exact redirect URI to the application."
    )]
    ForeignRedirectUri,
    /// A `request_uri` that names nothing.
    #[error(
        "The request that the link names is used, expired or unknown. Go back to the application and start again."
    )]
    NoSuchRequest,
}

/// Why a request goes no further.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// Told to the person, as a page.
    #[error(transparent)]
    Unproven(#[from] Unproven),
    /// Told to the app, by a redirect to this address.
    #[error("the application is told")]
    SentBack(String),
    /// A use case failed.
    #[error(transparent)]
    Failed(#[from] Error),
}

/// A request that is right, and the client that it is for.
pub struct Received {
    /// The client.
    pub known: Arc<KnownClient>,
    /// The request.
    pub request: AuthorizationRequest,
}

/// Takes a request from a browser.
///
/// # Errors
/// [`Stopped`].
pub async fn receive(app: &App, parameters: &Parameters) -> std::result::Result<Received, Stopped> {
    let client_id = parameters.one("client_id").ok_or(Unproven::NoClient)?;
    let known = find_app(app, client_id).await?;
    if let Some(name) = parameters.one("request_uri").and_then(held::pushed_id) {
        let request = held::take_pushed(app, &known, name)
            .await?
            .ok_or(Unproven::NoSuchRequest)?;
        return Ok(Received { known, request });
    }
    let redirect_uri = prove_redirect_uri(&known, parameters.one("redirect_uri"))?;
    match read(app, &known, parameters, redirect_uri.clone()).await {
        Ok(request) => Ok(Received { known, request }),
        Err(error) => {
            // A state that is too long to carry is not carried back either.
            let state = parameters
                .one("state")
                .filter(|it| it.len() <= LONGEST_TEXT);
            Err(Stopped::SentBack(send_back(
                app,
                &redirect_uri,
                state,
                &Answer::Error(&error),
            )))
        }
    }
}

/// The client with this wire id, if people can use it now.
async fn find_app(app: &App, client_id: &str) -> std::result::Result<Arc<KnownClient>, Stopped> {
    let known = app.known_client(client_id).await?;
    Ok(known
        .filter(|it| serves_people(app, it))
        .ok_or(Unproven::UnknownClient)?)
}

/// Whether people can use this client now.
pub fn serves_people(app: &App, known: &KnownClient) -> bool {
    let client = &known.client;
    client.status == Status::Active
        && !client.is_expired(app.clock.now())
        && client
            .form
            .grant_types
            .contains(&GrantType::AuthorizationCode)
}

/// The redirect URI that is meant: the one that is sent, if it is registered, or the only one there is.
///
/// # Errors
/// [`Unproven`].
pub fn prove_redirect_uri(
    known: &KnownClient,
    sent: Option<&str>,
) -> std::result::Result<String, Unproven> {
    let registered = &known.client.form.redirect_uris;
    match (sent, registered.as_slice()) {
        (Some(sent), all) if all.iter().any(|it| it.matches(sent)) => Ok(sent.to_owned()),
        (Some(_), _) => Err(Unproven::ForeignRedirectUri),
        (None, [only]) => Ok(only.as_str().to_owned()),
        (None, _) => Err(Unproven::NoRedirectUri),
    }
}

/// Reads everything else of a request.
///
/// # Errors
/// What the app is told (RFC 6749, section 4.1.2.1; OpenID Connect Core 1.0, section 3.1.2.6).
pub async fn read(
    app: &App,
    known: &KnownClient,
    parameters: &Parameters,
    redirect_uri: String,
) -> std::result::Result<AuthorizationRequest, OAuthError> {
    refuse_request_objects(parameters)?;
    check_response_type(parameters.one("response_type"))?;
    check_response_mode(parameters.one("response_mode"))?;
    let api = target::choose(app, known, known.tenant.id, parameters).await?;
    Ok(AuthorizationRequest {
        client: known.client.id,
        redirect_uri,
        redirect_uri_was_sent: parameters.one("redirect_uri").is_some(),
        state: text(parameters, "state")?,
        api: api.named_id(),
        scope: read_scope(known, &api, parameters.one("scope").unwrap_or_default())?,
        nonce: text(parameters, "nonce")?,
        challenge: read_challenge(known, parameters)?,
        prompts: read_prompts(parameters.one("prompt").unwrap_or_default())?,
        max_age: read_max_age(parameters.one("max_age"))?,
        login_hint: text(parameters, "login_hint")?,
    })
}

fn refuse_request_objects(parameters: &Parameters) -> std::result::Result<(), OAuthError> {
    if parameters.one("request").is_some() {
        return Err(OAuthError::new(
            ErrorCode::RequestNotSupported,
            "request objects are not supported: send plain parameters, or push them to the PAR endpoint",
        ));
    }
    if parameters.one("request_uri").is_some() {
        return Err(OAuthError::new(
            ErrorCode::RequestUriNotSupported,
            "request_uri must be one that the PAR endpoint of this server gave",
        ));
    }
    Ok(())
}

/// Absent is `code`: there is nothing else.
fn check_response_type(text: Option<&str>) -> std::result::Result<(), OAuthError> {
    match text {
        None | Some("code") => Ok(()),
        Some(_) => Err(OAuthError::new(
            ErrorCode::UnsupportedResponseType,
            "response_type must be code",
        )),
    }
}

fn check_response_mode(text: Option<&str>) -> std::result::Result<(), OAuthError> {
    match text {
        None | Some("query") => Ok(()),
        Some(_) => Err(OAuthError::invalid_request("response_mode must be query")),
    }
}

/// What is asked for, without what this server does not know: that is left out and the answer says so (RFC 6749,
/// section 3.3; OpenID Connect Core 1.0, section 3.1.2.1).
fn read_scope(
    known: &KnownClient,
    api: &KnownApi,
    text: &str,
) -> std::result::Result<Scope, OAuthError> {
    let invalid = |why: &str| OAuthError::new(ErrorCode::InvalidScope, why);
    let asked = Scope::parse(text).map_err(|it| invalid(&it.to_string()))?;
    // For the app that is part of Latchkey the person decides: see `consent::next_step`.
    let named = tenant_choice::named(&asked)?;
    if !known.client.built_in && named.is_some_and(|it| it != known.tenant.key) {
        return Err(invalid("an app acts in its own tenant only"));
    }
    let refreshes = known
        .client
        .form
        .grant_types
        .contains(&GrantType::RefreshToken);
    Ok(asked
        .iter()
        .filter(|it| *it != "offline_access" || refreshes)
        .filter(|it| {
            PERSONAL_SCOPES.contains(it) || tenant_in(it).is_some() || api.has_permission(it)
        })
        .collect())
}

fn read_challenge(
    known: &KnownClient,
    parameters: &Parameters,
) -> std::result::Result<Option<Challenge>, OAuthError> {
    let challenge = Challenge::parse(
        parameters.one("code_challenge"),
        parameters.one("code_challenge_method"),
    )
    .map_err(|it| OAuthError::invalid_request(it.to_string()))?;
    if challenge.is_none() && known.client.public {
        return Err(OAuthError::invalid_request(
            "a public client must use PKCE: send code_challenge and code_challenge_method=S256",
        ));
    }
    Ok(challenge)
}

fn read_prompts(text: &str) -> std::result::Result<Prompts, OAuthError> {
    Prompts::parse(text).map_err(|it| OAuthError::invalid_request(it.to_string()))
}

fn read_max_age(text: Option<&str>) -> std::result::Result<Option<i64>, OAuthError> {
    text.map(|it| {
        it.parse::<u32>().map(i64::from).map_err(|_| {
            OAuthError::invalid_request("max_age must be a number of seconds from 0 on")
        })
    })
    .transpose()
}

fn text(parameters: &Parameters, name: &str) -> std::result::Result<Option<String>, OAuthError> {
    match parameters.one(name) {
        Some(value) if value.len() > LONGEST_TEXT => Err(OAuthError::invalid_request(format!(
            "{name} is longer than {LONGEST_TEXT} bytes"
        ))),
        value => Ok(value.map(str::to_owned)),
    }
}

/// What an app is told.
#[derive(Debug)]
pub enum Answer<'a> {
    /// The person allowed it.
    Code(&'a str),
    /// They did not, or something is wrong.
    Error(&'a OAuthError),
}

/// The address that tells an app: its redirect URI with the answer, its `state` byte for byte, and `iss` (RFC 9207).
pub fn send_back(
    app: &App,
    redirect_uri: &str,
    state: Option<&str>,
    answer: &Answer<'_>,
) -> String {
    let mut pairs = match answer {
        Answer::Code(code) => vec![("code", *code)],
        Answer::Error(error) => vec![
            ("error", error.code.as_str()),
            ("error_description", error.description.as_str()),
        ],
    };
    pairs.extend(state.map(|it| ("state", it)));
    pairs.push(("iss", app.settings.issuer()));
    let mut address = redirect_uri.to_owned();
    let mut mark = if redirect_uri.contains('?') { '&' } else { '?' };
    for (name, value) in pairs {
        address.push(mark);
        address.push_str(name);
        address.push('=');
        address.extend(percent_encoding::utf8_percent_encode(value, ENCODED));
        mark = '&';
    }
    address
}

/// As [`send_back`], for a request.
pub fn answer(app: &App, request: &AuthorizationRequest, answer: &Answer<'_>) -> String {
    send_back(app, &request.redirect_uri, request.state.as_deref(), answer)
}

/// Everything but what stands for itself in a URI (RFC 3986, section 2.3), so that it reads the same everywhere.
pub(super) const ENCODED: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// As [`find_app`], by uuid, for a request that was held.
///
/// # Errors
/// [`Unproven::UnknownClient`] when it was switched off since.
pub async fn find_app_by_id(
    app: &App,
    request: &AuthorizationRequest,
) -> Result<Option<Arc<KnownClient>>> {
    let known = app.known_client_by_id(request.client).await?;
    // Its redirect URIs may have changed since.
    Ok(known.filter(|it| {
        serves_people(app, it)
            && it
                .client
                .form
                .redirect_uris
                .iter()
                .any(|uri| uri.matches(&request.redirect_uri))
    }))
}
