//! A sheet from the side: details of one row without leaving the list.

use leptos::prelude::*;

use super::{button::IconButton, icon::Glyph, modal::Modal};
use crate::ids;

/// A drawer at the end of the line.
#[component]
pub(crate) fn Drawer(
    #[prop(into)] open: Signal<bool>,
    on_close: Callback<()>,
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] footer: Option<ViewFn>,
    children: ChildrenFn,
) -> impl IntoView {
    let heading = ids::unique("drawer");
    let footer = StoredValue::new(footer);
    view! {
        <Modal open on_close class="dialog drawer" labelled_by=heading.clone()>
            <header class="dialog-head">
                <h2 id=heading.clone()>{title}</h2>
                <IconButton glyph=Glyph::Close label="Close" small=true on:click=move |_| on_close.run(()) />
            </header>
            <div class="dialog-body">{children()}</div>
            {footer.with_value(|footer| footer.as_ref().map(|footer| view! {
                <footer class="dialog-foot">{footer.run()}</footer>
            }))}
        </Modal>
    }
}
