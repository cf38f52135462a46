//! What the database can answer instead of rows.

use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx};

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database is away, full, locked or busy: the same request may work in a moment.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// A row with this unique value is there already.
    #[error("a unique value is taken")]
    Taken,
    /// A row holds what this version cannot read, or a statement is wrong: a fault of ours.
    #[error("the database gave an unexpected answer: {0}")]
    Unexpected(String),
    /// The database was written by a newer version of Latchkey.
    #[error(
        "the database has the migration {0}, which this version of Latchkey does not know: \
         start the newer version that wrote it"
    )]
    Newer(String),
}

impl StoreError {
    /// A row holds what this version cannot read.
    pub(crate) fn unreadable(what: &str) -> Self {
        Self::Unexpected(format!("a stored {what} cannot be read"))
    }
}

/// SQLite's primary result codes for "busy", "locked", "I/O error", "corrupt disk image being replaced", "full",
/// "cannot open" and "read-only": all may pass.
const PASSING_SQLITE: [i32; 6] = [5, 6, 8, 10, 13, 14];

fn passes(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Protocol(_) => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            match code.parse::<i32>() {
                // Extended result codes carry the primary one in their low byte.
                Ok(number) if code.len() <= 4 => PASSING_SQLITE.contains(&(number & 0xFF)),
                // SQLSTATE classes: connection, transaction rollback, resources, operator intervention, system.
                _ => ["08", "40", "53", "55", "57", "58"]
                    .iter()
                    .any(|class| code.len() == 5 && code.starts_with(class)),
            }
        }),
        _ => false,
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) {
            return Self::Taken;
        }
        let unavailable = match &error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
            DbErr::Exec(RuntimeErr::SqlxError(inner))
            | DbErr::Query(RuntimeErr::SqlxError(inner)) => passes(inner),
            _ => false,
        };
        if unavailable {
            Self::Unavailable(error.to_string())
        } else {
            Self::Unexpected(error.to_string())
        }
    }
}
