//! What dialogs and drawers share: the native modal `<dialog>`, opened and closed by a signal.

use leptos::{ev, html, prelude::*};

use crate::effect::effect;
use wasm_bindgen::JsCast;

/// A modal. Its content exists only while it is open: what was shown in it is gone from the page afterwards.
#[component]
pub(crate) fn Modal(
    #[prop(into)] open: Signal<bool>,
    /// Asked for by Esc or a press beside it; the owner of `open` decides.
    on_close: Callback<()>,
    class: &'static str,
    /// The id of its heading.
    labelled_by: String,
    /// Neither Esc nor a press beside it closes it.
    #[prop(optional)]
    locked: bool,
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let show = move || {
        // Fails only for a dialog that is already open or has left the page; neither needs anything done.
        if let Some(dialog) = dialog.get_untracked().filter(|dialog| !dialog.open()) {
            drop(dialog.set_attribute("closedby", if locked { "none" } else { "closerequest" }));
            drop(dialog.show_modal());
        }
    };
    effect(move || {
        if open.get() {
            show();
        } else if let Some(dialog) = dialog.get() {
            dialog.close();
        }
    });
    let ask_to_close = move || {
        if !locked {
            on_close.run(());
        }
    };

    view! {
        <dialog
            node_ref=dialog
            class=class
            aria-labelledby=labelled_by
            on:cancel=move |event: ev::Event| {
                event.prevent_default();
                ask_to_close();
            }
            on:keydown=move |event| {
                // Browsers let a second Esc through even when `cancel` was refused.
                if locked && event.key() == "Escape" {
                    event.prevent_default();
                }
            }
            on:mousedown=move |event| {
                // The frame inside fills the dialog, so only the backdrop has the dialog itself as target.
                let on_backdrop = event
                    .target()
                    .and_then(|target| target.dyn_into::<web_sys::HtmlDialogElement>().ok())
                    .is_some();
                if on_backdrop {
                    ask_to_close();
                }
            }
            on:close=move |_| {
                // Closed by the browser against our word: back up if locked, otherwise tell the owner. The event comes
                // late: when the dialog was closed by us and is open once more, it means nothing.
                let is_closed = dialog.get_untracked().is_none_or(|it| !it.open());
                if open.get_untracked() && is_closed {
                    ask_to_close();
                    if locked {
                        show();
                    }
                }
            }
        >
            <Show when=move || open.get()>
                <div class="dialog-frame">{children()}</div>
            </Show>
        </dialog>
    }
}
