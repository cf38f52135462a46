//! `/clients/{id}/credentials`: the secrets and public keys of a client.

use futures_util::FutureExt;
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};
use uuid::Uuid;

use super::{
    Tag,
    auth::{Authorized, ChangeClients, ViewClients},
    body::{Body, merged},
    client_dto::reveal,
    credential_dto::{
        CreateCredential, CreatedCredential, Credential, CredentialForm, CredentialList,
    },
    etag, idempotency,
    json::Json,
    problem::ApiError,
    reply::{Done, Found, Listed, Made},
};
use crate::{
    clients::{credentials, new_credential::Added, read},
    domain::{client::Client, timestamp::Timestamp},
};

type Answer<T> = Result<T, ApiError>;

/// The routes below `/clients/{id}/credentials`.
pub struct CredentialsApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Credentials")]
impl CredentialsApi {
    /// List credentials
    ///
    /// The credentials of a client, oldest first; those that were ended, for 90 days. What is secret in them cannot be read.
    #[oai(
        path = "/clients/:id/credentials",
        method = "get",
        operation_id = "list_credentials"
    )]
    async fn list_credentials(
        &self,
        auth: Authorized<ViewClients>,
        /// The client's uuid or wire id.
        id: Path<String>,
    ) -> Answer<Listed<CredentialList>> {
        let all = read::list_credentials(&auth.app, &auth.caller, &id.0).await?;
        let now = auth.app.clock.now();
        let items = all.iter().map(|it| Credential::of(it, now)).collect();
        Ok(Listed::Ok(Json(CredentialList { items }), None))
    }

    /// Read a credential
    ///
    /// What is kept of it; never the secret.
    #[oai(
        path = "/clients/:id/credentials/:credential",
        method = "get",
        operation_id = "get_credential"
    )]
    async fn get_credential(
        &self,
        auth: Authorized<ViewClients>,
        /// The client's uuid or wire id.
        id: Path<String>,
        /// The credential's id.
        credential: Path<Uuid>,
    ) -> Answer<Found<Credential>> {
        let one = read::get_credential(&auth.app, &auth.caller, &id.0, credential.0).await?;
        let shown = Credential::of(&one, auth.app.clock.now());
        Ok(Found::Ok(Json(shown), etag::of(one.version)))
    }

    /// Add a secret or a public key
    ///
    /// One more beside the live ones, so that a program can change over without an outage. At most ten can be live.
    /// A public key verifies the assertions that a client signs which is registered for `private_key_jwt` (RFC 7523).
    #[oai(
        path = "/clients/:id/credentials",
        method = "post",
        operation_id = "create_credential"
    )]
    async fn create_credential(
        &self,
        auth: Authorized<ChangeClients>,
        /// The client's uuid or wire id.
        id: Path<String>,
        /// Makes a repeated request safe: the same key and body give the same answer for 24 hours.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
        body: Body<CreateCredential>,
    ) -> Answer<Made<CreatedCredential>> {
        let key = idempotency::read(idempotency_key.0.as_deref(), body.request)?;
        let draft = body.value.into();
        let (client, new) = auth
            .change_once(key, move |change| {
                async move {
                    let (client, new) =
                        credentials::create_credential(change, &id.0, &draft).await?;
                    Ok((client.id, created(&client, &new, change.now)))
                }
                .boxed()
            })
            .await?;
        Ok(made(client, new))
    }

    /// Regenerate the secret
    ///
    /// Ends every live secret and makes a new one, at once: the old ones fail on the next request.
    #[oai(
        path = "/clients/:id/regenerate-secret",
        method = "post",
        operation_id = "regenerate_secret"
    )]
    async fn regenerate_secret(
        &self,
        auth: Authorized<ChangeClients>,
        /// The client's uuid or wire id.
        id: Path<String>,
        /// Makes a repeated request safe: the same key and body give the same answer for 24 hours.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
        body: Body<CreateCredential>,
    ) -> Answer<Made<CreatedCredential>> {
        let key = idempotency::read(idempotency_key.0.as_deref(), body.request)?;
        let draft = body.value.into();
        let (client, new) = auth
            .change_once(key, move |change| {
                async move {
                    let (client, new) =
                        credentials::regenerate_secret(change, &id.0, &draft).await?;
                    Ok((client.id, created(&client, &new, change.now)))
                }
                .boxed()
            })
            .await?;
        Ok(made(client, new))
    }

    /// Change a credential
    ///
    /// A merge-patch (RFC 7396) onto description and end. `If-Match` is honoured.
    #[oai(
        path = "/clients/:id/credentials/:credential",
        method = "patch",
        operation_id = "update_credential"
    )]
    async fn update_credential(
        &self,
        auth: Authorized<ChangeClients>,
        /// The client's uuid or wire id.
        id: Path<String>,
        /// The credential's id.
        credential: Path<Uuid>,
        /// The ETag of the state this was made for.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<CredentialForm>,
    ) -> Answer<Found<Credential>> {
        let expected = etag::honoured(if_match.0.as_deref())?;
        let patch = body.json;
        let now = auth.app.clock.now();
        let changed = auth
            .change(move |change| {
                async move {
                    credentials::update_credential(change, &id.0, credential.0, &expected, |it| {
                        Ok(merged(&CredentialForm::from(it), &patch)?.into())
                    })
                    .await
                }
                .boxed()
            })
            .await?;
        let tag = etag::of(changed.version);
        Ok(Found::Ok(Json(Credential::of(&changed, now)), tag))
    }

    /// Delete a credential
    ///
    /// It is dead at once; the others live on. It stays in the list as `revoked`. `If-Match` is required.
    #[oai(
        path = "/clients/:id/credentials/:credential",
        method = "delete",
        operation_id = "delete_credential"
    )]
    async fn delete_credential(
        &self,
        auth: Authorized<ChangeClients>,
        /// The client's uuid or wire id.
        id: Path<String>,
        /// The credential's id.
        credential: Path<Uuid>,
        /// The ETag of the state this deletes.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Answer<Done> {
        let expected = etag::required(if_match.0.as_deref())?;
        auth.change(move |change| {
            async move {
                    credentials::delete_credential(change, &id.0, credential.0, &expected).await
                }
                .boxed()
        })
        .await?;
        Ok(Done::NoContent)
    }
}

fn created(client: &Client, new: &Added, now: Timestamp) -> CreatedCredential {
    CreatedCredential {
        credential: Credential::of(&new.stored().credential, now),
        client_id: client.client_id.to_string(),
        client_secret: new.secret().map(reveal),
    }
}

fn made(client: Uuid, new: CreatedCredential) -> Made<CreatedCredential> {
    Made::at(
        format!("/api/v1/clients/{client}/credentials/{}", new.credential.id),
        new.credential.version,
        new,
    )
}
