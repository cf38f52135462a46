//! Pages: limits, cursors and links.

use data_encoding::BASE64URL_NOPAD;
use poem_openapi::Object;
use serde::{Serialize, de::DeserializeOwned};

use super::problem::ApiError;
use crate::{
    app::App,
    domain::{
        page::{Limit, Total},
        violation::Violations,
    },
};

/// How many objects a list has.
#[derive(Clone, Debug, Object, Serialize)]
pub struct ListTotal {
    /// The number counted.
    pub count: u64,
    /// Whether that is all. Counting stops at 5,000, or sooner where it would have to look at many more than it
    /// counts: then there are at least so many.
    pub exact: bool,
}

impl From<Total> for ListTotal {
    fn from(total: Total) -> Self {
        Self {
            count: total.count,
            exact: total.exact,
        }
    }
}

/// Reads `limit`.
///
/// # Errors
/// 400 outside 1 to 200.
pub fn limit(limit: Option<i64>) -> Result<Limit, ApiError> {
    limit.map_or(Ok(Limit::DEFAULT), |it| {
        Limit::parse(it).map_err(|problem| ApiError::malformed(format!("{problem}.")))
    })
}

/// What is searched for, in the form the store compares with. Nothing but white space searches for nothing.
pub fn search(wrong: &mut Violations, text: Option<String>) -> Option<String> {
    let text = text?.trim().to_lowercase();
    if text.chars().count() > 255 || text.contains('\0') {
        wrong.add(
            "q",
            "invalid",
            "must be at most 255 characters, without NUL",
        );
        return None;
    }
    (!text.is_empty()).then_some(text)
}

/// Reads a cursor that [`seal`] wrote for the same list.
///
/// # Errors
/// 400 for one that was changed, or that belongs to another list.
pub fn open<K: DeserializeOwned>(
    app: &App,
    list: &str,
    cursor: Option<&str>,
) -> Result<Option<K>, ApiError> {
    let Some(cursor) = cursor else {
        return Ok(None);
    };
    let sealed = BASE64URL_NOPAD.decode(cursor.as_bytes()).ok();
    sealed
        .and_then(|it| app.cursors.open(list.as_bytes(), &it).ok())
        .and_then(|it| serde_json::from_slice(&it).ok())
        .map(Some)
        .ok_or_else(|| {
            ApiError::malformed(
                "The cursor does not belong to this list: use `next` as it was sent, with the same filters and sort.",
            )
        })
}

/// Writes where the next page begins. Sealed, so that it is opaque and bound to its list.
///
/// # Errors
/// 500 when the randomness of the machine fails.
pub fn seal<K: Serialize>(
    app: &App,
    list: &str,
    key: Option<&K>,
) -> Result<Option<String>, ApiError> {
    let Some(key) = key else {
        return Ok(None);
    };
    let text = serde_json::to_vec(key).unwrap_or_default();
    let sealed = app
        .cursors
        .seal(list.as_bytes(), &text)
        .map_err(|it| ApiError::from(crate::error::Error::from(it)))?;
    Ok(Some(BASE64URL_NOPAD.encode(&sealed)))
}

/// The `Link` header to the next page (RFC 8288), for the address that was asked for.
pub fn link(uri: &poem::http::Uri, next: Option<&str>) -> Option<String> {
    let next = next?;
    let mut query = form_urlencoded::Serializer::new(String::new());
    let asked = uri.query().unwrap_or_default();
    for (name, value) in form_urlencoded::parse(asked.as_bytes()) {
        if name != "cursor" {
            query.append_pair(&name, &value);
        }
    }
    query.append_pair("cursor", next);
    Some(format!("<{}?{}>; rel=\"next\"", uri.path(), query.finish()))
}
