//! Sessions: who is signed in, in which browser.
//!
//! The cookie holds 256 random bits; the database holds their digest. What proves that a form came from our own page
//! is derived from the same bits, so that it needs no row and dies with the cookie.

use data_encoding::BASE64URL_NOPAD;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use uuid::Uuid;

use crate::{
    app::{App, Change},
    crypto::digest::Digest,
    domain::{
        audit::{Action, FieldChange},
        caller::{Caller, Origin},
        session::{SEEN_EVERY, Session},
        timestamp::Timestamp,
        user::User,
    },
    error::Result,
    store::NewSession,
};

/// A person who is signed in, in one browser.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The session's id, which opens nothing.
    pub session_id: Uuid,
    /// The person, as of this moment; always active.
    pub user: User,
    /// When the person last proved who they are: `auth_time`.
    pub signed_in_at: Timestamp,
}

impl SignedIn {
    /// The person as the one who asks for something.
    pub fn caller(&self, origin: Origin) -> Caller {
        Caller {
            session_id: Some(self.session_id),
            ..caller_of(&self.user, origin)
        }
    }
}

/// A user as the one who asks for something, with the rights it has at this moment.
pub fn caller_of(user: &User, origin: Origin) -> Caller {
    Caller {
        actor: user.as_actor(),
        subject: user.id,
        tenant_id: user.tenant_id,
        rights: user.rights(),
        role: Some(user.form.role),
        operator: user.operator,
        session_id: None,
        origin,
    }
}

/// The random value of a cookie that does not say anything yet.
///
/// # Errors
/// When the machine gives no randomness.
pub fn new_cookie(app: &App) -> Result<SecretString> {
    let random = app.random.secret_bytes::<32>()?;
    Ok(BASE64URL_NOPAD.encode(random.as_slice()).into())
}

fn digest_of(cookie: &str) -> Digest {
    Digest::of(format!("session\n{cookie}").as_bytes())
}

/// What a form must carry to show that it came from our own page, in the browser with this cookie.
pub fn form_token(cookie: &str) -> String {
    let digest = Digest::of(format!("form\n{cookie}").as_bytes());
    BASE64URL_NOPAD.encode(digest.as_bytes())
}

/// Whether a form came from our own page, in the browser with this cookie.
pub fn form_token_fits(cookie: &str, token: &str) -> bool {
    let expected = Digest::of(form_token(cookie).as_bytes());
    expected.matches(&Digest::of(token.as_bytes()))
}

/// Who is signed in with this cookie and may go on: `None` for a cookie that says nothing, is over or was ended, for a
/// person who was switched off, and for one who has to set another password first. All of these go to `/sign-in`,
/// which knows which it is.
///
/// # Errors
/// The database being away.
pub async fn find_session(app: &App, cookie: &str) -> Result<Option<SignedIn>> {
    let found = find_any_session(app, cookie).await?;
    Ok(found.filter(|it| !it.user.must_change_password))
}

/// As [`find_session`], with those who have to set another password first: for the page where they do.
///
/// # Errors
/// The database being away.
pub async fn find_any_session(app: &App, cookie: &str) -> Result<Option<SignedIn>> {
    let now = app.clock.now();
    let Some((session, user)) = app.store.find_session(&digest_of(cookie)).await? else {
        return Ok(None);
    };
    if !user.is_active() || !session.is_live(now, app.settings.session_idle_limit) {
        return Ok(None);
    }
    if session.last_seen_at.plus(SEEN_EVERY) <= now {
        let transaction = app.store.begin().await?;
        transaction.note_seen(session.id, now).await?;
        transaction.commit().await?;
    }
    Ok(Some(SignedIn {
        session_id: session.id,
        signed_in_at: session.signed_in_at,
        user,
    }))
}

/// Begins a session of `user`, who has just proved who they are, and gives what its cookie holds. The cookie is always
/// a new one.
///
/// # Errors
/// The database being away.
pub async fn begin_session(change: &Change, user: &User) -> Result<SecretString> {
    let cookie = new_cookie(&change.app)?;
    let origin = &change.caller.origin;
    let session = Session {
        id: Uuid::now_v7(),
        user_id: user.id,
        created_at: change.now,
        signed_in_at: change.now,
        last_seen_at: change.now,
        expires_at: change.now.plus(change.app.settings.session_limit),
        ip: origin.ip.map(|it| it.to_string()),
        user_agent: origin.user_agent.clone(),
        revoked_at: None,
    };
    let about = session_field(session.id);
    let digest = digest_of(cookie.expose_secret());
    change
        .store
        .insert_session(&NewSession { session, digest })
        .await?;
    change.store.note_sign_in(user.id, change.now).await?;
    change
        .record(Action::SignedIn, super::user_object(user), about)
        .await?;
    Ok(cookie)
}

/// Ends one session of `user`, and gives whether there was one to end.
///
/// # Errors
/// The database being away.
pub async fn end_session(change: &Change, user: &User, id: Uuid) -> Result<bool> {
    let ended = change.store.end_session(user.id, id, change.now).await?;
    if ended {
        change
            .store
            .revoke_admin_grants(user.id, Some(id), None, change.now)
            .await?;
        change
            .record(
                Action::SessionEnded,
                super::user_object(user),
                session_field(id),
            )
            .await?;
    }
    Ok(ended)
}

/// Ends the sessions of `user`, all but `except`.
///
/// # Errors
/// The database being away.
pub async fn end_sessions(change: &Change, user: &User, except: Option<Uuid>) -> Result<u64> {
    let ended = change
        .store
        .end_sessions(user.id, except, change.now)
        .await?;
    change
        .store
        .revoke_admin_grants(user.id, None, except, change.now)
        .await?;
    if ended > 0 {
        let changes = vec![FieldChange {
            field: "sessions_ended".to_owned(),
            before: serde_json::Value::Null,
            after: json!(ended),
        }];
        change
            .record(Action::SessionsEnded, super::user_object(user), changes)
            .await?;
    }
    Ok(ended)
}

/// The live sessions of a person, the one used last first.
///
/// # Errors
/// The database being away.
pub async fn list_sessions(app: &App, user_id: Uuid) -> Result<Vec<Session>> {
    let idle = app.settings.session_idle_limit;
    let now = app.clock.now();
    Ok(app.store.list_sessions(user_id, now, idle).await?)
}

/// Which session an event about a person is about.
fn session_field(id: Uuid) -> Vec<FieldChange> {
    vec![FieldChange {
        field: "session".to_owned(),
        before: serde_json::Value::Null,
        after: json!(id),
    }]
}
