//! One line or several lines of text.

use leptos::prelude::*;

use super::field::FieldLink;

/// One line of text.
#[component]
pub(crate) fn TextInput(
    value: RwSignal<String>,
    /// The native input type.
    #[prop(default = "text")]
    kind: &'static str,
    /// For ids and other things read letter by letter.
    #[prop(optional)]
    mono: bool,
) -> impl IntoView {
    let FieldLink {
        control,
        described_by,
        invalid,
    } = FieldLink::find();
    view! {
        <input
            id=control
            type=kind
            class="input"
            class:input-mono=mono
            autocomplete="off"
            aria-describedby=move || described_by.get()
            aria-invalid=move || invalid.get().then_some("true")
            bind:value=value
        />
    }
}

/// Several lines of text.
#[component]
pub(crate) fn TextArea(value: RwSignal<String>, #[prop(default = 3)] rows: u32) -> impl IntoView {
    let FieldLink {
        control,
        described_by,
        invalid,
    } = FieldLink::find();
    view! {
        <textarea
            id=control
            class="input"
            rows=rows
            aria-describedby=move || described_by.get()
            aria-invalid=move || invalid.get().then_some("true")
            prop:value=move || value.get()
            on:input:target=move |event| value.set(event.target().value())
        ></textarea>
    }
}
