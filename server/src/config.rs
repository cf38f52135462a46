//! Settings: one typed struct, from defaults, then a file, then the environment, then flags. The later wins.
//!
//! Everything has a default, so that nothing is required to start.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    num::NonZeroU32,
    path::PathBuf,
    time::Duration,
};

use figment::{
    Figment, Provider,
    providers::{Env, Format, Serialized, Toml},
};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;
use url::Url;

use crate::{
    crypto::signing::Algorithm,
    domain::lifetime::TokenLifetime,
    outbound::{address::Reach, mail::Mailer, webhook::Webhook},
    store::DatabaseUrl,
};

/// Variables with our prefix that are none of the server's: where the settings are; where scripts find a server and
/// its executable; what the tests demand.
const NOT_SETTINGS: [&str; 4] = ["config", "url", "bin", "require_postgres"];

/// Settings as they are written. Unknown names are refused, so that a typo is not a silent default.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Written {
    data_dir: PathBuf,
    listen: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    public_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    database_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    master_key_file: Option<PathBuf>,
    database_connections: u32,
    client_cache: u64,
    signing_algorithm: String,
    client_credentials_lifetime: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    bootstrap_email: Option<String>,
    session_idle_limit: String,
    session_limit: String,
    api_requests_per_second: u32,
    trusted_proxies: Vec<String>,
    cors_origins: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    smtp_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    smtp_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook_secret: Option<String>,
    webhook_allow_private: bool,
    jwks_allow_private: bool,
    admin_origins: Vec<String>,
    log: String,
    log_format: String,
    throttle: WrittenThrottle,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_field_names,
    reason = "they are the names of the settings"
)]
struct WrittenThrottle {
    client_failures: u32,
    source_failures: u32,
    person_failures: u32,
    account_failures: u32,
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
            },
        }
    }
}

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
    /// Connections for reading.
    pub database_connections: u32,
    /// How many clients and verified tokens are kept in memory.
    pub client_cache: u64,
    /// What tokens are signed with.
    pub signing_algorithm: Algorithm,
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

/// How many failures are let through at once; they come back within a quarter of an hour.
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
        Self::extract(&figment)
    }

    /// The defaults with a data folder, for tests and tools.
    ///
    /// # Errors
    /// [`ConfigProblem`], which the defaults do not give.
    pub fn with(overrides: impl Provider) -> Result<Self, ConfigProblem> {
        Self::extract(&Figment::from(Serialized::defaults(Written::default())).merge(overrides))
    }

    fn extract(figment: &Figment) -> Result<Self, ConfigProblem> {
        let written: Written = figment.extract().map_err(|error| {
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
        })?;
        Self::parse(written)
    }

    #[expect(clippy::too_many_lines, reason = "a line or two for each setting")]
    fn parse(written: Written) -> Result<Self, ConfigProblem> {
        let listen: SocketAddr = written.listen.parse().map_err(|_| {
            problem(
                "listen",
                &written.listen,
                "an IP address and a port, such as 127.0.0.1:8080",
            )
        })?;
        let database = match &written.database_url {
            Some(text) => DatabaseUrl::parse(text).map_err(|it| {
                problem(
                    "database_url",
                    &scheme_of(text),
                    it.to_string().trim_start_matches("expected "),
                )
            })?,
            None => DatabaseUrl::sqlite_file(&written.data_dir.join("latchkey.db")),
        };
        let public_url = written.public_url.as_deref().map(public_url).transpose()?;
        let master_key_file = written
            .master_key_file
            .unwrap_or_else(|| written.data_dir.join("master.key"));
        let algorithm = written.signing_algorithm.parse().map_err(|_| {
            problem(
                "signing_algorithm",
                &written.signing_algorithm,
                "ES256, EdDSA or RS256",
            )
        })?;
        let lifetime = &written.client_credentials_lifetime;
        let client_credentials_lifetime = duration(lifetime)
            .and_then(|it| u32::try_from(it.as_secs()).ok())
            .filter(|it| (1..=86_400).contains(it))
            .map(TokenLifetime::of_seconds)
            .ok_or_else(|| {
                problem(
                    "client_credentials_lifetime",
                    lifetime,
                    "a duration from 1s to 24h, such as 10m",
                )
            })?;
        let session_idle_limit = session_limit("session_idle_limit", &written.session_idle_limit)?;
        let session_limit = session_limit("session_limit", &written.session_limit)?;
        let trusted_proxies = networks(&written.trusted_proxies)?;
        let log_format = log_format(&written.log_format)?;
        if EnvFilter::try_new(&written.log).is_err() {
            let expected = "a level or a filter, such as info or debug,sqlx=warn";
            return Err(problem("log", &written.log, expected));
        }
        let positive = |name: &str, number: u32| {
            NonZeroU32::new(number).ok_or_else(|| problem(name, "0", "a number from 1 on"))
        };
        if written.database_connections < 2 {
            return Err(problem(
                "database_connections",
                &written.database_connections.to_string(),
                "a number from 2 on",
            ));
        }
        let throttle = ThrottleSettings {
            client_failures: positive(
                "throttle.client_failures",
                written.throttle.client_failures,
            )?,
            source_failures: positive(
                "throttle.source_failures",
                written.throttle.source_failures,
            )?,
            person_failures: positive(
                "throttle.person_failures",
                written.throttle.person_failures,
            )?,
            account_failures: positive(
                "throttle.account_failures",
                written.throttle.account_failures,
            )?,
        };
        let origins = |name: &str, texts: Vec<String>| {
            let read = texts.into_iter().map(|text| origin(name, &text));
            read.collect::<Result<Vec<_>, _>>()
        };
        let cors_origins = origins("cors_origins", written.cors_origins)?;
        let admin_origins = origins("admin_origins", written.admin_origins)?;
        let mut settings = Self {
            data_dir: written.data_dir,
            listen,
            public_url,
            database,
            master_key_file,
            database_connections: written.database_connections,
            client_cache: written.client_cache,
            signing_algorithm: algorithm,
            client_credentials_lifetime,
            bootstrap_email: written.bootstrap_email,
            session_idle_limit,
            session_limit,
            api_requests_per_second: positive(
                "api_requests_per_second",
                written.api_requests_per_second,
            )?,
            trusted_proxies,
            cors_origins,
            mail: mail(written.smtp_url.as_deref(), written.smtp_from.as_deref())?,
            webhook: webhook(
                written.webhook_url.as_deref(),
                written.webhook_secret.as_deref(),
                reach(written.webhook_allow_private),
            )?,
            jwks_reach: reach(written.jwks_allow_private),
            admin_origins,
            log: written.log,
            log_format,
            throttle,
            issuer: String::new(),
        };
        settings.settle_issuer();
        Ok(settings)
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

/// How an address begins: the rest may hold a password.
fn scheme_of(text: &str) -> String {
    let is_scheme = |it: &&str| it.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let scheme = text.split_once(':').map(|it| it.0).filter(is_scheme);
    scheme.map_or_else(
        || "another text".to_owned(),
        |it| format!("an address that begins with {it}:"),
    )
}

/// What is expected of a setting of the wrong type.
fn expected_of(name: &str, type_expected: &str) -> String {
    let expected = match name.to_lowercase().as_str() {
        "listen" => "an IP address and a port, such as 127.0.0.1:8080",
        "client_credentials_lifetime" => "a duration from 1s to 24h, such as 10m",
        "signing_algorithm" => "ES256, EdDSA or RS256",
        "trusted_proxies" => "a list of addresses or networks, such as [\"10.0.0.0/8\"]",
        "cors_origins" => "a list of origins, such as [\"https://admin.example.org\"]",
        "client_cache" => "a number from 0 on",
        "database_connections" => "a number from 2 on",
        "throttle.client_failures" | "throttle.source_failures" => "a number from 1 on",
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

fn public_url(text: &str) -> Result<Url, ConfigProblem> {
    let wrong = || {
        problem(
            "public_url",
            text,
            "an http or https URL without path, query and fragment, such as https://login.example.org",
        )
    };
    let url = Url::parse(text).map_err(|_| wrong())?;
    let fits = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.path() == "/";
    if fits { Ok(url) } else { Err(wrong()) }
}

fn origin(name: &str, text: &str) -> Result<String, ConfigProblem> {
    let url = public_url(text).ok();
    url.map(|it| it.origin().ascii_serialization())
        .ok_or_else(|| problem(name, text, "origins, such as https://admin.example.org"))
}

fn log_format(text: &str) -> Result<LogFormat, ConfigProblem> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        other => Err(problem("log_format", other, "text or json")),
    }
}

const fn reach(allow_private: bool) -> Reach {
    if allow_private {
        Reach::Private
    } else {
        Reach::Public
    }
}

fn mail(url: Option<&str>, from: Option<&str>) -> Result<Option<Mailer>, ConfigProblem> {
    use crate::outbound::mail::MailProblem;
    let Some(url) = url else {
        return Ok(None);
    };
    let from = from.ok_or_else(|| {
        let expected = MailProblem::Sender.to_string();
        problem("smtp_from", "nothing", &expected)
    })?;
    // What was found may hold a password: it is not repeated.
    Mailer::parse(url, from).map(Some).map_err(|it| match it {
        MailProblem::Sender => problem("smtp_from", from, &it.to_string()),
        _ => problem("smtp_url", "another text", &it.to_string()),
    })
}

fn webhook(
    url: Option<&str>,
    secret: Option<&str>,
    reach: Reach,
) -> Result<Option<Webhook>, ConfigProblem> {
    use crate::outbound::webhook::WebhookProblem;
    let Some(url) = url else {
        return Ok(None);
    };
    let secret = secret.unwrap_or_default();
    Webhook::parse(url, secret, reach)
        .map(Some)
        .map_err(|it| match it {
            WebhookProblem::Address => problem("webhook_url", "another text", &it.to_string()),
            WebhookProblem::Secret => problem("webhook_secret", "another text", &it.to_string()),
        })
}

fn duration(text: &str) -> Option<Duration> {
    humantime::parse_duration(text).ok()
}

fn session_limit(name: &str, text: &str) -> Result<i64, ConfigProblem> {
    duration(text)
        .and_then(|it| i64::try_from(it.as_secs()).ok())
        .filter(|it| (60..=30 * 86_400).contains(it))
        .ok_or_else(|| problem(name, text, "a duration from 1m to 30d, such as 12h"))
}

fn networks(texts: &[String]) -> Result<Vec<IpNet>, ConfigProblem> {
    let expected = "addresses or networks, such as 10.0.0.0/8";
    texts
        .iter()
        .map(|text| {
            text.parse::<IpNet>()
                .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
                .map_err(|_| problem("trusted_proxies", text, expected))
        })
        .collect()
}
