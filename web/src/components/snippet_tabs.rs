//! Code to copy, a tab per language.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::copy::CopyButton;
use crate::{ids, snippets::Snippet};

/// Tabs over snippets. Not in the address bar: which language one reads is no place to come back to.
#[component]
pub(crate) fn SnippetTabs(snippets: Vec<Snippet>) -> impl IntoView {
    let panel = ids::unique("snippet");
    let count = snippets.len();
    let chosen = RwSignal::new(0);
    let tabs = snippets
        .iter()
        .enumerate()
        .map(|(index, snippet)| {
            view! {
                <button
                    type="button"
                    role="tab"
                    class="tab"
                    id=format!("{panel}-{index}")
                    aria-controls=panel.clone()
                    aria-selected=move || (chosen.get() == index).to_string()
                    tabindex=move || if chosen.get() == index { "0" } else { "-1" }
                    on:click=move |_| chosen.set(index)
                >
                    {snippet.language}
                </button>
            }
        })
        .collect_view();
    let snippets = StoredValue::new(snippets);
    let code = Signal::derive(move || {
        snippets.with_value(|all| {
            all.get(chosen.get())
                .map(|snippet| snippet.code.clone())
                .unwrap_or_default()
        })
    });
    let focus_tab = {
        let panel = panel.clone();
        move |index: usize| {
            let tab = document().get_element_by_id(&format!("{panel}-{index}"));
            if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<web_sys::HtmlElement>().ok()) {
                // Fails for no element that is in the page.
                drop(tab.focus());
            }
        }
    };
    let labelled_by = {
        let panel = panel.clone();
        move || format!("{panel}-{}", chosen.get())
    };

    view! {
        <div class="snippets">
            <div class="snippets-head">
                <div class="tabs">
                    <div
                        class="tabs-list"
                        role="tablist"
                        aria-label="Languages"
                        on:keydown=move |event| {
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
                            focus_tab(next);
                        }
                    >
                        {tabs}
                    </div>
                </div>
                <CopyButton text=code what="code" />
            </div>
            <pre id=panel role="tabpanel" tabindex="0" aria-labelledby=labelled_by><code>{code}</code></pre>
        </div>
    }
}
