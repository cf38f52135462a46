//! Signing in: the authorization code grant with PKCE, as the built-in public client of the server.
//!
//! Tokens live in memory only. What has to survive the redirect (state, verifier, the address to come back to) stands
//! in the tab's session storage until the answer is read, and is removed before anything is done with it.

use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use futures_util::future::{FutureExt, LocalBoxFuture, Shared};
use leptos::{prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    fetch::{Reply, fetch},
    me::Me,
    problem::Problem,
    random, routes,
};

/// The app's own client id at the server.
const CLIENT_ID: &str = "latchkey-admin";
/// The key in session storage, during the redirect only.
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
    tokens: StoredValue<Option<Tokens>>,
    renewal: StoredValue<Option<Renewal>, LocalStorage>,
}

/// What survives the redirect.
#[derive(Serialize, Deserialize)]
struct Pending {
    state: String,
    verifier: String,
    /// Path and query to come back to.
    back: String,
}

/// What the token endpoint answers (RFC 6749, sections 5.1 and 5.2).
#[derive(Deserialize)]
struct Answer {
    access_token: Option<String>,
    expires_in: Option<u32>,
    refresh_token: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
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
            tokens: StoredValue::new(None),
            renewal: StoredValue::new_local(None),
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
            Stage::Starting | Stage::Failed(_) => Arc::default(),
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
        let pending = take_pending();
        let home = || routes::href("/");
        replace_address(&pending.as_ref().map_or_else(home, |it| it.back.clone()));
        spawn_local(async move {
            if let Err(problem) = self.finish(&query, pending).await {
                self.stage.set(Stage::Failed(problem));
            }
        });
    }

    /// Goes to the server to sign in, and comes back to the present address.
    pub(crate) fn sign_in(self) {
        let location = window().location();
        let back = format!(
            "{}{}",
            location.pathname().unwrap_or_default(),
            location.search().unwrap_or_default()
        );
        let (Some(state), Some(verifier)) = (random::token(), random::token()) else {
            let problem = Problem::local(
                "This browser cannot sign in",
                "It has no source of randomness.",
            );
            self.stage.set(Stage::Failed(problem));
            return;
        };
        let challenge = BASE64URL_NOPAD.encode(&Sha256::digest(verifier.as_bytes()));
        let query = encode(&[
            ("response_type", "code"),
            ("client_id", CLIENT_ID),
            ("redirect_uri", &redirect_uri()),
            ("state", &state),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        keep_pending(&Pending {
            state,
            verifier,
            back,
        });
        leave(&format!("{}/oauth2/authorize?{query}", routes::server()));
    }

    /// Ends the session at the server; the tokens are forgotten here.
    pub(crate) fn sign_out(self) {
        self.tokens.set_value(None);
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
            self.ended.set(true);
            return Err(Problem::signed_out());
        };
        let body = encode(&[
            ("grant_type", "refresh_token"),
            ("client_id", CLIENT_ID),
            ("refresh_token", &refresh),
        ]);
        let outcome = self.ask(body).await;
        // Not when the server is away: the session may still be there when it is back.
        if outcome.as_ref().is_err_and(|it| it.status.is_some()) {
            self.ended.set(true);
        }
        outcome
    }

    async fn finish(self, query: &str, pending: Option<Pending>) -> Result<(), Problem> {
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
        let me = Me::read(self).await?;
        self.stage.set(Stage::Ready(Arc::new(me)));
        Ok(())
    }

    /// Asks the token endpoint and keeps what it gives.
    async fn ask(self, body: String) -> Result<String, Problem> {
        let url = format!("{}/oauth2/token", routes::server());
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let Reply { status, body } = fetch("POST", &url, &form, Some(&body)).await?;
        let unreadable = |_| Problem {
            status: Some(status),
            ..Problem::local("The sign-in failed", "The server's answer cannot be read.")
        };
        let answer: Answer = serde_json::from_str(&body).map_err(unreadable)?;
        let Some(access) = answer.access_token else {
            let why = answer.error_description.or(answer.error);
            return Err(Problem {
                status: Some(status),
                title: "The sign-in failed".to_owned(),
                detail: why,
                ..Problem::default()
            });
        };
        self.tokens.set_value(Some(Tokens {
            access: access.clone(),
            ends: js_sys::Date::now() + f64::from(answer.expires_in.unwrap_or(60)) * 1000.0,
            refresh: answer.refresh_token,
        }));
        Ok(access)
    }
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

fn storage() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}

fn keep_pending(pending: &Pending) {
    // Without storage the answer is refused as a stranger's, which says what to do.
    if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(pending)) {
        drop(storage.set_item(PENDING, &text));
    }
}

fn take_pending() -> Option<Pending> {
    let storage = storage()?;
    let text = storage.get_item(PENDING).ok().flatten();
    drop(storage.remove_item(PENDING));
    serde_json::from_str(&text?).ok()
}

fn replace_address(address: &str) {
    if let Ok(history) = window().history() {
        // Refused only for an address of another origin.
        drop(history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(address)));
    }
}

fn leave(address: &str) {
    // Refused only for an address that cannot be read.
    drop(window().location().assign(address));
}
