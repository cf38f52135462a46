//! Changing a person, switching them off and on, and wiping what told who they were.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    create::{covers, taken},
    form::{UserDraft, snapshot},
    roles, sessions, user_object,
};
use crate::{
    app::Change,
    clients::ceiling,
    domain::{
        audit::{Action, FieldChange, differences},
        refusal::{Conflict, Refusal},
        role::LadderRole,
        user::{User, UserForm, UserStatus},
        version::Expected,
    },
    error::Result,
    store::GrantFilter,
};

/// A person whom the caller may change, locked until the change ends.
///
/// # Errors
/// [`Refusal::NotFound`] or [`Refusal::RoleExceedsCaller`].
pub(super) async fn find_for_change(change: &Change, id: Uuid) -> Result<User> {
    let user = change
        .store
        .find_user_for_change(change.caller.tenant_id, id)
        .await?
        .ok_or(Refusal::NotFound("user"))?;
    covers(&change.caller, &user.form, user.operator)?;
    roles::covers_user(change, &user).await?;
    Ok(user)
}

/// Refuses to take its rights from the last super admin who can sign in.
async fn keep_a_super_admin(change: &Change, user: &User) -> Result<()> {
    let counts = user.is_active() && user.form.role == LadderRole::SuperAdmin;
    if counts
        && !change
            .store
            .has_other_super_admin(user.tenant_id, user.id)
            .await?
    {
        return Err(Conflict::LastSuperAdmin.into());
    }
    Ok(())
}

pub(super) fn not_anonymized(user: &User) -> Result<()> {
    if user.status == UserStatus::Anonymized {
        return Err(Conflict::UserAnonymized.into());
    }
    Ok(())
}

/// Writes a changed user with its next version and its audit row.
pub(super) async fn write(
    change: &Change,
    user: &mut User,
    action: Action,
    differing: Vec<FieldChange>,
) -> Result<()> {
    user.version = user.version.next();
    user.updated_at = change.now;
    user.updated_by = change.caller.actor.clone();
    change.store.replace_user(user).await.map_err(taken)?;
    change.record(action, user_object(user), differing).await
}

/// Replaces the editable part of a person by what `draft` makes of it. A draft that changes nothing writes nothing.
///
/// # Errors
/// [`Refusal::Stale`] when the caller saw another version, the ceiling rule, [`Conflict::LastSuperAdmin`],
/// [`Conflict::EmailTaken`], or everything that is wrong with the draft.
pub async fn replace_user(
    change: &Change,
    id: Uuid,
    expected: &Expected,
    draft: impl FnOnce(&UserForm) -> Result<UserDraft> + Send,
) -> Result<User> {
    let mut user = find_for_change(change, id).await?;
    if !expected.admits(user.version) {
        return Err(Refusal::Stale.into());
    }
    not_anonymized(&user)?;
    let form = draft(&user.form)?.read()?;
    ceiling::at("/role", covers(&change.caller, &form, user.operator))?;
    let differing = differences(&snapshot(&user.form), &snapshot(&form));
    if differing.is_empty() {
        return Ok(user);
    }
    if form.role != user.form.role {
        keep_a_super_admin(change, &user).await?;
    }
    user.form = form;
    write(change, &mut user, Action::UserUpdated, differing).await?;
    Ok(user)
}

/// No sign-in from now on; every session, and every token that acts for the person, is dead with the commit.
///
/// # Errors
/// [`Refusal::NotFound`], the ceiling rule, or [`Conflict::LastSuperAdmin`].
pub async fn deactivate_user(change: &Change, id: Uuid) -> Result<User> {
    let mut user = find_for_change(change, id).await?;
    not_anonymized(&user)?;
    if user.status == UserStatus::Inactive {
        return Ok(user);
    }
    keep_a_super_admin(change, &user).await?;
    end_everything(change, &mut user).await?;
    Ok(user)
}

/// As [`deactivate_user`], also for the last super admin: its tenant ends with it.
///
/// # Errors
/// [`Refusal::NotFound`] or the ceiling rule.
pub async fn switch_off(change: &Change, id: Uuid) -> Result<()> {
    let mut user = find_for_change(change, id).await?;
    end_everything(change, &mut user).await
}

async fn end_everything(change: &Change, user: &mut User) -> Result<()> {
    let differing = status_change(user, UserStatus::Inactive);
    user.status = UserStatus::Inactive;
    write(change, user, Action::UserDeactivated, differing).await?;
    sessions::end_sessions(change, user, None).await?;
    change.store.end_links(user.id, change.now).await?;
    let theirs = GrantFilter::User(user.id);
    change.store.revoke_grants(theirs, change.now).await?;
    Ok(())
}

/// Lets a person sign in again. Sessions from before stay over.
///
/// # Errors
/// [`Refusal::NotFound`], the ceiling rule, or [`Conflict::UserAnonymized`].
pub async fn reactivate_user(change: &Change, id: Uuid) -> Result<User> {
    let mut user = find_for_change(change, id).await?;
    not_anonymized(&user)?;
    if user.status == UserStatus::Active {
        return Ok(user);
    }
    let differing = status_change(&user, UserStatus::Active);
    user.status = UserStatus::Active;
    write(change, &mut user, Action::UserReactivated, differing).await?;
    Ok(user)
}

/// Wipes address, name, password, sessions, links and memberships of a person for good. What they did stays in the
/// audit trail under their id; of the trail's rows of before, those are kept that say who did what.
///
/// # Errors
/// [`Refusal::NotFound`], the ceiling rule, or [`Conflict::LastSuperAdmin`].
pub async fn anonymize_user(change: &Change, id: Uuid) -> Result<User> {
    let mut user = find_for_change(change, id).await?;
    if user.status == UserStatus::Anonymized {
        return Ok(user);
    }
    keep_a_super_admin(change, &user).await?;
    let differing = status_change(&user, UserStatus::Anonymized);
    user.form.email = User::wiped_email(user.id);
    "Anonymized user".clone_into(&mut user.form.name);
    user.form.role = LadderRole::Member;
    user.operator = false;
    user.status = UserStatus::Anonymized;
    user.has_password = false;
    user.must_change_password = false;
    user.password_ends_at = None;
    let store = &change.store;
    store.delete_sessions(user.id).await?;
    store
        .revoke_grants(GrantFilter::User(user.id), change.now)
        .await?;
    store.delete_consents_of(user.id).await?;
    store.delete_links(user.id).await?;
    store.delete_memberships(user.id).await?;
    store.delete_assignments_in(user.id, user.tenant_id).await?;
    store.replace_password_hash(user.id, None).await?;
    store
        .forget_person(user.tenant_id, user.id, &user.form.name)
        .await?;
    write(change, &mut user, Action::UserAnonymized, differing).await?;
    // Last, since it may have written its own name into its own row.
    store.forget_signatures(user.id, &user.form.name).await?;
    Ok(user)
}

/// A person who is let in by someone at the machine itself: switched on, and a super admin.
///
/// # Errors
/// [`Conflict::UserAnonymized`].
pub async fn let_in_again(change: &Change, mut user: User) -> Result<User> {
    not_anonymized(&user)?;
    let state =
        |user: &User| json!({ "status": user.status.as_str(), "role": user.form.role.as_str() });
    let before = state(&user);
    user.status = UserStatus::Active;
    user.form.role = LadderRole::SuperAdmin;
    let differing = differences(&before, &state(&user));
    if !differing.is_empty() {
        write(change, &mut user, Action::UserUpdated, differing).await?;
    }
    Ok(user)
}

fn status_change(user: &User, after: UserStatus) -> Vec<FieldChange> {
    vec![FieldChange {
        field: "status".to_owned(),
        before: Value::from(user.status.as_str()),
        after: Value::from(after.as_str()),
    }]
}
