//! Authorization server metadata (RFC 8414; OpenID Connect Discovery 1.0): what is listed works, what is not listed does
//! not exist.

use serde::Serialize;

use super::authorize::PERSONAL_SCOPES;
use crate::{
    app::App,
    crypto::signing::Algorithm,
    domain::{
        grant_type::GrantType, id_token::IdTokenAlgorithm, pkce::ChallengeMethod, prompt::Prompt,
    },
};

/// The metadata of this server.
#[derive(Clone, Debug, Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the members are those of the standards"
)]
pub struct Metadata {
    /// The issuer, exactly as in tokens.
    pub issuer: String,
    /// Where people are sent.
    pub authorization_endpoint: String,
    /// Where authorization requests are pushed (RFC 9126).
    pub pushed_authorization_request_endpoint: String,
    /// Pushing is not the only way.
    pub require_pushed_authorization_requests: bool,
    /// Where tokens come from.
    pub token_endpoint: String,
    /// Who the person is.
    pub userinfo_endpoint: String,
    /// Where people are sent to sign out (OpenID Connect RP-Initiated Logout 1.0).
    pub end_session_endpoint: String,
    /// Where the keys are.
    pub jwks_uri: String,
    /// Where a token is asked about.
    pub introspection_endpoint: String,
    /// Where a token is ended.
    pub revocation_endpoint: String,
    /// What is asked of a person.
    pub scopes_supported: Vec<&'static str>,
    /// Codes, and nothing else.
    pub response_types_supported: Vec<&'static str>,
    /// In the query, and nowhere else.
    pub response_modes_supported: Vec<&'static str>,
    /// The grants that work.
    pub grant_types_supported: Vec<&'static str>,
    /// The PKCE methods that work.
    pub code_challenge_methods_supported: Vec<&'static str>,
    /// Every answer says who it is from (RFC 9207).
    pub authorization_response_iss_parameter_supported: bool,
    /// What the person can be asked.
    pub prompt_values_supported: Vec<&'static str>,
    /// The same `sub` for every client.
    pub subject_types_supported: Vec<&'static str>,
    /// How ID tokens can be signed.
    pub id_token_signing_alg_values_supported: Vec<&'static str>,
    /// What is said of a person.
    pub claims_supported: Vec<&'static str>,
    /// Request objects are not read.
    pub request_parameter_supported: bool,
    /// Only pushed requests can be named; said so because its default is `true`.
    pub request_uri_parameter_supported: bool,
    /// The parameter `claims` is not read.
    pub claims_parameter_supported: bool,
    /// How a client may authenticate at the token endpoint.
    pub token_endpoint_auth_methods_supported: Vec<&'static str>,
    /// How the assertions of clients may be signed there.
    pub token_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// How a client may authenticate at the introspection endpoint.
    pub introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    /// How the assertions of clients may be signed there.
    pub introspection_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// How a client may authenticate at the revocation endpoint.
    pub revocation_endpoint_auth_methods_supported: Vec<&'static str>,
    /// How the assertions of clients may be signed there.
    pub revocation_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// Where people read on.
    pub service_documentation: String,
}

/// The ways to authenticate that work.
const METHODS: [&str; 3] = [
    "client_secret_basic",
    "client_secret_post",
    "private_key_jwt",
];

/// The same, and that of public clients.
const METHODS_AND_NONE: [&str; 4] = [
    "client_secret_basic",
    "client_secret_post",
    "private_key_jwt",
    "none",
];

/// The metadata of this server. Every address hangs on the configured public URL, never on a header of the request.
pub fn metadata(app: &App) -> Metadata {
    let issuer = app.settings.issuer();
    let at = |path: &str| format!("{issuer}{path}");
    let algorithms: Vec<&str> = Algorithm::ALL.iter().map(|it| it.name()).collect();
    Metadata {
        issuer: issuer.to_owned(),
        authorization_endpoint: at("/oauth2/authorize"),
        pushed_authorization_request_endpoint: at("/oauth2/par"),
        require_pushed_authorization_requests: false,
        token_endpoint: at("/oauth2/token"),
        userinfo_endpoint: at("/oauth2/userinfo"),
        end_session_endpoint: at("/oauth2/logout"),
        jwks_uri: at("/oauth2/jwks"),
        introspection_endpoint: at("/oauth2/introspect"),
        revocation_endpoint: at("/oauth2/revoke"),
        scopes_supported: PERSONAL_SCOPES.to_vec(),
        response_types_supported: vec!["code"],
        response_modes_supported: vec!["query"],
        grant_types_supported: GrantType::ALL.iter().map(|it| it.as_str()).collect(),
        code_challenge_methods_supported: ChallengeMethod::ALL
            .iter()
            .map(|it| it.as_str())
            .collect(),
        authorization_response_iss_parameter_supported: true,
        prompt_values_supported: Prompt::ALL.iter().map(|it| it.as_str()).collect(),
        subject_types_supported: vec!["public"],
        id_token_signing_alg_values_supported: IdTokenAlgorithm::ALL
            .iter()
            .map(|it| it.as_str())
            .collect(),
        claims_supported: vec![
            "iss",
            "sub",
            "aud",
            "exp",
            "iat",
            "auth_time",
            "nonce",
            "at_hash",
            "name",
            "updated_at",
            "email",
        ],
        request_parameter_supported: false,
        request_uri_parameter_supported: false,
        claims_parameter_supported: false,
        token_endpoint_auth_methods_supported: METHODS_AND_NONE.to_vec(),
        token_endpoint_auth_signing_alg_values_supported: algorithms.clone(),
        introspection_endpoint_auth_methods_supported: METHODS.to_vec(),
        introspection_endpoint_auth_signing_alg_values_supported: algorithms.clone(),
        revocation_endpoint_auth_methods_supported: METHODS_AND_NONE.to_vec(),
        revocation_endpoint_auth_signing_alg_values_supported: algorithms.clone(),
        service_documentation: at("/docs"),
    }
}
