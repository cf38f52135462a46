//! `/signing-keys`: the keys that sign tokens.

use futures_util::FutureExt;
use poem_openapi::{
    Enum, Object, OpenApi,
    param::{Header, Path},
};
use serde::{Deserialize, Serialize};

use super::{
    Tag,
    auth::{Authorized, ChangeSigningKeys, ViewSigningKeys},
    etag, idempotency,
    json::Json,
    problem::ApiError,
    reply::{Found, Listed},
};
use crate::{
    crypto::digest::Digest,
    domain::{signing_key, timestamp::Timestamp, version::Version},
    oauth::signing_keys::{self, StoredSigningKey},
};

/// What a signing key is at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum KeyStatus {
    /// Published, and not signing yet.
    Next,
    /// It signs.
    Active,
    /// It signs no longer; its tokens are still good.
    Retiring,
    /// No longer published: nothing that it signed is good.
    Retired,
}

impl From<signing_key::KeyStatus> for KeyStatus {
    fn from(status: signing_key::KeyStatus) -> Self {
        match status {
            signing_key::KeyStatus::Next => Self::Next,
            signing_key::KeyStatus::Active => Self::Active,
            signing_key::KeyStatus::Retiring => Self::Retiring,
            signing_key::KeyStatus::Retired => Self::Retired,
        }
    }
}

/// A key that signs tokens: what may be told of it.
#[derive(Clone, Debug, Object, Serialize, Deserialize)]
pub struct SigningKey {
    /// Its name in the header of tokens and in the key set.
    pub kid: String,
    /// How it signs, such as `ES256`. Each algorithm in use has a key that signs and one that is next.
    pub alg: String,
    /// What it is at this moment.
    pub status: KeyStatus,
    /// When it was made, and published.
    pub created_at: String,
    /// From when on it signs, or signed.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activated_at: Option<String>,
    /// When another key is to take its place, where that is by schedule.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotates_at: Option<String>,
    /// When it stopped signing.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retired_at: Option<String>,
    /// When it leaves the key set, because the last token that it signed has expired; or when it left.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gone_at: Option<String>,
    /// Counts its changes; the ETag.
    pub version: i64,
}

impl SigningKey {
    fn of(key: &StoredSigningKey, now: Timestamp, rotation: Option<i64>) -> Self {
        let text = |at: Option<Timestamp>| at.map(|it| it.to_string());
        let life = &key.life;
        let signs = life.status(now) == signing_key::KeyStatus::Active;
        let rotates_at = life.activated_at.zip(rotation).filter(|_| signs);
        Self {
            kid: key.kid.clone(),
            alg: key.algorithm.clone(),
            status: life.status(now).into(),
            created_at: life.created_at.to_string(),
            activated_at: text(life.activated_at),
            rotates_at: text(rotates_at.map(|(since, every)| since.plus(every))),
            retired_at: text(life.retired_at),
            gone_at: text(life.gone_at),
            version: key.version.0,
        }
    }
}

/// The signing keys, oldest first. There are few, so this list has one page.
#[derive(Clone, Debug, Object, Serialize, Deserialize)]
pub struct SigningKeyList {
    /// The keys; those that are gone are remembered for 400 days.
    pub items: Vec<SigningKey>,
}

impl SigningKeyList {
    fn of(all: &[StoredSigningKey], now: Timestamp, rotation: Option<i64>) -> Self {
        let items = all.iter().map(|it| SigningKey::of(it, now, rotation));
        Self {
            items: items.collect(),
        }
    }
}

/// A signing key that was withdrawn, and what that ended.
#[derive(Clone, Debug, Object, Serialize, Deserialize)]
pub struct RetiredSigningKey {
    /// The key.
    pub key: SigningKey,
    /// No more than so many tokens are dead now that were good before: those that were issued while it signed and may
    /// not have expired. Whoever had one asks for another; people and apps do so by their sessions and refresh tokens.
    pub tokens_at_most: i64,
}

type Answer<T> = Result<T, ApiError>;

/// The routes of signing keys.
pub struct SigningKeysApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::SigningKeys")]
impl SigningKeysApi {
    /// List signing keys
    ///
    /// The keys that sign tokens, that will, and that did, oldest first. Their private halves cannot be read.
    #[oai(
        path = "/signing-keys",
        method = "get",
        operation_id = "list_signing_keys"
    )]
    async fn list_signing_keys(
        &self,
        auth: Authorized<ViewSigningKeys>,
    ) -> Answer<Listed<SigningKeyList>> {
        let all = signing_keys::list_signing_keys(&auth.app).await?;
        let rotation = auth.app.settings.signing_key_rotation;
        let list = SigningKeyList::of(&all, auth.app.clock.now(), rotation);
        Ok(Listed::Ok(Json(list), None))
    }

    /// Read a signing key
    ///
    /// What may be told of it.
    #[oai(
        path = "/signing-keys/:kid",
        method = "get",
        operation_id = "get_signing_key"
    )]
    async fn get_signing_key(
        &self,
        auth: Authorized<ViewSigningKeys>,
        /// The id of the key.
        kid: Path<String>,
    ) -> Answer<Found<SigningKey>> {
        let one = signing_keys::get_signing_key(&auth.app, &kid.0).await?;
        let rotation = auth.app.settings.signing_key_rotation;
        let shown = SigningKey::of(&one, auth.app.clock.now(), rotation);
        Ok(Found::Ok(Json(shown), etag::of(one.version)))
    }

    /// Rotate the signing keys
    ///
    /// The key that is published as `next` signs from now on, on every node, and another one is published to be next.
    /// The old one stays in the key set until its last token has expired, so nothing stops working. The answer lists
    /// the keys as they are now. Where there are several tenants, this is for operators: the keys are everybody's.
    #[oai(
        path = "/signing-keys/rotate",
        method = "post",
        operation_id = "rotate_signing_keys"
    )]
    async fn rotate_signing_keys(
        &self,
        auth: Authorized<ChangeSigningKeys>,
        /// Makes a repeated request safe: the same key gives the same answer for 24 hours.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
    ) -> Answer<Listed<SigningKeyList>> {
        let request = Digest::of(b"rotate the signing keys");
        let key = idempotency::read(idempotency_key.0.as_deref(), request)?;
        let fresh = signing_keys::make_ready(&auth.app).await?;
        let rotation = auth.app.settings.signing_key_rotation;
        let answer = auth
            .change_once(key, move |change| {
                async move {
                    let all = signing_keys::rotate_signing_keys(change, fresh).await?;
                    Ok(SigningKeyList::of(&all, change.now, rotation))
                }
                .boxed()
            })
            .await?;
        Ok(Listed::Ok(Json(answer), None))
    }

    /// Withdraw a signing key
    ///
    /// For a key that may have leaked: it leaves the key set at once, and every token that it signed is dead, that of
    /// this request maybe included. Where it was the one that signs, the next one takes its place. Services that verify
    /// tokens themselves go on accepting its tokens until they read the key set again, which they may keep for five
    /// minutes. To replace a key without an outage, rotate instead.
    #[oai(
        path = "/signing-keys/:kid/retire",
        method = "post",
        operation_id = "retire_signing_key"
    )]
    async fn retire_signing_key(
        &self,
        auth: Authorized<ChangeSigningKeys>,
        /// The id of the key.
        kid: Path<String>,
        /// Makes a repeated request safe: the same key gives the same answer for 24 hours.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
    ) -> Answer<Found<RetiredSigningKey>> {
        let request = Digest::of(format!("retire the signing key {}", kid.0).as_bytes());
        let key = idempotency::read(idempotency_key.0.as_deref(), request)?;
        // What was issued a moment ago is in a buffer still.
        auth.app.write_usage().await?;
        let fresh = signing_keys::make_ready(&auth.app).await?;
        let rotation = auth.app.settings.signing_key_rotation;
        let gone = auth
            .change_once(key, move |change| {
                async move {
                    let gone = signing_keys::retire_signing_key(change, &kid.0, fresh).await?;
                    Ok(RetiredSigningKey {
                        key: SigningKey::of(&gone.key, change.now, rotation),
                        tokens_at_most: gone.tokens_at_most,
                    })
                }
                .boxed()
            })
            .await?;
        let tag = etag::of(Version(gone.key.version));
        Ok(Found::Ok(Json(gone), tag))
    }
}
