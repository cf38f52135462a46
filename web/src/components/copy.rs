//! Copying to the clipboard, and saying that it worked.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;

use super::icon::{Glyph, Icon};

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Ready,
    Copied,
    Failed,
}

/// Copies `text`. The live region is its own, because one outside a modal dialog would stay silent.
#[component]
pub(crate) fn CopyButton(
    #[prop(into)] text: Signal<String>,
    /// What is copied, as in "client ID".
    what: &'static str,
    /// Says "Copy" in words, where copying is the point.
    #[prop(optional)]
    in_words: bool,
) -> impl IntoView {
    let state = RwSignal::new(State::Ready);
    let copy = move |_| {
        let written = window()
            .navigator()
            .clipboard()
            .write_text(&text.get_untracked());
        spawn_local(async move {
            let outcome = if JsFuture::from(written).await.is_ok() {
                State::Copied
            } else {
                State::Failed
            };
            // The button may be gone by now: a list reloads, a dialog closes.
            state.try_set(outcome);
            let back = move || {
                state.try_set(State::Ready);
            };
            set_timeout(back, Duration::from_secs(2));
        });
    };
    view! {
        <button
            type="button"
            class=if in_words { "button button-small copy-words" } else { "button button-ghost button-icon copy-button" }
            class:is-copied=move || state.get() == State::Copied
            title=format!("Copy {what}")
            aria-label=format!("Copy {what}")
            on:click=copy
        >
            {move || {
                let glyph = match state.get() {
                    State::Ready => Glyph::Copy,
                    State::Copied => Glyph::Check,
                    State::Failed => Glyph::Problem,
                };
                view! { <Icon glyph /> }
            }}
            {in_words.then(|| view! {
                <span aria-hidden="true">{move || if state.get() == State::Copied { "Copied" } else { "Copy" }}</span>
            })}
            <span class="visually-hidden" role="status">
                {move || match state.get() {
                    State::Ready => String::new(),
                    State::Copied => format!("{what} copied"),
                    State::Failed => format!("{what} could not be copied; select it instead"),
                }}
            </span>
        </button>
    }
}

/// An id in a list: monospaced, cut where there is no room, whole on the clipboard.
#[component]
pub(crate) fn CopyText(#[prop(into)] text: String, what: &'static str) -> impl IntoView {
    view! {
        <span class="copy-text">
            <code title=text.clone()>{text.clone()}</code>
            <CopyButton text what />
        </span>
    }
}
