//! Links by which a person sets a password, once.

use uuid::Uuid;

use super::{
    caller::Actor,
    timestamp::{DAY, Timestamp},
};

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkPurpose {
    /// To set the first password.
    Invitation,
    /// To set another one.
    PasswordReset,
}

impl LinkPurpose {
    /// The word in rows and addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::PasswordReset => "password-reset",
        }
    }

    /// The purpose a word names.
    pub fn find(text: &str) -> Option<Self> {
        [Self::Invitation, Self::PasswordReset]
            .into_iter()
            .find(|it| it.as_str() == text)
    }

    /// How long such a link works, in seconds.
    pub const fn lifetime(self) -> i64 {
        match self {
            Self::Invitation => 7 * DAY,
            Self::PasswordReset => DAY,
        }
    }
}

/// A link. What stands in its address is not part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneTimeLink {
    /// Its id, which opens nothing.
    pub id: Uuid,
    /// Whose password is set by it.
    pub user_id: Uuid,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// When it was made.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: Actor,
    /// The first second in which it no longer works.
    pub expires_at: Timestamp,
    /// When it was used, or a newer one took its place.
    pub used_at: Option<Timestamp>,
}

impl OneTimeLink {
    /// Whether it works at `now`.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.used_at.is_none() && now < self.expires_at
    }
}
