//! `Idempotency-Key`: the same key and request give the same answer, and nothing happens twice.

use super::problem::ApiError;
use crate::{
    app::{Idempotency, Once},
    crypto::digest::Digest,
};

/// Reads the header.
///
/// # Errors
/// 400 for what is not 1 to 255 visible ASCII characters.
pub fn read(header: Option<&str>, request: Digest) -> Result<Option<Idempotency>, ApiError> {
    header
        .map(|key| {
            let fits =
                (1..=255).contains(&key.len()) && key.bytes().all(|it| it.is_ascii_graphic());
            if !fits {
                return Err(ApiError::malformed(
                    "Idempotency-Key must be 1 to 255 visible ASCII characters, such as a UUID.",
                ));
            }
            Ok(Idempotency {
                key: key.to_owned(),
                request,
            })
        })
        .transpose()
}

/// The answer, unless the key was used for another request.
///
/// # Errors
/// 422 when it was.
pub fn answer<T>(once: Once<T>) -> Result<T, ApiError> {
    match once {
        Once::Answer(answer) => Ok(answer),
        Once::KeyReused => Err(ApiError::key_reused()),
    }
}
