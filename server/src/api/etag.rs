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
    let mut rest = header;
    loop {
        let weak = rest.strip_prefix("W/");
        // A comma may stand within the quotes.
        let (text, after) = weak
            .unwrap_or(rest)
            .strip_prefix('"')
            .and_then(|it| it.split_once('"'))
            .ok_or_else(malformed)?;
        // A weak tag, or one that is not ours, matches nothing (RFC 9110, section 13.1.1).
        if let (None, Ok(number)) = (weak, text.parse()) {
            versions.push(Version(number));
        }
        let after = after.trim_start();
        if after.is_empty() {
            break;
        }
        rest = after.strip_prefix(',').ok_or_else(malformed)?.trim_start();
    }
    Ok(Expected::OneOf(versions))
}

fn malformed() -> ApiError {
    ApiError::malformed("If-Match must hold an ETag in quotes, as it was sent, or *.")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_entity_tags_is_read_with_commas_within_and_between() {
        for (header, versions) in [
            ("\"3\"", vec![3]),
            ("\"3\",\"4\"", vec![3, 4]),
            (" \"3\" , \"x,y\" ,W/\"5\", \"\" ", vec![3]),
            ("W/\"3\"", vec![]),
        ] {
            let expected = Expected::OneOf(versions.into_iter().map(Version).collect());
            assert_eq!(honoured(Some(header)).unwrap(), expected, "{header}");
        }
        assert_eq!(honoured(Some(" * ")).unwrap(), Expected::Any);
    }

    #[test]
    fn what_is_not_a_list_of_entity_tags_is_malformed() {
        for header in [
            "",
            "3",
            "\"3",
            "3\"",
            "\"3\"4",
            "\"3\",",
            "\"3\" \"4\"",
            "*,\"3\"",
            "w/\"3\"",
        ] {
            assert!(honoured(Some(header)).is_err(), "{header}");
        }
    }
}
