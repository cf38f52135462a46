//! Signing out at the request of an app (OpenID Connect RP-Initiated Logout 1.0).

use super::{
    authorize,
    id_token::{Hint, read_hint},
    parameters::Parameters,
};
use crate::{app::App, error::Result, people::sessions::SignedIn};

/// A request to sign out, as far as it can be believed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogoutRequest {
    /// Who signed in at the app.
    hint: Option<Hint>,
    /// Where the person goes afterwards, with `state`: an address that the app registered.
    pub onward: Option<String>,
    /// What the app is called.
    pub app_name: Option<String>,
}

impl LogoutRequest {
    /// Whether the person that is signed in has to be asked: anybody can make a link, only the app has the ID token.
    pub fn must_ask(&self, who: &SignedIn) -> bool {
        self.hint.as_ref().is_none_or(|it| it.user != who.user.id)
    }
}

/// Reads a request to sign out. What does not fit together is left out: signing out is never refused, but nobody is
/// sent to an address that their app did not register.
///
/// # Errors
/// The database being away.
pub async fn read(app: &App, parameters: &Parameters) -> Result<LogoutRequest> {
    let hint = parameters
        .one("id_token_hint")
        .and_then(|it| read_hint(app, it));
    let named = parameters.one("client_id");
    let client_id = match (&hint, named) {
        (Some(hint), Some(named)) if hint.client_id != named => return Ok(LogoutRequest::default()),
        (Some(hint), _) => Some(hint.client_id.clone()),
        (None, named) => named.map(str::to_owned),
    };
    let known = match client_id {
        Some(it) => app.known_client(&it).await?,
        None => None,
    };
    let Some(known) = known.filter(|it| authorize::serves_people(app, it)) else {
        return Ok(LogoutRequest {
            hint,
            ..LogoutRequest::default()
        });
    };
    let registered = &known.client.form.post_logout_redirect_uris;
    let onward = parameters
        .one("post_logout_redirect_uri")
        .filter(|sent| registered.iter().any(|it| it.matches(sent)))
        .map(|uri| with_state(uri, parameters.one("state")));
    Ok(LogoutRequest {
        hint,
        onward,
        app_name: Some(known.client.form.name.clone()),
    })
}

fn with_state(uri: &str, state: Option<&str>) -> String {
    match state {
        None => uri.to_owned(),
        Some(state) => {
            let mark = if uri.contains('?') { '&' } else { '?' };
            let state = percent_encoding::utf8_percent_encode(state, authorize::ENCODED);
            format!("{uri}{mark}state={state}")
        }
    }
}
