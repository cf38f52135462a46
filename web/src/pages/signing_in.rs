//! Before there is a session, and after it.

use leptos::prelude::*;

use crate::{
    components::{
        button::{Button, Variant},
        icon::{Glyph, Icon},
        modal::Modal,
        problem_notice::ProblemNotice,
        side_nav::Mark,
    },
    session::{Session, Stage, use_session},
};

/// On the way to the server and back, or why it did not work.
#[component]
pub(crate) fn SigningIn(session: Session) -> impl IntoView {
    view! {
        <main class="gate">
            <Mark />
            {move || match session.stage() {
                Stage::Failed(problem) => view! {
                    <h1>"Sign in"</h1>
                    <ProblemNotice problem />
                    <Button variant=Variant::Primary on:click=move |_| session.sign_in()>"Sign in again"</Button>
                }
                .into_any(),
                Stage::Starting | Stage::Ready(_) => view! {
                    <h1 class="gate-wait" role="status">"Signing in\u{2026}"</h1>
                }
                .into_any(),
            }}
        </main>
    }
}

/// Over whatever was on screen when the session ended.
#[component]
pub(crate) fn SessionEnded() -> impl IntoView {
    let session = use_session();
    let open = Signal::derive(move || session.has_ended());
    view! {
        <Modal open on_close=Callback::new(|()| ()) class="dialog" labelled_by="session-ended".to_owned() locked=true>
            <header class="dialog-head">
                <span class="dialog-mark dialog-mark-quiet"><Icon glyph=Glyph::Lock /></span>
                <h2 id="session-ended">"Your session has ended"</h2>
            </header>
            <div class="dialog-body">
                <p>"Sign in again to come back to this page."</p>
            </div>
            <footer class="dialog-foot">
                <Button variant=Variant::Primary attr:autofocus=true on:click=move |_| session.sign_in()>"Sign in"</Button>
            </footer>
        </Modal>
    }
}
