//! Checkboxes, and choices that need a sentence each.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::ids;

/// A checkbox with its label and, where it helps, a hint.
#[component]
pub(crate) fn Checkbox(
    checked: RwSignal<bool>,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: Option<String>,
) -> impl IntoView {
    let id = ids::unique("check");
    let hint_id = format!("{id}-hint");
    view! {
        <div class="check">
            <input id=id.clone() type="checkbox" bind:checked=checked aria-describedby=hint.is_some().then(|| hint_id.clone()) />
            <label class="check-label" for=id>{label}</label>
            {hint.map(|hint| view! { <p class="check-hint" id=hint_id>{hint}</p> })}
        </div>
    }
}

/// Any of a few, one below the other.
#[component]
pub(crate) fn Ticks(
    #[prop(into)] legend: String,
    chosen: RwSignal<BTreeSet<String>>,
    /// Value and words of each.
    choices: Vec<(&'static str, &'static str)>,
    /// What is wrong, by our own rule or by the server's pointer.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let rows = choices.into_iter().map(|(key, words)| {
        let id = ids::unique("tick");
        let turn = move |_| {
            chosen.update(|all| {
                if !all.remove(key) {
                    all.insert(key.to_owned());
                }
            });
        };
        view! {
            <div class="check">
                <input id=id.clone() type="checkbox" prop:checked=move || chosen.with(|all| all.contains(key)) on:change=turn />
                <label class="check-label" for=id>{words}</label>
            </div>
        }
    });
    let rows = rows.collect_view();
    view! {
        <fieldset class="stack-small">
            <legend class="group-label">{legend}</legend>
            {rows}
            <div aria-live="polite">
                {move || error.get().map(|error| view! {
                    <p class="field-error"><Icon glyph=Glyph::Problem /><span>{error}</span></p>
                })}
            </div>
        </fieldset>
    }
}

/// One card of [`ChoiceCards`].
#[derive(Clone, Copy)]
pub(crate) struct Choice {
    /// The value it stands for.
    pub(crate) key: &'static str,
    /// Its name.
    pub(crate) title: &'static str,
    /// One sentence that lets a person choose.
    pub(crate) text: &'static str,
    /// Its picture.
    pub(crate) glyph: Glyph,
}

/// Radio buttons as cards: what kind of client to make.
#[component]
pub(crate) fn ChoiceCards(
    value: RwSignal<String>,
    #[prop(into)] legend: String,
    choices: Vec<Choice>,
) -> impl IntoView {
    let name = ids::unique("cards");
    let cards = choices
        .into_iter()
        .map(
            |Choice {
                 key,
                 title,
                 text,
                 glyph,
             }| {
                view! {
                    <label class="card-choice">
                        <input type="radio" name=name.clone() value=key
                            prop:checked=move || value.with(|value| value == key)
                            on:change=move |_| value.set(key.to_owned()) />
                        <span class="card-title">{title}</span>
                        <Icon glyph />
                        <span class="card-text">{text}</span>
                    </label>
                }
            },
        )
        .collect_view();
    view! {
        <fieldset>
            <legend class="group-label">{legend}</legend>
            <div class="cards">{cards}</div>
        </fieldset>
    }
}

/// A few short choices side by side.
#[component]
pub(crate) fn Segmented<T>(
    value: RwSignal<T>,
    /// Names the group.
    #[prop(into)]
    legend: String,
    /// Shows the name too, where the choices do not speak for themselves.
    #[prop(optional)]
    labelled: bool,
    /// Value, words and, where the words are only for screen readers, a drawing.
    choices: Vec<(T, &'static str, Option<Glyph>)>,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let name = ids::unique("segmented");
    let choices = choices
        .into_iter()
        .map(|(choice, words, glyph)| {
            view! {
                <label title=glyph.map(|_| words)>
                    <input type="radio" name=name.clone()
                        prop:checked=move || value.get() == choice
                        on:change=move |_| value.set(choice) />
                    {glyph.map(|glyph| view! { <Icon glyph /> })}
                    <span class:visually-hidden=glyph.is_some()>{words}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset>
            <legend class=if labelled { "group-label" } else { "visually-hidden" }>{legend}</legend>
            <div class="segmented">{choices}</div>
        </fieldset>
    }
}
