//! Adding a person. It cannot sign in before it has set a password by a link.

use uuid::Uuid;

use super::{
    form::{UserDraft, snapshot},
    user_object,
};
use crate::{
    app::Change,
    clients::ceiling,
    domain::{
        audit::{Action, differences},
        caller::Caller,
        refusal::{Conflict, Refusal},
        user::{User, UserForm, UserStatus},
        version::Version,
    },
    error::{Error, Result},
    store::StoreError,
};

/// Adds a person to the caller's tenant.
///
/// # Errors
/// [`Refusal::Invalid`] with everything that is wrong, [`Refusal::RoleExceedsCaller`], or [`Conflict::EmailTaken`].
pub async fn create_user(change: &Change, draft: &UserDraft, operator: bool) -> Result<User> {
    let form = draft.read()?;
    ceiling::at("/role", covers(&change.caller, &form, operator))?;
    let user = User {
        id: Uuid::now_v7(),
        tenant_id: change.caller.tenant_id,
        form,
        status: UserStatus::Active,
        operator,
        has_password: false,
        must_change_password: false,
        password_ends_at: None,
        last_sign_in_at: None,
        created_at: change.now,
        created_by: change.caller.actor.clone(),
        updated_at: change.now,
        updated_by: change.caller.actor.clone(),
        version: Version::FIRST,
    };
    change.store.insert_user(&user).await.map_err(taken)?;
    let fields = differences(&serde_json::Value::Null, &snapshot(&user.form));
    change
        .record(Action::UserCreated, user_object(&user), fields)
        .await?;
    Ok(user)
}

/// The ceiling rule: nobody makes, changes or takes over a person who may do more than they may.
///
/// # Errors
/// [`Refusal::RoleExceedsCaller`].
pub(super) fn covers(caller: &Caller, form: &UserForm, operator: bool) -> Result<()> {
    if caller.rights.cover(&form.role.rights()) && (caller.operator || !operator) {
        Ok(())
    } else {
        Err(Refusal::RoleExceedsCaller.into())
    }
}

/// A taken address is a conflict that the caller can solve.
pub(super) fn taken(error: StoreError) -> Error {
    match error {
        StoreError::Taken => Conflict::EmailTaken.into(),
        other => other.into(),
    }
}
