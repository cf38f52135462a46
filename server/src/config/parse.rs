//! From what is written to what the server works with: each setting on its own, and what is expected of it.

use std::{
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
    time::Duration,
};

use ipnet::IpNet;
use tracing_subscriber::EnvFilter;
use url::Url;

use super::{
    ConfigProblem, LogFormat, Settings, ThrottleSettings, problem,
    written::{Written, WrittenThrottle},
};
use crate::{
    domain::lifetime::TokenLifetime,
    outbound::{address::Reach, mail::Mailer, webhook::Webhook},
    store::DatabaseUrl,
};

impl Settings {
    /// The settings that `written` describes.
    ///
    /// # Errors
    /// [`ConfigProblem`] for the first wrong setting.
    pub(super) fn parse(written: Written) -> Result<Self, ConfigProblem> {
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
        let client_credentials_lifetime =
            TokenLifetime::parse_duration(lifetime).map_err(|it| {
                let expected = it.to_string();
                let expected = expected.trim_start_matches("must be ");
                problem("client_credentials_lifetime", lifetime, expected)
            })?;
        let session_idle_limit = session_limit("session_idle_limit", &written.session_idle_limit)?;
        let session_limit = session_limit("session_limit", &written.session_limit)?;
        let trusted_proxies = networks(&written.trusted_proxies)?;
        let log_format = log_format(&written.log_format)?;
        if EnvFilter::try_new(&written.log).is_err() {
            let expected = "a level or a filter, such as info or debug,sqlx=warn";
            return Err(problem("log", &written.log, expected));
        }
        if written.database_connections < 2 {
            return Err(problem(
                "database_connections",
                &written.database_connections.to_string(),
                "a number from 2 on",
            ));
        }
        let throttle = throttle(&written.throttle)?;
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
            signing_key_rotation: signing_key_rotation(&written.signing_key_rotation)?,
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
            webhook_reach: reach(written.webhook_allow_private),
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

fn positive(name: &str, number: u32) -> Result<NonZeroU32, ConfigProblem> {
    NonZeroU32::new(number).ok_or_else(|| problem(name, "0", "a number from 1 on"))
}

fn throttle(written: &WrittenThrottle) -> Result<ThrottleSettings, ConfigProblem> {
    let most = |name: &str, number| positive(&format!("throttle.{name}"), number);
    Ok(ThrottleSettings {
        client_failures: most("client_failures", written.client_failures)?,
        source_failures: most("source_failures", written.source_failures)?,
        person_failures: most("person_failures", written.person_failures)?,
        account_failures: most("account_failures", written.account_failures)?,
        source_requests: most("source_requests", written.source_requests)?,
        all_requests: most("all_requests", written.all_requests)?,
    })
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

fn signing_key_rotation(text: &str) -> Result<Option<i64>, ConfigProblem> {
    if text == "never" {
        return Ok(None);
    }
    duration(text)
        .and_then(|it| i64::try_from(it.as_secs()).ok())
        .filter(|it| (3_600..=3_650 * 86_400).contains(it))
        .map(Some)
        .ok_or_else(|| {
            let expected = "a duration from 1h to 3650d, such as 90d, or never";
            problem("signing_key_rotation", text, expected)
        })
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
