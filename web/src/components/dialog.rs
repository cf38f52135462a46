//! Dialogs that ask before something happens.

use leptos::prelude::*;

use super::{
    button::{Button, IconButton, Variant},
    icon::{Glyph, Icon},
    modal::Modal,
};
use crate::ids;

/// A dialog with a heading, a body and buttons.
#[component]
pub(crate) fn Dialog(
    #[prop(into)] open: Signal<bool>,
    on_close: Callback<()>,
    #[prop(into)] title: Signal<String>,
    #[prop(into)] footer: ViewFn,
    children: ChildrenFn,
) -> impl IntoView {
    let heading = ids::unique("dialog");
    view! {
        <Modal open on_close class="dialog" labelled_by=heading.clone()>
            <header class="dialog-head">
                <h2 id=heading.clone()>{title}</h2>
                <IconButton glyph=Glyph::Close label="Close" small=true on:click=move |_| on_close.run(()) />
            </header>
            <div class="dialog-body">{children()}</div>
            <footer class="dialog-foot">{footer.run()}</footer>
        </Modal>
    }
}

/// Asks before something that cannot easily be taken back. The heading names the thing, the children say what will
/// stop working, and the safe button has the focus.
#[component]
pub(crate) fn ConfirmDialog(
    #[prop(into)] open: Signal<bool>,
    on_close: Callback<()>,
    /// A question that names the thing, as in "Delete Warehouse sync?"
    #[prop(into)]
    title: Signal<String>,
    /// The deed, as in "Delete client".
    confirm: &'static str,
    /// The way out, as in "Keep it".
    #[prop(default = "Cancel")]
    keep: &'static str,
    on_confirm: Callback<()>,
    #[prop(optional, into)] busy: Signal<bool>,
    children: ChildrenFn,
) -> impl IntoView {
    let heading = ids::unique("dialog");
    view! {
        <Modal open on_close class="dialog" labelled_by=heading.clone()>
            <header class="dialog-head">
                <span class="dialog-mark"><Icon glyph=Glyph::Warning /></span>
                <h2 id=heading.clone()>{title}</h2>
            </header>
            <div class="dialog-body">{children()}</div>
            <footer class="dialog-foot">
                <Button attr:autofocus=true on:click=move |_| on_close.run(())>{keep}</Button>
                <Button variant=Variant::Danger busy on:click=move |_| on_confirm.run(())>{confirm}</Button>
            </footer>
        </Modal>
    }
}
