//! What a caller has left, on its way from the handler to the headers of the answer.

use std::sync::{Arc, OnceLock};

use poem::http::{HeaderMap, HeaderName, HeaderValue};

use super::problem::ApiError;
use crate::access::rate_limit::Allowance;

/// Filled in once the caller is known.
#[derive(Clone, Debug, Default)]
pub struct Remaining(Arc<OnceLock<Allowance>>);

impl Remaining {
    /// Notes what is left.
    ///
    /// # Errors
    /// 429 when this request was one too many, with when to try again.
    pub fn note(&self, allowance: Allowance) -> Result<(), ApiError> {
        // A request is counted once; were it counted twice, the first count would stand.
        let _ = self.0.set(allowance);
        allowance
            .wait
            .map_or(Ok(()), |wait| Err(ApiError::too_many_requests(wait)))
    }

    /// Says what is left: `RateLimit-Limit`, `RateLimit-Remaining`, and in how many seconds all is there again,
    /// `RateLimit-Reset`.
    pub fn say(&self, headers: &mut HeaderMap) {
        let Some(allowance) = self.0.get() else {
            return;
        };
        for (name, value) in [
            ("ratelimit-limit", allowance.limit),
            ("ratelimit-remaining", allowance.remaining),
            ("ratelimit-reset", allowance.reset),
        ] {
            headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
        }
    }
}
