//! Sending something once, however often the button is pressed.

use api_client::browser::ToJson;
use leptos::prelude::*;
use serde_json::Value;

use crate::random;

/// The idempotency key of what was sent last: the same input keeps its key, so that a repeated request makes no second
/// object; another input gets a new one.
#[derive(Clone, Copy)]
pub(crate) struct Once(StoredValue<Option<(Value, String)>>);

impl Once {
    /// Nothing sent yet.
    pub(crate) fn new() -> Self {
        Self(StoredValue::new(None))
    }

    /// The key for this input.
    pub(crate) fn key(self, input: &dyn ToJson) -> Option<String> {
        let input = input.to_json();
        let kept = self.0.with_value(|last| {
            last.as_ref()
                .filter(|(sent, _)| *sent == input)
                .map(|(_, key)| key.clone())
        });
        let key = kept.or_else(random::token)?;
        self.0.set_value(Some((input, key.clone())));
        Some(key)
    }
}
