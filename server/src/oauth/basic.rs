//! A client's identifier and secret in the `Authorization` header (RFC 6749, 2.3.1).

use std::fmt;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::parameters;

/// Longest header that is looked at; identifier and secret are far shorter even
/// when each of their characters is percent-encoded.
const LONGEST: usize = 4096;

/// Standard alphabet; padding may be missing, as some clients leave it out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a client said it is and knows; nothing is verified yet.
#[derive(Clone)]
pub struct BasicCredentials {
    /// The client's identifier, never empty.
    pub client_id: String,
    /// Its secret; empty where the client sent none.
    pub client_secret: SecretString,
}

/// Why an `Authorization` header carries no client credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BasicProblem {
    /// Another scheme, such as `Bearer`.
    #[error("the Authorization header does not use the Basic scheme")]
    NotBasic,
    /// More than 4096 characters.
    #[error("the Authorization header is too long")]
    TooLong,
    /// What follows `Basic` is not Base64.
    #[error("the Basic credentials are not Base64")]
    NotBase64,
    /// The decoded credentials are not UTF-8.
    #[error("the Basic credentials are not UTF-8")]
    NotUtf8,
    /// There is no colon between identifier and secret.
    #[error("the Basic credentials have no colon between client_id and client_secret")]
    NoColon,
    /// Identifier or secret is not form-encoded as RFC 6749, 2.3.1, demands.
    #[error("the Basic credentials must be form-encoded: write a % as %25")]
    NotFormEncoded,
    /// A NUL character in either.
    #[error("the Basic credentials contain a NUL character")]
    ContainsNul,
    /// No identifier before the colon.
    #[error("the Basic credentials have no client_id")]
    NoClientId,
}

impl BasicCredentials {
    /// Reads the value of an `Authorization` header.
    ///
    /// Both halves are form-decoded (`+` is a space, `%XX` a byte), so a client whose
    /// secret has a `+`, `%` or `:` must encode it, as the RFC says.
    ///
    /// # Errors
    /// [`BasicProblem::NotBasic`] for another scheme; any other [`BasicProblem`] for
    /// broken credentials, which fail the client authentication.
    pub fn parse(header: &str) -> Result<Self, BasicProblem> {
        let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
        if !scheme.eq_ignore_ascii_case("Basic") {
            return Err(BasicProblem::NotBasic);
        }
        if header.len() > LONGEST {
            return Err(BasicProblem::TooLong);
        }
        let decoded = BASE64
            .decode(token.trim_matches(' '))
            .map(Zeroizing::new)
            .map_err(|_| BasicProblem::NotBase64)?;
        let text = str::from_utf8(&decoded).map_err(|_| BasicProblem::NotUtf8)?;
        // Before decoding: an encoded colon belongs to its half.
        let (client_id, client_secret) = text.split_once(':').ok_or(BasicProblem::NoColon)?;
        let client_id = parameters::decode(client_id.as_bytes())?;
        let client_secret = parameters::decode(client_secret.as_bytes())?;
        if client_id.is_empty() {
            return Err(BasicProblem::NoClientId);
        }
        Ok(Self {
            client_id: client_id.to_string(),
            client_secret: SecretString::from(client_secret.as_str()),
        })
    }
}

impl fmt::Debug for BasicCredentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("BasicCredentials")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

impl From<parameters::ParametersProblem> for BasicProblem {
    fn from(problem: parameters::ParametersProblem) -> Self {
        use parameters::ParametersProblem;
        match problem {
            ParametersProblem::NotUtf8 => Self::NotUtf8,
            ParametersProblem::ContainsNul => Self::ContainsNul,
            ParametersProblem::BrokenPercentEncoding
            | ParametersProblem::Repeated(_)
            | ParametersProblem::TooMany => Self::NotFormEncoded,
        }
    }
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD as PADDED;
    use proptest::prelude::*;
    use secrecy::ExposeSecret;

    use super::*;

    fn header(text: impl AsRef<[u8]>) -> String {
        format!("Basic {}", PADDED.encode(text))
    }

    fn parse(header: &str) -> (String, String) {
        let credentials = BasicCredentials::parse(header).unwrap();
        let secret = credentials.client_secret.expose_secret().to_owned();
        (credentials.client_id, secret)
    }

    #[test]
    fn the_example_of_the_rfc_is_read() {
        let (client_id, secret) = parse("Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3");
        assert_eq!(client_id, "s6BhdRkqt3");
        assert_eq!(secret, "7Fjfp0ZBr1KtDRbnfVdmIw");
    }

    #[test]
    fn colons_percent_signs_pluses_and_spaces_are_read_when_encoded() {
        let (client_id, secret) = parse(&header("my%3Aapp:a%3Ab%25c%2Bd+e%20f:g"));
        assert_eq!(client_id, "my:app");
        assert_eq!(secret, "a:b%c+d e f:g");
    }

    #[test]
    fn the_scheme_may_be_in_any_case_and_padding_may_be_missing() {
        for header in [
            "basic YTpi",
            "BASIC YTpi",
            "Basic  YTpi ",
            "Basic YTpiYg",
            "Basic YTpiYg==",
        ] {
            assert_eq!(parse(header).0, "a", "{header}");
        }
    }

    #[test]
    fn an_empty_secret_is_left_to_the_authentication() {
        assert_eq!(parse(&header("app:")), ("app".to_owned(), String::new()));
    }

    #[test]
    fn broken_credentials_are_refused_for_their_reason() {
        let too_long = header("a".repeat(4096));
        for (header, problem) in [
            (String::new(), BasicProblem::NotBasic),
            ("Bearer abc".to_owned(), BasicProblem::NotBasic),
            ("Basically abc".to_owned(), BasicProblem::NotBasic),
            ("Basic".to_owned(), BasicProblem::NoColon),
            ("Basic ".to_owned(), BasicProblem::NoColon),
            ("Basic a:b".to_owned(), BasicProblem::NotBase64),
            ("Basic YTpi!".to_owned(), BasicProblem::NotBase64),
            ("Basic YTpi YTpi".to_owned(), BasicProblem::NotBase64),
            ("Basic YTpiYh==".to_owned(), BasicProblem::NotBase64),
            (header("a-b_c"), BasicProblem::NoColon),
            (header(b"a:\xff"), BasicProblem::NotUtf8),
            (header("a:%ff"), BasicProblem::NotUtf8),
            (header("a:%zz"), BasicProblem::NotFormEncoded),
            (header("a%:b"), BasicProblem::NotFormEncoded),
            (header("a:b\0"), BasicProblem::ContainsNul),
            (header("a%00:b"), BasicProblem::ContainsNul),
            (header(":secret"), BasicProblem::NoClientId),
            (header(":"), BasicProblem::NoClientId),
            (too_long, BasicProblem::TooLong),
        ] {
            let found = BasicCredentials::parse(&header).unwrap_err();
            assert_eq!(found, problem, "{header}");
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let credentials = BasicCredentials::parse(&header("app:hunter2")).unwrap();
        assert!(!format!("{credentials:?}").contains("hunter2"));
    }

    proptest! {
        #[test]
        fn parsing_never_panics(text: String, bytes: Vec<u8>) {
            let _ = BasicCredentials::parse(&text);
            let _ = BasicCredentials::parse(&format!("Basic {text}"));
            let _ = BasicCredentials::parse(&header(bytes));
        }

        #[test]
        fn whatever_a_client_encodes_is_read_back(id in "[^\0]{1,20}", secret in "[^\0]{0,20}") {
            let encode = |text: &str| {
                form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>()
            };
            let text = format!("{}:{}", encode(&id), encode(&secret));
            prop_assert_eq!(parse(&header(text)), (id, secret));
        }
    }
}
