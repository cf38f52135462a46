//! People: their accounts, groups, roles and sessions.
//!
//! Each use case that changes something runs inside a [`Change`](crate::app::Change).

pub mod create;
pub mod delivery;
pub mod form;
pub mod groups;
pub mod lifecycle;
pub mod links;
pub mod passwords;
pub mod read;
pub mod roles;
pub mod sessions;
pub mod sign_in;

use crate::domain::{audit::Object, user::User};

/// How the audit trail names a person.
pub(crate) fn user_object(user: &User) -> Object {
    Object {
        kind: "user",
        id: user.id,
        name: user.form.name.clone(),
        client: None,
    }
}
