//! The admin app, from within this executable.
//!
//! A file whose name carries a hash of its content may be kept for ever; the page itself is fetched anew each time,
//! with a fresh nonce for its scripts.

use base64::{Engine, prelude::BASE64_STANDARD};
use poem::{
    Request, Response, handler,
    http::{HeaderMap, StatusCode, header},
    web::Data,
};
use rust_embed::RustEmbed;

use crate::app::App;

/// What trunk built. Without it (a build of the server alone) the admin app is not there, and says so.
#[derive(RustEmbed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct Files;

const PAGE: &str = "index.html";

/// Where trunk leaves room for a nonce.
const NONCE_MARK: &str = "{{__TRUNK NONCE__}}";

/// A file of the admin app; every other path is the page, which finds its own way.
#[handler]
#[expect(clippy::needless_pass_by_value, reason = "the framework hands it over")]
pub(super) fn admin(request: &Request, app: Data<&App>) -> Response {
    let path = request
        .uri()
        .path()
        .trim_start_matches("/admin")
        .trim_start_matches('/');
    match Files::get(path) {
        Some(file) if path != PAGE => asset(path, &file.data, request.headers()),
        _ => page(&app),
    }
}

fn asset(path: &str, content: &[u8], headers: &HeaderMap) -> Response {
    let kind = match path.rsplit_once('.').map(|it| it.1) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    let kept = if has_hash(path) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let response = Response::builder()
        .header(header::CONTENT_TYPE, kind)
        .header(header::CACHE_CONTROL, kept)
        .header(header::VARY, "Accept-Encoding");
    let wanted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|it| it.to_str().ok());
    let reads_brotli = wanted.is_some_and(|it| it.split(',').any(|it| it.trim().starts_with("br")));
    // A release build has the compressed form beside each file.
    match Files::get(&format!("{path}.br")).filter(|_| reads_brotli) {
        Some(compressed) => response
            .header(header::CONTENT_ENCODING, "br")
            .body(compressed.data.into_owned()),
        None => response.body(content.to_vec()),
    }
}

/// Trunk writes `name-0123456789abcdef.ext`.
fn has_hash(path: &str) -> bool {
    path.split(['-', '.', '_'])
        .any(|it| it.len() >= 12 && it.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The addresses of all that the app needs and that may be kept, for a page from which people go on to it.
pub(super) fn downloads() -> Vec<String> {
    Files::iter()
        .filter(|it| has_hash(it) && !it.ends_with(".br"))
        .map(|it| format!("/admin/{it}"))
        .collect()
}

fn page(app: &App) -> Response {
    let Some(file) = Files::get(PAGE) else {
        return Response::builder()
            .status(StatusCode::NOT_FOUND)
            .content_type("text/plain; charset=utf-8")
            .body("This server was built without the admin app: build it with `just run`.\n");
    };
    let Ok(nonce) = app
        .random
        .bytes::<16>()
        .map(|it| BASE64_STANDARD.encode(it))
    else {
        return Response::builder()
            .status(StatusCode::INTERNAL_SERVER_ERROR)
            .finish();
    };
    let html = String::from_utf8_lossy(&file.data).replace(NONCE_MARK, &nonce);
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'self'"
    );
    Response::builder()
        .content_type("text/html; charset=utf-8")
        .header(header::CACHE_CONTROL, "no-cache")
        .header(header::CONTENT_SECURITY_POLICY, policy)
        .body(html)
}
