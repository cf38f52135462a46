//! The map of all URLs.

use std::sync::LazyLock;

use poem::{
    Endpoint, EndpointExt, IntoEndpoint, Response, Route, get, handler,
    http::header,
    middleware::{Compression, Cors},
    web::{CompressionAlgo, CompressionLevel, Html},
};

use super::{edge::Edge, health};
use crate::{
    api::{contract, document},
    app::App,
    pages,
};

/// Everything this server answers.
pub fn routes(app: App) -> impl Endpoint {
    contract::prepare();
    let mut cors = Cors::new()
        .allow_methods(["GET", "POST", "PUT", "PATCH", "DELETE"])
        .allow_headers([
            "authorization",
            "content-type",
            "if-match",
            "idempotency-key",
            "x-request-id",
            // What generated clients say of themselves.
            "api-version",
        ])
        .expose_headers(["etag", "link", "location", "retry-after", "x-request-id"])
        .max_age(600)
        .allow_credentials(false);
    for origin in &app.settings.cors_origins {
        cors = cors.allow_origin(origin);
    }
    let api = document::service();
    let edge = Edge::new(&app.settings);
    let has_cors = !app.settings.cors_origins.is_empty();
    pages::add_to(Route::new())
        .nest(
            "/",
            api.into_endpoint()
                .with_if(has_cors, cors)
                .with(compression()),
        )
        .at("/openapi.json", get(openapi_json).with(compression()))
        .at("/docs", get(docs).with(compression()))
        .at("/healthz", get(health::healthz))
        .at("/readyz", get(health::readyz))
        .data(app)
        .with(edge)
}

/// Brotli or gzip, quick rather than small.
fn compression() -> Compression {
    Compression::new()
        .algorithms([CompressionAlgo::BR, CompressionAlgo::GZIP])
        .with_quality(CompressionLevel::Fastest)
}

/// The document and its page, made once.
static DOCUMENT: LazyLock<String> = LazyLock::new(document::text);
static PAGE: LazyLock<String> = LazyLock::new(document::page);

#[handler]
fn openapi_json() -> Response {
    Response::builder()
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CACHE_CONTROL, "public, max-age=300")
        .body(DOCUMENT.as_str())
}

#[handler]
fn docs() -> Html<&'static str> {
    Html(PAGE.as_str())
}
