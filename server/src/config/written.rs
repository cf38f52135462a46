//! Settings as they are written, with their defaults, and what is said where one cannot be read.

use std::path::PathBuf;

use figment::Figment;
use serde::{Deserialize, Serialize};

use super::{ConfigProblem, problem};

/// Settings as they are written. Unknown names are refused, so that a typo is not a silent default.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    pub(super) data_dir: PathBuf,
    pub(super) listen: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) public_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) database_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) master_key_file: Option<PathBuf>,
    pub(super) database_connections: u32,
    pub(super) client_cache: u64,
    pub(super) signing_algorithm: String,
    pub(super) signing_key_rotation: String,
    pub(super) client_credentials_lifetime: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) bootstrap_email: Option<String>,
    pub(super) session_idle_limit: String,
    pub(super) session_limit: String,
    pub(super) api_requests_per_second: u32,
    pub(super) trusted_proxies: Vec<String>,
    pub(super) cors_origins: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) smtp_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) smtp_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) webhook_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) webhook_secret: Option<String>,
    pub(super) webhook_allow_private: bool,
    pub(super) jwks_allow_private: bool,
    pub(super) admin_origins: Vec<String>,
    pub(super) log: String,
    pub(super) log_format: String,
    pub(super) throttle: WrittenThrottle,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenThrottle {
    pub(super) client_failures: u32,
    pub(super) source_failures: u32,
    pub(super) person_failures: u32,
    pub(super) account_failures: u32,
    pub(super) source_requests: u32,
    pub(super) all_requests: u32,
}

impl Default for Written {
    fn default() -> Self {
        Self {
            data_dir: PathBuf::from("latchkey-data"),
            listen: "127.0.0.1:8080".to_owned(),
            public_url: None,
            database_url: None,
            master_key_file: None,
            database_connections: 16,
            client_cache: 10_000,
            signing_algorithm: "ES256".to_owned(),
            signing_key_rotation: "90d".to_owned(),
            client_credentials_lifetime: "3m".to_owned(),
            bootstrap_email: None,
            session_idle_limit: "30m".to_owned(),
            session_limit: "12h".to_owned(),
            api_requests_per_second: 200,
            trusted_proxies: Vec::new(),
            cors_origins: Vec::new(),
            smtp_url: None,
            smtp_from: None,
            webhook_url: None,
            webhook_secret: None,
            webhook_allow_private: false,
            jwks_allow_private: false,
            admin_origins: Vec::new(),
            log: "info,sea_orm_migration=warn".to_owned(),
            log_format: "text".to_owned(),
            throttle: WrittenThrottle {
                client_failures: 90,
                source_failures: 180,
                person_failures: 10,
                account_failures: 100,
                source_requests: 1_000,
                all_requests: 50_000,
            },
        }
    }
}

impl Written {
    /// What all the sources together say.
    ///
    /// # Errors
    /// [`ConfigProblem`] for the first setting that cannot be read.
    pub(super) fn extract(figment: &Figment) -> Result<Self, ConfigProblem> {
        figment.extract().map_err(|error| {
            // Only the first of several is named; the others come up when it is mended.
            let first = error.into_iter().next();
            let Some(first) = first else {
                return problem("?", "?", "readable settings");
            };
            let name = first.path.join(".");
            match first.kind {
                figment::error::Kind::UnknownField(field, _) => problem(
                    &field,
                    "a setting with this name",
                    "one that exists: `latchkey config` lists them",
                ),
                figment::error::Kind::InvalidType(found, expected)
                | figment::error::Kind::InvalidValue(found, expected) => {
                    problem(&name, &shown(&name, &found), &expected_of(&name, &expected))
                }
                // The file, as a rule: the message has the line, and the metadata its name.
                kind => {
                    let source = first.metadata.as_ref().and_then(|it| it.source.as_ref());
                    let file = source.map_or_else(|| "config".to_owned(), ToString::to_string);
                    problem(&file, "what cannot be read", &kind.to_string())
                }
            }
        })
    }
}

/// What is expected of a setting of the wrong type.
fn expected_of(name: &str, type_expected: &str) -> String {
    let expected = match name.to_lowercase().as_str() {
        "listen" => "an IP address and a port, such as 127.0.0.1:8080",
        "client_credentials_lifetime" => "a duration from 1s to 24h, such as 10m",
        "signing_key_rotation" => "a duration from 1h to 3650d, such as 90d, or never",
        "signing_algorithm" => "ES256, EdDSA or RS256",
        "trusted_proxies" => "a list of addresses or networks, such as [\"10.0.0.0/8\"]",
        "cors_origins" => "a list of origins, such as [\"https://admin.example.org\"]",
        "client_cache" => "a number from 0 on",
        "database_connections" => "a number from 2 on",
        name if name.starts_with("throttle.") => "a number from 1 on",
        _ => type_expected,
    };
    expected.to_owned()
}

/// What was found, unless it may hold a password.
fn shown(name: &str, found: &figment::error::Actual) -> String {
    use figment::error::Actual;
    if name.eq_ignore_ascii_case("database_url") {
        return "another kind of value".to_owned();
    }
    match found {
        Actual::Bool(it) => it.to_string(),
        Actual::Unsigned(it) => it.to_string(),
        Actual::Signed(it) => it.to_string(),
        Actual::Float(it) => it.to_string(),
        Actual::Str(it) => it.clone(),
        other => other.to_string(),
    }
}
