//! Authorization server metadata (RFC 8414): what is listed works, what is not listed does not exist.

use serde::Serialize;

use crate::app::App;

/// The metadata of this server.
#[derive(Clone, Debug, Serialize)]
pub struct Metadata {
    /// The issuer, exactly as in tokens.
    pub issuer: String,
    /// Where tokens come from.
    pub token_endpoint: String,
    /// Where the keys are.
    pub jwks_uri: String,
    /// Where a token is asked about.
    pub introspection_endpoint: String,
    /// Where a token is ended.
    pub revocation_endpoint: String,
    /// Required by RFC 8414; this server has no authorization endpoint, so no response type.
    pub response_types_supported: Vec<&'static str>,
    /// The grants that work.
    pub grant_types_supported: Vec<&'static str>,
    /// How a client may authenticate at the token endpoint.
    pub token_endpoint_auth_methods_supported: Vec<&'static str>,
    /// How a client may authenticate at the introspection endpoint.
    pub introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    /// How a client may authenticate at the revocation endpoint.
    pub revocation_endpoint_auth_methods_supported: Vec<&'static str>,
    /// Where people read on.
    pub service_documentation: String,
}

/// The ways to authenticate that work.
const METHODS: [&str; 2] = ["client_secret_basic", "client_secret_post"];

/// The metadata of this server. Every address hangs on the configured public URL, never on a header of the request.
pub fn metadata(app: &App) -> Metadata {
    let issuer = app.settings.issuer();
    let at = |path: &str| format!("{issuer}{path}");
    Metadata {
        issuer: issuer.to_owned(),
        token_endpoint: at("/oauth2/token"),
        jwks_uri: at("/oauth2/jwks"),
        introspection_endpoint: at("/oauth2/introspect"),
        revocation_endpoint: at("/oauth2/revoke"),
        response_types_supported: vec!["none"],
        grant_types_supported: vec!["client_credentials"],
        token_endpoint_auth_methods_supported: METHODS.to_vec(),
        introspection_endpoint_auth_methods_supported: METHODS.to_vec(),
        revocation_endpoint_auth_methods_supported: METHODS.to_vec(),
        service_documentation: at("/docs"),
    }
}
