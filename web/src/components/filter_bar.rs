//! Narrowing a list down: a search, filters, and what is in force.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// The row above a list.
#[component]
pub(crate) fn FilterBar(
    /// What is narrowed down, as in "Filter clients".
    label: &'static str,
    children: Children,
) -> impl IntoView {
    view! { <div class="filter-bar" role="search" aria-label=label>{children()}</div> }
}

/// A search that runs when typing rests or Enter is pressed; the caller decides how long a rest is.
#[component]
pub(crate) fn SearchBox(
    value: RwSignal<String>,
    /// What is searched, as in "Search name, client ID or owner".
    label: &'static str,
) -> impl IntoView {
    view! {
        <div class="search-box">
            <Icon glyph=Glyph::Search />
            <input type="search" class="input" aria-label=label placeholder=label autocomplete="off" spellcheck="false" bind:value=value />
        </div>
    }
}

/// A filter in force, which can be taken away.
#[component]
pub(crate) fn FilterChip(#[prop(into)] label: String, on_remove: Callback<()>) -> impl IntoView {
    view! {
        <span class="filter-chip">
            {label.clone()}
            <button type="button" aria-label=format!("Remove filter {label}") on:click=move |_| on_remove.run(())>
                <Icon glyph=Glyph::Close />
            </button>
        </span>
    }
}
