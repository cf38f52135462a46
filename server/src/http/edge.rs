//! What every request goes through: an id, where it comes from, errors in the form of its surface, a log line.

use std::{net::IpAddr, panic::AssertUnwindSafe, time::Instant};

use futures_util::FutureExt;
use ipnet::IpNet;
use poem::{
    Endpoint, IntoResponse, Middleware, Request, Response,
    error::{MethodNotAllowedError, ResponseError},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
};
use uuid::Uuid;

use crate::{
    api::{
        body, contract,
        problem::{self, Problem},
        rate_limit::Remaining,
    },
    config::Settings,
    domain::caller::Origin,
    oauth_http, pages,
};

const REQUEST_ID: &str = "X-Request-Id";

/// The outermost middleware.
pub(super) struct Edge {
    trusted_proxies: Vec<IpNet>,
}

impl Edge {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            trusted_proxies: settings.trusted_proxies.clone(),
        }
    }
}

impl<E: Endpoint> Middleware<E> for Edge {
    type Output = EdgeEndpoint<E>;

    fn transform(&self, inner: E) -> Self::Output {
        EdgeEndpoint {
            inner,
            trusted_proxies: self.trusted_proxies.clone(),
        }
    }
}

/// An endpoint within the edge.
pub(super) struct EdgeEndpoint<E> {
    inner: E,
    trusted_proxies: Vec<IpNet>,
}

impl<E: Endpoint> Endpoint for EdgeEndpoint<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let started = Instant::now();
        let origin = Origin {
            ip: self.source(&request),
            user_agent: user_agent(request.headers()),
            request_id: request_id(request.headers()),
        };
        let id = origin.request_id.clone();
        let source = origin.ip;
        // The path and never the query: what is in a query is not ours to write down.
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        request.extensions_mut().insert(origin);
        let remaining = path.starts_with("/api/").then(Remaining::default);
        if let Some(remaining) = &remaining {
            request.extensions_mut().insert(remaining.clone());
        }
        if !(method == Method::GET && may_be_compressed(&path)) {
            request.headers_mut().remove(header::ACCEPT_ENCODING);
        }
        let answered = if is_too_large(request.headers()) {
            Err(StatusCode::PAYLOAD_TOO_LARGE.into())
        } else {
            // What it shares with other requests is left whole by a panic: locks heal, and transactions are rolled back.
            AssertUnwindSafe(self.inner.call(request))
                .catch_unwind()
                .await
                .unwrap_or_else(|_| Err(panicked(&id)))
        };
        let mut response = match answered {
            Ok(response) => response.into_response(),
            Err(error) => refused(error, &path),
        };
        finish(&mut response, &id, &path);
        if let Some(remaining) = remaining {
            remaining.say(response.headers_mut());
        }
        tracing::debug!(
            %method, path = pages::without_token(&path), status = response.status().as_u16(), request_id = id, source = ?source,
            microseconds = started.elapsed().as_micros(), "answered"
        );
        Ok(response)
    }
}

impl<E> EdgeEndpoint<E> {
    /// The caller's address: the last one in `X-Forwarded-For` that no trusted proxy of ours wrote about itself.
    fn source(&self, request: &Request) -> Option<IpAddr> {
        let peer = request.remote_addr().as_socket_addr()?.ip().to_canonical();
        let trusted = |ip: &IpAddr| self.trusted_proxies.iter().any(|net| net.contains(ip));
        if !trusted(&peer) {
            return Some(peer);
        }
        let forwarded = request.headers().get_all("x-forwarded-for").iter();
        let mut hops: Vec<&str> = forwarded
            .filter_map(|it| it.to_str().ok())
            .flat_map(|it| it.split(','))
            .map(str::trim)
            .collect();
        let mut source = peer;
        while let Some(Ok(hop)) = hops.pop().map(str::parse::<IpAddr>) {
            source = hop.to_canonical();
            if !trusted(&source) {
                break;
            }
        }
        Some(source)
    }
}

/// Only what is long and read: an answer with a secret is never compressed.
fn may_be_compressed(path: &str) -> bool {
    ["/api/", "/admin", "/docs", "/openapi.json"]
        .iter()
        .any(|it| path.starts_with(it))
}

/// Whether the body is said to be larger than any that is read here.
fn is_too_large(headers: &HeaderMap) -> bool {
    let said = headers.get(header::CONTENT_LENGTH);
    said.and_then(|it| it.to_str().ok()?.parse::<u64>().ok())
        .is_some_and(|it| it > body::MOST_BYTES as u64)
}

fn user_agent(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::USER_AGENT)?.to_str().ok()?;
    Some(text.chars().take(255).collect())
}

/// The caller's own id where it is harmless to write down, else a new one.
fn request_id(headers: &HeaderMap) -> String {
    let given = headers.get(REQUEST_ID).and_then(|it| it.to_str().ok());
    given
        .filter(|it| {
            (1..=128).contains(&it.len())
                && it
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        })
        .map_or_else(|| Uuid::now_v7().to_string(), str::to_owned)
}

/// A fault of ours, which must cost its caller an answer and nobody else anything.
fn panicked(id: &str) -> poem::Error {
    tracing::error!(request_id = id, "a request panicked");
    StatusCode::INTERNAL_SERVER_ERROR.into()
}

/// An error in the form of the surface it happened on.
fn refused(error: poem::Error, path: &str) -> Response {
    if error.is_from_response() {
        return error.into_response();
    }
    let mut response = if path.starts_with("/oauth2/") {
        oauth_http::from_framework(&error).as_response()
    } else {
        problem::from_framework(&error).as_response()
    };
    if error.is::<MethodNotAllowedError>() {
        let allowed = contract::methods(path);
        if let Ok(value) = HeaderValue::from_str(&allowed) {
            response.headers_mut().insert(header::ALLOW, value);
        }
    }
    response
}

fn finish(response: &mut Response, id: &str, path: &str) {
    if let Some(mut problem) = response.extensions_mut().remove::<Problem>() {
        id.clone_into(&mut problem.request_id);
        response.set_body(serde_json::to_vec(&problem).unwrap_or_default());
    }
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, value);
    }
    if headers.contains_key(header::CONTENT_ENCODING) {
        headers
            .entry(header::VARY)
            .or_insert(HeaderValue::from_static("Accept-Encoding"));
    }
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers
        .entry(header::REFERRER_POLICY)
        .or_insert(HeaderValue::from_static("same-origin"));
    if path.starts_with("/api/") {
        headers
            .entry(header::CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("private, no-cache"));
    }
}

#[cfg(test)]
mod tests {
    use poem::{EndpointExt, endpoint::make_sync};

    use super::*;

    #[tokio::test]
    async fn a_panic_is_answered_in_the_form_of_its_surface() {
        let edge = Edge {
            trusted_proxies: Vec::new(),
        };
        let panics = make_sync(|_| -> Response { panic!("on purpose") }).with(edge);
        for (path, kind) in [
            ("/api/v1/clients", "application/problem+json"),
            ("/oauth2/token", "application/json"),
        ] {
            let request = Request::builder().uri_str(path).finish();
            let response = panics.get_response(request).await;
            assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
            let said = response.content_type().unwrap_or_default();
            assert!(said.starts_with(kind), "{path}: {said}");
            assert!(response.headers().contains_key(REQUEST_ID));
        }
    }
}
