//! People as they travel.

use poem_openapi::{Enum, Object};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{client_dto::Actor, paging::ListTotal};
use crate::{
    domain::{self, user::UserForm as Form},
    people::{form::UserDraft, links::NewLink},
};

/// Whether a person may sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum UserStatus {
    /// It may.
    Active,
    /// It may not, until it is reactivated.
    Inactive,
    /// It never may again: what told who it was is wiped.
    Anonymized,
}

impl From<domain::user::UserStatus> for UserStatus {
    fn from(status: domain::user::UserStatus) -> Self {
        match status {
            domain::user::UserStatus::Active => Self::Active,
            domain::user::UserStatus::Inactive => Self::Inactive,
            domain::user::UserStatus::Anonymized => Self::Anonymized,
        }
    }
}

impl From<UserStatus> for domain::user::UserStatus {
    fn from(status: UserStatus) -> Self {
        match status {
            UserStatus::Active => Self::Active,
            UserStatus::Inactive => Self::Inactive,
            UserStatus::Anonymized => Self::Anonymized,
        }
    }
}

/// A person who signs in.
#[derive(Clone, Debug, Object, Serialize, Deserialize)]
pub struct User {
    /// Its id for ever, and `sub` of tokens that act for it.
    pub id: Uuid,
    /// By which it signs in. Of an anonymized person, a stand-in.
    pub email: String,
    /// What people call it.
    pub name: String,
    /// Its rung of the ladder: `member`, `admin` or `super_admin`.
    pub role: String,
    /// Whether it may sign in.
    pub status: UserStatus,
    /// Whether it may manage tenants and communities.
    pub operator: bool,
    /// Whether it has set a password; before, it cannot sign in.
    pub has_password: bool,
    /// Whether it must set another password at its next sign-in.
    pub must_change_password: bool,
    /// When it last signed in.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_sign_in_at: Option<String>,
    /// When it was made.
    pub created_at: String,
    /// By whom.
    pub created_by: Actor,
    /// When it was last changed.
    pub updated_at: String,
    /// By whom.
    pub updated_by: Actor,
    /// Counts its changes; the ETag.
    pub version: i64,
}

impl From<&domain::user::User> for User {
    fn from(user: &domain::user::User) -> Self {
        Self {
            id: user.id,
            email: user.form.email.to_string(),
            name: user.form.name.clone(),
            role: user.form.role.to_string(),
            status: user.status.into(),
            operator: user.operator,
            has_password: user.has_password,
            must_change_password: user.must_change_password,
            last_sign_in_at: user.last_sign_in_at.map(|it| it.to_string()),
            created_at: user.created_at.to_string(),
            created_by: (&user.created_by).into(),
            updated_at: user.updated_at.to_string(),
            updated_by: (&user.updated_by).into(),
            version: user.version.0,
        }
    }
}

/// The editable part of a person.
#[derive(Clone, Debug, Default, Object)]
pub struct UserForm {
    /// By which it signs in; unique in the tenant without regard to case.
    pub email: Option<String>,
    /// What people call it: 1 to 255 characters.
    pub name: Option<String>,
    /// `member`, `admin` or `super_admin`; never above the caller's own.
    pub role: Option<String>,
}

impl From<&Form> for UserForm {
    fn from(form: &Form) -> Self {
        Self {
            email: Some(form.email.to_string()),
            name: Some(form.name.clone()),
            role: Some(form.role.to_string()),
        }
    }
}

impl From<UserForm> for UserDraft {
    fn from(form: UserForm) -> Self {
        Self {
            email: form.email,
            name: form.name,
            role: form.role,
        }
    }
}

/// A person to be added.
#[derive(Clone, Debug, Default, Object)]
pub struct CreateUser {
    /// By which it signs in; unique in the tenant without regard to case.
    pub email: Option<String>,
    /// What people call it: 1 to 255 characters.
    pub name: Option<String>,
    /// `member`, `admin` or `super_admin`; never above the caller's own.
    pub role: Option<String>,
    /// Whether to make an invitation at once; it is made unless this is `false`.
    pub invite: Option<bool>,
}

/// A link by which a person sets a password, once.
#[derive(Clone, Debug, Object, Serialize, Deserialize)]
pub struct OneTimeLink {
    /// The link, where it was not mailed: bring it to the person. It is shown this once.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Whether it was mailed to the person.
    pub mailed: bool,
    /// The first second in which it no longer works.
    pub expires_at: String,
}

impl OneTimeLink {
    /// A link that was not mailed, yet.
    pub(super) fn shown(new: &NewLink) -> Self {
        Self {
            url: Some(new.url.expose_secret().to_owned()),
            mailed: false,
            expires_at: new.link.expires_at.to_string(),
        }
    }
}

/// A new person, with the invitation.
#[derive(Clone, Debug, Object, Serialize, Deserialize)]
pub struct CreatedUser {
    /// The person.
    pub user: User,
    /// The invitation, unless none was wanted.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invitation: Option<OneTimeLink>,
}

/// A page of people.
#[derive(Clone, Debug, Object, Serialize)]
pub struct UserList {
    /// The people.
    pub items: Vec<User>,
    /// The cursor of the next page, when more follow.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// How many there are in all, when asked for.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<ListTotal>,
}
