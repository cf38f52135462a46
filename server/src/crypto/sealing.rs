//! Sealing: what must be read back is stored encrypted and authenticated.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use zeroize::Zeroizing;

use super::random::{Random, RandomUnavailable};

/// First byte of everything sealed: which construction follows.
const VERSION: u8 = 1;
/// Bytes of the GCM tag.
const TAG_LEN: usize = 16;
/// Separates these keys from any other use of the same key material.
const SALT: &[u8] = b"latchkey sealing v1";

/// The bytes were not sealed with this key for this purpose and context, or were changed since.
///
/// It does not say which: that would help only who tampers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sealed value cannot be opened: wrong key, wrong place, or changed")]
pub struct Unsealable;

/// Seals bytes with AES-256-GCM under a key made for one purpose.
///
/// Sealed form: version byte, 12 random bytes of nonce, ciphertext, 16 bytes of
/// tag. The nonce is random, so one key must not seal more than 2^32 values (NIST
/// SP 800-38D, 8.3): plenty for stored keys; whatever seals tokens rotates its key.
#[derive(Clone)]
pub struct Sealer {
    key: Arc<LessSafeKey>,
    random: Random,
}

impl Sealer {
    /// How many bytes longer the sealed form is.
    pub const OVERHEAD: usize = 1 + NONCE_LEN + TAG_LEN;

    /// A sealer whose key is derived (HKDF-SHA-256, RFC 5869) from `key_material`
    /// and `purpose`. Another purpose gives an unrelated key.
    #[expect(
        clippy::expect_used,
        clippy::missing_panics_doc,
        reason = "HKDF refuses only outputs beyond 255 hashes and a mismatched length; \
                  AES-256 refuses only a key that is not 32 bytes"
    )]
    pub fn derive(key_material: &[u8; 32], purpose: &str, random: &Random) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        let pseudo_random_key = Salt::new(HKDF_SHA256, SALT).extract(key_material);
        let key = pseudo_random_key
            .expand(&[purpose.as_bytes()], HKDF_SHA256)
            .and_then(|output| output.fill(key.as_mut_slice()))
            .and_then(|()| UnboundKey::new(&AES_256_GCM, key.as_slice()))
            .expect("a 32-byte key from HKDF-SHA-256");
        Self {
            key: Arc::new(LessSafeKey::new(key)),
            random: random.clone(),
        }
    }

    /// Seals `plaintext`. `context` is bound to it but not stored: name the place it
    /// belongs to (table, row id, column), so that it cannot be moved elsewhere.
    ///
    /// # Errors
    /// [`RandomUnavailable`] where no nonce could be drawn.
    #[expect(
        clippy::expect_used,
        clippy::missing_panics_doc,
        reason = "AES-256-GCM refuses only texts beyond 64 GiB, which do not fit a request"
    )]
    pub fn seal(&self, context: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, RandomUnavailable> {
        let nonce: [u8; NONCE_LEN] = self.random.bytes()?;
        // Sized once, so that no copy of the plaintext is left behind by growing.
        let mut sealed = Vec::with_capacity(plaintext.len() + Self::OVERHEAD);
        sealed.push(VERSION);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plaintext);
        let tag = self
            .key
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(context),
                &mut sealed[1 + NONCE_LEN..],
            )
            .expect("a text far below 64 GiB");
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// Opens what [`Sealer::seal`] made with the same key and the same `context`.
    ///
    /// # Errors
    /// [`Unsealable`] for anything else.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
        let (&version, rest) = sealed.split_first().ok_or(Unsealable)?;
        if version != VERSION {
            return Err(Unsealable);
        }
        let (nonce, ciphertext) = rest.split_at_checked(NONCE_LEN).ok_or(Unsealable)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Unsealable)?;
        let mut buffer = Zeroizing::new(ciphertext.to_vec());
        let length = self
            .key
            .open_in_place(nonce, Aad::from(context), &mut buffer)
            .map_err(|_| Unsealable)?
            .len();
        buffer.truncate(length);
        Ok(buffer)
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Sealer").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sealer(purpose: &str) -> Sealer {
        Sealer::derive(&[7; 32], purpose, &Random::seeded(1))
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens(text: Vec<u8>, context: Vec<u8>) {
            let sealer = sealer("test");
            let sealed = sealer.seal(&context, &text).unwrap();
            prop_assert_eq!(sealed.len(), text.len() + Sealer::OVERHEAD);
            let opened = sealer.open(&context, &sealed).unwrap();
            prop_assert_eq!(opened.as_slice(), text.as_slice());
        }

        #[test]
        fn a_changed_bit_is_refused(text: Vec<u8>, place: prop::sample::Index, bit in 0_u8..8) {
            let sealer = sealer("test");
            let mut sealed = sealer.seal(b"", &text).unwrap();
            let place = place.index(sealed.len());
            sealed[place] ^= 1 << bit;
            prop_assert_eq!(sealer.open(b"", &sealed), Err(Unsealable));
        }

        #[test]
        fn anything_else_is_refused(garbage: Vec<u8>) {
            prop_assert_eq!(sealer("test").open(b"", &garbage), Err(Unsealable));
        }
    }

    #[test]
    fn a_shortened_value_is_refused() {
        let sealer = sealer("test");
        let whole = sealer.seal(b"", b"text").unwrap();
        for length in 0..whole.len() {
            assert_eq!(sealer.open(b"", &whole[..length]), Err(Unsealable));
        }
    }

    #[test]
    fn another_context_is_refused() {
        let sealed = sealer("test").seal(b"row 1", b"text").unwrap();
        assert_eq!(sealer("test").open(b"row 2", &sealed), Err(Unsealable));
    }

    #[test]
    fn another_purpose_is_refused() {
        let sealed = sealer("signing keys").seal(b"", b"text").unwrap();
        assert_eq!(sealer("mail").open(b"", &sealed), Err(Unsealable));
    }

    #[test]
    fn another_key_is_refused() {
        let sealed = sealer("test").seal(b"", b"text").unwrap();
        let other = Sealer::derive(&[8; 32], "test", &Random::seeded(1));
        assert_eq!(other.open(b"", &sealed), Err(Unsealable));
    }

    #[test]
    fn sealing_twice_gives_two_values() {
        let sealer = sealer("test");
        assert_ne!(sealer.seal(b"", b"text"), sealer.seal(b"", b"text"));
    }
}
