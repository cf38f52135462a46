//! OAuth errors on the wire: flat JSON (RFC 6749, section 5.2).

use poem::{
    Error as PoemError, Response,
    error::{MethodNotAllowedError, ResponseError},
    http::{StatusCode, header},
};
use poem_openapi::{
    ApiResponse, Object,
    registry::{MetaMediaType, MetaResponse, MetaResponses, Registry},
    types::{ToJSON, Type},
};

use crate::oauth::error::{Challenge, ErrorCode, OAuthError};

/// An OAuth error (RFC 6749, section 5.2).
#[derive(Object)]
#[oai(rename = "OAuthError")]
struct ErrorBody {
    /// The code for programs.
    error: String,
    /// The sentence for people.
    error_description: String,
}

impl ResponseError for OAuthError {
    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn as_response(&self) -> Response {
        let body = ErrorBody {
            error: self.code.as_str().to_owned(),
            error_description: self.description.clone(),
        };
        let mut response = Response::builder()
            .status(self.status())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::CACHE_CONTROL, "no-store")
            .header(header::PRAGMA, "no-cache");
        if let Some(challenge) = challenge(self) {
            response = response.header(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(wait) = self.retry_after {
            response = response.header(header::RETRY_AFTER, wait.as_secs().max(1));
        }
        response.body(body.to_json_string())
    }
}

fn challenge(error: &OAuthError) -> Option<String> {
    match error.challenge {
        Challenge::None => None,
        Challenge::Basic => Some("Basic realm=\"latchkey\", charset=\"UTF-8\"".to_owned()),
        Challenge::Bearer => Some("Bearer realm=\"latchkey\"".to_owned()),
        Challenge::BetterBearer => Some(format!(
            "Bearer realm=\"latchkey\", error=\"{}\", error_description=\"{}\"",
            error.code.as_str(),
            error.description
        )),
    }
}

impl ApiResponse for OAuthError {
    fn meta() -> MetaResponses {
        let range = |range: &str, description| MetaResponse {
            description,
            status: None,
            status_range: Some(range.to_owned()),
            content: vec![MetaMediaType {
                content_type: "application/json",
                schema: ErrorBody::schema_ref(),
            }],
            headers: vec![],
        };
        MetaResponses {
            responses: vec![
                range(
                    "4XX",
                    "The request is refused (RFC 6749, section 5.2): 400 it breaks a rule, 401 the client did not \
                     authenticate, 405 no such method, 408 it took too long to arrive, 413 too large, 415 not a \
                     form, 429 too many failures, or too much that anyone could send.",
                ),
                range(
                    "5XX",
                    "The server could not do it: 500 a fault of its own, 503 try again in a moment.",
                ),
            ],
        }
    }

    fn register(registry: &mut Registry) {
        ErrorBody::register(registry);
    }
}

/// What the framework itself refuses, as an OAuth error.
pub fn from_framework(error: &PoemError) -> OAuthError {
    if let Some(error) = error.downcast_ref::<OAuthError>() {
        return error.clone();
    }
    if error.is::<MethodNotAllowedError>() {
        return OAuthError {
            status: 405,
            ..OAuthError::invalid_request("this address does not know this method")
        };
    }
    let status = error.status();
    if status.is_client_error() {
        return OAuthError {
            status: status.as_u16(),
            ..OAuthError::invalid_request("the request cannot be read")
        };
    }
    tracing::error!(%error, "an OAuth request failed");
    OAuthError {
        status: 500,
        ..OAuthError::new(ErrorCode::ServerError, "something went wrong here")
    }
}
