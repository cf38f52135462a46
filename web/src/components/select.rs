//! A native list of choices.

use leptos::prelude::*;

use super::field::FieldLink;

/// One choice out of a list that is too long for radio buttons.
#[component]
pub(crate) fn Select(
    value: RwSignal<String>,
    /// Value and words of each choice.
    options: Vec<(&'static str, &'static str)>,
) -> impl IntoView {
    let FieldLink {
        control,
        described_by,
        invalid,
    } = FieldLink::find();
    let options = options
        .into_iter()
        .map(|(key, words)| view! { <option value=key selected=move || value.with(|value| value == key)>{words}</option> })
        .collect_view();
    view! {
        <select
            id=control
            class="input"
            aria-describedby=move || described_by.get()
            aria-invalid=move || invalid.get().then_some("true")
            on:change:target=move |event| value.set(event.target().value())
        >
            {options}
        </select>
    }
}
