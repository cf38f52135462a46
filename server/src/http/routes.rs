//! The map of all URLs.

use std::sync::LazyLock;

use poem::{
    Endpoint, EndpointExt, IntoEndpoint, Response, Route, get, handler,
    http::header,
    middleware::{Compression, Cors},
    web::Html,
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
        .nest("/", api.into_endpoint().with_if(has_cors, cors))
        .at("/openapi.json", get(openapi_json).with(Compression::new()))
        .at("/docs", get(docs).with(Compression::new()))
        .at("/healthz", get(health::healthz))
        .at("/readyz", get(health::readyz))
        .data(app)
        .with(edge)
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
