//! Short messages about what has just been done. What failed is said beside what caused it instead; a failure is a
//! toast only where its cause has left the screen, and then it stays until it is dismissed.

use std::time::Duration;

use leptos::prelude::*;

use super::{
    button::IconButton,
    each::each,
    icon::{Glyph, Icon},
};

#[derive(Clone)]
struct Toast {
    id: u64,
    good: bool,
    text: String,
}

/// The messages on screen.
#[derive(Clone, Copy)]
pub(crate) struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    next: StoredValue<u64>,
}

impl Toasts {
    /// Makes messages possible below this point.
    pub(crate) fn provide() {
        provide_context(Self {
            shown: RwSignal::new(Vec::new()),
            next: StoredValue::new(0),
        });
    }

    /// Says that something worked; it goes away by itself.
    pub(crate) fn done(self, text: impl Into<String>) {
        let id = self.push(true, text.into());
        set_timeout(move || self.dismiss(id), Duration::from_secs(6));
    }

    /// Says that something failed; it stays.
    pub(crate) fn failed(self, text: impl Into<String>) {
        self.push(false, text.into());
    }

    fn push(self, good: bool, text: String) -> u64 {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        self.shown
            .update(|shown| shown.push(Toast { id, good, text }));
        id
    }

    fn dismiss(self, id: u64) {
        self.shown
            .update(|shown| shown.retain(|toast| toast.id != id));
    }
}

/// Where messages appear: one live region, there from the start.
#[component]
pub(crate) fn ToastRegion() -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    view! {
        <div class="toasts" role="status" aria-label="Messages">
            {each(move || toasts.shown.get().into_iter().map(|it| toast(it, toasts)).collect())}
        </div>
    }
}

fn toast(Toast { id, good, text }: Toast, toasts: Toasts) -> (String, ViewFn) {
    let draw = move || {
        view! {
            <div class=if good { "toast toast-good" } else { "toast toast-bad" }>
                <Icon glyph=if good { Glyph::Good } else { Glyph::Problem } />
                <p class="toast-text">{text.clone()}</p>
                <IconButton glyph=Glyph::Close label="Dismiss" small=true on:click=move |_| toasts.dismiss(id) />
            </div>
        }
    };
    (id.to_string(), draw.into())
}
