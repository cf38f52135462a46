//! Tabs inside a form or a dialog: parts of one thing, not places.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

use crate::ids;

/// A row of tabs over panels, one of which is shown. Hidden panels stay in the page, with what was typed in them.
#[component]
pub(crate) fn LocalTabs(
    /// What they divide.
    label: &'static str,
    panels: Vec<(&'static str, AnyView)>,
) -> impl IntoView {
    let chosen = RwSignal::new(0_usize);
    let list = NodeRef::<html::Div>::new();
    let id = ids::unique("tabs");
    let count = panels.len();
    let (tabs, panels): (Vec<_>, Vec<_>) = panels
        .into_iter()
        .enumerate()
        .map(|(index, (title, content))| {
            let (tab, panel) = (format!("{id}-{index}"), format!("{id}-{index}-panel"));
            let is_chosen = move || chosen.get() == index;
            let button = view! {
                <button
                    type="button"
                    role="tab"
                    class="tab"
                    id=tab.clone()
                    aria-controls=panel.clone()
                    aria-selected=move || is_chosen().to_string()
                    tabindex=move || if is_chosen() { "0" } else { "-1" }
                    on:click=move |_| chosen.set(index)
                >
                    {title}
                </button>
            }
            .into_any();
            let panel = view! {
                <div class="local-panel" role="tabpanel" id=panel aria-labelledby=tab hidden=move || !is_chosen()>{content}</div>
            }
            .into_any();
            (button, panel)
        })
        .unzip();
    let moved = move |event: leptos::ev::KeyboardEvent| {
        let now = chosen.get_untracked();
        let next = match event.key().as_str() {
            "ArrowRight" => (now + 1) % count,
            "ArrowLeft" => (now + count - 1) % count,
            "Home" => 0,
            "End" => count - 1,
            _ => return,
        };
        event.prevent_default();
        chosen.set(next);
        let tab = list.get_untracked().and_then(|list| {
            let index = u32::try_from(next).ok()?;
            list.children()
                .item(index)?
                .dyn_into::<web_sys::HtmlElement>()
                .ok()
        });
        if let Some(tab) = tab {
            // Fails for no element that is in the page.
            drop(tab.focus());
        }
    };
    view! {
        <div class="local-tabs">
            <div class="tabs">
                <div node_ref=list class="tabs-list" role="tablist" aria-label=label on:keydown=moved>{tabs}</div>
            </div>
            {panels}
        </div>
    }
}
