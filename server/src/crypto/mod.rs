//! Cryptography: randomness, digests, password hashes, sealing and signing.
//!
//! Everything here is a thin, well-named layer over aws-lc-rs and argon2. No
//! other room names those crates. Randomness is handed in as [`random::Random`],
//! so that a test can repeat what it saw.

pub mod digest;
pub mod master_key;
pub mod password;
pub mod random;
pub mod sealing;
pub mod signing;
