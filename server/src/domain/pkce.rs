//! Proof Key for Code Exchange (RFC 7636): the app that redeems a code proves that it is the one that asked for it.

use std::{fmt, str::FromStr};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// How a challenge is made from its verifier (RFC 7636, section 4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum ChallengeMethod {
    /// The verifier itself.
    #[serde(rename = "plain")]
    Plain,
    /// Its SHA-256, base64url.
    S256,
}

impl ChallengeMethod {
    /// All of them, the better one first.
    pub const ALL: [Self; 2] = [Self::S256, Self::Plain];

    /// The word in requests and metadata.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::S256 => "S256",
        }
    }
}

impl fmt::Display for ChallengeMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ChallengeMethod {
    type Err = PkceProblem;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|it| it.as_str() == text)
            .ok_or(PkceProblem::UnknownMethod)
    }
}

/// What is wrong with a challenge or a verifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PkceProblem {
    /// Another method than `S256` and `plain`.
    #[error("code_challenge_method must be S256 or plain")]
    UnknownMethod,
    /// A method without a challenge.
    #[error("code_challenge_method is given without code_challenge")]
    MethodWithoutChallenge,
    /// Not a challenge of this method.
    #[error(
        "code_challenge must be 43 to 128 characters of A-Z a-z 0-9 - . _ ~, and exactly 43 for S256"
    )]
    Challenge,
    /// Not a verifier (RFC 7636, section 4.1).
    #[error("code_verifier must be 43 to 128 characters of A-Z a-z 0-9 - . _ ~")]
    Verifier,
}

/// A challenge, as an authorization request carried it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Challenge {
    value: String,
    method: ChallengeMethod,
}

impl Challenge {
    /// Reads `code_challenge` and `code_challenge_method`; without a method it is `plain` (RFC 7636, section 4.3).
    ///
    /// # Errors
    /// [`PkceProblem`] for what is no challenge.
    pub fn parse(value: Option<&str>, method: Option<&str>) -> Result<Option<Self>, PkceProblem> {
        let method = method.map(ChallengeMethod::from_str).transpose()?;
        let Some(value) = value else {
            return match method {
                Some(_) => Err(PkceProblem::MethodWithoutChallenge),
                None => Ok(None),
            };
        };
        let method = method.unwrap_or(ChallengeMethod::Plain);
        if !is_unreserved(value) || (method == ChallengeMethod::S256 && value.len() != 43) {
            return Err(PkceProblem::Challenge);
        }
        Ok(Some(Self {
            value: value.to_owned(),
            method,
        }))
    }

    /// Whether `verifier` is the one this challenge was made from, in a time that does not tell how nearly.
    pub fn is_met_by(&self, verifier: &Verifier, sha256: impl FnOnce(&[u8]) -> [u8; 32]) -> bool {
        let made = match self.method {
            ChallengeMethod::Plain => verifier.0.to_string(),
            ChallengeMethod::S256 => BASE64_URL_SAFE_NO_PAD.encode(sha256(verifier.0.as_bytes())),
        };
        made.as_bytes().ct_eq(self.value.as_bytes()).into()
    }
}

/// A verifier, as a token request carries it.
pub struct Verifier(Zeroizing<String>);

impl Verifier {
    /// Reads `code_verifier`.
    ///
    /// # Errors
    /// [`PkceProblem::Verifier`] unless it is 43 to 128 unreserved characters.
    pub fn parse(text: &str) -> Result<Self, PkceProblem> {
        if is_unreserved(text) {
            Ok(Self(Zeroizing::new(text.to_owned())))
        } else {
            Err(PkceProblem::Verifier)
        }
    }
}

/// 43 to 128 characters that stand for themselves in a URI (RFC 3986, section 2.3).
fn is_unreserved(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'.' | b'_' | b'~'))
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::digest::{SHA256, digest};

    use super::*;

    fn sha256(bytes: &[u8]) -> [u8; 32] {
        digest(&SHA256, bytes).as_ref().try_into().unwrap()
    }

    #[test]
    fn the_example_of_rfc_7636_is_met() {
        let challenge = Challenge::parse(
            Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
            Some("S256"),
        );
        let verifier = Verifier::parse("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").unwrap();
        let challenge = challenge.unwrap().unwrap();
        assert!(challenge.is_met_by(&verifier, sha256));
        let other = Verifier::parse(&"a".repeat(43)).unwrap();
        assert!(!challenge.is_met_by(&other, sha256));
    }

    #[test]
    fn a_challenge_without_a_method_is_plain() {
        let text = "a".repeat(43);
        let challenge = Challenge::parse(Some(&text), None).unwrap().unwrap();
        assert!(challenge.is_met_by(&Verifier::parse(&text).unwrap(), sha256));
    }

    #[test]
    fn a_verifier_has_43_to_128_unreserved_characters() {
        for (text, fits) in [
            ("a".repeat(42), false),
            ("a".repeat(43), true),
            ("~".repeat(128), true),
            ("a".repeat(129), false),
            (format!("{}+", "a".repeat(43)), false),
            (format!("{}é", "a".repeat(43)), false),
        ] {
            assert_eq!(Verifier::parse(&text).is_ok(), fits, "{text}");
        }
    }

    #[test]
    fn what_is_no_challenge_is_refused() {
        let long = "a".repeat(44);
        assert_eq!(
            Challenge::parse(Some(&long), Some("S256")),
            Err(PkceProblem::Challenge)
        );
        assert_eq!(
            Challenge::parse(Some(&long), Some("s256")),
            Err(PkceProblem::UnknownMethod)
        );
        assert_eq!(
            Challenge::parse(None, Some("S256")),
            Err(PkceProblem::MethodWithoutChallenge)
        );
        assert_eq!(Challenge::parse(None, None), Ok(None));
    }
}
