//! A few words about a control, on hover and on focus. Never the only place where something is said.

use leptos::prelude::*;

use crate::ids;

/// Explains the focusable thing inside it. Esc hides the words until the pointer or the focus comes back.
#[component]
pub(crate) fn Tooltip(
    text: &'static str,
    /// Draws the control, given the id to put into its `aria-describedby`.
    children: impl FnOnce(String) -> AnyView + 'static,
) -> impl IntoView {
    let id = ids::unique("tooltip");
    let dismissed = RwSignal::new(false);
    view! {
        <span
            class="tooltip"
            class:is-dismissed=dismissed
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    dismissed.set(true);
                }
            }
            on:mouseenter=move |_| dismissed.set(false)
            on:focusin=move |_| dismissed.set(false)
        >
            {children(id.clone())}
            <span class="tooltip-bubble" role="tooltip" id=id>{text}</span>
        </span>
    }
}
