//! E-mail addresses, as far as they can be judged without sending a message.

use std::fmt;

use super::text::{self, TextProblem};

/// An e-mail address as its owner writes it. Two that differ only in case are the same person's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

/// Why a text is not an e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailProblem {
    /// Empty, too long, or with characters that cannot be seen.
    #[error(transparent)]
    Text(#[from] TextProblem),
    /// Not of the form `name@host`.
    #[error("is not an e-mail address: write it as name@example.org")]
    Form,
}

/// The longest address (RFC 5321, section 4.5.3.1).
const LONGEST: usize = 254;

impl Email {
    /// Reads an address.
    ///
    /// # Errors
    /// [`EmailProblem`] with what to change.
    pub fn parse(text: &str) -> Result<Self, EmailProblem> {
        let line = text::line(text, LONGEST)?;
        let (local, host) = line.rsplit_once('@').ok_or(EmailProblem::Form)?;
        let plain = |it: char| {
            !it.is_whitespace() && !matches!(it, '<' | '>' | '(' | ')' | ',' | ';' | '"' | '\\')
        };
        let fits = (1..=64).contains(&local.len())
            && !local.contains('@')
            && line.chars().all(plain)
            && host
                .split('.')
                .all(|it| !it.is_empty() && !it.starts_with('-') && !it.ends_with('-'));
        if fits {
            Ok(Self(line))
        } else {
            Err(EmailProblem::Form)
        }
    }

    /// An address from a row.
    pub const fn from_row(text: String) -> Self {
        Self(text)
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// By which it is compared: without regard to case.
    pub fn key(&self) -> String {
        key(&self.0)
    }
}

/// By which an address that somebody typed is compared.
pub fn key(text: &str) -> String {
    text.trim().to_lowercase()
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_kept_as_written_and_compared_without_regard_to_case() {
        let one = Email::parse(" Ada.Byron+x@Example.ORG ").unwrap();
        assert_eq!(one.as_str(), "Ada.Byron+x@Example.ORG");
        assert_eq!(one.key(), "ada.byron+x@example.org");
        assert_eq!(key(" ADA.byron+X@example.org"), one.key());
        assert!(Email::parse("admin@localhost").is_ok());
        assert!(Email::parse("用户@例子.公司").is_ok());
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "a",
            "@b",
            "a@",
            "a@b@c",
            "a b@c",
            "a@b..c",
            "a@-b",
            "<a@b>",
            "a@b\r\nBcc: c@d",
            "a@b,c@d",
        ] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
        assert!(Email::parse(&format!("a@{}", "b".repeat(253))).is_err());
    }
}
