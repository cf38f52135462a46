//! Signing in by e-mail and password, and signing out.

use std::time::Duration;

use futures_util::FutureExt;
use secrecy::{ExposeSecret, SecretString};
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
    /// The password is right in more than one tenant: the person says which.
    SeveralAccounts,
    /// The password is right, but it was a one-time password and is too old.
    PasswordOver,
    /// There were too many failures: wait.
    SlowDown(Duration),
}

/// To which tenant a person signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// To this one.
    Tenant(Uuid),
    /// To the one whose account the address and the password fit. Where nobody has the address, failures count as those
    /// of this tenant.
    Anywhere {
        /// The first tenant.
        first: Uuid,
    },
}

impl Where {
    /// The tenant with this key; one that is not there has no accounts.
    ///
    /// # Errors
    /// The database being away.
    pub async fn named(app: &App, key: &str) -> Result<Self> {
        let tenant = app.store.find_tenant_by_key(key).await?;
        Ok(Self::Tenant(tenant.map_or(Uuid::nil(), |it| it.id)))
    }

    /// Any tenant.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] before there is one, or the database being away.
    pub async fn anywhere(app: &App) -> Result<Self> {
        let first = app.store.find_first_tenant().await?;
        let first = first.ok_or(Refusal::NotFound("tenant"))?.id;
        Ok(Self::Anywhere { first })
    }
}

/// How many tenants may have a person with the same address, to be told apart by the password alone.
const MOST_ACCOUNTS: u64 = 5;

/// What a browser sent to sign in.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The address, as it was typed.
    pub email: String,
    /// The password, as it was typed.
    pub password: SecretString,
    /// The session that this browser has now; it ends.
    pub replaces: Option<SignedIn>,
    /// From where.
    pub origin: Origin,
}

/// Signs a person in. One address can have an account in several tenants: the password tells which, and where it does
/// not, the person is asked.
///
/// # Errors
/// The database being away.
pub async fn sign_in(app: &App, place: Where, attempt: Attempt) -> Result<SignIn> {
    let first = match place {
        Where::Tenant(tenant_id) => return sign_in_to(app, tenant_id, &attempt).await,
        Where::Anywhere { first } => first,
    };
    let email_key = email::key(&attempt.email);
    let tenants = app
        .store
        .list_tenants_of_email(&email_key, MOST_ACCOUNTS)
        .await?;
    if let [] | [_] = tenants.as_slice() {
        let tenant_id = tenants.first().copied().unwrap_or(first);
        return sign_in_to(app, tenant_id, &attempt).await;
    }
    let mut right = Vec::new();
    for tenant_id in tenants {
        let (proof, user) = prove(app, tenant_id, &attempt).await?;
        match proof {
            Proof::NotSaid(wait) => return Ok(SignIn::SlowDown(wait)),
            Proof::Right => right.push((proof, user)),
            Proof::Wrong => {}
        }
    }
    right.sort_unstable_by_key(|(_, user)| !user.as_ref().is_some_and(User::is_active));
    match right.as_slice() {
        [_, second, ..] if second.1.as_ref().is_some_and(User::is_active) => {
            Ok(SignIn::SeveralAccounts)
        }
        _ => match right.into_iter().next() {
            Some((proof, user)) => begin(app, proof, user, &attempt).await,
            None => Ok(SignIn::Wrong),
        },
    }
}

async fn sign_in_to(app: &App, tenant_id: Uuid, attempt: &Attempt) -> Result<SignIn> {
    let (proof, user) = prove(app, tenant_id, attempt).await?;
    begin(app, proof, user, attempt).await
}

/// Whether the password is that of the account in a tenant, and whose account it is.
async fn prove(app: &App, tenant_id: Uuid, attempt: &Attempt) -> Result<(Proof, Option<User>)> {
    let email_key = email::key(&attempt.email);
    let account = account_key(tenant_id, &email_key);
    let found = app
        .store
        .find_user_with_password(tenant_id, &email_key)
        .await?;
    let (user, hash) = found.unzip();
    let hash = hash.flatten();
    let source = attempt.origin.ip;
    let proof = passwords::prove(
        app,
        &account,
        user.as_ref(),
        hash.as_ref(),
        attempt.password.expose_secret(),
        source,
    )
    .await?;
    Ok((proof, user))
}

/// Begins the session of a person who proved who they are.
async fn begin(app: &App, proof: Proof, user: Option<User>, attempt: &Attempt) -> Result<SignIn> {
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
    let (id, tenant_id, replaces) = (user.id, user.tenant_id, attempt.replaces.clone());
    app.change(caller_of(&user, attempt.origin.clone()), move |change| {
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
