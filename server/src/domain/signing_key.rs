//! The life of a key that signs tokens: published ahead, signing, and kept until its last token has expired.

use super::timestamp::{DAY, Timestamp};

/// How much longer than its last token a key stays published, in seconds: another node may have signed with it a
/// moment longer, and clocks differ.
pub const LONGER: i64 = 3_600;

/// The most keys that are published together.
pub const MOST_PUBLISHED: usize = 30;

/// How long it is remembered that there was a key, in seconds.
pub const REMEMBERED_FOR: i64 = 400 * DAY;

/// When what happened to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyLife {
    /// When it was made, and published.
    pub created_at: Timestamp,
    /// From when on it signs, or signed.
    pub activated_at: Option<Timestamp>,
    /// When it stopped signing.
    pub retired_at: Option<Timestamp>,
    /// When the last token that it signed has expired, and it leaves the key set.
    pub gone_at: Option<Timestamp>,
}

/// What a key is at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyStatus {
    /// Published, and not signing yet: verifiers learn to know it.
    Next,
    /// Signs.
    Active,
    /// Signs no longer; its tokens are still good.
    Retiring,
    /// No longer published: nothing that it signed is good.
    Retired,
}

impl KeyStatus {
    /// The word in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Active => "active",
            Self::Retiring => "retiring",
            Self::Retired => "retired",
        }
    }
}

impl KeyLife {
    /// A key that is made now and signs later.
    pub const fn begins(now: Timestamp) -> Self {
        Self {
            created_at: now,
            activated_at: None,
            retired_at: None,
            gone_at: None,
        }
    }

    /// What it is at `now`.
    pub fn status(&self, now: Timestamp) -> KeyStatus {
        if self.gone_at.is_some_and(|it| it <= now) {
            KeyStatus::Retired
        } else if self.retired_at.is_some() {
            KeyStatus::Retiring
        } else if self.activated_at.is_some() {
            KeyStatus::Active
        } else {
            KeyStatus::Next
        }
    }
}
