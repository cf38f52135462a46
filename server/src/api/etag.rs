//! Entity tags (RFC 9110, section 8.8.3): the version of a row in quotes.

use super::problem::ApiError;
use crate::domain::version::{Expected, Version};

/// The entity tag of a version.
pub fn of(version: Version) -> String {
    format!("\"{}\"", version.0)
}

/// Reads `If-Match` where it may be left out.
///
/// # Errors
/// 400 for what is not a list of entity tags.
pub fn honoured(header: Option<&str>) -> Result<Expected, ApiError> {
    let Some(header) = header.map(str::trim) else {
        return Ok(Expected::Any);
    };
    if header == "*" {
        return Ok(Expected::Any);
    }
    let mut versions = Vec::new();
    for tag in header.split(',').map(str::trim) {
        let opaque = tag.strip_prefix("W/").unwrap_or(tag);
        let text = opaque
            .strip_prefix('"')
            .and_then(|it| it.strip_suffix('"'))
            .ok_or_else(|| {
                ApiError::malformed("If-Match must hold an ETag in quotes, as it was sent, or *.")
            })?;
        // A weak tag, or one that is not ours, matches nothing (RFC 9110, section 13.1.1).
        if let (true, Ok(number)) = (opaque.len() == tag.len(), text.parse()) {
            versions.push(Version(number));
        }
    }
    Ok(Expected::OneOf(versions))
}

/// Reads `If-Match` where it must not be left out.
///
/// # Errors
/// 428 when it is missing, 400 for what is not a list of entity tags.
pub fn required(header: Option<&str>) -> Result<Expected, ApiError> {
    if header.is_none() {
        return Err(ApiError::precondition_required());
    }
    honoured(header)
}
