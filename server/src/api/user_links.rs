//! `/users/{id}/invite` and `/users/{id}/reset-password`: links that work once, by which people set a password.

use futures_util::{FutureExt, future::BoxFuture};
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};
use uuid::Uuid;

use super::{
    Tag,
    auth::{Authorized, ChangeUsers},
    etag, idempotency,
    json::Json,
    problem::ApiError,
    reply::{Made, NO_STORE},
    user_dto::OneTimeLink,
};
use crate::{
    app::{App, Change},
    crypto::digest::Digest,
    domain::{
        caller::Caller, one_time_link::LinkPurpose, timestamp::Timestamp, user, version::Version,
    },
    error::Result,
    people::{delivery, links},
};

type Answer<T> = std::result::Result<T, ApiError>;

/// The routes that make links for a user.
pub struct UserLinksApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Users")]
impl UserLinksApi {
    /// Invite a user again
    ///
    /// Makes another invitation for a person who has not set a password yet; links from before stop working.
    #[oai(
        path = "/users/:id/invite",
        method = "post",
        operation_id = "invite_user"
    )]
    async fn invite_user(
        &self,
        auth: Authorized<ChangeUsers>,
        /// The user's id.
        id: Path<Uuid>,
        /// Makes a repeated request safe: the same key gives the same answer for 24 hours.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
    ) -> Answer<Made<OneTimeLink>> {
        let what = format!("invite {}", id.0);
        linked(
            auth.app,
            auth.caller,
            (idempotency_key.0.as_deref(), &what),
            LinkPurpose::Invitation,
            id.0,
            move |change| links::invite_user(change, id.0).boxed(),
        )
        .await
    }

    /// Reset a user's password
    ///
    /// Makes a link that works once, for a day, by which the person sets another password. The one they have works
    /// until then. With the other password every session of the person ends, and so does all that applications were
    /// allowed. It is mailed where mail is configured; else it is in this answer, and never again.
    #[oai(
        path = "/users/:id/reset-password",
        method = "post",
        operation_id = "reset_user_password"
    )]
    async fn reset_user_password(
        &self,
        auth: Authorized<ChangeUsers>,
        /// The user's id.
        id: Path<Uuid>,
        /// Makes a repeated request safe: the same key gives the same answer for 24 hours.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
    ) -> Answer<Made<OneTimeLink>> {
        let what = format!("reset-password {}", id.0);
        linked(
            auth.app,
            auth.caller,
            (idempotency_key.0.as_deref(), &what),
            LinkPurpose::PasswordReset,
            id.0,
            move |change| links::begin_password_reset(change, id.0).boxed(),
        )
        .await
    }
}

/// Makes a link once for an idempotency key, and brings it to its person.
async fn linked<F>(
    app: App,
    caller: Caller,
    (key, what): (Option<&str>, &str),
    purpose: LinkPurpose,
    id: Uuid,
    work: F,
) -> Answer<Made<OneTimeLink>>
where
    F: for<'a> FnOnce(&'a mut Change) -> BoxFuture<'a, Result<(user::User, links::NewLink)>>
        + Send
        + 'static,
{
    let request = Digest::of(what.as_bytes());
    let key = idempotency::read(key, request)?;
    let once = app
        .change_once(caller, key, move |change| {
            async move {
                let (user, made) = work(change).await?;
                Ok((user.version.0, OneTimeLink::shown(&made)))
            }
            .boxed()
        })
        .await?;
    let (version, mut link) = idempotency::answer(once)?;
    deliver(&app, id, purpose, &mut link).await?;
    Ok(Made::Created(
        Json(link),
        etag::of(Version(version)),
        format!("/api/v1/users/{id}"),
        NO_STORE.to_owned(),
    ))
}

/// Mails a link, where mail is configured; then it is not shown.
pub(super) async fn deliver(
    app: &App,
    id: Uuid,
    purpose: LinkPurpose,
    link: &mut OneTimeLink,
) -> Answer<()> {
    let (Some(url), Ok(end)) = (&link.url, Timestamp::parse(&link.expires_at)) else {
        return Ok(());
    };
    if delivery::mail_link(app, id, purpose, url, end).await? {
        link.url = None;
        link.mailed = true;
    }
    Ok(())
}
