//! Exactly one role out of a ladder, each including the one before.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::ids;

/// One rung.
#[derive(Clone, Copy)]
pub(crate) struct Rung {
    /// The role's key.
    pub(crate) key: &'static str,
    /// Its name.
    pub(crate) title: &'static str,
    /// What it may do.
    pub(crate) text: &'static str,
    /// Why the person may not give it, where they may not.
    pub(crate) refused: Option<&'static str>,
}

/// The ladder as radio buttons, the weakest first.
#[component]
pub(crate) fn RoleLadder(
    value: RwSignal<String>,
    #[prop(into)] legend: String,
    rungs: Vec<Rung>,
) -> impl IntoView {
    let name = ids::unique("ladder");
    let rungs = rungs
        .into_iter()
        .map(|Rung { key, title, text, refused }| view! {
            <label class="rung">
                <input type="radio" name=name.clone() value=key disabled=refused.is_some()
                    prop:checked=move || value.with(|value| value == key)
                    on:change=move |_| value.set(key.to_owned()) />
                <span class="rung-title">{title}</span>
                <span class="rung-text">{text}</span>
                {refused.map(|why| view! { <span class="rung-refused"><Icon glyph=Glyph::Lock />{why}</span> })}
            </label>
        })
        .collect_view();
    view! {
        <fieldset>
            <legend class="group-label">{legend}</legend>
            <div class="ladder">{rungs}</div>
        </fieldset>
    }
}
