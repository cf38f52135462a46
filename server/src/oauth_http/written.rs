//! Answers written as JSON in one go.

use poem::{IntoResponse, Response, web::Json};
use poem_openapi::{
    payload::{self, Payload},
    registry::{MetaSchemaRef, Registry},
    types::Type,
};
use serde::Serialize;

/// JSON, as the framework's own payload, which makes a tree of values before it writes: too dear for a token.
pub(super) struct Written<T>(pub(super) T);

impl<T: Type> Payload for Written<T> {
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

impl<T: Serialize + Send> IntoResponse for Written<T> {
    fn into_response(self) -> Response {
        Json(self.0).into_response()
    }
}
