//! One figure that may need a person, leading to the list behind it.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// How much a figure matters now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// Good to know.
    #[default]
    None,
    /// Soon.
    Warn,
    /// Now.
    Bad,
}

/// A figure with its name and a note.
#[component]
pub(crate) fn Tile(
    #[prop(into)] href: String,
    glyph: Glyph,
    label: &'static str,
    #[prop(into)] value: String,
    #[prop(into)] note: String,
    #[prop(optional)] urgency: Urgency,
    /// A sparkline, usually.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let class = match urgency {
        Urgency::None => "tile",
        Urgency::Warn => "tile tile-warn",
        Urgency::Bad => "tile tile-bad",
    };
    view! {
        <a class=class href=href>
            <span class="tile-label"><Icon glyph />{label}</span>
            <span class="tile-value">{value}</span>
            {children.map(|children| children())}
            <span class="tile-note">{note}</span>
        </a>
    }
}
