//! What a use case can end in, besides its result.

use crate::{
    crypto::{password::PasswordProblem, random::RandomUnavailable},
    domain::{
        refusal::{Conflict, Refusal},
        violation::Violations,
    },
    store::StoreError,
};

/// Why a use case did not give its result.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rules say no: the caller can do something about it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The database is away: the same request may work in a moment.
    #[error("not available: {0}")]
    Unavailable(String),
    /// Something is wrong with Latchkey or its surroundings.
    #[error("unexpected: {0}")]
    Unexpected(String),
}

/// What a use case gives.
pub type Result<T> = std::result::Result<T, Error>;

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(why) => Self::Unavailable(why),
            other => Self::Unexpected(other.to_string()),
        }
    }
}

impl From<Violations> for Error {
    fn from(violations: Violations) -> Self {
        Self::Refused(violations.into())
    }
}

impl From<Conflict> for Error {
    fn from(conflict: Conflict) -> Self {
        Self::Refused(conflict.into())
    }
}

impl From<RandomUnavailable> for Error {
    fn from(error: RandomUnavailable) -> Self {
        Self::Unexpected(error.to_string())
    }
}

impl From<PasswordProblem> for Error {
    fn from(error: PasswordProblem) -> Self {
        Self::Unexpected(error.to_string())
    }
}
