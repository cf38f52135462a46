//! Copying to the clipboard, and saying that it worked.

use std::time::Duration;

use leptos::{ev, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Element;

use super::{
    icon::{Glyph, Icon, icon},
    markup::{Markup, markup},
};

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
    let pressed = move |event: ev::MouseEvent| {
        if let Some(button) = event.current_target() {
            press(&button.unchecked_into());
        }
    };
    view! {
        <button
            type="button"
            class=if in_words { "button button-small copy-words" } else { "button button-ghost button-icon copy-button" }
            title=format!("Copy {what}")
            aria-label=format!("Copy {what}")
            data-copy=move || text.get()
            on:click=pressed
        >
            <Icon glyph=Glyph::Copy />
            {in_words.then(|| view! { <span class="copy-word" aria-hidden="true">"Copy"</span> })}
            <span class="visually-hidden" role="status"></span>
        </button>
    }
}

/// Copies what a button says, if it is one that copies.
pub(crate) fn press(button: &Element) {
    let Some(text) = button.get_attribute("data-copy") else {
        return;
    };
    let button = button.clone();
    let written = window().navigator().clipboard().write_text(&text);
    spawn_local(async move {
        let what = button.get_attribute("title").unwrap_or_default();
        let what = what.trim_start_matches("Copy ");
        if JsFuture::from(written).await.is_ok() {
            show(&button, Glyph::Check, "Copied", &format!("{what} copied"));
        } else {
            let words = format!("{what} could not be copied; select it instead");
            show(&button, Glyph::Problem, "Copy", &words);
        }
        set_timeout(
            move || show(&button, Glyph::Copy, "Copy", ""),
            Duration::from_secs(2),
        );
    });
}

fn show(button: &Element, glyph: Glyph, word: &str, status: &str) {
    // Fails for no name and no selector that is written here.
    drop(
        button
            .class_list()
            .toggle_with_force("is-copied", glyph == Glyph::Check),
    );
    let part = |name| button.query_selector(name).ok().flatten();
    if let Some(path) = part("path") {
        drop(path.set_attribute("d", glyph.path()));
    }
    if let Some(it) = part(".copy-word") {
        it.set_text_content(Some(word));
    }
    if let Some(it) = part("[role=status]") {
        it.set_text_content(Some(status));
    }
}

/// An id: monospaced, cut where there is no room, whole on the clipboard.
#[component]
pub(crate) fn CopyText(#[prop(into)] text: String, what: &'static str) -> impl IntoView {
    view! {
        <span class="copy-text">
            <code title=text.clone()>{text.clone()}</code>
            <CopyButton text what />
        </span>
    }
}

/// The same in a list.
pub(crate) fn copy_text(text: &str, what: &str) -> Markup {
    markup(
        r#"<span class="copy-text"><code title="{}">{}</code>"#,
        &[text, text],
    ) + copy_button(text, what)
        + markup("</span>", &[])
}

/// A button in a list that copies `text`.
pub(crate) fn copy_button(text: &str, what: &str) -> Markup {
    let open = r#"<button type="button" class="button button-ghost button-icon copy-button" title="Copy {}" aria-label="Copy {}" data-copy="{}">"#;
    let status = r#"<span class="visually-hidden" role="status"></span></button>"#;
    markup(open, &[what, what, text]) + icon(Glyph::Copy) + markup(status, &[])
}
