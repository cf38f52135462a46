//! What a use case refuses, and what goes wrong in one, as problems.

use super::{ApiError, InUse};
use crate::{
    domain::{
        refusal::{self, Refusal},
        violation::Violations,
    },
    error::Error,
};

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal.into(),
            Error::Unavailable(why) => {
                tracing::warn!(%why, "the database is not available");
                Self {
                    retry_after: Some(2),
                    ..Self::new(
                        503,
                        "unavailable",
                        "The server cannot answer right now",
                        "The database is not available. Nothing was changed; try again in a moment.",
                    )
                }
            }
            Error::Unexpected(why) => {
                tracing::error!(%why, "a request failed");
                internal()
            }
        }
    }
}

fn in_use(evidence: refusal::InUse) -> ApiError {
    let mut error = ApiError::new(
        409,
        "secret_in_use",
        "The secret is in use",
        format!(
            "A program used it at {}: give that program the other secret first, or send force to end it all the same.",
            evidence.last_used_at
        ),
    );
    error.problem.in_use = Some(InUse {
        credential: evidence.credential,
        last_used_at: evidence.last_used_at.to_string(),
        last_used_from: evidence.last_used_from,
        use_count: evidence.use_count,
    });
    error
}

fn above_caller() -> ApiError {
    ApiError::new(
        403,
        "role_exceeds_caller",
        "The rights exceed yours",
        "Nobody may make, change or take over a client or user that may do more than they may: \
         ask someone with these rights.",
    )
}

/// 500.
pub(super) fn internal() -> ApiError {
    ApiError::new(
        500,
        "internal",
        "Something went wrong here",
        "This is a fault of the server. Quote the request id to its administrator.",
    )
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Invalid(violations) => Self::violations(422, &violations),
            Refusal::NotFound(what) => {
                let detail = format!("There is no such {what}, or it is not yours to see.");
                Self::new(404, "not-found", "Not found", detail)
            }
            Refusal::MissingPermission(permission) => Self::missing_permission(&permission),
            Refusal::RoleExceedsCaller => above_caller(),
            Refusal::FieldExceedsCaller(violations) => above_caller().naming(&violations),
            Refusal::Stale => Self::new(
                412,
                "stale",
                "The object changed since you read it",
                "Read it again, look at what changed, and send your change with the new ETag.",
            ),
            Refusal::SecretInUse(evidence) => in_use(*evidence),
            Refusal::Conflict(conflict) => {
                let mut detail = conflict.to_string();
                detail.get_mut(..1).map(str::make_ascii_uppercase);
                detail.push('.');
                let title = "The state of things does not allow it";
                let error = Self::new(409, conflict.code(), title, detail);
                if conflict == refusal::Conflict::ClientIdTaken {
                    let mut taken = Violations::none();
                    taken.add("/client_id", conflict.code(), "is taken: choose another");
                    error.naming(&taken)
                } else {
                    error
                }
            }
        }
    }
}
