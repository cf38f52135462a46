//! Small labels: what state something is in, and what it has.

use leptos::prelude::*;

use super::{
    icon::{Glyph, Icon, icon},
    markup::{Markup, markup},
};

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
    /// A person who has not chosen a password yet.
    Invited,
    /// A person nobody could name any more.
    Anonymized,
}

impl Status {
    /// Every state.
    pub(crate) const ALL: [Self; 9] = [
        Self::Active,
        Self::ExpiringSoon,
        Self::Retiring,
        Self::NoCredential,
        Self::Inactive,
        Self::Expired,
        Self::Revoked,
        Self::Invited,
        Self::Anonymized,
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
            Self::Invited => ("chip chip-warn", Glyph::Clock, "Invited"),
            Self::Anonymized => ("chip chip-quiet", Glyph::User, "Anonymized"),
        }
    }
}

/// A state, told by icon and words; colour only repeats it.
#[component]
pub(crate) fn StatusChip(status: Status) -> impl IntoView {
    let (class, glyph, words) = status.look();
    view! { <span class=class><Icon glyph />{words}</span> }
}

/// The same in a list.
pub(crate) fn chip(status: Status) -> Markup {
    let (class, glyph, words) = status.look();
    chip_of(class, glyph, words)
}

/// A chip of these classes, in a list.
pub(crate) fn chip_of(class: &str, glyph: Glyph, words: &str) -> Markup {
    markup(r#"<span class="{}">"#, &[class]) + icon(glyph) + markup("{}</span>", &[words])
}

/// How a request in a list ended, told by icon and words.
pub(crate) fn outcome(accepted: bool, words: &str) -> Markup {
    if accepted {
        chip_of("chip chip-good", Glyph::Good, words)
    } else {
        chip_of("chip chip-bad", Glyph::Refused, words)
    }
}

/// Says that something came with Latchkey.
#[component]
pub(crate) fn BuiltIn() -> impl IntoView {
    view! { <span class="chip chip-quiet"><Icon glyph=Glyph::Lock />"Built in"</span> }
}

/// The same in a list.
pub(crate) fn built_in() -> Markup {
    chip_of("chip chip-quiet", Glyph::Lock, "Built in")
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

/// The same in a list.
pub(crate) fn tags(names: impl IntoIterator<Item = String>) -> Markup {
    let names = names.into_iter();
    markup(r#"<span class="tags">"#, &[])
        + names
            .map(|name| markup(r#"<span class="tag">{}</span>"#, &[&name]))
            .collect::<Markup>()
        + markup("</span>", &[])
}
