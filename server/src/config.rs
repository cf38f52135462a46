//! Settings: one typed struct, from defaults, then a file, then the environment, then flags. The later wins.
//!
//! Everything has a default, so that nothing is required to start.

mod parse;
mod written;

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    num::NonZeroU32,
    path::PathBuf,
};

use figment::{
    Figment, Provider,
    providers::{Env, Format, Serialized, Toml},
};
use ipnet::IpNet;
use serde::Serialize;
use url::Url;

use self::written::Written;
use crate::{
    crypto::signing::Algorithm,
    domain::lifetime::TokenLifetime,
    outbound::{address::Reach, mail::Mailer, webhook::Webhook},
    store::DatabaseUrl,
};

/// Variables with our prefix that are none of the server's: where the settings are; where scripts find a server and
/// its executable; what the tests demand.
const NOT_SETTINGS: [&str; 4] = ["config", "url", "bin", "require_postgres"];

/// The settings of a running server.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the SQLite file and the master key are.
    pub data_dir: PathBuf,
    /// The address to listen on.
    pub listen: SocketAddr,
    /// Where clients reach this server: the issuer. `None` until it is derived from the address listened on.
    pub public_url: Option<Url>,
    /// Where the database is.
    pub database: DatabaseUrl,
    /// Where the master key is.
    pub master_key_file: PathBuf,
    /// Connections for reading, at most: SQLite takes no more than there are processors.
    pub database_connections: u32,
    /// How many clients and verified tokens are kept in memory.
    pub client_cache: u64,
    /// What tokens are signed with.
    pub signing_algorithm: Algorithm,
    /// After how long a signing key is replaced, in seconds; `None` is never by itself.
    pub signing_key_rotation: Option<i64>,
    /// How long access tokens live where the profile leaves it to the server.
    pub client_credentials_lifetime: TokenLifetime,
    /// By which address the first person signs in.
    pub bootstrap_email: Option<String>,
    /// How long a person who does nothing stays signed in, in seconds.
    pub session_idle_limit: i64,
    /// How long a person stays signed in at most, in seconds.
    pub session_limit: i64,
    /// How many requests a second one caller may make to the management API in the long run; ten times that at once.
    pub api_requests_per_second: NonZeroU32,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Other origins whose pages may use the management API.
    pub cors_origins: Vec<String>,
    /// How mails are sent, if they are.
    pub mail: Option<Mailer>,
    /// Who is told of what ends, if anyone.
    pub webhook: Option<Webhook>,
    /// Where webhooks may go: those of the server and those of tenants.
    pub webhook_reach: Reach,
    /// From where key sets of clients are fetched.
    pub jwks_reach: Reach,
    /// Other origins than the public URL where the admin screens are served, such as a development server.
    pub admin_origins: Vec<String>,
    /// What is logged.
    pub log: String,
    /// In which form.
    pub log_format: LogFormat,
    /// How guessing is slowed.
    pub throttle: ThrottleSettings,
    issuer: String,
}

/// The form of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// How much is let through at once; it comes back within a quarter of an hour.
#[derive(Clone, Debug)]
pub struct ThrottleSettings {
    /// For one client from one source.
    pub client_failures: NonZeroU32,
    /// From one source.
    pub source_failures: NonZeroU32,
    /// For one person from one source.
    pub person_failures: NonZeroU32,
    /// For one person from all sources where they never signed in before.
    pub account_failures: NonZeroU32,
    /// Authorization requests of people who are not signed in, and those pushed by public clients, from one source.
    pub source_requests: NonZeroU32,
    /// The same from all sources together, to one node.
    pub all_requests: NonZeroU32,
}

/// A setting that is wrong: which, what was found, and what is expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the setting {name} is wrong: found {found}, expected {expected}")]
pub struct ConfigProblem {
    name: String,
    found: String,
    expected: String,
}

/// What the command line says; what it does not say stays as it is.
#[derive(Clone, Debug, Default, Serialize, clap::Args)]
pub struct Flags {
    /// A TOML file with settings.
    #[arg(
        long,
        short,
        global = true,
        env = "LATCHKEY_CONFIG",
        value_name = "FILE"
    )]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Folder for the SQLite file and the master key [default: latchkey-data].
    #[arg(long, global = true, value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_dir: Option<PathBuf>,
    /// Address to listen on [default: 127.0.0.1:8080].
    #[arg(long, global = true, value_name = "ADDRESS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<String>,
    /// Where clients reach this server; it becomes the issuer of all tokens [default: the address listened on].
    #[arg(long, global = true, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// <postgres://user:password@host/database>, or <sqlite:///path> [default: a SQLite file in the data folder].
    #[arg(long, global = true, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database_url: Option<String>,
    /// What to log, such as info or debug,sqlx=warn [default: info, with less on migrations].
    #[arg(long, global = true, value_name = "FILTER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
    /// text or json [default: text].
    #[arg(long, global = true, value_name = "FORM")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_format: Option<String>,
}

impl Settings {
    /// Reads defaults, file, environment and flags.
    ///
    /// # Errors
    /// [`ConfigProblem`] for the first wrong setting.
    pub fn load(flags: &Flags) -> Result<Self, ConfigProblem> {
        let mut figment = Figment::from(Serialized::defaults(Written::default()));
        if let Some(file) = &flags.config {
            if !file.is_file() {
                return Err(problem(
                    "config",
                    &file.display().to_string(),
                    "a file that exists",
                ));
            }
            figment = figment.merge(Toml::file_exact(file));
        }
        figment = figment
            .merge(Env::prefixed("LATCHKEY_").ignore(&NOT_SETTINGS).split("__"))
            .merge(Env::raw().only(&["DATABASE_URL"]))
            .merge(Serialized::defaults(flags));
        Self::parse(Written::extract(&figment)?)
    }

    /// The defaults with a data folder, for tests and tools.
    ///
    /// # Errors
    /// [`ConfigProblem`], which the defaults do not give.
    pub fn with(overrides: impl Provider) -> Result<Self, ConfigProblem> {
        let figment = Figment::from(Serialized::defaults(Written::default())).merge(overrides);
        Self::parse(Written::extract(&figment)?)
    }

    /// Notes the address that is really listened on, which matters where port 0 was asked for.
    pub fn listening_on(&mut self, address: SocketAddr) {
        self.listen = address;
        self.settle_issuer();
    }

    fn settle_issuer(&mut self) {
        self.issuer = if let Some(url) = &self.public_url {
            url.as_str().trim_end_matches('/').to_owned()
        } else {
            let mut address = self.listen;
            if address.ip().is_unspecified() {
                address.set_ip(Ipv4Addr::LOCALHOST.into());
            }
            format!("http://{address}")
        };
    }

    /// The issuer, without a slash at its end.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The audience of tokens for the management API.
    pub fn management_audience(&self) -> String {
        format!("{}/api/v1", self.issuer)
    }

    /// The settings as they are, for people, without secrets.
    pub fn shown(&self) -> BTreeMap<&'static str, serde_json::Value> {
        use serde_json::json;
        let list = |it: &[IpNet]| it.iter().map(ToString::to_string).collect::<Vec<_>>();
        BTreeMap::from([
            ("data_dir", json!(self.data_dir)),
            ("listen", json!(self.listen)),
            ("public_url", json!(self.issuer)),
            ("database_url", json!(self.database.masked())),
            ("master_key_file", json!(self.master_key_file)),
            ("database_connections", json!(self.database_connections)),
            ("client_cache", json!(self.client_cache)),
            ("signing_algorithm", json!(self.signing_algorithm.name())),
            (
                "signing_key_rotation",
                json!(match self.signing_key_rotation {
                    Some(seconds) => format!("{seconds}s"),
                    None => "never".to_owned(),
                }),
            ),
            (
                "client_credentials_lifetime",
                json!(format!("{}s", self.client_credentials_lifetime.seconds())),
            ),
            ("bootstrap_email", json!(self.bootstrap_email)),
            (
                "session_idle_limit",
                json!(format!("{}s", self.session_idle_limit)),
            ),
            ("session_limit", json!(format!("{}s", self.session_limit))),
            (
                "api_requests_per_second",
                json!(self.api_requests_per_second),
            ),
            ("trusted_proxies", json!(list(&self.trusted_proxies))),
            ("cors_origins", json!(self.cors_origins)),
            ("smtp_url", json!(self.mail.as_ref().map(Mailer::shown))),
            ("smtp_from", json!(self.mail.as_ref().map(Mailer::from))),
            (
                "webhook_url",
                json!(self.webhook.as_ref().map(Webhook::shown)),
            ),
            (
                "webhook_secret",
                json!(self.webhook.as_ref().map(|_| "***")),
            ),
            (
                "webhook_allow_private",
                json!(self.webhook_reach == Reach::Private),
            ),
            (
                "jwks_allow_private",
                json!(self.jwks_reach == Reach::Private),
            ),
            ("admin_origins", json!(self.admin_origins)),
            ("log", json!(self.log)),
            (
                "log_format",
                json!(match self.log_format {
                    LogFormat::Text => "text",
                    LogFormat::Json => "json",
                }),
            ),
            (
                "throttle",
                json!({
                    "client_failures": self.throttle.client_failures,
                    "source_failures": self.throttle.source_failures,
                    "person_failures": self.throttle.person_failures,
                    "account_failures": self.throttle.account_failures,
                    "source_requests": self.throttle.source_requests,
                    "all_requests": self.throttle.all_requests,
                }),
            ),
        ])
    }
}

fn problem(name: &str, found: &str, expected: &str) -> ConfigProblem {
    ConfigProblem {
        name: name.to_lowercase(),
        found: found.to_owned(),
        expected: expected.to_owned(),
    }
}
