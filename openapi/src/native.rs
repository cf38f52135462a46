//! The client over reqwest, as the generator wrote it.

mod generated {
    pub use crate::types;
    include!(concat!(env!("OUT_DIR"), "/native.rs"));
}

pub use generated::*;

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
