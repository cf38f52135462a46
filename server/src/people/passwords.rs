//! Setting a password, and proving that one knows it.

use std::net::IpAddr;

use secrecy::SecretString;
use uuid::Uuid;

use super::{sessions, user_object};
use crate::{
    app::{App, Change},
    domain::{
        audit::Action,
        password::{self, PasswordRefusal},
        refusal::Refusal,
        user::User,
        violation::Violations,
    },
    error::Result,
    store::GrantFilter,
};

/// How an attempt to prove a password ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// It was the right one.
    Right,
    /// It was not.
    Wrong,
    /// It is not said, because there were too many wrong ones.
    NotSaid(std::time::Duration),
}

/// By what the failures of an account are counted, whether it exists or not.
pub(super) fn account_key(tenant_id: Uuid, email_key: &str) -> String {
    format!("{tenant_id}\n{email_key}")
}

/// Whether `password` is the one that `hash` recognises. Takes as long without a hash. Guesses that are made at the
/// same time are all counted before any of them is answered.
///
/// # Errors
/// The database being away.
pub(super) async fn prove(
    app: &App,
    account: &str,
    owner: Option<&User>,
    hash: Option<&SecretString>,
    typed: &str,
    source: Option<IpAddr>,
) -> Result<Proof> {
    use secrecy::ExposeSecret;
    if let Some(wait) = must_wait(app, account, owner, source).await? {
        return Ok(Proof::NotSaid(wait));
    }
    let password = password::normalized(cut(typed));
    let right = if let Some(hash) = hash {
        let kept = hash.expose_secret();
        let same = app.passwords.verify(&password, kept).await?;
        same && typed.len() == cut(typed).len()
    } else {
        app.passwords.verify_nothing(&password).await?;
        false
    };
    if !right {
        app.throttle.person_failed(source, account);
    }
    Ok(match must_wait(app, account, owner, source).await? {
        Some(wait) => Proof::NotSaid(wait),
        None if right => Proof::Right,
        None => Proof::Wrong,
    })
}

/// What is hashed at all; anything longer is wrong.
fn cut(typed: &str) -> &str {
    typed.get(..password::LONGEST * 4).unwrap_or(typed)
}

async fn must_wait(
    app: &App,
    account: &str,
    owner: Option<&User>,
    source: Option<IpAddr>,
) -> Result<Option<std::time::Duration>> {
    if let Some(wait) = app.throttle.person_must_wait(source, account) {
        return Ok(Some(wait));
    }
    let Some(wait) = app.throttle.stranger_must_wait(account) else {
        return Ok(None);
    };
    // Also asked for nobody, so that time does not tell who exists.
    let id = owner.map_or(Uuid::nil(), |it| it.id);
    let known = match source {
        Some(ip) => app.store.has_session_from(id, &ip.to_string()).await?,
        None => false,
    };
    Ok((!known).then_some(wait))
}

/// A hash of a new password for `user`.
///
/// # Errors
/// A violation at `pointer` for a password that is refused.
pub async fn hash_new(app: &App, user: &User, typed: &str, pointer: &str) -> Result<SecretString> {
    let known = [user.form.email.as_str(), user.form.name.as_str()];
    let password = password::parse(typed, &known).map_err(|it| refused(pointer, it))?;
    let held = app.store.find_password_hash(user.id).await?;
    if let Some(hash) = held {
        use secrecy::ExposeSecret;
        if app
            .passwords
            .verify(&password, hash.expose_secret())
            .await?
        {
            return Err(refused(pointer, PasswordRefusal::Unchanged).into());
        }
    }
    Ok(app.passwords.hash(&password).await?.into())
}

fn refused(pointer: &str, why: PasswordRefusal) -> Violations {
    let mut wrong = Violations::none();
    let code = match why {
        PasswordRefusal::TooShort => "too_short",
        PasswordRefusal::TooLong => "too_long",
        PasswordRefusal::Guessable => "guessable",
        PasswordRefusal::Unchanged => "unchanged",
    };
    wrong.add(pointer, code, why);
    wrong
}

/// Whether `typed` is the password that `user` has now.
///
/// # Errors
/// The database being away.
pub async fn prove_own(
    app: &App,
    user: &User,
    typed: &str,
    source: Option<IpAddr>,
) -> Result<Proof> {
    let hash = app.store.find_password_hash(user.id).await?;
    let account = account_key(user.tenant_id, &user.form.email.key());
    prove(app, &account, Some(user), hash.as_ref(), typed, source).await
}

/// Gives `user` the password that `hash` recognises, and ends all sessions but `except`: whoever knew the old one is
/// out. The applications that the person allowed stay connected: they were let in by the person, not by the password,
/// and are listed in the account with a way to end each.
///
/// # Errors
/// The database being away.
pub async fn set_password(
    change: &Change,
    user: &mut User,
    hash: &SecretString,
    except: Option<Uuid>,
) -> Result<()> {
    write(change, user, hash, Kind::Chosen).await?;
    sessions::end_sessions(change, user, except).await?;
    Ok(())
}

/// As [`set_password`], for the one who is signed in, of whom it is known that they know the old one.
///
/// # Errors
/// [`Refusal::NotFound`] where the person was deactivated in the meantime.
pub async fn choose_password(
    change: &Change,
    signed_in: &User,
    hash: &SecretString,
    except: Option<Uuid>,
) -> Result<User> {
    let mut user = find_active(change, signed_in.tenant_id, signed_in.id).await?;
    set_password(change, &mut user, hash, except).await?;
    Ok(user)
}

/// The person, whom nobody else changes until this ends.
pub(super) async fn find_active(change: &Change, tenant_id: Uuid, id: Uuid) -> Result<User> {
    let found = change.store.find_user_for_change(tenant_id, id).await?;
    let active = found.filter(User::is_active);
    Ok(active.ok_or(Refusal::NotFound("user"))?)
}

/// As [`set_password`], for a person who did not prove the old one: the account may have been in other hands, which may
/// have let in applications. So these are out as well, and have to be allowed again.
///
/// # Errors
/// The database being away.
pub async fn reset_password(change: &Change, user: &mut User, hash: &SecretString) -> Result<()> {
    set_password(change, user, hash, None).await?;
    end_applications(change, user).await
}

/// Ends every grant of `user` with its tokens, and forgets what was allowed.
async fn end_applications(change: &Change, user: &User) -> Result<()> {
    let theirs = GrantFilter::User(user.id);
    change.store.revoke_grants(theirs, change.now).await?;
    Ok(change.store.delete_consents_of(user.id).await?)
}

/// Gives `user` a password at whose first use another must be set, within seven days. Ends all sessions, and all that
/// applications were allowed, as [`reset_password`] does.
///
/// # Errors
/// The database being away.
pub async fn set_one_time_password(
    change: &Change,
    user: &mut User,
    hash: &SecretString,
) -> Result<()> {
    write(change, user, hash, Kind::OneTime).await?;
    sessions::end_sessions(change, user, None).await?;
    end_applications(change, user).await
}

/// How long a one-time password lets somebody in, in seconds: seven days, as an invitation. It is printed, and what is
/// printed stays in the logs of whoever runs the server.
pub const ONE_TIME_PASSWORD_LIVES: i64 = 7 * 86_400;

/// Where a password comes from.
#[derive(Clone, Copy)]
enum Kind {
    /// From the person.
    Chosen,
    /// From us.
    OneTime,
}

async fn write(change: &Change, user: &mut User, hash: &SecretString, kind: Kind) -> Result<()> {
    user.has_password = true;
    (user.must_change_password, user.password_ends_at) = match kind {
        Kind::Chosen => (false, None),
        Kind::OneTime => (true, Some(change.now.plus(ONE_TIME_PASSWORD_LIVES))),
    };
    user.version = user.version.next();
    user.updated_at = change.now;
    user.updated_by = change.caller.actor.clone();
    change.store.replace_user(user).await?;
    change
        .store
        .replace_password_hash(user.id, Some(hash))
        .await?;
    change
        .record(Action::PasswordChanged, user_object(user), Vec::new())
        .await
}
