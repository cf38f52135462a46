//! `prompt`: what the app wants the person to be asked (OpenID Connect Core 1.0, section 3.1.2.1).

use std::{collections::BTreeSet, str::FromStr};

/// One thing the person is to be asked.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    /// Nothing at all: answer at once, with a code or an error.
    None,
    /// To sign in, also when they are signed in.
    Login,
    /// For consent, also when it was given before.
    Consent,
    /// Which account to use: here the same as signing in.
    SelectAccount,
}

impl Prompt {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::None, Self::Login, Self::Consent, Self::SelectAccount];

    /// The word in requests and metadata.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Login => "login",
            Self::Consent => "consent",
            Self::SelectAccount => "select_account",
        }
    }
}

impl FromStr for Prompt {
    type Err = PromptProblem;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|it| it.as_str() == text)
            .ok_or(PromptProblem::Unknown)
    }
}

/// Why a `prompt` is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PromptProblem {
    /// Another word.
    #[error("prompt must be none, login, consent or select_account")]
    Unknown,
    /// `none` beside something else.
    #[error("prompt=none cannot be combined with another value")]
    NoneAndMore,
}

/// What the person is to be asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Prompts(BTreeSet<Prompt>);

impl Prompts {
    /// Reads the space-separated words of `prompt`.
    ///
    /// # Errors
    /// [`PromptProblem`].
    pub fn parse(text: &str) -> Result<Self, PromptProblem> {
        let words = text.split(' ').filter(|it| !it.is_empty());
        let prompts: BTreeSet<Prompt> = words.map(Prompt::from_str).collect::<Result<_, _>>()?;
        if prompts.contains(&Prompt::None) && prompts.len() > 1 {
            return Err(PromptProblem::NoneAndMore);
        }
        Ok(Self(prompts))
    }

    /// Whether the person may not be asked anything.
    pub fn is_none(&self) -> bool {
        self.0.contains(&Prompt::None)
    }

    /// Whether the person is to sign in, signed in or not.
    pub fn wants_sign_in(&self) -> bool {
        self.0.contains(&Prompt::Login) || self.0.contains(&Prompt::SelectAccount)
    }

    /// Whether the person is to be asked for consent, given before or not.
    pub fn wants_consent(&self) -> bool {
        self.0.contains(&Prompt::Consent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_stands_alone() {
        assert!(Prompts::parse("none").unwrap().is_none());
        assert_eq!(
            Prompts::parse("none login"),
            Err(PromptProblem::NoneAndMore)
        );
        assert_eq!(Prompts::parse("create"), Err(PromptProblem::Unknown));
        let both = Prompts::parse("login consent").unwrap();
        assert!(both.wants_sign_in() && both.wants_consent() && !both.is_none());
        assert_eq!(Prompts::parse(""), Ok(Prompts::default()));
    }
}
