//! SHA-256 digests of things that are looked up or compared.

use std::fmt;

use aws_lc_rs::{
    digest::{SHA256, digest},
    hmac,
};
use subtle::ConstantTimeEq;

/// A SHA-256 digest.
///
/// What is stored instead of a generated secret, a code or a refresh token: those
/// carry 256 random bits, so a fast hash is enough (NIST SP 800-63B-4, look-up secrets).
///
/// `==` and `Hash` are there for keys of maps; a presented secret is compared
/// with [`Digest::matches`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest([u8; Digest::LENGTH]);

/// Bytes that were to be a digest are not 32 long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a digest has 32 bytes, not {0}")]
pub struct WrongDigestLength(pub usize);

impl Digest {
    /// Bytes in a digest.
    pub const LENGTH: usize = 32;

    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        let mut output = [0; Self::LENGTH];
        output.copy_from_slice(digest(&SHA256, bytes).as_ref());
        Self(output)
    }

    /// HMAC-SHA-256 (RFC 2104) of `bytes`: only who has `key` can make it.
    pub fn keyed(key: &[u8], bytes: &[u8]) -> Self {
        let mut output = [0; Self::LENGTH];
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        output.copy_from_slice(hmac::sign(&key, bytes).as_ref());
        Self(output)
    }

    /// A digest read back from where it was stored.
    ///
    /// # Errors
    /// [`WrongDigestLength`] unless there are exactly 32 bytes.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, WrongDigestLength> {
        bytes
            .try_into()
            .map(Self)
            .map_err(|_| WrongDigestLength(bytes.len()))
    }

    /// The 32 bytes, to be stored.
    pub fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }

    /// Whether both are the same, in a time that does not tell where they differ.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }

    /// 64 lower-case hexadecimal digits.
    pub fn to_hex(&self) -> String {
        data_encoding::HEXLOWER.encode(&self.0)
    }
}

impl fmt::Debug for Digest {
    /// Enough to tell two apart in a log, too little to look one up.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = data_encoding::HEXLOWER.encode(&self.0[..4]);
        write!(formatter, "Digest({start}…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_sha_256() {
        assert_eq!(
            Digest::of(b"abc").to_hex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn a_keyed_one_is_hmac_sha_256() {
        // RFC 4231, section 4.3.
        assert_eq!(
            Digest::keyed(b"Jefe", b"what do ya want for nothing?").to_hex(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn it_survives_storage() {
        let digest = Digest::of(b"secret");
        assert_eq!(Digest::from_slice(digest.as_bytes()), Ok(digest));
    }

    #[test]
    fn another_length_is_refused() {
        assert_eq!(Digest::from_slice(&[0; 31]), Err(WrongDigestLength(31)));
        assert_eq!(Digest::from_slice(&[0; 33]), Err(WrongDigestLength(33)));
    }

    #[test]
    fn only_equal_digests_match() {
        assert!(Digest::of(b"a").matches(&Digest::of(b"a")));
        assert!(!Digest::of(b"a").matches(&Digest::of(b"b")));
    }

    #[test]
    fn debug_shows_only_the_start() {
        assert_eq!(format!("{:?}", Digest::of(b"abc")), "Digest(ba7816bf…)");
    }
}
