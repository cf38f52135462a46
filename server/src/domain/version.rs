//! The number of a row's state, which the HTTP surface shows as its `ETag`.

/// Counts the changes of one row, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub i64);

impl Version {
    /// The version of a new row.
    pub const FIRST: Self = Self(1);

    /// The version after one more change.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// What a caller says about the state it saw (RFC 9110, section 13.1.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Expected {
    /// Nothing: change whatever state is there.
    #[default]
    Any,
    /// One of these states.
    OneOf(Vec<Version>),
}

impl Expected {
    /// Whether a row in state `version` is what the caller saw.
    pub fn admits(&self, version: Version) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(versions) => versions.contains(&version),
        }
    }
}
