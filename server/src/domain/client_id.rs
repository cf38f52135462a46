//! The wire id of a client: looked up whole, never parsed.

use std::fmt;

use uuid::Uuid;

/// `client_id` as it travels (RFC 6749, section 2.2): globally unique among the clients that are not deleted,
/// fixed for the life of the client.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClientId(String);

/// Why a chosen client id is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientIdProblem {
    /// Outside `^[-_A-Za-z0-9]{4,64}$`.
    #[error("must be 4 to 64 characters of A-Z, a-z, 0-9, hyphen or underscore")]
    Format,
    /// It reads as a UUID, which is how users and other objects are named.
    #[error("must not have the form of a UUID, since users and clients are told apart by it")]
    Uuid,
}

impl ClientId {
    /// An id somebody chose.
    ///
    /// # Errors
    /// [`ClientIdProblem`] with the rule that it breaks.
    pub fn parse(text: &str) -> Result<Self, ClientIdProblem> {
        let fits = (4..=64).contains(&text.len())
            && text
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_'));
        if !fits {
            return Err(ClientIdProblem::Format);
        }
        if Uuid::try_parse(text).is_ok() {
            return Err(ClientIdProblem::Uuid);
        }
        Ok(Self(text.to_owned()))
    }

    /// An id made from 100 random bits and more: `lkc_` and 26 characters of base 32.
    pub fn generate(random: [u8; 16]) -> Self {
        let text = data_encoding::BASE32_NOPAD.encode(&random);
        Self(format!("lkc_{}", text.to_ascii_lowercase()))
    }

    /// The wire form of an id in a tenant, by the pattern of its profile. A tenant without an external key uses the
    /// id as it is.
    ///
    /// # Errors
    /// [`ClientIdProblem::Uuid`] where the whole reads as one.
    pub fn in_tenant(
        self,
        pattern: &WirePattern,
        external_key: Option<&str>,
    ) -> Result<Self, ClientIdProblem> {
        let Some(key) = external_key else {
            return Ok(self);
        };
        // The id goes in last: what it holds is never taken for a placeholder, nor can it hold one.
        let text = pattern.0.replace(EXTERNAL_KEY, key);
        let text = text.replace(CLIENT_ID, &self.0);
        if Uuid::try_parse(&text).is_ok() {
            return Err(ClientIdProblem::Uuid);
        }
        Ok(Self(text))
    }

    /// An id as a row holds it.
    pub fn from_row(text: String) -> Self {
        Self(text)
    }

    /// As it travels.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Stands for the external key of the tenant in a [`WirePattern`].
const EXTERNAL_KEY: &str = "{external_key}";

/// Stands for the chosen id in a [`WirePattern`].
const CLIENT_ID: &str = "{client_id}";

/// The wire form of chosen ids in a tenant with an external key, such as `wallet-{external_key}-{client_id}`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct WirePattern(String);

/// A text that is no pattern of wire ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "must hold {{client_id}} once and {{external_key}} at most once, beside up to 64 characters of A-Z, a-z, 0-9, \
     hyphen or underscore"
)]
pub struct WirePatternProblem;

impl WirePattern {
    /// A pattern that somebody wrote.
    ///
    /// # Errors
    /// [`WirePatternProblem`] with the rule.
    pub fn parse(text: &str) -> Result<Self, WirePatternProblem> {
        let times = |part: &str| text.matches(part).count();
        let rest = text.replace(EXTERNAL_KEY, "").replace(CLIENT_ID, "");
        let plain = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_');
        let fits = times(CLIENT_ID) == 1
            && times(EXTERNAL_KEY) <= 1
            && rest.len() <= 64
            && rest.bytes().all(plain);
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(WirePatternProblem)
        }
    }

    /// The id as it was chosen.
    pub fn plain() -> Self {
        Self(CLIENT_ID.to_owned())
    }

    /// The pattern of the built-in profile `api_access`, as delivered.
    pub fn of_wallets() -> Self {
        Self(format!("wallet-{EXTERNAL_KEY}-{CLIENT_ID}"))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_can_never_be_a_subject() {
        let uuid = Uuid::from_u128(7);
        assert_eq!(
            ClientId::parse(&uuid.to_string()),
            Err(ClientIdProblem::Uuid)
        );
        assert_eq!(
            ClientId::parse(&uuid.simple().to_string()),
            Err(ClientIdProblem::Uuid)
        );
        assert!(Uuid::try_parse(ClientId::generate([255; 16]).as_str()).is_err());
    }

    #[test]
    fn a_wire_form_can_never_be_a_subject() {
        let pattern = WirePattern::parse("{external_key}{client_id}").unwrap();
        let id = ClientId::parse("0000-0000-0000-000000000007").unwrap();
        let wire = id.in_tenant(&pattern, Some("00000000-"));
        assert_eq!(wire, Err(ClientIdProblem::Uuid));
    }

    #[test]
    fn a_pattern_holds_the_id_once() {
        for bad in [
            "",
            "wallet-{external_key}",
            "{client_id}{client_id}",
            "{external_key}{external_key}{client_id}",
            "{client_id}:x",
            "{client_id}{tenant}",
            "ｗ{client_id}",
            &format!("{}{{client_id}}", "x".repeat(65)),
        ] {
            assert_eq!(WirePattern::parse(bad), Err(WirePatternProblem), "{bad}");
        }
        assert!(WirePattern::parse("{client_id}").is_ok());
    }

    #[test]
    fn letters_of_other_widths_are_refused() {
        for bad in [
            "abc",
            "ａｂｃｄ",
            "a b c",
            "a.b.c",
            "é-service",
            &"x".repeat(65),
        ] {
            assert_eq!(ClientId::parse(bad), Err(ClientIdProblem::Format), "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_generated_can_be_parsed(random: [u8; 16]) {
            let id = ClientId::generate(random);
            proptest::prop_assert_eq!(ClientId::parse(id.as_str()), Ok(id));
        }
    }
}
