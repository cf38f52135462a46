//! Labels: short key-value pairs by which people and scripts sort their clients.

use std::collections::BTreeMap;

/// The labels of one object.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Labels(BTreeMap<String, String>);

/// Why labels are refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LabelProblem {
    /// More than [`Labels::MOST`].
    #[error("has more than {} labels", Labels::MOST)]
    TooMany,
    /// A key that is not 1 to 63 characters of `a-z 0-9 . _ -`.
    #[error(
        "the label key {0:?} must be 1 to 63 characters of a-z, 0-9, dot, underscore or hyphen"
    )]
    Key(String),
    /// A value over 255 characters, or with control characters.
    #[error("the value of label {0:?} must be at most 255 visible characters")]
    Value(String),
}

impl Labels {
    /// How many labels an object may have.
    pub const MOST: usize = 32;

    /// Checks keys and values.
    ///
    /// # Errors
    /// The first [`LabelProblem`].
    pub fn parse(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, LabelProblem> {
        let pairs: BTreeMap<_, _> = pairs.into_iter().collect();
        if pairs.len() > Self::MOST {
            return Err(LabelProblem::TooMany);
        }
        for (key, value) in &pairs {
            let fits = (1..=63).contains(&key.len())
                && key
                    .bytes()
                    .all(|it| matches!(it, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-'));
            if !fits {
                return Err(LabelProblem::Key(key.chars().take(80).collect()));
            }
            if !value.is_empty() && super::text::line(value, 255).is_err() {
                return Err(LabelProblem::Value(key.clone()));
            }
        }
        Ok(Self(pairs))
    }

    /// The pairs, in order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }
}
