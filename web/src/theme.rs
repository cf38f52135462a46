//! Light, dark, or whatever the system says. The choice is the only thing this app keeps in the browser's storage.

use leptos::prelude::*;

/// The same key and values as `theme.js`, which applies the choice before the first paint.
const KEY: &str = "theme";

/// What the person chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// Follow the operating system.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// Every choice, in the order they are offered.
    pub(crate) const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word kept in storage.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The choice made earlier in this browser.
    pub(crate) fn load() -> Self {
        let kept = storage().and_then(|storage| storage.get_item(KEY).ok().flatten());
        Self::ALL
            .into_iter()
            .find(|theme| kept.as_deref() == Some(theme.key()))
            .unwrap_or_default()
    }

    /// Shows the page in this theme and remembers it.
    pub(crate) fn apply(self) {
        let root = document().document_element();
        // A browser that forbids storage or styling still shows the system's theme.
        match (self, root) {
            (Self::System, Some(root)) => drop(root.remove_attribute("data-theme")),
            (theme, Some(root)) => drop(root.set_attribute("data-theme", theme.key())),
            (_, None) => {}
        }
        if let Some(storage) = storage() {
            drop(storage.set_item(KEY, self.key()));
        }
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}
