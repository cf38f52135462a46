//! Credentials.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::{Result, Store, StoreError, Transaction, actor, entity::credential};
use crate::{
    crypto::{digest::Digest, signing::KeySet},
    domain::{
        credential::{Credential, CredentialKind, PublicKeys, Revoked, RevokedWhy},
        secret::KeyId,
        timestamp::Timestamp,
        version::Version,
    },
};

/// What recognises a credential.
#[derive(Clone, Debug)]
pub enum Verifier {
    /// SHA-256 of a generated secret.
    Digest(Digest),
    /// argon2id of one that was brought along, in PHC form.
    PasswordHash(String),
    /// Public keys.
    Keys(KeySet),
    /// Public keys at this address.
    KeysAt(String),
}

/// A credential with what recognises it.
#[derive(Clone, Debug)]
pub struct StoredCredential {
    /// What may be shown.
    pub credential: Credential,
    /// What recognises the secret.
    pub verifier: Verifier,
}

pub(super) fn read(row: credential::Model) -> Result<StoredCredential> {
    let unreadable = || StoreError::unreadable("credential");
    let public_keys = match (row.jwks, row.jwks_uri) {
        (Some(jwks), None) => Some(PublicKeys::Inline(jwks)),
        (None, Some(uri)) => Some(PublicKeys::At(uri)),
        _ => None,
    };
    let verifier = match (row.digest, row.password_hash, &public_keys) {
        (Some(digest), None, None) => {
            Verifier::Digest(Digest::from_slice(&digest).map_err(|_| unreadable())?)
        }
        (None, Some(hash), None) => Verifier::PasswordHash(hash),
        (None, None, Some(PublicKeys::Inline(jwks))) => {
            Verifier::Keys(KeySet::from_json(jwks).map_err(|_| unreadable())?)
        }
        (None, None, Some(PublicKeys::At(uri))) => Verifier::KeysAt(uri.clone()),
        _ => return Err(unreadable()),
    };
    let key_id = row.key_id.as_deref().map(KeyId::parse).transpose();
    let credential = Credential {
        id: row.id,
        client: row.client,
        kind: CredentialKind::from_row(&row.kind).ok_or_else(unreadable)?,
        tenant_id: row.tenant_id,
        description: row.description,
        hint: row.hint,
        public_keys,
        key_id: key_id.map_err(|_| unreadable())?,
        expires_at: row.expires_at.map(Timestamp::from_unix_clamped),
        retires_at: row.retires_at.map(Timestamp::from_unix_clamped),
        replaces: row.replaces,
        replaced_by: None,
        revoked: row.revoked_at.map(|at| Revoked {
            at: Timestamp::from_unix_clamped(at),
            by: actor::from_row(row.revoked_by.unwrap_or_default()),
            why: RevokedWhy::from_row(row.revoked_why.as_deref().unwrap_or_default()),
        }),
        created_at: Timestamp::from_unix_clamped(row.created_at),
        created_by: actor::from_row(row.created_by),
        last_used_at: row.last_used_at.map(Timestamp::from_unix_clamped),
        last_used_from: row.last_used_from,
        use_count: row.use_count,
        version: Version(row.version),
    };
    Ok(StoredCredential {
        credential,
        verifier,
    })
}

async fn all_of(client: Uuid, on: &impl ConnectionTrait) -> Result<Vec<StoredCredential>> {
    let mut all = credential::Entity::find()
        .filter(credential::Column::Client.eq(client))
        .order_by_asc(credential::Column::Id)
        .all(on)
        .await?
        .into_iter()
        .map(read)
        .collect::<Result<Vec<_>>>()?;
    let pairs: HashMap<Uuid, Uuid> = all
        .iter()
        .map(|it| &it.credential)
        .filter(|it| {
            let why = it.revoked.as_ref().map(|it| it.why);
            why != Some(RevokedWhy::RotationCancelled)
        })
        .filter_map(|it| Some((it.replaces?, it.id)))
        .collect();
    for one in &mut all {
        one.credential.replaced_by = pairs.get(&one.credential.id).copied();
    }
    Ok(all)
}

impl Store {
    /// The credentials of a client, oldest first, dead ones too.
    pub async fn list_credentials(&self, client: Uuid) -> Result<Vec<Credential>> {
        let all = all_of(client, &self.reads).await?;
        Ok(all.into_iter().map(|it| it.credential).collect())
    }

    /// The public keys of a client, live and dead, with what recognises their signatures.
    pub async fn list_public_keys(&self, client: Uuid) -> Result<Vec<StoredCredential>> {
        let all = all_of(client, &self.reads).await?;
        let keys = all.into_iter();
        Ok(keys
            .filter(|it| it.credential.kind == CredentialKind::PublicKey)
            .collect())
    }

    /// The credential that has this key id, live or dead.
    pub async fn find_credential_by_key(&self, key_id: KeyId) -> Result<Option<StoredCredential>> {
        credential::Entity::find()
            .filter(credential::Column::KeyId.eq(key_id.to_string()))
            .one(&self.reads)
            .await?
            .map(read)
            .transpose()
    }

    /// The credentials of a client that work at `now`, with what recognises them.
    pub async fn list_live_credentials(
        &self,
        client: Uuid,
        now: Timestamp,
    ) -> Result<Vec<StoredCredential>> {
        let not_yet = |column: credential::Column| {
            Condition::any()
                .add(column.is_null())
                .add(column.gte(now.unix()))
        };
        credential::Entity::find()
            .filter(credential::Column::Client.eq(client))
            .filter(credential::Column::RevokedAt.is_null())
            .filter(not_yet(credential::Column::ExpiresAt))
            .filter(not_yet(credential::Column::RetiresAt))
            .order_by_asc(credential::Column::Id)
            .all(&self.reads)
            .await?
            .into_iter()
            .map(read)
            .collect()
    }
}

impl Transaction {
    /// The credentials of a client that was found for change.
    pub async fn list_credentials(&self, client: Uuid) -> Result<Vec<Credential>> {
        let all = all_of(client, &self.inner).await?;
        Ok(all.into_iter().map(|it| it.credential).collect())
    }

    /// Adds a credential.
    pub async fn insert_credential(&self, stored: &StoredCredential) -> Result<()> {
        let it = &stored.credential;
        let (digest, hash) = match &stored.verifier {
            Verifier::Digest(digest) => (Some(digest.as_bytes().to_vec()), None),
            Verifier::PasswordHash(hash) => (None, Some(hash.clone())),
            Verifier::Keys(_) | Verifier::KeysAt(_) => (None, None),
        };
        let (jwks, jwks_uri) = match &it.public_keys {
            Some(PublicKeys::Inline(jwks)) => (Some(jwks.clone()), None),
            Some(PublicKeys::At(uri)) => (None, Some(uri.clone())),
            None => (None, None),
        };
        let row = credential::ActiveModel {
            id: Set(it.id),
            client: Set(it.client),
            kind: Set(it.kind.as_str().to_owned()),
            tenant_id: Set(it.tenant_id),
            description: Set(it.description.clone()),
            hint: Set(it.hint.clone()),
            key_id: Set(it.key_id.as_ref().map(ToString::to_string)),
            digest: Set(digest),
            password_hash: Set(hash),
            jwks: Set(jwks),
            jwks_uri: Set(jwks_uri),
            expires_at: Set(it.expires_at.map(Timestamp::unix)),
            retires_at: Set(it.retires_at.map(Timestamp::unix)),
            replaces: Set(it.replaces),
            revoked_at: Set(None),
            revoked_by: Set(None),
            revoked_why: Set(None),
            created_at: Set(it.created_at.unix()),
            created_by: Set(actor::to_row(&it.created_by)),
            last_used_at: Set(None),
            last_used_from: Set(None),
            use_count: Set(0),
            version: Set(it.version.0),
        };
        credential::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await?;
        self.touch(it.client);
        Ok(())
    }

    /// Writes the changed description, ends and revocation of a credential.
    pub async fn replace_credential(&self, it: &Credential) -> Result<()> {
        let row = credential::ActiveModel {
            id: Set(it.id),
            description: Set(it.description.clone()),
            expires_at: Set(it.expires_at.map(Timestamp::unix)),
            retires_at: Set(it.retires_at.map(Timestamp::unix)),
            revoked_at: Set(it.revoked.as_ref().map(|it| it.at.unix())),
            revoked_by: Set(it.revoked.as_ref().map(|it| actor::to_row(&it.by))),
            revoked_why: Set(it.revoked.as_ref().map(|it| it.why.as_str().to_owned())),
            version: Set(it.version.0),
            ..Default::default()
        };
        credential::Entity::update(row)
            .validate()?
            .exec_without_returning(&self.inner)
            .await?;
        self.touch(it.client);
        Ok(())
    }

    /// Removes for good up to `most` credentials that somebody ended, or whose grace was over, before `before`; the audit
    /// trail stays. Those past their own date stay as well, since that can be moved. Gives how many.
    pub async fn delete_ended_credentials(&self, before: Timestamp, most: u64) -> Result<u64> {
        let revoked = Condition::all().add(credential::Column::RevokedAt.lt(before.unix()));
        let retired = Condition::all()
            .add(credential::Column::RevokedAt.is_null())
            // The last second in which it worked is over a second later.
            .add(credential::Column::RetiresAt.lt(before.plus(-1).unix()));
        let mut deleted = 0;
        // Each has an index of its own.
        for ended in [revoked, retired] {
            let ids: Vec<Uuid> = credential::Entity::find()
                .select_only()
                .column(credential::Column::Id)
                .filter(ended)
                .limit(most - deleted)
                .into_tuple()
                .all(&self.inner)
                .await?;
            deleted += credential::Entity::delete_many()
                .filter(credential::Column::Id.is_in(ids))
                .exec(&self.inner)
                .await?
                .rows_affected;
        }
        Ok(deleted)
    }
}
