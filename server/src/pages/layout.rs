//! What all pages share: the frame, the style sheet, and the headers that keep other sites out.

use std::sync::LazyLock;

use askama::Template;
use poem::{
    Response, handler,
    http::{HeaderValue, StatusCode, header},
};

use super::admin_app::downloads;
use crate::crypto::digest::Digest;

static STYLE: &str = include_str!("../../templates/pages.css");

/// A short name for this very style sheet, so that a browser may keep it for ever.
static STYLE_VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hex = Digest::of(STYLE.as_bytes()).to_hex();
    hex.truncate(12);
    hex
});

/// What the frame of a page needs; every template has one as `layout`.
#[derive(Clone, Debug)]
pub struct Layout {
    /// What stands in the browser's tab.
    pub title: String,
    /// Which style sheet.
    pub style: &'static str,
    /// What the next page needs, fetched while a person reads this one.
    pub ahead: Vec<String>,
}

impl Layout {
    /// The frame of a page with this title.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            style: STYLE_VERSION.as_str(),
            ahead: Vec::new(),
        }
    }

    /// The same for a page from which people go on to the admin app.
    pub(super) fn before_the_admin_app(self) -> Self {
        Self {
            ahead: downloads(),
            ..self
        }
    }
}

/// Where the forms of a page may lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Onward {
    /// To our own pages only.
    Here,
    /// In the end back to an app. Chromium holds every redirect after a form to `form-action`, down to the app's
    /// address, which may have a scheme of its own: so these pages cannot name where they lead.
    ToAnApp,
}

/// A page.
pub fn show(status: StatusCode, page: &impl Template, onward: Onward) -> Response {
    let html = match page.render() {
        Ok(html) => html,
        Err(error) => {
            // A template writes into memory, which does not fail.
            tracing::error!(%error, "a page could not be written");
            return Response::builder()
                .status(StatusCode::INTERNAL_SERVER_ERROR)
                .body("Something went wrong here.");
        }
    };
    let mut response = Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "text/html; charset=utf-8")
        .body(html);
    guard(&mut response, onward);
    response
}

/// For a page whose address is a secret: what it loads and where it leads learns our origin only.
pub(super) fn hide_address(mut response: Response) -> Response {
    response.headers_mut().insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("strict-origin"),
    );
    response
}

/// To another page by GET, never repeating a form (RFC 9110, section 15.4.4).
pub fn see_other(location: &str) -> Response {
    let mut response = Response::builder()
        .status(StatusCode::SEE_OTHER)
        .header(header::LOCATION, location)
        .finish();
    guard(&mut response, Onward::Here);
    response
}

fn guard(response: &mut Response, onward: Onward) {
    let policy = match onward {
        Onward::Here => {
            "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; \
             base-uri 'none'"
        }
        Onward::ToAnApp => {
            "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'"
        }
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_FRAME_OPTIONS, "DENY"),
        // Not `no-referrer`: with it Chromium sends forms from the origin `null`.
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// The one style sheet of all pages.
#[handler]
pub(super) fn style_sheet() -> Response {
    Response::builder()
        .header(header::CONTENT_TYPE, "text/css; charset=utf-8")
        .header(header::CACHE_CONTROL, "public, max-age=31536000, immutable")
        .body(STYLE)
}
