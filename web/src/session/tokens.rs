//! The tokens of a session: in memory only, and renewed before they end.

use api_client::browser::text;
use futures_util::future::{FutureExt, LocalBoxFuture, Shared};
use leptos::prelude::*;
use serde_json::Value;

use super::{CLIENT_ID, Session, Stage, encode, word};
use crate::{
    again::Again,
    fetch::{Reply, fetch},
    problem::Problem,
    routes,
};

/// A token is renewed this many milliseconds before it ends.
const EARLY: f64 = 30_000.0;

#[derive(Clone)]
pub(super) struct Tokens {
    access: String,
    /// Milliseconds since 1970.
    ends: f64,
    refresh: Option<String>,
}

/// Asking for new tokens, for all who wait for them.
pub(super) type Renewal = Shared<LocalBoxFuture<'static, Result<String, Problem>>>;

impl Session {
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

    /// Asks the token endpoint and keeps what it gives.
    pub(super) async fn ask(self, body: String) -> Result<String, Problem> {
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
