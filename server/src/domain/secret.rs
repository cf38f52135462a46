//! Client secrets: the form of those made here, and what one brought along must be.
//!
//! Rules only: the random bytes are handed in, and digests are taken elsewhere.
//!
//! A generated secret reads
//!
//! ```text
//! lks_aebagbafaydqq_eaqcaibaeaqcaibaeaqcaibaeaqcaibaeaqcaibaeaqcaibaeaqafryyria
//! ^   ^             ^                                                   ^
//! |   key id        256 random bits                                     checksum
//! prefix
//! ```
//!
//! all in lower-case base 32 (RFC 4648, section 6, no padding), so that it survives
//! form-encoding, HTTP Basic, shells and double clicks unchanged. The prefix lets
//! scanners find leaks, the key id finds the row, and the CRC-32 tells a typing
//! mistake without asking the database.

use std::fmt;

use data_encoding::BASE32_NOPAD;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// What a generated secret is for, which its first characters tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// A client secret.
    Secret,
    /// A client API key.
    ApiKey,
}

impl Made {
    /// How it begins. All are of one length.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Secret => PREFIX,
            Self::ApiKey => "lkk_",
        }
    }
}

/// How every generated client secret begins.
const PREFIX: &str = "lks_";
/// Characters of a key id, of the random part, and of the checksum.
const KEY_ID_LEN: usize = 13;
const RANDOM_LEN: usize = 52;
const CHECKSUM_LEN: usize = 7;
/// Where the checksum begins: all before it is covered by it.
const COVERED_LEN: usize = PREFIX.len() + KEY_ID_LEN + 1 + RANDOM_LEN;
const LENGTH: usize = COVERED_LEN + CHECKSUM_LEN;
/// Characters of a hint.
const HINT_LEN: usize = 4;

/// The public name of one generated secret, carried inside it: finds its row by index.
///
/// Shown as 13 characters of lower-case base 32.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId([u8; KeyId::LENGTH]);

/// A text is not a key id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key id is 13 characters of a-z and 2-7")]
pub struct NotAKeyId;

impl KeyId {
    /// Bytes in a key id.
    pub const LENGTH: usize = 8;

    /// The bytes it was made of.
    pub fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }

    /// Reads the 13 characters. Each key id has exactly one spelling.
    ///
    /// # Errors
    /// [`NotAKeyId`] for any other text.
    pub fn parse(text: &str) -> Result<Self, NotAKeyId> {
        if text.len() != KEY_ID_LEN || text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(NotAKeyId);
        }
        let bytes = BASE32_NOPAD
            .decode(text.to_ascii_uppercase().as_bytes())
            .map_err(|_| NotAKeyId)?;
        bytes.as_slice().try_into().map(Self).map_err(|_| NotAKeyId)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&BASE32_NOPAD.encode(&self.0).to_ascii_lowercase())
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "KeyId({self})")
    }
}

/// A new client secret, made here. Shown once, then only its digest remains.
///
/// Its text is wiped when dropped and never printed.
pub struct GeneratedSecret {
    key_id: KeyId,
    text: SecretString,
}

/// What a presented secret says about itself before anything is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presented {
    /// Which stored secret to compare with.
    pub key_id: KeyId,
}

/// Why a presented secret is not a generated one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotGenerated {
    /// It has not our prefix: it may be a secret brought along.
    #[error("the secret was not made by this server")]
    NotOurs,
    /// It has our prefix, but was cut, extended or mistyped: refuse it, look nothing up.
    #[error("the secret begins like one made here, but is incomplete or mistyped")]
    BadChecksum,
}

impl GeneratedSecret {
    /// Puts a secret together from random bytes. The caller wipes its copy of `secret`.
    pub fn from_random(made: Made, key_id: [u8; KeyId::LENGTH], secret: &[u8; 32]) -> Self {
        let key_id = KeyId(key_id);
        // Sized once, so that growing leaves no copy behind.
        let mut text = Zeroizing::new(String::with_capacity(LENGTH));
        BASE32_NOPAD.encode_append(&key_id.0, &mut text);
        text.push('_');
        BASE32_NOPAD.encode_append(secret, &mut text);
        text.make_ascii_lowercase();
        text.insert_str(0, made.prefix());
        let checksum = checksum(&text);
        text.push_str(&checksum);
        Self {
            key_id,
            text: SecretString::from(text.as_str()),
        }
    }

    /// The secret itself, to be shown once and digested.
    pub fn text(&self) -> &SecretString {
        &self.text
    }

    /// Its public name.
    pub fn key_id(&self) -> KeyId {
        self.key_id
    }

    /// The last four characters, by which people tell their secrets apart. They
    /// belong to the checksum: 20 bits out of 256 are no help in guessing.
    pub fn hint(&self) -> String {
        hint(self.text.expose_secret())
    }

    /// Recognises a presented secret by its form, without knowing any.
    ///
    /// # Errors
    /// [`NotGenerated::NotOurs`] without our prefix, [`NotGenerated::BadChecksum`]
    /// where the prefix is ours and the rest is not.
    pub fn parse(made: Made, text: &str) -> Result<Presented, NotGenerated> {
        if !text.starts_with(made.prefix()) {
            return Err(NotGenerated::NotOurs);
        }
        let (covered, written) = text
            .split_at_checked(COVERED_LEN)
            .ok_or(NotGenerated::BadChecksum)?;
        if written != checksum(covered).as_str() {
            return Err(NotGenerated::BadChecksum);
        }
        let (key_id, random) = covered
            .strip_prefix(made.prefix())
            .and_then(|it| it.split_once('_'))
            .ok_or(NotGenerated::BadChecksum)?;
        let random_is_base32 = random
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'));
        if random.len() != RANDOM_LEN || !random_is_base32 {
            return Err(NotGenerated::BadChecksum);
        }
        let key_id = KeyId::parse(key_id).map_err(|_| NotGenerated::BadChecksum)?;
        Ok(Presented { key_id })
    }
}

impl fmt::Debug for GeneratedSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("GeneratedSecret")
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

/// A secret brought along from another system, so that its clients need no change.
///
/// Stored as argon2id, for nobody knows how random it is. Wiped when dropped and
/// never printed.
pub struct ImportedSecret(SecretString);

/// Why a secret cannot be brought along. Never repeats the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportedSecretProblem {
    /// Shorter than 16 characters: within reach of guessing.
    #[error("use at least 16 characters; shorter secrets can be guessed")]
    TooShort,
    /// Longer than 256 characters: more adds no strength, only work.
    #[error("use at most 256 characters")]
    TooLong,
    /// Not printable ASCII: RFC 6749, appendix A.2, allows no more, and clients
    /// disagree on how to encode the rest.
    #[error("use only printable ASCII characters: letters, digits, punctuation and spaces")]
    NotPrintableAscii,
    /// A space at an end: lost in nearly every form and configuration file.
    #[error("remove the space at the beginning or the end")]
    SpaceAtAnEnd,
    /// Fewer than five different characters: a placeholder.
    #[error("use at least five different characters; this looks like a placeholder")]
    TooUniform,
    /// Begins like a secret made here, so it would be refused for its checksum.
    #[error("a secret brought along must not begin with \"lks_\"; let the server make a new one")]
    LooksGenerated,
}

impl ImportedSecret {
    /// Fewest characters.
    pub const SHORTEST: usize = 16;
    /// Most characters.
    pub const LONGEST: usize = 256;
    /// Fewest different characters.
    const LEAST_DIFFERENT: usize = 5;

    /// Takes a secret that is fit to be brought along.
    ///
    /// # Errors
    /// The first [`ImportedSecretProblem`] found.
    pub fn parse(text: &str) -> Result<Self, ImportedSecretProblem> {
        if !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Err(ImportedSecretProblem::NotPrintableAscii);
        }
        if text.len() < Self::SHORTEST {
            return Err(ImportedSecretProblem::TooShort);
        }
        if text.len() > Self::LONGEST {
            return Err(ImportedSecretProblem::TooLong);
        }
        if text.starts_with(' ') || text.ends_with(' ') {
            return Err(ImportedSecretProblem::SpaceAtAnEnd);
        }
        if text.starts_with(PREFIX) {
            return Err(ImportedSecretProblem::LooksGenerated);
        }
        // All are ASCII by now, so one bit for each of 128.
        let seen = text
            .bytes()
            .fold(0_u128, |seen, byte| seen | (1 << (byte & 0x7f)));
        if (seen.count_ones() as usize) < Self::LEAST_DIFFERENT {
            return Err(ImportedSecretProblem::TooUniform);
        }
        Ok(Self(SecretString::from(text)))
    }

    /// The secret itself, to be hashed.
    pub fn text(&self) -> &SecretString {
        &self.0
    }

    /// The last four characters, by which people tell their secrets apart.
    pub fn hint(&self) -> String {
        hint(self.0.expose_secret())
    }
}

impl fmt::Debug for ImportedSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ImportedSecret(..)")
    }
}

/// CRC-32 of `covered`, as seven characters. It finds every change of up to 32
/// bits in a row, so every single wrong character and most swaps.
fn checksum(covered: &str) -> Zeroizing<String> {
    let sum = crc32fast::hash(covered.as_bytes()).to_be_bytes();
    let mut text = BASE32_NOPAD.encode(&sum);
    text.make_ascii_lowercase();
    Zeroizing::new(text)
}

/// Both kinds are ASCII and longer than a hint by the time they are here.
fn hint(text: &str) -> String {
    text.get(text.len().saturating_sub(HINT_LEN)..)
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests;
