//! What the framework refuses before a handler is reached, as problems.

use poem::{
    Error as PoemError,
    error::{MethodNotAllowedError, NotFoundError, ParsePathError},
    http::StatusCode,
};
use poem_openapi::error::{ContentTypeError, ParseParamError};

use super::{ApiError, refused::internal};
use crate::domain::refusal::Refusal;

/// What the framework itself refuses.
pub fn from_framework(error: &PoemError) -> ApiError {
    if let Some(error) = error.downcast_ref::<ApiError>() {
        return error.clone();
    }
    if let Some(wrong) = error.downcast_ref::<ParseParamError>() {
        return ApiError::malformed(format!("The parameter {} cannot be read.", wrong.name));
    }
    if error.is::<NotFoundError>() {
        return ApiError::new(
            404,
            "not-found",
            "Not found",
            "There is nothing at this address; /docs shows what there is.",
        );
    }
    if error.is::<ParsePathError>() || error.is::<poem_openapi::error::ParsePathError>() {
        return Refusal::NotFound("object").into();
    }
    if error.is::<MethodNotAllowedError>() {
        return ApiError::new(
            405,
            "method-not-allowed",
            "Method not allowed",
            "This address does not know this method; the Allow header lists those it knows.",
        );
    }
    if error.is::<ContentTypeError>() {
        return unsupported_media_type();
    }
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        status if status.is_client_error() => {
            let mut wrong = ApiError::malformed("The request cannot be read.");
            wrong.problem.status = status.as_u16();
            wrong
        }
        _ => {
            tracing::error!(%error, "a request failed");
            internal()
        }
    }
}

/// 415.
pub fn unsupported_media_type() -> ApiError {
    ApiError::new(
        415,
        "unsupported-media-type",
        "The body must be JSON",
        "Send the body as JSON with Content-Type: application/json (or application/merge-patch+json for PATCH).",
    )
}

/// 413.
pub fn too_large() -> ApiError {
    ApiError::new(
        413,
        "too-large",
        "The body is too large",
        "A request body may have 1 MiB at most.",
    )
}

/// 408.
pub fn too_slow() -> ApiError {
    ApiError::new(
        408,
        "too-slow",
        "The body took too long to arrive",
        "The request was not whole in time and was not carried out: send it again.",
    )
}
