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
    #[must_use]
    pub fn in_tenant(self, pattern: &str, external_key: Option<&str>) -> Self {
        match external_key {
            Some(key) => Self(
                pattern
                    .replace("{external_key}", key)
                    .replace("{client_id}", &self.0),
            ),
            None => self,
        }
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
