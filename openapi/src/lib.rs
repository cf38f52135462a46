//! A client of Latchkey's HTTP API, made from `openapi.json`: a method for each operation, named by its `operationId`,
//! and a type for each schema in [`types`].
//!
//! The server's code is not known here, only its document. It runs on hosts and in browsers.

mod generated {
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
}

pub use generated::*;
pub use progenitor_client as client;

/// A client that sends `token` with every request.
///
/// # Errors
/// When the token cannot stand in a header, or the platform gives no HTTP client.
pub fn with_token(base_url: &str, token: &str) -> Result<Client, InvalidToken> {
    let mut value = reqwest::header::HeaderValue::from_str(&format!("Bearer {token}"))
        .map_err(|_| InvalidToken)?;
    value.set_sensitive(true);
    let headers = [(reqwest::header::AUTHORIZATION, value)];
    let inner = reqwest::Client::builder()
        .default_headers(headers.into_iter().collect())
        .build()
        .map_err(|_| InvalidToken)?;
    Ok(Client::new_with_client(base_url, inner))
}

/// A token that cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidToken;

impl std::fmt::Display for InvalidToken {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the access token cannot stand in an HTTP header")
    }
}

impl std::error::Error for InvalidToken {}
