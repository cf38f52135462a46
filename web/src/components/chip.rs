//! Small labels: what state something is in, and what it has.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// The state of a client or of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// Works.
    Active,
    /// Switched off by a person.
    Inactive,
    /// Past its date.
    Expired,
    /// Has nothing to authenticate with.
    NoCredential,
    /// Works, but not for long.
    ExpiringSoon,
    /// In its grace period beside a newer one.
    Retiring,
    /// Ended before its date.
    Revoked,
}

impl Status {
    /// Every state.
    pub(crate) const ALL: [Self; 7] = [
        Self::Active,
        Self::ExpiringSoon,
        Self::Retiring,
        Self::NoCredential,
        Self::Inactive,
        Self::Expired,
        Self::Revoked,
    ];

    const fn look(self) -> (&'static str, Glyph, &'static str) {
        match self {
            Self::Active => ("chip chip-good", Glyph::Good, "Active"),
            Self::Inactive => ("chip chip-quiet", Glyph::Paused, "Inactive"),
            Self::Expired => ("chip chip-bad", Glyph::Expired, "Expired"),
            Self::NoCredential => ("chip chip-warn", Glyph::Missing, "No credential"),
            Self::ExpiringSoon => ("chip chip-warn", Glyph::Clock, "Expires soon"),
            Self::Retiring => ("chip chip-warn", Glyph::Rotate, "Retiring"),
            Self::Revoked => ("chip chip-quiet", Glyph::Refused, "Revoked"),
        }
    }
}

/// A state, told by icon and words; colour only repeats it.
#[component]
pub(crate) fn StatusChip(status: Status) -> impl IntoView {
    let (class, glyph, words) = status.look();
    view! { <span class=class><Icon glyph />{words}</span> }
}

/// Names in little frames, such as the roles of a client.
#[component]
pub(crate) fn Tags(names: Vec<String>) -> impl IntoView {
    let tags = names
        .into_iter()
        .map(|name| view! { <span class="tag">{name}</span> })
        .collect_view();
    view! { <span class="tags">{tags}</span> }
}

/// How a request ended, told by icon and words.
#[component]
pub(crate) fn OutcomeChip(accepted: bool, words: &'static str) -> impl IntoView {
    let (class, glyph) = if accepted {
        ("chip chip-good", Glyph::Good)
    } else {
        ("chip chip-bad", Glyph::Refused)
    };
    view! { <span class=class><Icon glyph />{words}</span> }
}
