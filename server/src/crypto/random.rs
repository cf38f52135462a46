//! Where random bytes come from.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::digest::{SHA256, SHA256_OUTPUT_LEN, digest};
use zeroize::Zeroizing;

/// The operating system gave no random bytes.
///
/// Nothing secret can be made without them, so callers give up with an internal
/// error and never fall back to something weaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct RandomUnavailable;

/// A source of random bytes, handed to everything that needs some.
///
/// Cloning is cheap, and clones draw from the same stream: two clones of a seeded
/// source never give the same bytes.
#[derive(Clone, Debug)]
pub struct Random(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Seeded { seed: u64, drawn: Arc<AtomicU64> },
}

impl Random {
    /// The operating system's generator: the only one for real keys and secrets.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A stream that is the same for the same seed, for tests only.
    ///
    /// SHA-256 over the seed and a counter: well spread, but anyone who knows the
    /// seed knows every byte.
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded {
            seed,
            drawn: Arc::new(AtomicU64::new(0)),
        })
    }

    /// Fills `buffer` with random bytes.
    ///
    /// # Errors
    /// [`RandomUnavailable`] where the operating system refuses; a seeded source never fails.
    pub fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomUnavailable> {
        match &self.0 {
            Source::System => getrandom::fill(buffer).map_err(|_| RandomUnavailable),
            Source::Seeded { seed, drawn } => {
                for chunk in buffer.chunks_mut(SHA256_OUTPUT_LEN) {
                    let position = drawn.fetch_add(1, Ordering::Relaxed);
                    let mut input = [0; 16];
                    input[..8].copy_from_slice(&seed.to_be_bytes());
                    input[8..].copy_from_slice(&position.to_be_bytes());
                    let block = digest(&SHA256, &input);
                    chunk.copy_from_slice(&block.as_ref()[..chunk.len()]);
                }
                Ok(())
            }
        }
    }

    /// `N` random bytes that may be public: identifiers, nonces, salts.
    ///
    /// # Errors
    /// As [`Random::fill`].
    pub fn bytes<const N: usize>(&self) -> Result<[u8; N], RandomUnavailable> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// `N` random bytes that are to stay secret, wiped when dropped.
    ///
    /// # Errors
    /// As [`Random::fill`].
    pub fn secret_bytes<const N: usize>(&self) -> Result<Zeroizing<[u8; N]>, RandomUnavailable> {
        let mut bytes = Zeroizing::new([0; N]);
        self.fill(bytes.as_mut_slice())?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        let first: [u8; 77] = Random::seeded(7).bytes().unwrap();
        let second: [u8; 77] = Random::seeded(7).bytes().unwrap();
        assert_eq!(first, second);
    }

    #[test]
    fn another_seed_gives_other_bytes() {
        let first: [u8; 32] = Random::seeded(7).bytes().unwrap();
        let second: [u8; 32] = Random::seeded(8).bytes().unwrap();
        assert_ne!(first, second);
    }

    #[test]
    fn clones_never_repeat_each_other() {
        let random = Random::seeded(1);
        let clone = random.clone();
        let first: [u8; 32] = random.bytes().unwrap();
        let second: [u8; 32] = clone.bytes().unwrap();
        assert_ne!(first, second);
    }

    #[test]
    fn the_system_source_fills_the_whole_buffer() {
        let bytes: [u8; 256] = Random::system().bytes().unwrap();
        assert!(
            bytes
                .chunks(16)
                .all(|chunk| chunk.iter().any(|byte| *byte != 0))
        );
    }

    #[test]
    fn a_large_buffer_does_not_repeat_inside() {
        let bytes: [u8; 64] = Random::seeded(3).bytes().unwrap();
        assert_ne!(bytes[..32], bytes[32..]);
    }
}
