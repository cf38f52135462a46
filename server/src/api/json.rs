//! Answers as JSON.

use poem::{IntoResponse, Response};
use poem_openapi::{
    payload::{self, Payload},
    registry::{MetaSchemaRef, Registry},
    types::{ToJSON, Type},
};
use serde::Serialize;

/// An answer as JSON, as by the framework's own payload, but written at once: that one makes a tree of values first,
/// which is too dear for a token and for a page of a list.
///
/// So `T` is written by serde and described by the framework, and both must mean the same. Where debug assertions are
/// on, as in tests, every answer is written both ways and compared.
pub struct Json<T>(pub T);

impl<T: Type> Payload for Json<T> {
    const CONTENT_TYPE: &'static str = payload::Json::<T>::CONTENT_TYPE;

    fn check_content_type(content_type: &str) -> bool {
        payload::Json::<T>::check_content_type(content_type)
    }

    fn schema_ref() -> MetaSchemaRef {
        T::schema_ref()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

impl<T: Serialize + ToJSON> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        let Ok(text) = serde_json::to_string(&self.0) else {
            // Only what has keys that are no text comes here; the framework makes text of them.
            return payload::Json(self.0).into_response();
        };
        // The text itself may be secret.
        debug_assert!(
            text == self.0.to_json_string(),
            "serde writes {} otherwise than it is described",
            T::name()
        );
        Response::builder()
            .content_type(Self::CONTENT_TYPE)
            .body(text)
    }
}

#[cfg(test)]
mod tests;
