//! Randomness from the browser, where something must not be guessed.

use data_encoding::BASE64URL_NOPAD;
use leptos::prelude::window;

/// 256 random bits as 43 characters of the URL-safe alphabet: a PKCE verifier (RFC 7636, section 4.1), a state, an
/// idempotency key. `None` in a browser without a source of randomness.
pub(crate) fn token() -> Option<String> {
    let mut bytes = [0; 32];
    let crypto = window().crypto().ok()?;
    crypto.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(BASE64URL_NOPAD.encode(&bytes))
}
