//! Leafing through a list by cursor: there is no page number to jump to, and none to count.

use leptos::prelude::*;

use super::{
    button::{Button, Variant},
    icon::{Glyph, Icon},
    select::Select,
};

/// Previous and next, and how many rows a page has.
#[component]
pub(crate) fn Pager(
    /// What is shown, as in "50 clients".
    #[prop(into)]
    shown: Signal<String>,
    #[prop(into)] has_previous: Signal<bool>,
    #[prop(into)] has_next: Signal<bool>,
    on_previous: Callback<()>,
    on_next: Callback<()>,
    page_size: RwSignal<String>,
) -> impl IntoView {
    view! {
        <nav class="pager" aria-label="Pages">
            <span role="status">{shown}</span>
            <div class="button-group">
                <label>
                    "Rows"
                    <Select value=page_size options=vec![("25", "25"), ("50", "50"), ("100", "100"), ("200", "200")] />
                </label>
                <Button
                    small=true
                    variant=Variant::Secondary
                    icon=Glyph::Previous
                    disabled=Signal::derive(move || !has_previous.get())
                    on:click=move |_| on_previous.run(())
                >
                    "Previous"
                </Button>
                <Button
                    small=true
                    variant=Variant::Secondary
                    disabled=Signal::derive(move || !has_next.get())
                    on:click=move |_| on_next.run(())
                >
                    "Next"
                    <Icon glyph=Glyph::Next />
                </Button>
            </div>
        </nav>
    }
}
