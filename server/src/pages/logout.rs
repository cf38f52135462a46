//! Signing out at the request of an app (OpenID Connect RP-Initiated Logout 1.0).

use askama::Template;
use poem::{Body, Request, Response, handler, http::StatusCode};

use super::{
    Browser, PageError, SentForm,
    authorize::read_body,
    form::is_form,
    layout::{Layout, Onward, see_other, show},
};
use crate::{
    oauth::{
        logout::{self, LogoutRequest},
        parameters::Parameters,
    },
    people::sign_in,
};

#[derive(Template)]
#[template(path = "sign_out.html")]
struct SignOutPage {
    layout: Layout,
    form_token: String,
    app_name: Option<String>,
    user_name: String,
    /// What the app sent, for the answer.
    fields: Vec<(&'static str, String)>,
}

/// What the confirmed request carries again.
const CARRIED: [&str; 4] = [
    "id_token_hint",
    "client_id",
    "post_logout_redirect_uri",
    "state",
];

fn onward(request: &LogoutRequest) -> &str {
    request.onward.as_deref().unwrap_or("/signed-out")
}

/// `GET /oauth2/logout`. Without the ID token of the person that is signed in, they are asked first.
#[handler]
pub(super) async fn begin(browser: Browser, request: &Request) -> Result<Response, PageError> {
    let query = request.uri().query().unwrap_or_default();
    let parameters = Parameters::parse(query.as_bytes()).map_err(|_| PageError::Unreadable)?;
    let asked = logout::read(&browser.app, &parameters).await?;
    let Some(who) = browser.signed_in_at_all().await? else {
        return Ok(see_other(onward(&asked)));
    };
    if asked.must_ask(&who) {
        let page = SignOutPage {
            layout: Layout::new("Sign out?"),
            form_token: browser.form_token(),
            app_name: asked.app_name,
            user_name: who.user.form.name,
            fields: CARRIED
                .iter()
                .filter_map(|name| Some((*name, parameters.one(name)?.to_owned())))
                .collect(),
        };
        return Ok(show(StatusCode::OK, &page, Onward::ToAnApp));
    }
    sign_in::sign_out(&browser.app, who, browser.origin.clone()).await?;
    Ok(browser.without_cookie(see_other(onward(&asked))))
}

/// `POST /oauth2/logout`. The form of another site comes without our cookie, so it goes on by GET.
#[handler]
pub(super) async fn begin_by_post(request: &Request, body: Body) -> Result<Response, PageError> {
    if !is_form(request) {
        return Err(PageError::Unreadable);
    }
    let text = read_body(body).await?;
    let parameters = Parameters::parse(&text).map_err(|_| PageError::Unreadable)?;
    let mut query = form_urlencoded::Serializer::new(String::new());
    for name in CARRIED {
        if let Some(value) = parameters.one(name) {
            query.append_pair(name, value);
        }
    }
    Ok(see_other(&format!("/oauth2/logout?{}", query.finish())))
}

/// `POST /oauth2/logout/confirm`.
#[handler]
pub(super) async fn confirm(form: SentForm) -> Result<Response, PageError> {
    let browser = &form.browser;
    let asked = logout::read(&browser.app, &form.fields).await?;
    if let Some(who) = browser.signed_in_at_all().await? {
        sign_in::sign_out(&browser.app, who, browser.origin.clone()).await?;
    }
    Ok(browser.without_cookie(see_other(onward(&asked))))
}
