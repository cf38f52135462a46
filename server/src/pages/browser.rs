//! The browser at the other end: its cookie, and who is signed in with it.

use poem::{
    FromRequest, Request, RequestBody, Response,
    http::{HeaderMap, HeaderValue, header},
    web::{
        Data,
        cookie::{Cookie, SameSite},
    },
};
use secrecy::{ExposeSecret, SecretString};

use super::PageError;
use crate::{
    app::App,
    domain::caller::Origin,
    error::Result,
    people::sessions::{self, SignedIn},
};

/// A browser that asks for a page.
///
/// Every browser has one cookie. Before sign-in its random value says nothing, and only binds forms to the browser;
/// sign-in puts another value in its place.
pub struct Browser {
    /// The application.
    pub app: App,
    /// Where the request came from.
    pub origin: Origin,
    cookie: SecretString,
    cookie_is_new: bool,
}

/// The name of the cookie. `__Host-` ties it to this very host and to TLS. Where the public URL is plain http, which is
/// for trying out on one's own machine, neither can be had.
const fn cookie_name(secure: bool) -> &'static str {
    if secure {
        "__Host-latchkey"
    } else {
        "latchkey"
    }
}

fn is_secure(app: &App) -> bool {
    app.settings.issuer().starts_with("https://")
}

fn find_cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|it| it.to_str().ok())
        .flat_map(|it| it.split(';'))
        .filter_map(|it| it.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
        // What we send is 43 characters; anything else is not ours.
        .filter(|it| it.len() == 43)
}

impl<'a> FromRequest<'a> for Browser {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let app = Data::<&App>::from_request(request, body).await?.0.clone();
        let sent = find_cookie(request.headers(), cookie_name(is_secure(&app)));
        let (cookie, cookie_is_new) = match sent {
            Some(value) => (value.to_owned().into(), false),
            None => (sessions::new_cookie(&app).map_err(PageError::from)?, true),
        };
        Ok(Self {
            origin: request.data::<Origin>().cloned().unwrap_or_default(),
            app,
            cookie,
            cookie_is_new,
        })
    }
}

impl Browser {
    /// Who is signed in here and may go on; see [`sessions::find_session`].
    ///
    /// # Errors
    /// The database being away.
    pub async fn signed_in(&self) -> Result<Option<SignedIn>> {
        if self.cookie_is_new {
            return Ok(None);
        }
        sessions::find_session(&self.app, self.cookie.expose_secret()).await
    }

    /// As [`signed_in`](Self::signed_in), with those who have to set another password first.
    ///
    /// # Errors
    /// The database being away.
    pub async fn signed_in_at_all(&self) -> Result<Option<SignedIn>> {
        if self.cookie_is_new {
            return Ok(None);
        }
        sessions::find_any_session(&self.app, self.cookie.expose_secret()).await
    }

    /// What the forms of a page carry to show that they are ours.
    pub fn form_token(&self) -> String {
        sessions::form_token(self.cookie.expose_secret())
    }

    /// Whether a form that carries `token` is ours, from this browser.
    pub(super) fn sent_from_our_page(&self, token: &str) -> bool {
        !self.cookie_is_new && sessions::form_token_fits(self.cookie.expose_secret(), token)
    }

    /// Lets the browser keep the value that its forms are bound to.
    #[must_use]
    pub fn keep(&self, response: Response) -> Response {
        if self.cookie_is_new {
            self.with_cookie(response, &self.cookie)
        } else {
            response
        }
    }

    /// Gives the browser another cookie, from [`sessions::begin_session`].
    #[must_use]
    pub fn with_cookie(&self, mut response: Response, value: &SecretString) -> Response {
        let cookie = self.cookie(value.expose_secret());
        self.set(&mut response, &cookie);
        response
    }

    /// Takes the cookie away.
    #[must_use]
    pub fn without_cookie(&self, mut response: Response) -> Response {
        let mut cookie = self.cookie("");
        cookie.make_removal();
        self.set(&mut response, &cookie);
        response
    }

    /// Lives as long as the browser's own session; the limits are kept on the server.
    fn cookie(&self, value: &str) -> Cookie {
        let secure = is_secure(&self.app);
        let mut cookie = Cookie::new_with_str(cookie_name(secure), value);
        cookie.set_path("/");
        cookie.set_http_only(true);
        cookie.set_secure(secure);
        cookie.set_same_site(SameSite::Lax);
        cookie
    }

    #[expect(
        clippy::unused_self,
        reason = "cookies are set by the browser's own methods only"
    )]
    fn set(&self, response: &mut Response, cookie: &Cookie) {
        if let Ok(mut value) = HeaderValue::from_str(&cookie.to_string()) {
            value.set_sensitive(true);
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
}
