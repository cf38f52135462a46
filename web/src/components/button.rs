//! Buttons, and links that look like one.

use leptos::prelude::*;

use super::{
    icon::{Glyph, Icon, icon},
    markup::{Markup, markup},
};

/// How much a button asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Variant {
    /// One choice among several.
    #[default]
    Secondary,
    /// The one thing this screen is for.
    Primary,
    /// In a toolbar or a row, where a frame would be noise.
    Ghost,
    /// Carries out something that cannot be taken back.
    Danger,
    /// Leads to a dialog that asks before anything is destroyed.
    DangerQuiet,
}

impl Variant {
    const fn class(self) -> &'static str {
        match self {
            Self::Secondary => "button",
            Self::Primary => "button button-primary",
            Self::Ghost => "button button-ghost",
            Self::Danger => "button button-danger",
            Self::DangerQuiet => "button button-danger-quiet",
        }
    }
}

/// A button with words on it. It stays focusable while busy or disabled, so that the keyboard never loses its place;
/// a click is swallowed meanwhile.
#[component]
pub(crate) fn Button(
    children: Children,
    #[prop(optional)] variant: Variant,
    #[prop(optional)] small: bool,
    /// `submit` inside a form.
    #[prop(default = "button")]
    kind: &'static str,
    #[prop(optional)] icon: Option<Glyph>,
    /// Work is under way.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Cannot be used now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let blocked = move || busy.get() || disabled.get();
    view! {
        <button
            type=kind
            class=variant.class()
            class:button-small=small
            aria-busy=move || busy.get().then_some("true")
            aria-disabled=move || blocked().then_some("true")
            on:click=move |event| {
                if untrack(blocked) {
                    event.prevent_default();
                    event.stop_immediate_propagation();
                }
            }
        >
            {move || match (busy.get(), icon) {
                (true, _) => Some(view! { <span class="spinner" aria-hidden="true"></span> }.into_any()),
                (false, Some(glyph)) => Some(view! { <Icon glyph /> }.into_any()),
                (false, None) => None,
            }}
            {children()}
        </button>
    }
}

/// A square button that shows only an icon; its label is its name and its tooltip.
#[component]
pub(crate) fn IconButton(
    glyph: Glyph,
    /// Names the action and the thing, as in "Delete Warehouse sync".
    #[prop(into)]
    label: String,
    #[prop(optional)] small: bool,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="button button-ghost button-icon"
            class:button-small=small
            title=label.clone()
            aria-label=label
        >
            <Icon glyph />
        </button>
    }
}

/// A link in a button's clothes.
#[component]
pub(crate) fn LinkButton(
    children: Children,
    #[prop(into)] href: String,
    #[prop(optional)] variant: Variant,
    #[prop(optional)] icon: Option<Glyph>,
) -> impl IntoView {
    view! {
        <a class=variant.class() href=href>
            {icon.map(|glyph| view! { <Icon glyph /> })}
            {children()}
        </a>
    }
}

/// A button in a row of a list, which opens a dialog about that row.
pub(crate) fn row_button(glyph: Glyph, label: &str, dialog: &str) -> Markup {
    let open = r#"<button type="button" class="button button-ghost button-icon button-small" title="{}" aria-label="{}" data-open="{}">"#;
    markup(open, &[label, label, dialog]) + icon(glyph) + markup("</button>", &[])
}

/// The same with words on it, for what is rare.
pub(crate) fn row_words(words: &'static str, label: &str, dialog: &str) -> Markup {
    let open = r#"<button type="button" class="button button-danger-quiet button-small" aria-label="{}" data-open="{}">{}</button>"#;
    markup(open, &[label, dialog, words])
}
