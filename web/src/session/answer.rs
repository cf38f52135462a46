//! What the server's sign-in page answers in the address, and what it answers to: the state and the verifier, which the
//! script `sign-in.js` keeps meanwhile.

use api_client::browser::text;
use leptos::prelude::*;

use super::{CLIENT_ID, Session, encode, word};
use crate::{me::Me, problem::Problem, routes};

/// The key in session storage, during the redirect only; the same as in `sign-in.js`.
const PENDING: &str = "latchkey-sign-in";

/// What the script `sign-in.js` holds an answer to.
#[derive(Clone)]
pub(super) struct Pending {
    pub(super) state: String,
    verifier: String,
    /// Path and query to come back to.
    pub(super) back: String,
}

impl Pending {
    /// Reads what the script kept.
    pub(super) fn read(text: &str) -> Option<Self> {
        let pending = text::parse(text)?;
        Some(Self {
            state: word(&pending, "state")?,
            verifier: word(&pending, "verifier")?,
            back: word(&pending, "back")?,
        })
    }
}

impl Session {
    /// Turns an answer into a session.
    ///
    /// # Errors
    /// When it was refused, answers to nothing that was asked here, or the server cannot be reached.
    pub(super) async fn finish(self, query: &str, pending: Option<Pending>) -> Result<Me, Problem> {
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
}

fn redirect_uri() -> String {
    format!("{}{}", routes::origin(), routes::href(routes::CALLBACK))
}

/// What was asked for, once: whoever comes after finds nothing.
pub(super) fn take_pending() -> Option<Pending> {
    let storage = window().session_storage().ok().flatten()?;
    let text = storage.get_item(PENDING).ok().flatten();
    drop(storage.remove_item(PENDING));
    Pending::read(&text?)
}
