//! A request to an address that somebody else chose: bounded in time and size, without redirects and proxies, and to
//! the very address that was looked at.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, Response, redirect::Policy};
use url::Url;

use super::address::{self, AddressProblem, Reach};

/// How long everything may take.
const TAKES_AT_MOST: Duration = Duration::from_secs(10);

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum RequestProblem {
    /// The address is not used.
    #[error("the address {0}")]
    Address(#[from] AddressProblem),
    /// The connection failed, or took too long.
    #[error("the request failed: {0}")]
    Failed(String),
    /// The answer is not a good one.
    #[error("the answer has the status {0}")]
    Status(u16),
    /// The answer is larger than was expected.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
}

impl From<reqwest::Error> for RequestProblem {
    fn from(error: reqwest::Error) -> Self {
        // Without the address: it may hold a secret in its query.
        Self::Failed(error.without_url().to_string())
    }
}

/// Sends what `with` makes of a client to `url`, and gives the answer if its status is a success.
///
/// # Errors
/// [`RequestProblem`].
pub async fn send(
    url: &Url,
    reach: Reach,
    with: impl FnOnce(&Client, Url) -> RequestBuilder,
) -> Result<Response, RequestProblem> {
    let addresses = address::resolve(url, reach).await?;
    let mut client = Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .timeout(TAKES_AT_MOST)
        .user_agent(concat!("latchkey/", env!("CARGO_PKG_VERSION")));
    if let Some(host) = url.domain() {
        client = client.resolve_to_addrs(host, &addresses);
    }
    let response = with(&client.build()?, url.clone()).send().await?;
    if !response.status().is_success() {
        return Err(RequestProblem::Status(response.status().as_u16()));
    }
    Ok(response)
}

/// The body of an answer, of at most `most` bytes.
///
/// # Errors
/// [`RequestProblem`].
pub async fn body(mut response: Response, most: usize) -> Result<Vec<u8>, RequestProblem> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > most {
            return Err(RequestProblem::TooLarge(most));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
