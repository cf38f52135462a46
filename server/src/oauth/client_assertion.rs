//! Client assertions: a client proves itself by what it signed, `private_key_jwt` (RFC 7521, section 4.2; RFC 7523,
//! sections 2.2 and 3).

use serde_json::{Map, Value};
use uuid::Uuid;

use super::{error::OAuthError, parameters::Parameters};
use crate::{
    app::App,
    clients::cache::KnownClient,
    crypto::{
        digest::Digest,
        signing::{Header, KeySet, decode_verified_with, read_unverified},
    },
    domain::{timestamp::Timestamp, token_request::RefusedBecause},
    error::Result,
    store::{StoredCredential, Verifier},
};

/// The one `client_assertion_type` there is (RFC 7523, section 2.2).
pub(super) const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How far ahead an assertion may expire, in seconds.
const LONGEST_LIFE: i64 = 3_600;

/// How far the clocks of clients may be from ours, in seconds.
const SKEW: i64 = 60;

/// Longest `jti`, in bytes.
const LONGEST_ID: usize = 255;

/// The `typ` values that an assertion may have; it may have none, too.
const TYPES: [&str; 2] = ["JWT", "client-authentication+jwt"];

/// An assertion as it was presented. Nothing of it is believed yet.
pub(super) struct Assertion {
    token: String,
    header: Header,
    /// Whose it says it is.
    pub(super) subject: String,
}

/// What an assertion turned out to be.
pub(super) enum Verdict {
    /// Right: by this credential, and to be used once.
    Right(Uuid, Once),
    /// Not signed by a live key of the client.
    Wrong(RefusedBecause, Option<Uuid>),
    /// Signed by this key of the client, but not to be accepted. The reason may be said.
    Refused(RefusedBecause, Uuid, String),
}

/// What makes an assertion the same as another, and until when that matters.
pub(super) struct Once {
    digest: Digest,
    until: Timestamp,
}

impl Assertion {
    /// The assertion of a request, if it has one.
    ///
    /// # Errors
    /// `invalid_request` where half of it is missing, or `client_id` names another client; `invalid_client` for what is
    /// no assertion of the type that this server knows.
    pub(super) fn read(parameters: &Parameters) -> std::result::Result<Option<Self>, OAuthError> {
        let named = parameters.one("client_assertion_type");
        let token = match (named, parameters.one("client_assertion")) {
            (None, None) => return Ok(None),
            (Some(_), None) => {
                return Err(OAuthError::invalid_request("client_assertion is missing"));
            }
            (None, Some(_)) => {
                let said = format!("client_assertion_type is missing: it must be {TYPE}");
                return Err(OAuthError::invalid_request(said));
            }
            (Some(named), Some(_)) if named != TYPE => {
                let said = format!("client_assertion_type must be {TYPE}");
                return Err(wrong(said));
            }
            (Some(_), Some(token)) => token,
        };
        let (header, claims) = read_unverified(token)
            .map_err(|problem| wrong(format!("client_assertion is not accepted: {problem}")))?;
        let Some(subject) = claims.get("sub").and_then(Value::as_str) else {
            return Err(wrong(
                "the client assertion does not say whose it is: sub is missing",
            ));
        };
        if parameters.one("client_id").is_some_and(|it| it != subject) {
            return Err(OAuthError::invalid_request(
                "client_id is not the client of the client assertion",
            ));
        }
        Ok(Some(Self {
            token: token.to_owned(),
            subject: subject.to_owned(),
            header,
        }))
    }

    /// The claims, if a key of `set` signed them.
    fn claims_by(&self, set: &KeySet) -> Option<Map<String, Value>> {
        set.candidates(self.header.kid(), self.header.alg())
            .find_map(|key| decode_verified_with(&self.token, |_| Ok(key.clone())).ok())
    }

    /// What it is to `known` at `now`. That it is used up is not noted yet.
    ///
    /// # Errors
    /// The database being away.
    pub(super) async fn judge(
        &self,
        app: &App,
        known: &KnownClient,
        now: Timestamp,
    ) -> Result<Verdict> {
        let typed = self.header.typ().is_some();
        if typed && !TYPES.iter().any(|it| self.header.is_of_type(it)) {
            return Ok(Verdict::Wrong(RefusedBecause::WrongAssertion, None));
        }
        let mut because = RefusedBecause::WrongAssertion;
        for stored in &known.credentials {
            if !stored.credential.is_live(now) {
                continue;
            }
            let claims = match &stored.verifier {
                Verifier::Keys(set) => self.claims_by(set),
                Verifier::KeysAt(address) => {
                    let has_the_key = |set: &KeySet| {
                        let mut keys = set.candidates(self.header.kid(), self.header.alg());
                        keys.next().is_some()
                    };
                    let set = app
                        .published_keys
                        .find(address, &app.clock, has_the_key)
                        .await;
                    if set.is_none() {
                        because = RefusedBecause::KeysUnreachable;
                    }
                    set.and_then(|set| self.claims_by(&set))
                }
                Verifier::Digest(_) | Verifier::PasswordHash(_) => None,
            };
            if let Some(claims) = claims {
                let id = stored.credential.id;
                return Ok(match check(app, known, &claims, now) {
                    Ok(once) => Verdict::Right(id, once),
                    Err((because, said)) => Verdict::Refused(because, id, said),
                });
            }
        }
        let dead = self.dead_key(app, known, now).await?;
        Ok(match dead {
            Some((id, because)) => Verdict::Wrong(because, Some(id)),
            None => Verdict::Wrong(because, None),
        })
    }

    /// The dead credential by whose key it is signed, and why that is dead.
    async fn dead_key(
        &self,
        app: &App,
        known: &KnownClient,
        now: Timestamp,
    ) -> Result<Option<(Uuid, RefusedBecause)>> {
        let all = app.store.list_public_keys(known.client.id).await?;
        let signed = |it: &StoredCredential| {
            let set = match &it.verifier {
                Verifier::Keys(set) => Some(set),
                _ => None,
            };
            set.is_some_and(|set| self.claims_by(set).is_some())
        };
        let mut dead = all.iter().filter(|it| !it.credential.is_live(now));
        Ok(dead.find(|it| signed(it)).map(|it| {
            let because = if it.credential.revoked.is_some() {
                RefusedBecause::KeyRevoked
            } else {
                RefusedBecause::KeyExpired
            };
            (it.credential.id, because)
        }))
    }
}

impl Once {
    /// Notes that the assertion is used up, on every node, and gives whether it was not before.
    ///
    /// # Errors
    /// The database being away.
    pub(super) async fn take(&self, app: &App) -> Result<bool> {
        let transaction = app.store.begin().await?;
        let first = transaction
            .insert_used_assertion(&self.digest, self.until)
            .await?;
        transaction.commit().await?;
        Ok(first)
    }
}

fn wrong(said: impl Into<String>) -> OAuthError {
    OAuthError::invalid_client(said).known_as(RefusedBecause::WrongAssertion, None)
}

/// What RFC 7523, section 3, asks of the claims.
fn check(
    app: &App,
    known: &KnownClient,
    claims: &Map<String, Value>,
    now: Timestamp,
) -> std::result::Result<Once, (RefusedBecause, String)> {
    let now = now.unix();
    let refuse = |because, said: &str| Err((because, format!("the client assertion {said}")));
    let client_id = known.client.client_id.as_str();
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("iss") != Some(client_id) || text("sub") != Some(client_id) {
        let said = "must name the client in both iss and sub";
        return refuse(RefusedBecause::WrongAssertion, said);
    }
    if !is_for_us(app, claims.get("aud")) {
        let said = "is for another server: aud must be the issuer or the token endpoint";
        return refuse(RefusedBecause::AssertionForAnother, said);
    }
    let Ok(expires) = moment(claims, "exp").map(Option::unwrap_or_default) else {
        return refuse(RefusedBecause::WrongAssertion, "has no usable exp");
    };
    if expires == 0 {
        return refuse(RefusedBecause::WrongAssertion, "has no exp");
    }
    if now >= expires + SKEW {
        return refuse(RefusedBecause::AssertionExpired, "has expired");
    }
    if expires > now + LONGEST_LIFE + SKEW {
        let said = "lives too long: exp may be an hour ahead at most";
        return refuse(RefusedBecause::AssertionTooLong, said);
    }
    for name in ["iat", "nbf"] {
        match moment(claims, name) {
            Ok(Some(at)) if at > now + SKEW => {
                let said = format!("is not valid yet: {name} is in the future");
                return refuse(RefusedBecause::AssertionEarly, &said);
            }
            Ok(Some(at)) if at > expires => {
                let said = format!("ends before it begins: exp is before {name}");
                return refuse(RefusedBecause::WrongAssertion, &said);
            }
            Ok(_) => {}
            Err(()) => {
                let said = format!("has an {name} that is no number of seconds");
                return refuse(RefusedBecause::WrongAssertion, &said);
            }
        }
    }
    let Some(id) = text("jti").filter(|it| (1..=LONGEST_ID).contains(&it.len())) else {
        let said = "needs a jti of 1 to 255 characters, another one each time";
        return refuse(RefusedBecause::WrongAssertion, said);
    };
    Ok(Once {
        digest: Digest::of(format!("{}\n{id}", known.client.id).as_bytes()),
        until: Timestamp::from_unix_clamped(expires + SKEW),
    })
}

/// Whether every audience is this server: its issuer (RFC 7523, section 3), its token endpoint, or its endpoint for
/// pushed requests (RFC 9126, section 2). One for several servers could be used by one of them at another.
fn is_for_us(app: &App, audience: Option<&Value>) -> bool {
    let issuer = app.settings.issuer();
    let ours = |it: &Value| {
        let rest = it.as_str().and_then(|it| it.strip_prefix(issuer));
        matches!(rest, Some("" | "/oauth2/token" | "/oauth2/par"))
    };
    match audience {
        Some(Value::Array(all)) => !all.is_empty() && all.iter().all(ours),
        Some(one) => ours(one),
        None => false,
    }
}

/// The seconds of a claim (RFC 7519, section 2: a number, maybe with a fraction), where it is there.
fn moment(claims: &Map<String, Value>, name: &str) -> std::result::Result<Option<i64>, ()> {
    const FARTHEST: f64 = 253_402_300_799.0;
    let Some(value) = claims.get(name) else {
        return Ok(None);
    };
    if let Some(seconds) = value
        .as_i64()
        .filter(|it| (0..=253_402_300_799).contains(it))
    {
        return Ok(Some(seconds));
    }
    let seconds = value.as_f64().filter(|it| (0.0..=FARTHEST).contains(it));
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the fraction is to go, and the whole fits"
    )]
    seconds.map(|it| Some(it as i64)).ok_or(())
}
