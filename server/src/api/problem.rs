//! Every error of the management API, as `application/problem+json` (RFC 9457). The only place where errors meet
//! HTTP statuses.

mod framework;
mod refused;

use std::time::Duration;

use poem::{
    IntoResponse, Response,
    error::ResponseError,
    http::{StatusCode, header},
};
use poem_openapi::{
    ApiResponse, Object,
    registry::{MetaMediaType, MetaResponse, MetaResponses, Registry},
    types::Type,
};
use serde::{Deserialize, Serialize};

pub use self::framework::{from_framework, too_large, too_slow, unsupported_media_type};
use crate::domain::violation::Violations;

/// A problem (RFC 9457): what is wrong, and what to do about it.
#[derive(Clone, Debug, Object, Serialize)]
#[oai(rename = "Problem")]
pub struct Problem {
    /// A stable URI for the kind of problem, relative to the server.
    #[oai(rename = "type")]
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of problem in a few words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong in this case, and what to do.
    pub detail: String,
    /// The id of the request, to quote to an administrator.
    pub request_id: String,
    /// Everything that is wrong with the input, not only the first thing.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<FieldProblem>>,
    /// With `secret_in_use`: by whom the secret is used.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_use: Option<InUse>,
}

/// How it is known that a secret is in use.
#[derive(Clone, Debug, Object, Serialize)]
pub struct InUse {
    /// The id of the credential.
    pub credential: uuid::Uuid,
    /// When it was last accepted.
    pub last_used_at: String,
    /// From which address.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_from: Option<String>,
    /// How often it was accepted in all.
    pub use_count: i64,
}

/// One thing that is wrong with the input, or with an object that is there.
#[derive(Clone, Debug, Object, Serialize, Deserialize)]
pub struct FieldProblem {
    /// JSON pointer (RFC 6901) into the request body or the object.
    pub pointer: String,
    /// A stable word for programs.
    pub code: String,
    /// What is wrong and what to do, to be read after the field's name.
    pub message: String,
}

/// Violations as they are shown.
pub fn field_problems(violations: &Violations) -> Vec<FieldProblem> {
    let all = violations.as_slice().iter();
    all.map(|it| FieldProblem {
        pointer: it.pointer.clone(),
        code: it.code.to_owned(),
        message: it.message.clone(),
    })
    .collect()
}

/// A problem on its way out; the request id is filled in by the middleware that knows it.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}: {}", .problem.title, .problem.detail)]
pub struct ApiError {
    /// What is answered.
    pub problem: Problem,
    /// Seconds after which to try again.
    retry_after: Option<u64>,
    /// The challenge that goes with 401 (RFC 6750, section 3).
    challenge: Option<String>,
}

impl ApiError {
    /// A problem of a kind with a status.
    pub fn new(status: u16, kind: &str, title: &str, detail: impl Into<String>) -> Self {
        Self {
            problem: Problem {
                kind: format!("/problems/{kind}"),
                title: title.to_owned(),
                status,
                detail: detail.into(),
                request_id: String::new(),
                errors: None,
                in_use: None,
            },
            retry_after: None,
            challenge: None,
        }
    }

    /// 400: the request cannot be read.
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(400, "malformed", "The request cannot be read", detail)
    }

    /// The request breaks rules, each with a pointer.
    pub fn violations(status: u16, violations: &Violations) -> Self {
        let errors = field_problems(violations);
        let detail = match errors.as_slice() {
            [one] => format!("{} {}.", one.pointer, one.message),
            many => format!("{} things are wrong; `errors` lists them.", many.len()),
        };
        let mut error = if status == 400 {
            Self::malformed(detail)
        } else {
            Self::new(status, "invalid", "The input breaks rules", detail)
        };
        error.problem.errors = Some(errors);
        error
    }

    /// The same, and which fields of the request it is about.
    #[must_use]
    fn naming(mut self, violations: &Violations) -> Self {
        self.problem.errors = Some(field_problems(violations));
        self
    }

    /// 401, with the challenge of RFC 6750, section 3.
    pub fn unauthorized(detail: &str, token_was_sent: bool) -> Self {
        let challenge = if token_was_sent {
            format!(
                "Bearer realm=\"latchkey\", error=\"invalid_token\", error_description=\"{detail}\""
            )
        } else {
            "Bearer realm=\"latchkey\"".to_owned()
        };
        Self {
            challenge: Some(challenge),
            ..Self::new(401, "unauthorized", "Authentication is needed", detail)
        }
    }

    /// 403: a permission is missing.
    pub fn missing_permission(permission: &str) -> Self {
        let detail =
            format!("This needs the permission {permission}: ask an administrator for it.");
        Self::new(
            403,
            "missing-permission",
            "The permission is missing",
            detail,
        )
    }

    /// 428: `If-Match` is needed here.
    pub fn precondition_required() -> Self {
        Self::new(
            428,
            "precondition-required",
            "If-Match is required",
            "Read the object first and send its ETag as If-Match, so that nobody's change is overwritten.",
        )
    }

    /// 429: more requests than the caller may make.
    pub fn too_many_requests(wait: Duration) -> Self {
        Self {
            retry_after: Some(wait.as_secs().max(1)),
            ..Self::new(
                429,
                "too-many-requests",
                "Too many requests",
                "Slow down: Retry-After says when to go on, and the RateLimit headers of every answer what is left.",
            )
        }
    }

    /// 429: too many wrong secrets or passwords.
    pub fn slow_down(wait: Duration) -> Self {
        Self {
            retry_after: Some(wait.as_secs().max(1)),
            ..Self::new(
                429,
                "too-many-failures",
                "Too many failures",
                "There were too many wrong secrets, keys or passwords from this address. Wait as long as Retry-After says, \
                 then try again.",
            )
        }
    }

    /// 422: the idempotency key was used for something else.
    pub fn key_reused() -> Self {
        Self::new(
            422,
            "idempotency-key-reused",
            "The Idempotency-Key was used for another request",
            "Send a new Idempotency-Key for a new request, or repeat the first request unchanged.",
        )
    }
}

impl ResponseError for ApiError {
    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn as_response(&self) -> Response {
        let mut response = Response::builder()
            .status(self.status())
            .header(header::CONTENT_TYPE, "application/problem+json")
            .header(header::CACHE_CONTROL, "no-store");
        if let Some(seconds) = self.retry_after {
            response = response.header(header::RETRY_AFTER, seconds);
        }
        if let Some(challenge) = &self.challenge {
            response = response.header(header::WWW_AUTHENTICATE, challenge);
        }
        let body = serde_json::to_vec(&self.problem).unwrap_or_default();
        let mut response = response.body(body);
        // For the middleware that fills in the request id.
        response.extensions_mut().insert(self.problem.clone());
        response
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        self.as_response()
    }
}

/// In the document each operation answers the ranges 4XX and 5XX with a problem.
impl ApiResponse for ApiError {
    fn meta() -> MetaResponses {
        let range = |range: &str, description| MetaResponse {
            description,
            status: None,
            status_range: Some(range.to_owned()),
            content: vec![MetaMediaType {
                content_type: "application/problem+json",
                schema: Problem::schema_ref(),
            }],
            headers: vec![],
        };
        MetaResponses {
            responses: vec![
                range(
                    "4XX",
                    "The request is refused: 400 it cannot be read, 401 no valid token, 403 a permission is missing, \
                     404 no such object, 405 no such method, 406 no such form of answer, 408 it took too long to \
                     arrive, 409 the state of things does not allow it, 412 the object changed, 413 too large, \
                     415 not JSON, 422 it breaks rules, 428 If-Match is missing, 429 too many requests.",
                ),
                range(
                    "5XX",
                    "The server could not do it: 500 a fault of its own, 503 try again in a moment.",
                ),
            ],
        }
    }

    fn register(registry: &mut Registry) {
        Problem::register(registry);
    }
}
