//! Who is this client? (RFC 6749, section 2.3.)

use std::{net::IpAddr, sync::Arc, time::Duration};

use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::{
    basic::BasicCredentials,
    error::{Challenge, OAuthError},
    parameters::Parameters,
};
use crate::{
    app::App,
    clients::cache::KnownClient,
    crypto::digest::Digest,
    domain::{
        auth_method::AuthMethod,
        client::Status,
        credential::CredentialKind,
        secret::{GeneratedSecret, Made, NotGenerated},
        timestamp::Timestamp,
        token_request::{About, RefusedBecause},
    },
    error::Result,
    store::{StoredCredential, Verifier},
};

/// A failure is answered no sooner than this, whatever it was: an unknown client and a wrong secret look alike, and
/// guessing is slow.
const FAILURES_TAKE: Duration = Duration::from_millis(100);

/// What every failed authentication says.
const FAILED: &str = "the client is unknown or its secret is wrong";

/// What a client hears that sends no secret, unless it is a public one.
const DID_NOT: &str = "the client did not authenticate: send client_id and client_secret, by HTTP Basic or in the body";

/// How and as whom a client presents itself.
pub struct Presented {
    client_id: String,
    secret: SecretString,
    method: AuthMethod,
}

/// What ends soon, for the answer to say so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Endings {
    /// The credential that was used, by its own date or by a rotation.
    pub credential: Option<Timestamp>,
    /// The client.
    pub client: Option<Timestamp>,
}

/// A client that proved who it is.
pub struct Authenticated {
    /// The client.
    pub known: Arc<KnownClient>,
    /// The credential it used; a public client has none.
    pub credential: Option<Uuid>,
}

impl Authenticated {
    /// What an administrator may know of a request by this client.
    pub fn about(&self) -> About {
        about(&self.known, self.credential)
    }

    /// What ends within 30 days.
    pub fn endings(&self, now: Timestamp) -> Endings {
        let used = self.known.credentials.iter();
        let used = used
            .map(|it| &it.credential)
            .find(|it| Some(it.id) == self.credential);
        Endings {
            credential: used.and_then(|it| it.ends_soon(now)),
            client: self.known.client.ends_soon(now),
        }
    }
}

fn about(known: &KnownClient, credential: Option<Uuid>) -> About {
    About {
        tenant: known.client.tenant_id,
        client: known.client.id,
        credential,
    }
}

impl Presented {
    /// Reads the `Authorization` header and the parameters of a request.
    ///
    /// # Errors
    /// `invalid_request` when both are used; `invalid_client` when no client is named.
    pub fn read(
        authorization: Option<&str>,
        parameters: &Parameters,
    ) -> std::result::Result<Self, OAuthError> {
        if parameters.one("client_assertion").is_some() {
            return Err(OAuthError::invalid_client(
                "client assertions are not supported: authenticate with a client secret",
            ));
        }
        let in_body = parameters.one("client_secret");
        let Some(header) = authorization else {
            let Some(client_id) = parameters.one("client_id") else {
                return Err(OAuthError::invalid_client(DID_NOT));
            };
            return Ok(Self {
                client_id: client_id.to_owned(),
                secret: in_body.unwrap_or_default().to_owned().into(),
                // Without a secret it can only be a public client (RFC 6749, section 2.1).
                method: in_body.map_or(AuthMethod::None, |_| AuthMethod::ClientSecretPost),
            });
        };
        if in_body.is_some() {
            return Err(OAuthError::invalid_request(
                "the client authenticates twice: use HTTP Basic or the body, not both",
            ));
        }
        let basic = BasicCredentials::parse(header).map_err(|problem| OAuthError {
            challenge: Challenge::Basic,
            ..OAuthError::invalid_client(problem.to_string())
        })?;
        if parameters
            .one("client_id")
            .is_some_and(|it| it != basic.client_id)
        {
            return Err(OAuthError::invalid_request(
                "client_id in the body is not the client of the Authorization header",
            ));
        }
        Ok(Self {
            client_id: basic.client_id,
            secret: basic.client_secret,
            method: AuthMethod::ClientSecretBasic,
        })
    }
}

/// The client that `presented` is, if it proves it from `source`.
///
/// # Errors
/// `invalid_client`, the same for an unknown client and for a wrong secret. That a client is switched off, expired or
/// registered for another method is said only after a right secret. A public client proves nothing: what it asks for
/// must be bound to it by other means.
pub async fn authenticate(
    app: &App,
    presented: Presented,
    source: Option<IpAddr>,
) -> std::result::Result<Authenticated, OAuthError> {
    let challenge = match presented.method {
        AuthMethod::ClientSecretBasic => Challenge::Basic,
        _ => Challenge::None,
    };
    if let Some(wait) = app.throttle.must_wait(source, &presented.client_id) {
        return Err(OAuthError::slow_down(wait));
    }
    let started = tokio::time::Instant::now();
    let outcome = prove(app, &presented).await;
    let refused = match outcome {
        Ok(Ok(authenticated)) => return Ok(authenticated),
        Ok(Err(refused)) => refused,
        Err(error) => return Err(error.into()),
    };
    if refused.description == FAILED {
        app.throttle.failed(source, &presented.client_id);
    }
    tokio::time::sleep_until(started + FAILURES_TAKE).await;
    Err(OAuthError {
        challenge,
        ..refused
    })
}

async fn prove(
    app: &App,
    presented: &Presented,
) -> Result<std::result::Result<Authenticated, OAuthError>> {
    let failed = |because, about| {
        Ok(Err(
            OAuthError::invalid_client(FAILED).known_as(because, about)
        ))
    };
    if presented.method == AuthMethod::None {
        return recognise_public(app, presented).await;
    }
    let Some(known) = app.known_client(&presented.client_id).await? else {
        return failed(RefusedBecause::UnknownClient, None);
    };
    let now = app.clock.now();
    let Some(credential) = recognise(app, &known, &presented.secret, now).await? else {
        let dead = recognise_dead(app, &known, &presented.secret, now).await?;
        let because = dead.map_or(RefusedBecause::WrongSecret, |it| it.1);
        let about = about(&known, dead.map(|it| it.0));
        return failed(because, Some(about));
    };
    let client = &known.client;
    let registered = client.form.token_endpoint_auth_method;
    let (because, said) = if client.status == Status::Inactive {
        (
            RefusedBecause::ClientDeactivated,
            "the client is deactivated",
        )
    } else if client.is_expired(now) {
        (RefusedBecause::ClientExpired, "the client has expired")
    } else if registered != AuthMethod::Any && registered != presented.method {
        let said = match registered {
            AuthMethod::ClientSecretBasic => "this client must authenticate by HTTP Basic",
            _ => "this client must authenticate by client_id and client_secret in the body",
        };
        (RefusedBecause::WrongMethod, said)
    } else {
        return Ok(Ok(Authenticated {
            known,
            credential: Some(credential),
        }));
    };
    let about = about(&known, Some(credential));
    Ok(Err(
        OAuthError::invalid_client(said).known_as(because, Some(about))
    ))
}

/// A client without a secret, if it is a public one that works.
async fn recognise_public(
    app: &App,
    presented: &Presented,
) -> Result<std::result::Result<Authenticated, OAuthError>> {
    let known = app.known_client(&presented.client_id).await?.filter(|it| {
        let client = &it.client;
        client.public && client.status == Status::Active && !client.is_expired(app.clock.now())
    });
    Ok(known
        .map(|known| Authenticated {
            known,
            credential: None,
        })
        .ok_or_else(|| OAuthError::invalid_client(DID_NOT)))
}

/// The live credential of `known` that `secret` is.
async fn recognise(
    app: &App,
    known: &KnownClient,
    secret: &SecretString,
    now: Timestamp,
) -> Result<Option<Uuid>> {
    let live = known
        .credentials
        .iter()
        .filter(|it| it.credential.kind == CredentialKind::Secret && it.credential.is_live(now));
    match GeneratedSecret::parse(Made::Secret, secret.expose_secret()) {
        Ok(presented) => {
            let digest = Digest::of(secret.expose_secret().as_bytes());
            let found = live
                .filter(|it| it.credential.key_id == Some(presented.key_id))
                .find(|it| matches!(&it.verifier, Verifier::Digest(kept) if kept.matches(&digest)));
            Ok(found.map(id_of))
        }
        Err(NotGenerated::BadChecksum) => Ok(None),
        Err(NotGenerated::NotOurs) => {
            for stored in live {
                if let Verifier::PasswordHash(hash) = &stored.verifier
                    && app.passwords.verify(secret, hash).await?
                {
                    return Ok(Some(id_of(stored)));
                }
            }
            Ok(None)
        }
    }
}

/// The dead credential of `known` that `secret` once was, and why it is dead. Of secrets that were brought along this
/// is not asked: to compare with each of them is slow on purpose.
async fn recognise_dead(
    app: &App,
    known: &KnownClient,
    secret: &SecretString,
    now: Timestamp,
) -> Result<Option<(Uuid, RefusedBecause)>> {
    let Ok(presented) = GeneratedSecret::parse(Made::Secret, secret.expose_secret()) else {
        return Ok(None);
    };
    let Some(stored) = app.store.find_credential_by_key(presented.key_id).await? else {
        return Ok(None);
    };
    let digest = Digest::of(secret.expose_secret().as_bytes());
    let same = matches!(&stored.verifier, Verifier::Digest(kept) if kept.matches(&digest));
    let credential = &stored.credential;
    if !same || credential.client != known.client.id {
        return Ok(None);
    }
    let because = if credential.revoked.is_some() {
        RefusedBecause::SecretRevoked
    } else if credential.retires_at.is_some_and(|it| it < now) {
        RefusedBecause::SecretRetired
    } else {
        RefusedBecause::SecretExpired
    };
    Ok(Some((credential.id, because)))
}

const fn id_of(stored: &StoredCredential) -> Uuid {
    stored.credential.id
}
