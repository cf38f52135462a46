//! Something that is shown once and never again: a key, a link.

use leptos::{ev, prelude::*};

use super::{
    button::{Button, Variant},
    copy::CopyButton,
    icon::{Glyph, Icon},
    modal::Modal,
};
use crate::ids;

/// What is shown. It lives in memory only and is dropped with the signal that holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OneTime {
    /// Says what to do with it, as in "Store the key of Monitoring probe".
    pub(crate) title: String,
    /// What it is for, and that it is shown once.
    pub(crate) lead: String,
    /// What to call it, as in "API key".
    pub(crate) label: &'static str,
    /// The secret itself.
    pub(crate) value: String,
    /// What else to know: name and value.
    pub(crate) facts: Vec<(&'static str, String)>,
    /// The only way out, as in "I have stored it".
    pub(crate) done: &'static str,
}

/// Shows `revealed` while it is there. Locked: only its button takes it away, for good.
#[component]
pub(crate) fn OneTimeReveal(revealed: RwSignal<Option<OneTime>>) -> impl IntoView {
    let heading = ids::unique("one-time");
    let title = heading.clone();
    let open = Signal::derive(move || revealed.with(Option::is_some));
    view! {
        <Modal open on_close=Callback::new(|()| ()) class="dialog" labelled_by=heading.clone() locked=true>
            <header class="dialog-head">
                <span class="dialog-mark dialog-mark-good"><Icon glyph=Glyph::Key /></span>
                <h2 id=title.clone() tabindex="-1" autofocus=true>
                    {move || revealed.with(|it| it.as_ref().map(|it| it.title.clone()))}
                </h2>
            </header>
            {move || revealed.get().map(|it| view! {
                <div class="dialog-body">
                    <p>{it.lead}</p>
                    <dl class="reveal-list">
                        <div class="reveal-item">
                            <dt>{it.label}</dt>
                            <dd class="reveal-value"><code>{it.value.clone()}</code><CopyButton text=it.value what=it.label in_words=true /></dd>
                        </div>
                        {it.facts.into_iter().map(|(name, value)| view! {
                            <div class="reveal-item"><dt>{name}</dt><dd>{value}</dd></div>
                        }).collect_view()}
                    </dl>
                </div>
                <footer class="dialog-foot">
                    <Done words=it.done on_done=move || revealed.set(None) />
                </footer>
            })}
        </Modal>
    }
}

/// The only way out of what is shown once. A double click on what made it ends where this button may have come to stand:
/// its second half takes nothing away.
#[component]
pub(super) fn Done(words: &'static str, on_done: impl Fn() + 'static) -> impl IntoView {
    let press = move |event: ev::MouseEvent| {
        if event.detail() <= 1 {
            on_done();
        }
    };
    view! { <Button variant=Variant::Primary on:click=press>{words}</Button> }
}
