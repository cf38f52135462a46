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
    effect::effect,
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
                Stage::SignedOut => view! {
                    <h1>"You are signed out"</h1>
                    <p class="gate-text">"Nothing of yours is left in this window."</p>
                    <Button variant=Variant::Primary on:click=move |_| session.sign_in()>"Sign in"</Button>
                }
                .into_any(),
                Stage::HandedOver => view! {
                    <h1>"You are signed in"</h1>
                    <p class="gate-text">"Go back to the window you came from. This one can be closed."</p>
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

/// Over whatever was on screen when the session ended. Signing in happens in a window of its own, so that everything
/// below stays as it was, and what waited for an answer gets one.
#[component]
pub(crate) fn SessionEnded() -> impl IntoView {
    let session = use_session();
    let open = Signal::derive(move || session.has_ended());
    let state = RwSignal::new(Beside::Asking);
    effect(move || {
        if open.get() {
            state.set(Beside::Asking);
        }
    });
    let sign_in = move |_| {
        state.set(if session.sign_in_beside() {
            Beside::Waiting
        } else {
            Beside::Blocked
        });
    };
    view! {
        <Modal open on_close=Callback::new(|()| ()) class="dialog" labelled_by="session-ended".to_owned() locked=true>
            <header class="dialog-head">
                <span class="dialog-mark dialog-mark-quiet"><Icon glyph=Glyph::Lock /></span>
                <h2 id="session-ended">"Your session has ended"</h2>
            </header>
            <div class="dialog-body" aria-live="polite">
                {move || match state.get() {
                    Beside::Asking => view! {
                        <p>"Sign in again in a window of its own. This page stays as it is, with everything you typed."</p>
                    }
                    .into_any(),
                    Beside::Waiting => view! {
                        <p>"Waiting for you to sign in in the other window. This page goes on by itself."</p>
                    }
                    .into_any(),
                    Beside::Blocked => view! {
                        <p>"The browser did not open the window. Allow windows for this page and try again; or sign in on this page, and lose what is typed here."</p>
                    }
                    .into_any(),
                }}
                {move || session.again_failed().map(|problem| view! { <ProblemNotice problem /> })}
            </div>
            <footer class="dialog-foot">
                <Show when=move || state.get() == Beside::Blocked>
                    <Button on:click=move |_| session.sign_in()>"Sign in on this page"</Button>
                </Show>
                <Button variant=Variant::Primary attr:autofocus=true on:click=sign_in>
                    {move || match state.get() {
                        Beside::Asking => "Sign in",
                        Beside::Waiting => "Open the window again",
                        Beside::Blocked => "Try again",
                    }}
                </Button>
            </footer>
        </Modal>
    }
}

/// How far signing in beside the page has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Beside {
    Asking,
    Waiting,
    Blocked,
}
