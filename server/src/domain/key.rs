//! Short names by which people and programs call roles, tenants, communities, APIs and profiles.

use std::fmt;

/// A short name: 2 to 64 characters, a letter first, then `a-z`, `0-9`, hyphens and underscores. Fixed for the life
/// of what it names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key(String);

/// A text that is no short name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be 2 to 64 characters of a-z, 0-9, hyphen or underscore, and begin with a letter")]
pub struct KeyProblem;

impl Key {
    /// A short name that somebody chose.
    ///
    /// # Errors
    /// [`KeyProblem`] with the rule.
    pub fn parse(text: &str) -> Result<Self, KeyProblem> {
        let fits = (2..=64).contains(&text.len())
            && text.starts_with(|it: char| it.is_ascii_lowercase())
            && text.bytes().all(|it| {
                it.is_ascii_lowercase() || it.is_ascii_digit() || matches!(it, b'-' | b'_')
            });
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(KeyProblem)
        }
    }

    /// As it travels.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_another_key_is_none() {
        for bad in [
            "",
            "a",
            "Acme",
            "ａcme",
            "1st",
            "-a",
            "a b",
            "a:b",
            "a/b",
            &"x".repeat(65),
        ] {
            assert_eq!(Key::parse(bad), Err(KeyProblem), "{bad}");
        }
        assert!(Key::parse("north-sea_2").is_ok());
    }
}
