//! `/clients/{id}/credentials/{cid}/rotate`, `/complete` and `/cancel`: a new secret without an outage.

use futures_util::FutureExt;
use poem_openapi::{
    Object, OpenApi, Union,
    param::{Header, Path},
    types::Example,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Tag,
    auth::{Authorized, ChangeClients},
    body::Body,
    client_dto::reveal,
    credential_dto::Credential,
    etag, idempotency,
    json::Json,
    problem::ApiError,
    reply::{Found, Made},
};
use crate::{
    clients::{
        credential_form::CredentialDraft,
        rotation::{self, WhenInUse},
    },
    domain::{
        credential,
        grace::{Grace, GraceProblem},
        timestamp::Timestamp,
        violation::Violations,
    },
};

/// How long the old secret still works.
#[derive(Clone, Debug, Union)]
pub enum GracePeriod {
    /// A number of seconds.
    Seconds(i64),
    /// A duration, such as `24h` or `7d`.
    Duration(String),
}

impl GracePeriod {
    fn parse(&self) -> Result<Grace, GraceProblem> {
        match self {
            Self::Seconds(seconds) => Grace::of_seconds(*seconds),
            Self::Duration(text) => Grace::parse(text),
        }
    }
}

/// How a secret is to be rotated.
#[derive(Clone, Object)]
#[oai(example)]
pub struct RotateCredential {
    /// How long the old secret still works, from 0 seconds to 30 days: a number of seconds, or a duration such as
    /// `24h`. A day unless given.
    pub grace: Option<GracePeriod>,
    /// What to call the new secret, at most 500 characters; that of the old one unless given.
    pub description: Option<String>,
    /// When the new secret ends: a date (the end of that UTC day), a date-time with zone, or `never`. Left out, the
    /// profile decides.
    pub expires_at: Option<String>,
}

impl Example for RotateCredential {
    fn example() -> Self {
        Self {
            grace: Some(GracePeriod::Duration("7d".to_owned())),
            description: None,
            expires_at: Some("never".to_owned()),
        }
    }
}

/// How a rotation is to be ended.
#[derive(Clone, Object)]
#[oai(example)]
pub struct EndRotation {
    /// Whether to end the secret although it was used within the last hour.
    #[oai(default)]
    pub force: bool,
}

impl Example for EndRotation {
    fn example() -> Self {
        Self { force: false }
    }
}

impl EndRotation {
    const fn when_in_use(&self) -> WhenInUse {
        if self.force {
            WhenInUse::Force
        } else {
            WhenInUse::Refuse
        }
    }
}

/// A rotation that has begun, with the new secret: shown this once.
#[derive(Clone, Object, Serialize, Deserialize)]
pub struct RotatedCredential {
    /// What is kept of the new secret.
    pub credential: Credential,
    /// The old one, with the moment from which on it fails.
    pub replaced: Credential,
    /// The wire id of the client, for the configuration of the program that uses it.
    pub client_id: String,
    /// The new secret. It cannot be read again.
    pub client_secret: String,
}

type Answer<T> = Result<T, ApiError>;

/// The routes of a rotation.
pub struct RotationApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Credentials")]
impl RotationApi {
    /// Rotate a secret
    ///
    /// Makes a new secret beside this one, which is `retiring` from now on: it works in every second before
    /// `retires_at`, and no longer in that second itself. The new one counts against the ten that can be live.
    #[oai(
        path = "/clients/:id/credentials/:credential/rotate",
        method = "post",
        operation_id = "rotate_credential"
    )]
    async fn rotate_credential(
        &self,
        auth: Authorized<ChangeClients>,
        /// The client's uuid or wire id.
        id: Path<String>,
        /// The id of the secret to replace.
        credential: Path<Uuid>,
        /// Makes a repeated request safe: the same key and body give the same answer for 24 hours.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
        body: Body<RotateCredential>,
    ) -> Answer<Made<RotatedCredential>> {
        let key = idempotency::read(idempotency_key.0.as_deref(), body.request)?;
        let wanted = body.value;
        let grace = wanted.grace.map_or(Ok(Grace::DEFAULT), |it| it.parse());
        let grace =
            grace.map_err(|it| ApiError::violations(422, &Violations::one("/grace", it)))?;
        let draft = CredentialDraft {
            description: wanted.description,
            expires_at: wanted.expires_at,
            ..CredentialDraft::default()
        };
        let (client, new) = auth
            .change_once(key, move |change| {
                async move {
                    let rotation =
                        rotation::rotate_credential(change, &id.0, credential.0, grace, &draft)
                            .await?;
                    Ok((rotation.client.id, rotated(&rotation, change.now)))
                }
                .boxed()
            })
            .await?;
        Ok(Made::at(
            format!("/api/v1/clients/{client}/credentials/{}", new.credential.id),
            new.credential.version,
            new,
        ))
    }

    /// Complete a rotation
    ///
    /// The old secret is dead at once instead of at the end of its grace. When it was used within the last hour the
    /// answer is 409 `secret_in_use` and says when and from where, unless forced. Uses at other nodes of the last
    /// second may not be known yet. The answer is the old secret.
    #[oai(
        path = "/clients/:id/credentials/:credential/complete",
        method = "post",
        operation_id = "complete_rotation"
    )]
    async fn complete_rotation(
        &self,
        auth: Authorized<ChangeClients>,
        /// The client's uuid or wire id.
        id: Path<String>,
        /// The id of the old secret, or of the new one.
        credential: Path<Uuid>,
        body: Body<EndRotation>,
    ) -> Answer<Found<Credential>> {
        let when_in_use = body.value.when_in_use();
        let now = auth.app.clock.now();
        let old =
            rotation::complete_rotation(&auth.app, auth.caller, id.0, credential.0, when_in_use)
                .await?;
        Ok(found(&old, now))
    }

    /// Cancel a rotation
    ///
    /// The new secret is revoked, and the old one lives on as before. When the new one was used within the last hour
    /// the answer is 409 `secret_in_use`, unless forced; when the grace of the old one is over, 409
    /// `credential_dead`. The answer is the old secret.
    #[oai(
        path = "/clients/:id/credentials/:credential/cancel",
        method = "post",
        operation_id = "cancel_rotation"
    )]
    async fn cancel_rotation(
        &self,
        auth: Authorized<ChangeClients>,
        /// The client's uuid or wire id.
        id: Path<String>,
        /// The id of the old secret, or of the new one.
        credential: Path<Uuid>,
        body: Body<EndRotation>,
    ) -> Answer<Found<Credential>> {
        let when_in_use = body.value.when_in_use();
        let now = auth.app.clock.now();
        let old =
            rotation::cancel_rotation(&auth.app, auth.caller, id.0, credential.0, when_in_use)
                .await?;
        Ok(found(&old, now))
    }
}

fn rotated(rotation: &rotation::Rotation, now: Timestamp) -> RotatedCredential {
    RotatedCredential {
        credential: Credential::of(&rotation.new.stored.credential, now),
        replaced: Credential::of(&rotation.old, now),
        client_id: rotation.client.client_id.to_string(),
        client_secret: reveal(&rotation.new.text),
    }
}

fn found(credential: &credential::Credential, now: Timestamp) -> Found<Credential> {
    let tag = etag::of(credential.version);
    Found::Ok(Json(Credential::of(credential, now)), tag)
}
