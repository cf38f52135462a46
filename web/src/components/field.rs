//! A label, a control, what to know about it and what is wrong with it, wired together for assistive technology.

use leptos::{context::Provider, prelude::*};

use super::icon::{Glyph, Icon};
use crate::ids;

/// What a control inside a [`Field`] needs to know of it.
#[derive(Clone)]
pub(crate) struct FieldLink {
    /// The control's id, which the label points to.
    pub(crate) control: String,
    /// The ids of hint and error, for `aria-describedby`.
    pub(crate) described_by: Signal<Option<String>>,
    /// Whether there is an error now.
    pub(crate) invalid: Signal<bool>,
}

impl FieldLink {
    /// The field around a control, or a free-standing one that is named by an `aria-label`.
    pub(crate) fn find() -> Self {
        use_context().unwrap_or_else(|| Self {
            control: ids::unique("control"),
            described_by: Signal::stored(None),
            invalid: Signal::stored(false),
        })
    }
}

/// How full a text is.
#[derive(Clone, Copy)]
pub(crate) struct Count {
    /// Characters typed.
    pub(crate) used: Signal<usize>,
    /// Characters allowed.
    pub(crate) limit: usize,
}

impl Count {
    /// Counts the characters of `text`.
    pub(crate) fn of(text: RwSignal<String>, limit: usize) -> Self {
        Self {
            used: Signal::derive(move || text.with(|text| text.chars().count())),
            limit,
        }
    }
}

/// A labelled control.
#[component]
pub(crate) fn Field(
    children: Children,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: Option<String>,
    /// What is wrong, by our own rule or by the server's pointer.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Says so in words; everything else is required.
    #[prop(optional)]
    optional: bool,
    #[prop(optional)] count: Option<Count>,
) -> impl IntoView {
    let control = ids::unique("field");
    let hint_id = format!("{control}-hint");
    let error_id = format!("{control}-error");
    let has_hint = hint.is_some();
    let described_by = {
        let (hint_id, error_id) = (hint_id.clone(), error_id.clone());
        Signal::derive(move || {
            let ids = [
                has_hint.then(|| hint_id.clone()),
                error.with(Option::is_some).then(|| error_id.clone()),
            ];
            let ids: Vec<_> = ids.into_iter().flatten().collect();
            (!ids.is_empty()).then(|| ids.join(" "))
        })
    };
    let link = FieldLink {
        control: control.clone(),
        described_by,
        invalid: Signal::derive(move || error.with(Option::is_some)),
    };

    view! {
        <div class="field">
            <div class="field-head">
                <label class="field-label" for=control>
                    {label}
                    {optional.then(|| view! { <span class="field-optional">" (optional)"</span> })}
                </label>
                {count.map(|Count { used, limit }| view! {
                    <span class="field-count" class:is-over=move || { used.get() > limit }>
                        {move || format!("{} / {limit}", used.get())}
                    </span>
                })}
            </div>
            <Provider value=link>{children()}</Provider>
            // Always there, so that what appears in it is announced.
            <div id=error_id aria-live="polite">
                {move || error.get().map(|error| view! {
                    <p class="field-error"><Icon glyph=Glyph::Problem /><span>{error}</span></p>
                })}
            </div>
            {hint.map(|hint| view! { <p class="field-hint" id=hint_id>{hint}</p> })}
        </div>
    }
}
