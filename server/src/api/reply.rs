//! The shapes of a successful answer.

use poem_openapi::{ApiResponse, types::ToJSON};
use serde::Serialize;

use super::{etag, json::Json};
use crate::domain::version::Version;

/// One object.
#[derive(ApiResponse)]
pub enum Found<T: Serialize + ToJSON> {
    /// The object, and its version as an entity tag.
    #[oai(status = 200)]
    Ok(
        Json<T>,
        /// The version, to be sent back as If-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

/// An object that was made.
#[derive(ApiResponse)]
pub enum Made<T: Serialize + ToJSON> {
    /// The new object. What is secret in it is shown this once.
    #[oai(status = 201)]
    Created(
        Json<T>,
        /// The version, to be sent back as If-Match.
        #[oai(header = "ETag")]
        String,
        /// Where the object is.
        #[oai(header = "Location")]
        String,
        /// Never kept by anyone in between.
        #[oai(header = "Cache-Control")]
        String,
    ),
}

impl<T: Serialize + ToJSON> Made<T> {
    /// The new object at `location`, in its first `version`.
    pub fn at(location: String, version: i64, object: T) -> Self {
        let tag = etag::of(Version(version));
        Self::Created(Json(object), tag, location, NO_STORE.to_owned())
    }
}

/// A page of a list.
#[derive(ApiResponse)]
pub enum Listed<T: Serialize + ToJSON> {
    /// The page, and a link to the next one where there is one.
    #[oai(status = 200)]
    Ok(
        Json<T>,
        /// The next page (RFC 8288).
        #[oai(header = "Link")]
        Option<String>,
    ),
}

/// Done, and there is nothing to show.
#[derive(ApiResponse)]
pub enum Done {
    /// It is done.
    #[oai(status = 204)]
    NoContent,
}

/// What no one in between may keep.
pub const NO_STORE: &str = "no-store";
