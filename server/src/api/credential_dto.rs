//! Credentials as they travel.

use poem_openapi::{Enum, Object, types::Example};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use super::client_dto::Actor;
use crate::{
    clients::credential_form::CredentialDraft,
    domain::{
        credential::{self, PublicKeys},
        timestamp::Timestamp,
    },
};

/// Whether a credential works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum CredentialStatus {
    /// It works.
    Active,
    /// It works until its grace period ends.
    Retiring,
    /// Its date has come.
    Expired,
    /// Somebody ended it.
    Revoked,
}

impl From<credential::CredentialStatus> for CredentialStatus {
    fn from(status: credential::CredentialStatus) -> Self {
        match status {
            credential::CredentialStatus::Active => Self::Active,
            credential::CredentialStatus::Retiring => Self::Retiring,
            credential::CredentialStatus::Expired => Self::Expired,
            credential::CredentialStatus::Revoked => Self::Revoked,
        }
    }
}

/// The public keys of a client (RFC 7517, section 5).
#[derive(Clone, Debug, Object, Serialize, Deserialize)]
pub struct ClientJwkSet {
    /// The keys.
    pub keys: Vec<ClientJwk>,
}

/// A public key of a client (RFC 7517, section 4).
#[derive(Clone, Debug, Object, Serialize, Deserialize)]
pub struct ClientJwk {
    /// The family of the key: `EC`, `RSA` or `OKP`.
    pub kty: String,
    /// Its name in the header of assertions.
    pub kid: String,
    /// The algorithm it is for; absent for an RSA key that may sign by `RS256` and by `PS256`.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    /// `sig`: it verifies signatures.
    #[oai(rename = "use")]
    #[serde(rename = "use")]
    pub purpose: String,
    /// The curve, of a key on one.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crv: Option<String>,
    /// The first coordinate, of a key on a curve.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    /// The second coordinate, of a key on a curve.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    /// The modulus, of an RSA key.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<String>,
    /// The exponent, of an RSA key.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub e: Option<String>,
}

/// What is kept of a credential: never the secret itself.
#[derive(Clone, Debug, Object, Serialize, Deserialize)]
pub struct Credential {
    /// Its id.
    pub id: uuid::Uuid,
    /// What kind it is: `secret` or `public_key`.
    pub kind: String,
    /// What people call it.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What to recognise it by: the last four characters of a secret, the `kid` of the first public key, or the host
    /// that publishes the keys.
    pub hint: String,
    /// The public keys, where they were registered here.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<ClientJwkSet>,
    /// Where the client publishes its public keys, where that was registered.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// Whether it works.
    pub status: CredentialStatus,
    /// When it ends by its own date; absent is never.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// When a rotation ends it, or ended it.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retires_at: Option<String>,
    /// The one it was made in place of.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaces: Option<uuid::Uuid>,
    /// The one that was made in its place.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<uuid::Uuid>,
    /// When it was made.
    pub created_at: String,
    /// By whom.
    pub created_by: Actor,
    /// When it was last accepted.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<String>,
    /// From which address it was last accepted.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_from: Option<String>,
    /// How often it was accepted.
    pub use_count: i64,
    /// When it was ended by hand.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<String>,
    /// By whom.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked_by: Option<Actor>,
    /// Why: `deleted`, `regenerated`, `rotated` or `rotation_cancelled`.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked_why: Option<String>,
    /// Counts its changes; the ETag.
    pub version: i64,
}

impl Credential {
    /// A credential as it is at `now`.
    pub fn of(credential: &credential::Credential, now: Timestamp) -> Self {
        let text = |at: Option<Timestamp>| at.map(|it| it.to_string());
        let revoked = credential.revoked.as_ref();
        let (jwks, jwks_uri) = match &credential.public_keys {
            // Written by us in this shape.
            Some(PublicKeys::Inline(jwks)) => (serde_json::from_value(jwks.clone()).ok(), None),
            Some(PublicKeys::At(uri)) => (None, Some(uri.clone())),
            None => (None, None),
        };
        Self {
            id: credential.id,
            kind: credential.kind.as_str().to_owned(),
            description: credential.description.clone(),
            hint: credential.hint.clone(),
            jwks,
            jwks_uri,
            status: credential.status(now).into(),
            expires_at: text(credential.expires_at),
            retires_at: text(credential.retires_at),
            replaces: credential.replaces,
            replaced_by: credential.replaced_by,
            created_at: credential.created_at.to_string(),
            created_by: (&credential.created_by).into(),
            last_used_at: text(credential.last_used_at),
            last_used_from: credential.last_used_from.clone(),
            use_count: credential.use_count,
            revoked_at: text(revoked.map(|it| it.at)),
            revoked_by: revoked.map(|it| (&it.by).into()),
            revoked_why: revoked.map(|it| it.why.as_str().to_owned()),
            version: credential.version.0,
        }
    }
}

/// The credentials of a client, oldest first. There are few, so this list has one page.
#[derive(Clone, Debug, Object, Serialize)]
pub struct CredentialList {
    /// The credentials, dead ones too.
    pub items: Vec<Credential>,
}

/// What a new credential is to be.
#[derive(Clone, Object, Default)]
#[oai(example)]
pub struct CreateCredential {
    /// `secret` or `public_key`; a secret unless given.
    pub kind: Option<String>,
    /// What to call it, at most 500 characters.
    pub description: Option<String>,
    /// When it ends: a date (the end of that UTC day), a date-time with zone, or `never`. Left out, the profile
    /// decides.
    pub expires_at: Option<String>,
    /// A secret brought along from another system: 16 to 256 visible ASCII characters. Left out, one is made.
    pub secret: Option<String>,
    /// For the kind `public_key`: the public key in PEM, as a JWK, or as a JWK set of at most ten keys, as text. EC on
    /// P-256, Ed25519, or RSA of 2048 to 8192 bits. Private keys are refused.
    pub public_key: Option<String>,
    /// For the kind `public_key`, instead of the key itself: the https address at which the client publishes its JWK
    /// set. It is fetched when an assertion is to be verified, and again when an unknown `kid` turns up.
    pub jwks_uri: Option<String>,
}

impl Example for CreateCredential {
    fn example() -> Self {
        Self {
            kind: None,
            description: Some("Production, rotated every quarter".to_owned()),
            expires_at: Some("never".to_owned()),
            secret: None,
            public_key: None,
            jwks_uri: None,
        }
    }
}

impl From<CreateCredential> for CredentialDraft {
    fn from(mut wanted: CreateCredential) -> Self {
        let secret = wanted.secret.take().map(Into::into);
        wanted.secret.zeroize();
        Self {
            kind: wanted.kind,
            description: wanted.description,
            expires_at: wanted.expires_at,
            secret,
            public_key: wanted.public_key,
            jwks_uri: wanted.jwks_uri,
        }
    }
}

/// The editable part of a credential. Left out stays, `null` clears: no description, no end.
#[derive(Clone, Debug, Object, Serialize)]
#[oai(example)]
pub struct CredentialForm {
    /// What to call it, at most 500 characters.
    #[oai(skip_serializing_if_is_none)]
    pub description: Option<String>,
    /// When it ends: a date (the end of that UTC day), a date-time with zone, or `never`.
    #[oai(skip_serializing_if_is_none)]
    pub expires_at: Option<String>,
}

impl Example for CredentialForm {
    fn example() -> Self {
        Self {
            description: Some("Staging".to_owned()),
            expires_at: Some("2030-06-30".to_owned()),
        }
    }
}

impl From<&credential::Credential> for CredentialForm {
    fn from(credential: &credential::Credential) -> Self {
        Self {
            description: credential.description.clone(),
            expires_at: credential.expires_at.map(|it| it.to_string()),
        }
    }
}

impl From<CredentialForm> for CredentialDraft {
    fn from(form: CredentialForm) -> Self {
        Self {
            description: form.description,
            expires_at: form.expires_at,
            ..Self::default()
        }
    }
}

/// A new credential. A secret is shown this once.
#[derive(Clone, Object, Serialize, Deserialize)]
pub struct CreatedCredential {
    /// What is kept of it.
    pub credential: Credential,
    /// The wire id of the client, for the configuration of the program that uses it.
    pub client_id: String,
    /// The secret, where it is one. It cannot be read again.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
}
