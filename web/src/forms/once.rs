//! Sending something once, however often the button is pressed.

use leptos::prelude::*;
use serde::Serialize;

use crate::random;

/// The idempotency key of what was sent last: the same input keeps its key, so that a repeated request makes no second
/// object; another input gets a new one.
#[derive(Clone, Copy)]
pub(crate) struct Once(StoredValue<Option<(String, String)>>);

impl Once {
    /// Nothing sent yet.
    pub(crate) fn new() -> Self {
        Self(StoredValue::new(None))
    }

    /// The key for this input.
    pub(crate) fn key(self, input: &impl Serialize) -> Option<String> {
        let text = serde_json::to_string(input).ok()?;
        let kept = self.0.with_value(|last| {
            last.as_ref()
                .filter(|(sent, _)| *sent == text)
                .map(|(_, key)| key.clone())
        });
        let key = kept.or_else(random::token)?;
        self.0.set_value(Some((text, key.clone())));
        Some(key)
    }
}
