//! Signing in: the authorization code grant with PKCE, as the built-in public client of the server. The way to the
//! server is a script of its own, `sign-in.js`; here its answer is read.
//!
//! Tokens live in memory only. What has to survive the redirect (state, verifier, the address to come back to) stands
//! in the tab's session storage until the answer is read, and is removed before anything is done with it.

use std::sync::Arc;

use api_client::browser::text;
use futures_util::future::{FutureExt, LocalBoxFuture, Shared};
use leptos::{prelude::*, task::spawn_local};
use serde_json::Value;

use crate::{
    again::{self, Again},
    api::Api,
    fetch::{Reply, fetch},
    me::Me,
    problem::Problem,
    routes, sign_in_page,
};

/// The app's own client id at the server; the same as in `sign-in.js`.
const CLIENT_ID: &str = "latchkey-admin";
/// The key in session storage, during the redirect only; the same as in `sign-in.js`.
const PENDING: &str = "latchkey-sign-in";
/// A token is renewed this many milliseconds before it ends.
const EARLY: f64 = 30_000.0;

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

#[derive(Clone)]
struct Tokens {
    access: String,
    /// Milliseconds since 1970.
    ends: f64,
    refresh: Option<String>,
}

type Renewal = Shared<LocalBoxFuture<'static, Result<String, Problem>>>;

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

/// What the script `sign-in.js` holds an answer to.
#[derive(Clone)]
struct Pending {
    state: String,
    verifier: String,
    /// Path and query to come back to.
    back: String,
}

impl Pending {
    fn read(text: &str) -> Option<Self> {
        let pending = text::parse(text)?;
        Some(Self {
            state: word(&pending, "state")?,
            verifier: word(&pending, "verifier")?,
            back: word(&pending, "back")?,
        })
    }
}

/// A member of what was read from JSON.
fn word(of: &Value, name: &str) -> Option<String> {
    of[name].as_str().map(str::to_owned)
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

    /// A live access token, renewed where the old one ends.
    ///
    /// # Errors
    /// When the session is over, or the server cannot be reached.
    pub(crate) async fn token(self) -> Result<String, Problem> {
        let live = self.tokens.with_value(|tokens| {
            tokens
                .as_ref()
                .filter(|it| js_sys::Date::now() < it.ends - EARLY)
                .map(|it| it.access.clone())
        });
        match live {
            Some(token) => Ok(token),
            None => self.renew().await,
        }
    }

    /// A new access token. Calls that come together share one renewal, because a refresh token is used once.
    ///
    /// # Errors
    /// When the session is over, or the server cannot be reached.
    pub(crate) async fn renew(self) -> Result<String, Problem> {
        let renewal = self.renewal.with_value(Clone::clone).unwrap_or_else(|| {
            let renewal = async move {
                let outcome = self.refresh().await;
                self.renewal.set_value(None);
                outcome
            }
            .boxed_local()
            .shared();
            self.renewal.set_value(Some(renewal.clone()));
            renewal
        });
        renewal.await
    }

    async fn refresh(self) -> Result<String, Problem> {
        let refresh = self
            .tokens
            .with_value(|tokens| tokens.as_ref().and_then(|it| it.refresh.clone()));
        let Some(refresh) = refresh else {
            return self.wait_for_sign_in().await;
        };
        let body = encode(&[
            ("grant_type", "refresh_token"),
            ("client_id", CLIENT_ID),
            ("refresh_token", &refresh),
        ]);
        let outcome = self.ask(body).await;
        // Not when the server is away: the session may still be there when it is back.
        match outcome {
            Err(problem) if is_over(&problem) => self.wait_for_sign_in().await,
            outcome => outcome,
        }
    }

    /// Says that the session is over, and goes on when somebody has signed in again: what was asked for is not lost.
    async fn wait_for_sign_in(self) -> Result<String, Problem> {
        // Before there was one there is nothing to come back to.
        if !matches!(self.stage.get_untracked(), Stage::Ready(_)) {
            return Err(Problem::signed_out());
        }
        self.ended.set(true);
        let signed_in = self
            .again
            .try_update_value(Again::wait)
            .ok_or_else(Problem::signed_out)?;
        signed_in.await;
        let token = self
            .tokens
            .with_value(|tokens| tokens.as_ref().map(|it| it.access.clone()));
        token.ok_or_else(Problem::signed_out)
    }

    async fn finish(self, query: &str, pending: Option<Pending>) -> Result<Me, Problem> {
        let stranger = || {
            Problem::local(
                "The sign-in was not started here",
                "It may have been started in another tab, or too long ago. Sign in again.",
            )
        };
        let parameters = web_sys::UrlSearchParams::new_with_str(query).map_err(|_| stranger())?;
        let pending = pending
            .filter(|it| parameters.get("state").as_ref() == Some(&it.state))
            .ok_or_else(stranger)?;
        if let Some(error) = parameters.get("error") {
            let why = parameters.get("error_description").unwrap_or(error);
            return Err(Problem::local("The sign-in was refused", &why));
        }
        let code = parameters.get("code").ok_or_else(stranger)?;
        let body = encode(&[
            ("grant_type", "authorization_code"),
            ("client_id", CLIENT_ID),
            ("code", &code),
            ("redirect_uri", &redirect_uri()),
            ("code_verifier", &pending.verifier),
        ]);
        self.ask(body).await?;
        Me::read(self).await
    }

    /// Asks the token endpoint and keeps what it gives.
    async fn ask(self, body: String) -> Result<String, Problem> {
        let url = format!("{}/oauth2/token", routes::server());
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let Reply { status, body } = fetch("POST", &url, &form, Some(&body)).await?;
        // What the token endpoint answers (RFC 6749, sections 5.1 and 5.2).
        let Some(answer) = text::parse(&body).filter(Value::is_object) else {
            return Err(Problem {
                status: Some(status),
                ..Problem::local("The sign-in failed", "The server's answer cannot be read.")
            });
        };
        let Some(access) = word(&answer, "access_token") else {
            return Err(Problem {
                status: Some(status),
                title: "The sign-in failed".to_owned(),
                detail: word(&answer, "error_description").or_else(|| word(&answer, "error")),
                ..Problem::default()
            });
        };
        let seconds = answer["expires_in"]
            .as_u64()
            .and_then(|it| u32::try_from(it).ok());
        self.tokens.set_value(Some(Tokens {
            access: access.clone(),
            ends: js_sys::Date::now() + f64::from(seconds.unwrap_or(60)) * 1000.0,
            refresh: word(&answer, "refresh_token"),
        }));
        Ok(access)
    }
}

/// Whether the server has ended the session, and is not only away or busy (RFC 6749, section 5.2).
fn is_over(problem: &Problem) -> bool {
    matches!(problem.status, Some(400 | 401 | 403))
}

async fn end_present_session(api: Api) -> Result<(), Problem> {
    let sessions = api.call(|it| it.list_my_sessions()).await?;
    if let Some(present) = sessions.items.iter().find(|it| it.current) {
        api.call(|it| it.end_my_session(&present.id)).await?;
    }
    Ok(())
}

fn redirect_uri() -> String {
    format!("{}{}", routes::origin(), routes::href(routes::CALLBACK))
}

fn encode(pairs: &[(&str, &str)]) -> String {
    pairs
        .iter()
        .map(|(name, value)| format!("{name}={}", js_sys::encode_uri_component(value)))
        .collect::<Vec<_>>()
        .join("&")
}

fn take_pending() -> Option<Pending> {
    let storage = window().session_storage().ok().flatten()?;
    let text = storage.get_item(PENDING).ok().flatten();
    drop(storage.remove_item(PENDING));
    Pending::read(&text?)
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
