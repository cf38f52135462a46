//! Tabs that are places: each has its address, so Back works and a tab can be sent to someone.

use leptos::prelude::*;

/// One tab.
#[derive(Clone)]
pub(crate) struct Tab {
    /// Where it leads, below the app's base.
    pub(crate) href: String,
    /// Its words.
    pub(crate) label: String,
    /// How many things are in it, where that is known.
    pub(crate) count: Option<u32>,
    /// Whether it is the one shown.
    pub(crate) current: Signal<bool>,
}

/// A row of tabs.
#[component]
pub(crate) fn Tabs(
    /// What they divide, as in "Kinds of clients".
    label: &'static str,
    tabs: Vec<Tab>,
) -> impl IntoView {
    let tabs = tabs
        .into_iter()
        .map(|Tab { href, label, count, current }| view! {
            <li>
                <a class="tab" href=href data-noscroll="true" aria-current=move || current.get().then_some("page")>
                    {label}
                    {count.map(|count| view! { <span class="tab-count">{count}</span> })}
                </a>
            </li>
        })
        .collect_view();
    view! {
        <nav class="tabs" aria-label=label>
            <ul class="tabs-list" role="list">{tabs}</ul>
        </nav>
    }
}
