//! Invitations and password resets: a link that is shown or mailed once, and works once.

use data_encoding::BASE64URL_NOPAD;
use futures_util::FutureExt;
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::{
    lifecycle::find_for_change,
    passwords,
    sessions::{self, caller_of},
    user_object,
};
use crate::{
    app::{App, Change},
    crypto::digest::Digest,
    domain::{
        audit::Action,
        caller::Origin,
        one_time_link::{LinkPurpose, OneTimeLink},
        refusal::Conflict,
        user::{User, UserStatus},
    },
    error::Result,
};

/// A new link: the only time that its address is known.
pub struct NewLink {
    /// What is kept.
    pub link: OneTimeLink,
    /// Where it leads.
    pub url: SecretString,
}

fn digest_of(purpose: LinkPurpose, token: &str) -> Digest {
    Digest::of(format!("{}\n{token}", purpose.as_str()).as_bytes())
}

/// Makes a link by which a person sets the first password. Links from before stop working.
///
/// # Errors
/// [`NotFound`](crate::domain::refusal::Refusal::NotFound), the ceiling rule, [`Conflict::UserInactive`], or [`Conflict::AlreadyJoined`].
pub async fn invite_user(change: &Change, id: Uuid) -> Result<(User, NewLink)> {
    let user = find_for_change(change, id).await?;
    if user.has_password {
        return Err(Conflict::AlreadyJoined.into());
    }
    let link = make(change, &user, LinkPurpose::Invitation).await?;
    Ok((user, link))
}

/// Makes a link by which a person sets another password. The one they have works until then; links from before stop
/// working.
///
/// # Errors
/// [`NotFound`](crate::domain::refusal::Refusal::NotFound), the ceiling rule, or [`Conflict::UserInactive`].
pub async fn begin_password_reset(change: &Change, id: Uuid) -> Result<(User, NewLink)> {
    let user = find_for_change(change, id).await?;
    let link = make(change, &user, LinkPurpose::PasswordReset).await?;
    Ok((user, link))
}

/// Makes the link for a person whom the caller may change.
///
/// # Errors
/// [`Conflict::UserInactive`] or [`Conflict::UserAnonymized`].
pub async fn make(change: &Change, user: &User, purpose: LinkPurpose) -> Result<NewLink> {
    match user.status {
        UserStatus::Active => {}
        UserStatus::Inactive => return Err(Conflict::UserInactive.into()),
        UserStatus::Anonymized => return Err(Conflict::UserAnonymized.into()),
    }
    let random = change.app.random.secret_bytes::<32>()?;
    let token = zeroize::Zeroizing::new(BASE64URL_NOPAD.encode(random.as_slice()));
    let link = OneTimeLink {
        id: Uuid::now_v7(),
        user_id: user.id,
        purpose,
        created_at: change.now,
        created_by: change.caller.actor.clone(),
        expires_at: change.now.plus(purpose.lifetime()),
        used_at: None,
    };
    change.store.end_links(user.id, change.now).await?;
    change
        .store
        .insert_link(&link, &digest_of(purpose, &token))
        .await?;
    let action = match purpose {
        LinkPurpose::Invitation => Action::UserInvited,
        LinkPurpose::PasswordReset => Action::PasswordResetBegun,
    };
    change.record(action, user_object(user), Vec::new()).await?;
    let issuer = change.app.settings.issuer();
    let url = format!("{issuer}/{}/{}", purpose.as_str(), token.as_str()).into();
    Ok(NewLink { link, url })
}

/// Whose link this is, while it works.
///
/// # Errors
/// The database being away.
pub async fn find_link(app: &App, purpose: LinkPurpose, token: &str) -> Result<Option<User>> {
    let found = app.store.find_link(&digest_of(purpose, token)).await?;
    let Some(link) = found.filter(|it| it.purpose == purpose && it.is_live(app.clock.now())) else {
        return Ok(None);
    };
    let user = app.store.find_user_by_id(link.user_id).await?;
    Ok(user.filter(User::is_active))
}

/// Uses up a link: its person has the password that `hash` recognises, is signed in with the cookie that is given back,
/// and nowhere else; no application is connected any more. `None` for a link that does not work any more.
///
/// # Errors
/// The database being away.
pub async fn use_link(
    app: &App,
    purpose: LinkPurpose,
    token: &SecretString,
    user: &User,
    hash: SecretString,
    origin: Origin,
) -> Result<Option<SecretString>> {
    let digest = digest_of(purpose, token.expose_secret());
    let (tenant_id, id) = (user.tenant_id, user.id);
    app.change(caller_of(user, origin), move |change| {
        async move {
            let store = &change.store;
            // Of two that use it at once, the second finds it used.
            let link = store
                .find_link_for_change(&digest)
                .await?
                .filter(|it| it.user_id == id && it.is_live(change.now));
            if link.is_none() {
                return Ok(None);
            }
            let mut user = passwords::find_active(change, tenant_id, id).await?;
            store.end_links(id, change.now).await?;
            passwords::reset_password(change, &mut user, &hash).await?;
            sessions::begin_session(change, &user).await.map(Some)
        }
        .boxed()
    })
    .await
}
