//! Who is this client? (RFC 6749, section 2.3.)

use std::{net::IpAddr, sync::Arc, time::Duration};

use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::{
    basic::BasicCredentials,
    client_assertion::{Assertion, Once, Verdict},
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

/// The same, of one that sent an assertion.
const ASSERTION_FAILED: &str = "the client is unknown or its assertion is wrong";

/// What a client hears that sends no secret, unless it is a public one.
const DID_NOT: &str = "the client did not authenticate: send client_id and client_secret, by HTTP Basic or in the \
                       body, or a client assertion";

/// How and as whom a client presents itself.
pub struct Presented {
    client_id: String,
    proof: Proof,
    method: AuthMethod,
}

/// By what a client proves who it is.
enum Proof {
    /// Nothing: a public client.
    Nothing,
    /// A secret.
    Secret(SecretString),
    /// What it signed.
    Assertion(Box<Assertion>),
}

/// What a proof turned out to be.
enum Recognised {
    /// Right, by this credential; an assertion is used up by it.
    Right(Uuid, Option<Once>),
    /// No live credential of the client.
    Wrong(RefusedBecause, Option<Uuid>),
    /// A live credential, and yet not to be accepted; the reason may be said.
    Refused(RefusedBecause, Uuid, String),
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
    /// `invalid_request` when two ways are used; `invalid_client` when no client is named.
    pub fn read(
        authorization: Option<&str>,
        parameters: &Parameters,
    ) -> std::result::Result<Self, OAuthError> {
        let in_body = parameters.one("client_secret");
        if let Some(assertion) = Assertion::read(parameters)? {
            if authorization.is_some() || in_body.is_some() {
                return Err(OAuthError::invalid_request(
                    "the client authenticates twice: send a client assertion or a secret, not both",
                ));
            }
            return Ok(Self {
                client_id: assertion.subject.clone(),
                proof: Proof::Assertion(Box::new(assertion)),
                method: AuthMethod::PrivateKeyJwt,
            });
        }
        let Some(header) = authorization else {
            let Some(client_id) = parameters.one("client_id") else {
                return Err(OAuthError::invalid_client(DID_NOT));
            };
            return Ok(Self {
                client_id: client_id.to_owned(),
                proof: in_body.map_or(Proof::Nothing, |it| Proof::Secret(it.to_owned().into())),
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
            proof: Proof::Secret(basic.client_secret),
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
    if [FAILED, ASSERTION_FAILED].contains(&refused.description.as_str()) {
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
        let said = match presented.proof {
            Proof::Assertion(_) => ASSERTION_FAILED,
            _ => FAILED,
        };
        Ok(Err(
            OAuthError::invalid_client(said).known_as(because, about)
        ))
    };
    if presented.method == AuthMethod::None {
        return recognise_public(app, presented).await;
    }
    let Some(known) = app.known_client(&presented.client_id).await? else {
        return failed(RefusedBecause::UnknownClient, None);
    };
    let now = app.clock.now();
    let recognised = match &presented.proof {
        Proof::Nothing => Recognised::Wrong(RefusedBecause::WrongSecret, None),
        Proof::Secret(secret) => recognise_secret(app, &known, secret, now).await?,
        Proof::Assertion(assertion) => match assertion.judge(app, &known, now).await? {
            Verdict::Right(id, once) => Recognised::Right(id, Some(once)),
            Verdict::Wrong(because, id) => Recognised::Wrong(because, id),
            Verdict::Refused(because, id, said) => Recognised::Refused(because, id, said),
        },
    };
    let (credential, once) = match recognised {
        Recognised::Right(id, once) => (id, once),
        Recognised::Wrong(because, id) => return failed(because, Some(about(&known, id))),
        Recognised::Refused(because, id, said) => {
            let about = about(&known, Some(id));
            return Ok(Err(
                OAuthError::invalid_client(said).known_as(because, Some(about))
            ));
        }
    };
    let mut refused = may_not(&known, presented.method, now);
    if refused.is_none()
        && let Some(once) = once
        && !once.take(app).await?
    {
        let said = "the client assertion was used before: sign a new one, with another jti";
        refused = Some((RefusedBecause::AssertionReplayed, said));
    }
    let about = about(&known, Some(credential));
    Ok(match refused {
        None => Ok(Authenticated {
            known,
            credential: Some(credential),
        }),
        Some((because, said)) => {
            Err(OAuthError::invalid_client(said).known_as(because, Some(about)))
        }
    })
}

/// Why a client that proved who it is by `used` is not served, if it is not.
fn may_not(
    known: &KnownClient,
    used: AuthMethod,
    now: Timestamp,
) -> Option<(RefusedBecause, &'static str)> {
    let client = &known.client;
    let registered = client.form.token_endpoint_auth_method;
    if client.status == Status::Inactive {
        let said = "the client is deactivated";
        Some((RefusedBecause::ClientDeactivated, said))
    } else if client.is_expired(now) {
        Some((RefusedBecause::ClientExpired, "the client has expired"))
    } else if registered.admits(used) {
        None
    } else {
        let said = match registered {
            AuthMethod::ClientSecretBasic => "this client must authenticate by HTTP Basic",
            AuthMethod::PrivateKeyJwt => {
                "this client must authenticate by a client assertion that it signed (private_key_jwt)"
            }
            AuthMethod::Any if used == AuthMethod::PrivateKeyJwt => {
                "this client must authenticate by its secret; to use its key, register it for private_key_jwt"
            }
            _ => "this client must authenticate by client_id and client_secret in the body",
        };
        Some((RefusedBecause::WrongMethod, said))
    }
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

/// Which credential of `known` it is that `secret` is, or was.
async fn recognise_secret(
    app: &App,
    known: &KnownClient,
    secret: &SecretString,
    now: Timestamp,
) -> Result<Recognised> {
    if let Some(credential) = recognise(app, known, secret, now).await? {
        return Ok(Recognised::Right(credential, None));
    }
    let dead = recognise_dead(app, known, secret, now).await?;
    Ok(match dead {
        Some((id, because)) => Recognised::Wrong(because, Some(id)),
        None => Recognised::Wrong(RefusedBecause::WrongSecret, None),
    })
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
    } else if credential.retires_at.is_some_and(|it| it <= now) {
        RefusedBecause::SecretRetired
    } else {
        RefusedBecause::SecretExpired
    };
    Ok(Some((credential.id, because)))
}

const fn id_of(stored: &StoredCredential) -> Uuid {
    stored.credential.id
}
