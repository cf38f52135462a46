//! Signing in: the authorization code grant with PKCE, as the built-in public client of the server. The way to the
//! server is a script of its own, `sign-in.js`; here its answer is read.
//!
//! Tokens live in memory only. What has to survive the redirect (state, verifier, the address to come back to) stands
//! in the tab's session storage until the answer is read, and is removed before anything is done with it.

mod answer;
mod tokens;

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use serde_json::Value;

use self::{
    answer::{Pending, take_pending},
    tokens::{Renewal, Tokens},
};
use crate::{
    again::{self, Again},
    api::Api,
    me::Me,
    problem::Problem,
    routes, sign_in_page,
};

/// The app's own client id at the server; the same as in `sign-in.js`.
const CLIENT_ID: &str = "latchkey-admin";

/// How far signing in has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// On the way to the server, or back.
    Starting,
    /// Signed in as this person.
    Ready(Arc<Me>),
    /// It did not work.
    Failed(Problem),
    /// Signed out, by the person's own wish.
    SignedOut,
    /// This window only carried an answer to another one, and can be closed.
    HandedOver,
}

/// The session of this tab.
#[derive(Clone, Copy)]
pub(crate) struct Session {
    stage: RwSignal<Stage>,
    ended: RwSignal<bool>,
    again_problem: RwSignal<Option<Problem>>,
    tokens: StoredValue<Option<Tokens>>,
    renewal: StoredValue<Option<Renewal>, LocalStorage>,
    again: StoredValue<Again, LocalStorage>,
}

/// The session of this tab, from anywhere below the app.
pub(crate) fn use_session() -> Session {
    expect_context()
}

impl Session {
    /// Makes a session possible below this point.
    pub(crate) fn provide() -> Self {
        let session = Self {
            stage: RwSignal::new(Stage::Starting),
            ended: RwSignal::new(false),
            again_problem: RwSignal::new(None),
            tokens: StoredValue::new(None),
            renewal: StoredValue::new_local(None),
            again: StoredValue::new_local(Again::default()),
        };
        provide_context(session);
        session
    }

    /// How far signing in has come, tracked.
    pub(crate) fn stage(self) -> Stage {
        self.stage.get()
    }

    /// Whether a session that was there is over, tracked.
    pub(crate) fn has_ended(self) -> bool {
        self.ended.get()
    }

    /// The person who is signed in. Pages are only shown while there is one.
    pub(crate) fn me(self) -> Arc<Me> {
        match self.stage.get_untracked() {
            Stage::Ready(me) => me,
            Stage::Starting | Stage::Failed(_) | Stage::SignedOut | Stage::HandedOver => {
                Arc::default()
            }
        }
    }

    /// Reads the server's answer if this page is one, else goes to sign in. The code leaves the address bar and the
    /// history before anything is done with it, and before the router reads the address.
    pub(crate) fn start(self) {
        let location = window().location();
        if location.pathname().ok() != Some(routes::href(routes::CALLBACK)) {
            self.sign_in();
            return;
        }
        let query = location.search().unwrap_or_default();
        if again::is_for_another_window(&query) {
            replace_address(&routes::href("/"));
            again::hand_over(&query);
            self.stage.set(Stage::HandedOver);
            return;
        }
        let pending = take_pending();
        let home = || routes::href("/");
        replace_address(&pending.as_ref().map_or_else(home, |it| it.back.clone()));
        spawn_local(async move {
            self.stage.set(match self.finish(&query, pending).await {
                Ok(me) => Stage::Ready(Arc::new(me)),
                Err(problem) => Stage::Failed(problem),
            });
        });
    }

    /// Asks anew who is signed in and what they may do, and which kinds of clients there are: a colleague may have
    /// changed it. What is known stays where the server cannot be asked.
    pub(crate) fn read_again(self) {
        spawn_local(async move {
            let Ok(me) = Me::read(self).await else { return };
            let known = self.me();
            if me.id == known.id && me != *known {
                self.stage.set(Stage::Ready(Arc::new(me)));
            }
        });
    }

    /// Goes to the server to sign in, and comes back to the present address.
    pub(crate) fn sign_in(self) {
        spawn_local(async move {
            if sign_in_page::begin().await.is_none() {
                let problem = Problem::local(
                    "This browser cannot sign in",
                    "It lets pages sign in only over https, or on the machine it runs on.",
                );
                self.stage.set(Stage::Failed(problem));
            }
        });
    }

    /// Signs in in a window of its own, so that this page keeps what is typed in it. Calls that wait for a session go
    /// on when it is there. `false` where the browser opens no windows.
    pub(crate) fn sign_in_beside(self) -> bool {
        let Some(opening) = sign_in_page::beside() else {
            return false;
        };
        spawn_local(async move {
            let Some(pending) = opening.await.and_then(|it| Pending::read(&it)) else {
                return;
            };
            let heard = move |query: String| {
                // Another tab may wait for an answer of its own.
                if again::is_answer_to(&query, &pending.state) {
                    let pending = pending.clone();
                    spawn_local(async move { self.resume(&query, pending).await });
                }
            };
            self.again.update_value(|again| again.listen(heard));
        });
        true
    }

    /// What went wrong with signing in again, tracked.
    pub(crate) fn again_failed(self) -> Option<Problem> {
        self.again_problem.get()
    }

    /// The answer of the other window. Somebody else begins anew: what was typed here is not theirs.
    async fn resume(self, query: &str, pending: Pending) {
        let before = self.me();
        match self.finish(query, Some(pending)).await {
            Ok(me) if me.id == before.id => {
                self.stage.set(Stage::Ready(Arc::new(me)));
                self.again_problem.set(None);
                self.ended.set(false);
                self.again.update_value(Again::end);
            }
            Ok(_) => drop(window().location().reload()),
            Err(problem) => self.again_problem.set(Some(problem)),
        }
    }

    /// Ends the session at the server, and forgets the tokens. Stays in the app; only where the server could not be
    /// told, its own page is asked to do it.
    pub(crate) fn sign_out(self) {
        spawn_local(async move {
            let told = end_present_session(Api::of(self)).await;
            self.tokens.set_value(None);
            match told {
                Ok(()) => self.stage.set(Stage::SignedOut),
                Err(_) => Self::sign_out_at_the_server(),
            }
        });
    }

    fn sign_out_at_the_server() {
        let home = format!("{}{}", routes::origin(), routes::BASE);
        let query = encode(&[
            ("client_id", CLIENT_ID),
            ("post_logout_redirect_uri", &home),
        ]);
        leave(&format!("{}/oauth2/logout?{query}", routes::server()));
    }
}

async fn end_present_session(api: Api) -> Result<(), Problem> {
    let sessions = api.call(|it| it.list_my_sessions()).await?;
    if let Some(present) = sessions.items.iter().find(|it| it.current) {
        api.call(|it| it.end_my_session(&present.id)).await?;
    }
    Ok(())
}

fn replace_address(address: &str) {
    if let Ok(history) = window().history() {
        // Refused only for an address of another origin.
        drop(history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(address)));
    }
}

fn leave(address: &str) {
    // In place of this page, which Back would only send on to sign in again. Refused only for an address that cannot
    // be read.
    drop(window().location().replace(address));
}

/// A form, as it is sent.
fn encode(pairs: &[(&str, &str)]) -> String {
    pairs
        .iter()
        .map(|(name, value)| format!("{name}={}", js_sys::encode_uri_component(value)))
        .collect::<Vec<_>>()
        .join("&")
}

/// A member of what was read from JSON.
fn word(of: &Value, name: &str) -> Option<String> {
    of[name].as_str().map(str::to_owned)
}
