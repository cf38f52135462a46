//! Reads what a caller wrote about a credential, by the rules of the profile.

use secrecy::{ExposeSecret, SecretString};
use url::Url;
use uuid::Uuid;

use crate::{
    app::Change,
    crypto::signing::KeySet,
    domain::{
        auth_method::AuthMethod,
        credential::{Credential, CredentialKind},
        profile::Profile,
        secret::ImportedSecret,
        text,
        timestamp::Timestamp,
        violation::Violations,
    },
    outbound::address::{self, AddressProblem, Reach},
};

/// What a caller wrote about a new credential: nothing is checked yet.
#[derive(Clone, Debug, Default)]
pub struct CredentialDraft {
    /// `secret` or `public_key`; absent is a secret.
    pub kind: Option<String>,
    /// What to call it.
    pub description: Option<String>,
    /// When it ends; absent is the profile's default, `never` is never.
    pub expires_at: Option<String>,
    /// A secret brought along from another system; absent makes one.
    pub secret: Option<SecretString>,
    /// Public keys: PEM, a JWK or a JWK set.
    pub public_key: Option<String>,
    /// Where the client publishes its public keys.
    pub jwks_uri: Option<String>,
}

impl CredentialDraft {
    /// Whether the caller wrote anything at all.
    pub const fn is_given(&self) -> bool {
        self.description.is_some()
            || self.expires_at.is_some()
            || self.secret.is_some()
            || self.kind.is_some()
            || self.public_key.is_some()
            || self.jwks_uri.is_some()
    }

    /// Whether a public key is wanted.
    pub fn is_public_key(&self) -> bool {
        self.kind.as_deref() == Some(CredentialKind::PublicKey.as_str())
    }
}

/// What a new credential is to be.
pub struct CredentialForm {
    pub(super) description: Option<String>,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) material: Material,
    pub(super) replaces: Option<Uuid>,
}

/// What a new credential is made of.
pub(super) enum Material {
    /// A secret that is still to be made.
    Secret,
    /// A secret that was brought along.
    Imported(ImportedSecret),
    /// Public keys.
    Keys(KeySet),
    /// An address with public keys.
    KeysAt(Url),
}

impl CredentialForm {
    /// Makes it a successor of `old`, whose description it takes where it has none.
    pub(super) fn replaces(&mut self, old: &Credential) {
        self.replaces = Some(old.id);
        if self.description.is_none() {
            self.description.clone_from(&old.description);
        }
    }
}

/// The word by which a caller asks for a secret that never expires.
pub(super) const NEVER: &str = "never";

/// Longest address of published keys, in characters.
const LONGEST_ADDRESS: usize = 2000;

/// Reads what a caller wrote about a new credential, by the rules of the profile.
pub(super) fn read(
    change: &Change,
    draft: &CredentialDraft,
    profile: &Profile,
    client_end: Option<Timestamp>,
) -> Result<CredentialForm, Violations> {
    let mut wrong = Violations::none();
    let now = change.now;
    let description = text::description(draft.description.as_deref(), &mut wrong);
    let expires_at = match draft.expires_at.as_deref() {
        None => profile.rules.secret.default_end(now, client_end),
        Some(text) => end(text, profile, now, now, &mut wrong),
    };
    let reach = change.app.settings.jwks_reach;
    let material = if draft.is_public_key() {
        read_keys(draft, profile, reach, &mut wrong)
    } else {
        read_secret(draft, &mut wrong)
    };
    let form = material.map(|material| CredentialForm {
        description,
        expires_at,
        material,
        replaces: None,
    });
    match form {
        Some(form) => wrong.or(form),
        None => Err(wrong),
    }
}

fn read_secret(draft: &CredentialDraft, wrong: &mut Violations) -> Option<Material> {
    if let Some(kind) = draft.kind.as_deref()
        && kind != CredentialKind::Secret.as_str()
    {
        wrong.add("/kind", "invalid", "must be secret or public_key");
        return None;
    }
    for (pointer, given) in [
        ("/public_key", &draft.public_key),
        ("/jwks_uri", &draft.jwks_uri),
    ] {
        if given.is_some() {
            let message = "belongs to the kind public_key: name that kind, or leave this out";
            wrong.add(pointer, "not_allowed", message);
        }
    }
    let Some(secret) = &draft.secret else {
        return Some(Material::Secret);
    };
    let imported = ImportedSecret::parse(secret.expose_secret());
    wrong.take("/secret", imported).map(Material::Imported)
}

fn read_keys(
    draft: &CredentialDraft,
    profile: &Profile,
    reach: Reach,
    wrong: &mut Violations,
) -> Option<Material> {
    let methods = &profile.rules.auth_methods;
    if !methods.contains(&AuthMethod::PrivateKeyJwt) {
        let message = "cannot be public_key: the profile does not allow private_key_jwt";
        wrong.add("/kind", "not_allowed", message);
    }
    if draft.secret.is_some() {
        let message = "does not go with a public key: leave it out";
        wrong.add("/secret", "not_allowed", message);
    }
    match (draft.public_key.as_deref(), draft.jwks_uri.as_deref()) {
        (Some(text), None) => wrong
            .take("/public_key", KeySet::parse(text))
            .map(Material::Keys),
        (None, Some(text)) => wrong
            .take("/jwks_uri", address_of_keys(text, reach))
            .map(Material::KeysAt),
        (None, None) => {
            let message = "is required: give the public key, or jwks_uri instead";
            wrong.add("/public_key", "required", message);
            None
        }
        (Some(_), Some(_)) => {
            let message = "does not go with public_key: keep one of the two";
            wrong.add("/jwks_uri", "not_allowed", message);
            None
        }
    }
}

fn address_of_keys(text: &str, reach: Reach) -> Result<Url, AddressProblem> {
    if text.len() > LONGEST_ADDRESS {
        return Err(AddressProblem::NotHttps);
    }
    let url = Url::parse(text).map_err(|_| AddressProblem::NotHttps)?;
    address::check(&url, reach)?;
    Ok(url)
}

/// The end that a caller wrote for a secret that was made at `made`.
pub(super) fn end(
    text: &str,
    profile: &Profile,
    made: Timestamp,
    now: Timestamp,
    wrong: &mut Violations,
) -> Option<Timestamp> {
    let rule = profile.rules.secret;
    if text == NEVER {
        if !rule.may_never_expire {
            wrong.add(
                "/expires_at",
                "not_allowed",
                "secrets of this profile must have an end",
            );
        }
        return None;
    }
    let at = wrong.take("/expires_at", Timestamp::parse(text))?;
    if at <= now {
        wrong.add(
            "/expires_at",
            "past",
            "is in the past: choose a later moment",
        );
    } else if let Some(latest) = rule.latest_end(made).filter(|it| at > *it) {
        let message = format!("is too late: secrets of this profile end by {latest}");
        wrong.add("/expires_at", "too_late", message);
    }
    Some(at)
}
