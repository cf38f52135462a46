//! Scopes (RFC 6749, section 3.3).

use std::{collections::BTreeSet, fmt};

/// A set of scope tokens, in a stable order.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Scope(BTreeSet<String>);

/// Why a scope is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScopeProblem {
    /// A character outside `%x21 / %x23-5B / %x5D-7E`.
    #[error("the scope holds a character that RFC 6749 does not allow in one")]
    Character,
    /// More text than any honest scope needs.
    #[error("the scope is longer than 2000 characters")]
    TooLong,
}

/// Keys that no tenant can have: `tenant:view` and `tenant:change` are permissions.
pub const NO_TENANT_KEYS: [&str; 2] = ["view", "change"];

/// The key of the tenant that a token names, if it names one.
pub fn tenant_in(token: &str) -> Option<&str> {
    token
        .strip_prefix("tenant:")
        .filter(|it| !NO_TENANT_KEYS.contains(it))
}

impl Scope {
    /// Reads a space-separated list; doubled spaces and doubled tokens are tolerated.
    ///
    /// # Errors
    /// [`ScopeProblem`] when the text is no scope at all.
    pub fn parse(text: &str) -> Result<Self, ScopeProblem> {
        if text.len() > 2000 {
            return Err(ScopeProblem::TooLong);
        }
        text.split(' ')
            .filter(|it| !it.is_empty())
            .map(|token| {
                token
                    .bytes()
                    .all(|it| matches!(it, 0x21 | 0x23..=0x5B | 0x5D..=0x7E))
                    .then(|| token.to_owned())
                    .ok_or(ScopeProblem::Character)
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The tokens, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The tenants asked for by `tenant:<key>`.
    pub fn tenants(&self) -> impl Iterator<Item = &str> {
        self.iter().filter_map(tenant_in)
    }

    /// Whether `token` is in it.
    pub fn contains(&self, token: &str) -> bool {
        self.0.contains(token)
    }

    /// Whether everything in `other` is in it.
    pub fn covers(&self, other: &Self) -> bool {
        other.0.is_subset(&self.0)
    }

    /// Both together.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).cloned().collect())
    }

    /// Whether no token is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<S: Into<String>> FromIterator<S> for Scope {
    fn from_iter<I: IntoIterator<Item = S>>(tokens: I) -> Self {
        Self(tokens.into_iter().map(Into::into).collect())
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, token) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            f.write_str(token)?;
        }
        Ok(())
    }
}
