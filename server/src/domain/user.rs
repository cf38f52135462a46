//! A person who signs in.

use uuid::Uuid;

use super::{
    caller::{Actor, ActorKind},
    email::Email,
    permission::Rights,
    role::LadderRole,
    timestamp::Timestamp,
    version::Version,
};

/// A person. What recognises the password is never part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Its id for ever, and `sub` of tokens that act as it.
    pub id: Uuid,
    /// The tenant it belongs to.
    pub tenant_id: Uuid,
    /// What people may change.
    pub form: UserForm,
    /// Switched on or off, or wiped.
    pub status: UserStatus,
    /// Whether it may manage tenants and communities.
    pub operator: bool,
    /// Whether it has set a password; before, it cannot sign in.
    pub has_password: bool,
    /// Whether it must set another password before anything else.
    pub must_change_password: bool,
    /// The first second in which the password it has no longer lets it in; none for one that the person chose.
    pub password_ends_at: Option<Timestamp>,
    /// When it last signed in.
    pub last_sign_in_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: Actor,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// By whom.
    pub updated_by: Actor,
    /// Counts its changes.
    pub version: Version,
}

/// The editable part of a user: what `PUT` replaces and `PATCH` merges into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserForm {
    /// By which it signs in; unique in its tenant. Of an anonymized one, a stand-in that nobody can have.
    pub email: Email,
    /// What people call it.
    pub name: String,
    /// Its rung of the ladder.
    pub role: LadderRole,
}

/// Whether a person may sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserStatus {
    /// It may.
    Active,
    /// It may not, until it is reactivated.
    Inactive,
    /// It never may again: what told who it was is wiped.
    Anonymized,
}

impl UserStatus {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Active, Self::Inactive, Self::Anonymized];

    /// The word in rows and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Anonymized => "anonymized",
        }
    }

    /// The status a word names.
    pub fn find(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

impl User {
    /// What it may do at this moment.
    pub fn rights(&self) -> Rights {
        match self.status {
            UserStatus::Active => self.form.role.rights(),
            UserStatus::Inactive | UserStatus::Anonymized => Rights::none(),
        }
    }

    /// Whether it may sign in and be acted for.
    pub fn is_active(&self) -> bool {
        self.status == UserStatus::Active
    }

    /// How it is written down as the one who does something.
    pub fn as_actor(&self) -> Actor {
        Actor {
            kind: ActorKind::User,
            id: self.id,
            name: self.form.name.clone(),
        }
    }

    /// The address that stands in for the one that was wiped. `.invalid` is nobody's (RFC 2606, section 2).
    pub fn wiped_email(id: Uuid) -> Email {
        Email::from_row(format!("{id}@anonymized.invalid"))
    }
}
