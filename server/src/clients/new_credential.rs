//! Making a credential: the only place where a secret of ours is seen in the clear.

use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::{
    credential_form::{CredentialForm, Material},
    snapshot,
};
use crate::{
    app::Change,
    crypto::digest::Digest,
    domain::{
        audit::{Action, differences},
        client::Client,
        credential::{Credential, CredentialKind, PublicKeys},
        secret::{GeneratedSecret, Made},
        version::Version,
    },
    error::Result,
    store::{StoredCredential, Verifier},
};

/// A new credential.
pub enum Added {
    /// A secret.
    Secret(NewSecret),
    /// A public key, in which nothing is secret.
    PublicKey(StoredCredential),
}

impl Added {
    /// What is kept of it.
    pub const fn stored(&self) -> &StoredCredential {
        match self {
            Self::Secret(new) => &new.stored,
            Self::PublicKey(stored) => stored,
        }
    }

    /// The secret, where it is one.
    pub const fn secret(&self) -> Option<&SecretString> {
        match self {
            Self::Secret(new) => Some(&new.text),
            Self::PublicKey(_) => None,
        }
    }
}

/// A new secret: the only time it is seen.
pub struct NewSecret {
    /// What is kept of it.
    pub stored: StoredCredential,
    /// The secret itself.
    pub text: SecretString,
}

/// Makes the credential that `form` describes, without writing anything.
pub(super) async fn make_any(
    change: &Change,
    client: &Client,
    form: CredentialForm,
) -> Result<Added> {
    let keys = match &form.material {
        Material::Secret | Material::Imported(_) => None,
        Material::Keys(set) => {
            let hint = set.kids().next().unwrap_or_default().to_owned();
            let shown = PublicKeys::Inline(set.jwks());
            Some((hint, shown, Verifier::Keys(set.clone())))
        }
        Material::KeysAt(url) => {
            let hint = url.host_str().unwrap_or_default().to_owned();
            let shown = PublicKeys::At(url.to_string());
            Some((hint, shown, Verifier::KeysAt(url.to_string())))
        }
    };
    let Some((hint, public_keys, verifier)) = keys else {
        return make(change, client, form).await.map(Added::Secret);
    };
    let mut credential = blank(change, client, form, hint);
    credential.kind = CredentialKind::PublicKey;
    credential.public_keys = Some(public_keys);
    Ok(Added::PublicKey(StoredCredential {
        credential,
        verifier,
    }))
}

/// Makes the secret that `form` describes, without writing anything.
pub(super) async fn make(
    change: &Change,
    client: &Client,
    form: CredentialForm,
) -> Result<NewSecret> {
    let (key_id, hint, verifier, text) = if let Material::Imported(imported) = &form.material {
        let hash = change.app.passwords.hash(imported.text()).await?;
        let text = imported.text().clone();
        (None, imported.hint(), Verifier::PasswordHash(hash), text)
    } else {
        let random = &change.app.random;
        let secret =
            GeneratedSecret::from_random(Made::Secret, random.bytes()?, &*random.secret_bytes()?);
        let digest = Digest::of(secret.text().expose_secret().as_bytes());
        let text = secret.text().clone();
        (
            Some(secret.key_id()),
            secret.hint(),
            Verifier::Digest(digest),
            text,
        )
    };
    let mut credential = blank(change, client, form, hint);
    credential.key_id = key_id;
    Ok(NewSecret {
        stored: StoredCredential {
            credential,
            verifier,
        },
        text,
    })
}

/// A new credential that is a secret until it is said to be something else.
fn blank(change: &Change, client: &Client, form: CredentialForm, hint: String) -> Credential {
    Credential {
        id: Uuid::now_v7(),
        client: client.id,
        kind: CredentialKind::Secret,
        description: form.description,
        hint,
        public_keys: None,
        key_id: None,
        expires_at: form.expires_at,
        retires_at: None,
        tenant_id: None,
        replaces: form.replaces,
        replaced_by: None,
        revoked: None,
        created_at: change.now,
        created_by: change.caller.actor.clone(),
        last_used_at: None,
        last_used_from: None,
        use_count: 0,
        version: Version::FIRST,
    }
}

/// Writes a new credential down, with its audit row.
pub(super) async fn insert(change: &Change, new: &StoredCredential) -> Result<()> {
    let credential = &new.credential;
    change.store.insert_credential(new).await?;
    change
        .record(
            Action::CredentialCreated,
            snapshot::credential_object(credential),
            differences(
                &serde_json::Value::Null,
                &snapshot::of_new_credential(credential),
            ),
        )
        .await
}
