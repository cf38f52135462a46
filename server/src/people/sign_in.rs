//! Signing in by e-mail and password, and signing out.

use std::time::Duration;

use futures_util::FutureExt;
use secrecy::SecretString;
use uuid::Uuid;

use super::{
    passwords::{self, Proof, account_key},
    sessions::{self, SignedIn, caller_of},
};
use crate::{
    app::App,
    domain::{caller::Origin, email, refusal::Refusal, user::User},
    error::Result,
};

/// How an attempt to sign in ended.
pub enum SignIn {
    /// The person is signed in; the cookie holds this from now on.
    Done {
        /// What the cookie holds.
        cookie: SecretString,
        /// Who it is.
        user: Box<User>,
    },
    /// No such account, or a wrong password: which of the two is not said, and both take the same time.
    Wrong,
    /// The password is right, but the person was switched off.
    Deactivated,
    /// The password is right, but it was a one-time password and is too old.
    PasswordOver,
    /// There were too many failures: wait.
    SlowDown(Duration),
}

/// Signs a person in to a tenant. `replaces` is the session that this browser has now; it ends.
///
/// # Errors
/// The database being away.
pub async fn sign_in(
    app: &App,
    tenant_id: Uuid,
    typed_email: &str,
    typed_password: &str,
    replaces: Option<SignedIn>,
    origin: Origin,
) -> Result<SignIn> {
    let email_key = email::key(typed_email);
    let account = account_key(tenant_id, &email_key);
    let found = app
        .store
        .find_user_with_password(tenant_id, &email_key)
        .await?;
    let (user, hash) = found.unzip();
    let hash = hash.flatten();
    let source = origin.ip;
    let proof = passwords::prove(
        app,
        &account,
        user.as_ref(),
        hash.as_ref(),
        typed_password,
        source,
    )
    .await?;
    let user = match (proof, user) {
        (Proof::NotSaid(wait), _) => return Ok(SignIn::SlowDown(wait)),
        (Proof::Right, Some(user)) if user.is_active() => {
            let now = app.clock.now();
            if user.password_ends_at.is_some_and(|it| it <= now) {
                return Ok(SignIn::PasswordOver);
            }
            user
        }
        (Proof::Right, Some(_)) => return Ok(SignIn::Deactivated),
        (Proof::Right | Proof::Wrong, _) => return Ok(SignIn::Wrong),
    };
    let id = user.id;
    app.change(caller_of(&user, origin), move |change| {
        async move {
            // Once more under the lock: it may have been switched off since.
            let user = change
                .store
                .find_user_for_change(tenant_id, id)
                .await?
                .filter(User::is_active)
                .ok_or(Refusal::NotFound("user"))?;
            if let Some(before) = replaces {
                sessions::end_session(change, &before.user, before.session_id).await?;
            }
            let cookie = sessions::begin_session(change, &user).await?;
            Ok(SignIn::Done {
                cookie,
                user: Box::new(user),
            })
        }
        .boxed()
    })
    .await
}

/// Ends the session of this browser.
///
/// # Errors
/// The database being away.
pub async fn sign_out(app: &App, signed_in: SignedIn, origin: Origin) -> Result<()> {
    app.change(signed_in.caller(origin), move |change| {
        async move {
            sessions::end_session(change, &signed_in.user, signed_in.session_id).await?;
            Ok(())
        }
        .boxed()
    })
    .await
}
