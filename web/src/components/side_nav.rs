//! The way around the app.

use leptos::{prelude::*, task::spawn_local};

use super::icon::{Glyph, Icon};
use crate::{
    api::use_api,
    me::use_me,
    router::{is_within, use_path},
    routes::{self, Section},
};

/// The product's mark and name.
#[component]
pub(crate) fn Brand() -> impl IntoView {
    view! {
        <a class="brand" href=routes::href("/")>
            <Mark />
            <span class="brand-text">"Latchkey"</span>
        </a>
    }
}

/// The mark alone.
#[component]
pub(crate) fn Mark() -> impl IntoView {
    view! {
        <svg class="brand-mark" viewBox="0 0 24 24" aria-hidden="true">
            <rect width="24" height="24" rx="6.5" fill="currentColor"></rect>
            <path d="M12 5.5a3.75 3.75 0 0 0-1.6 7.14L9.5 18.5h5l-.9-5.86A3.75 3.75 0 0 0 12 5.5Z" fill="#fff"></path>
        </svg>
    }
}

/// The sections the person may see, in groups.
#[component]
pub(crate) fn SideNav(
    /// Tells this navigation from another one on the page.
    #[prop(default = "Main")]
    label: &'static str,
    /// Stands at its foot, also when the sections above are scrolled.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let (api, me) = (use_api(), use_me());
    // Who has a part in a community is known to the server only.
    let in_community = RwSignal::new(me.operator);
    if !me.operator {
        spawn_local(async move {
            let page = api.call(|it| it.list_communities(None, Some(1)));
            if page.await.is_ok_and(|it| !it.items.is_empty()) {
                in_community.try_set(true);
            }
        });
    }
    let groups = move || {
        let is_shown = |it: &&Section| {
            (it.is_for)(&me) && (it.path != routes::COMMUNITIES || in_community.get())
        };
        let groups =
            routes::NAVIGATION.iter().filter_map(|group| {
                let sections: Vec<_> = group.sections.iter().filter(is_shown).collect();
                (!sections.is_empty()).then(|| view! {
                <div class="side-nav-group">
                    {group.title.map(|title| view! { <p class="side-nav-title">{title}</p> })}
                    {sections.into_iter().map(|section| link(*section)).collect_view()}
                </div>
            })
            });
        groups.collect_view()
    };
    view! {
        <nav class="side-nav" aria-label=label>
            <Brand />
            {groups}
            {children.map(|children| view! { <div class="side-nav-foot">{children()}</div> })}
        </nav>
    }
}

fn link(
    Section {
        path, label, glyph, ..
    }: Section,
) -> impl IntoView {
    let shown = use_path();
    let is_current = move || shown.with(|shown| is_within(path, shown));
    view! {
        <a class="side-nav-link" href=routes::href(path) aria-current=move || is_current().then_some("page")>
            <Icon glyph />
            {label}
        </a>
    }
}

/// The button that brings the navigation in where there is no room for it.
#[component]
pub(crate) fn NavButton(open: RwSignal<bool>) -> impl IntoView {
    view! {
        <button
            type="button"
            class="button button-ghost button-icon"
            aria-label="Open navigation"
            aria-haspopup="dialog"
            aria-expanded=move || open.get().to_string()
            on:click=move |_| open.set(true)
        >
            <Icon glyph=Glyph::Menu />
        </button>
    }
}
