//! `/clients/{id}/api-keys`: long-lived bearer keys of a client.

use futures_util::FutureExt;
use poem_openapi::{
    Object, OpenApi,
    param::{Header, Path},
    types::Example,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Tag,
    auth::{Authorized, ChangeClients, ViewClients},
    body::Body,
    client_dto::{Actor, reveal},
    credential_dto::CredentialStatus,
    etag, idempotency,
    json::Json,
    problem::ApiError,
    reply::{Done, Found, Listed, Made},
};
use crate::{
    clients::api_keys::{self, ApiKeyDraft},
    domain::{credential, timestamp::Timestamp},
};

/// What is kept of a client API key: never the key itself.
#[derive(Clone, Debug, Object, Serialize, Deserialize)]
pub struct ApiKey {
    /// Its id.
    pub id: Uuid,
    /// What people call it.
    pub label: String,
    /// The last four characters, to recognise it by.
    pub hint: String,
    /// The id of the tenant it acts in.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<Uuid>,
    /// Whether it works: `active`, `expired` or `revoked`.
    pub status: CredentialStatus,
    /// When it ends by its own date; absent is never.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
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
    /// Counts its changes; the ETag.
    pub version: i64,
}

impl ApiKey {
    fn of(key: &credential::Credential, now: Timestamp) -> Self {
        let text = |at: Option<Timestamp>| at.map(|it| it.to_string());
        let revoked = key.revoked.as_ref();
        Self {
            id: key.id,
            label: key.description.clone().unwrap_or_default(),
            hint: key.hint.clone(),
            tenant_id: key.tenant_id,
            status: key.status(now).into(),
            expires_at: text(key.expires_at),
            created_at: key.created_at.to_string(),
            created_by: (&key.created_by).into(),
            last_used_at: text(key.last_used_at),
            last_used_from: key.last_used_from.clone(),
            use_count: key.use_count,
            revoked_at: text(revoked.map(|it| it.at)),
            revoked_by: revoked.map(|it| (&it.by).into()),
            version: key.version.0,
        }
    }
}

/// The API keys of a client, oldest first. There are few, so this list has one page.
#[derive(Clone, Debug, Object, Serialize)]
pub struct ApiKeyList {
    /// The keys; those that were ended, for 90 days.
    pub items: Vec<ApiKey>,
}

/// What a new API key is to be.
#[derive(Clone, Object)]
#[oai(example)]
pub struct CreateApiKey {
    /// What to call it: 1 to 255 characters.
    pub label: String,
    /// The key of the tenant it acts in, which the client must be assigned to; the client's own unless given.
    pub tenant: Option<String>,
    /// When it ends: a date (the end of that UTC day), a date-time with zone, or `never`. Left out, the profile
    /// decides.
    pub expires_at: Option<String>,
}

impl Example for CreateApiKey {
    fn example() -> Self {
        Self {
            label: "Monitoring probe".to_owned(),
            tenant: None,
            expires_at: Some("never".to_owned()),
        }
    }
}

/// A new API key: shown this once.
#[derive(Clone, Object, Serialize, Deserialize)]
pub struct CreatedApiKey {
    /// What is kept of it.
    pub api_key: ApiKey,
    /// The key, to be sent as `Authorization: Bearer`. It cannot be read again.
    pub key: String,
}

type Answer<T> = Result<T, ApiError>;

/// The routes of client API keys.
pub struct ApiKeysApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Credentials")]
impl ApiKeysApi {
    /// List API keys
    ///
    /// The API keys of a client, oldest first; those that were ended, for 90 days. The keys themselves cannot be read.
    #[oai(
        path = "/clients/:id/api-keys",
        method = "get",
        operation_id = "list_api_keys"
    )]
    async fn list_api_keys(
        &self,
        auth: Authorized<ViewClients>,
        /// The client's uuid or wire id.
        id: Path<String>,
    ) -> Answer<Listed<ApiKeyList>> {
        let all = api_keys::list_api_keys(&auth.app, &auth.caller, &id.0).await?;
        Ok(listed(&all, auth.app.clock.now()))
    }

    /// Read an API key
    ///
    /// What is kept of it; never the key.
    #[oai(
        path = "/clients/:id/api-keys/:key",
        method = "get",
        operation_id = "get_api_key"
    )]
    async fn get_api_key(
        &self,
        auth: Authorized<ViewClients>,
        /// The client's uuid or wire id.
        id: Path<String>,
        /// The id of the API key.
        key: Path<Uuid>,
    ) -> Answer<Found<ApiKey>> {
        let one = api_keys::get_api_key(&auth.app, &auth.caller, &id.0, key.0).await?;
        let shown = ApiKey::of(&one, auth.app.clock.now());
        Ok(Found::Ok(Json(shown), etag::of(one.version)))
    }

    /// Create an API key
    ///
    /// A long-lived bearer key for programs that cannot fetch a token first. It is accepted where an access token of
    /// the client is, may do what the client may do at that moment, and is dead while the client is deactivated, and
    /// once it has expired or is deleted. At most ten can be live. Ending all tokens does not end it.
    #[oai(
        path = "/clients/:id/api-keys",
        method = "post",
        operation_id = "create_api_key"
    )]
    async fn create_api_key(
        &self,
        auth: Authorized<ChangeClients>,
        /// The client's uuid or wire id.
        id: Path<String>,
        /// Makes a repeated request safe: the same key and body give the same answer for 24 hours.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
        body: Body<CreateApiKey>,
    ) -> Answer<Made<CreatedApiKey>> {
        let key = idempotency::read(idempotency_key.0.as_deref(), body.request)?;
        let draft = ApiKeyDraft {
            label: body.value.label,
            tenant: body.value.tenant,
            expires_at: body.value.expires_at,
        };
        let (client, new) = auth
            .change_once(key, move |change| {
                async move {
                    let (client, new) = api_keys::create_api_key(change, &id.0, &draft).await?;
                    let created = CreatedApiKey {
                        api_key: ApiKey::of(&new.stored.credential, change.now),
                        key: reveal(&new.text),
                    };
                    Ok((client.id, created))
                }
                .boxed()
            })
            .await?;
        Ok(Made::at(
            format!("/api/v1/clients/{client}/api-keys/{}", new.api_key.id),
            new.api_key.version,
            new,
        ))
    }

    /// Revoke an API key
    ///
    /// It is dead at once; the others live on. It stays in the list as `revoked`. `If-Match` is required.
    #[oai(
        path = "/clients/:id/api-keys/:key",
        method = "delete",
        operation_id = "delete_api_key"
    )]
    async fn delete_api_key(
        &self,
        auth: Authorized<ChangeClients>,
        /// The client's uuid or wire id.
        id: Path<String>,
        /// The id of the API key.
        key: Path<Uuid>,
        /// The ETag of the state this revokes.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Answer<Done> {
        let expected = etag::required(if_match.0.as_deref())?;
        auth.change(move |change| {
            async move { api_keys::delete_api_key(change, &id.0, key.0, &expected).await }.boxed()
        })
        .await?;
        Ok(Done::NoContent)
    }

    /// Revoke all API keys
    ///
    /// Every live API key of the client is dead at once. The answer lists those that this ended.
    #[oai(
        path = "/clients/:id/revoke-api-keys",
        method = "post",
        operation_id = "revoke_api_keys"
    )]
    async fn revoke_api_keys(
        &self,
        auth: Authorized<ChangeClients>,
        /// The client's uuid or wire id.
        id: Path<String>,
    ) -> Answer<Listed<ApiKeyList>> {
        let now = auth.app.clock.now();
        let ended = auth
            .change(move |change| {
                async move { api_keys::revoke_api_keys(change, &id.0).await }.boxed()
            })
            .await?;
        Ok(listed(&ended, now))
    }
}

fn listed(keys: &[credential::Credential], now: Timestamp) -> Listed<ApiKeyList> {
    let items = keys.iter().map(|it| ApiKey::of(it, now)).collect();
    Listed::Ok(Json(ApiKeyList { items }), None)
}
