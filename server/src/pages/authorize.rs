//! The authorization endpoint and the consent page.
//!
//! What is asked is held on the server; the pages carry nothing but the request's one-time name.

use askama::Template;
use poem::{Body, Request, Response, handler, http::StatusCode};
use url::Url;

use super::{
    Browser, PageError, SentForm,
    asked::{self, Asked},
    form::is_form,
    layout::{Layout, Onward, see_other, show},
    sign_in::held_request,
};
use crate::{
    access::known_apis::KnownApis,
    clients::cache::KnownClient,
    domain::{
        authorization::{AuthorizationRequest, HeldRequest},
        grant_type::GrantType,
    },
    oauth::{
        authorize::{self, Answer, Received, Stopped, Unproven},
        consent::{self, Decision, Outcome, SignInIs, Step},
        held::{self, Whose},
        parameters::Parameters,
    },
    people::{sessions::SignedIn, sign_in},
};

/// The largest request that is posted, in bytes.
const MOST_BYTES: usize = 64 * 1024;

#[derive(Template)]
#[template(path = "consent.html")]
struct ConsentPage {
    layout: Layout,
    form_token: String,
    /// The name of the held request.
    request: String,
    app_name: String,
    user_name: String,
    email: String,
    asked: Vec<Asked>,
    /// Whether the app can come back without the person.
    stays: bool,
    destination: String,
}

#[derive(Template)]
#[template(path = "stopped.html")]
struct StoppedPage<'a> {
    layout: Layout,
    title: &'a str,
    text: &'a str,
    request_id: &'a str,
}

/// A page that says why it does not go on.
pub(super) fn stopped(browser: &Browser, status: StatusCode, title: &str, text: &str) -> Response {
    let page = StoppedPage {
        layout: Layout::new(title),
        title,
        text,
        request_id: &browser.origin.request_id,
    };
    show(status, &page, Onward::Here)
}

fn unproven(browser: &Browser, why: Unproven) -> Response {
    stopped(
        browser,
        StatusCode::BAD_REQUEST,
        "This application cannot be opened",
        &why.to_string(),
    )
}

/// Answered before, or too old, or never there.
fn over(browser: &Browser, held: Option<&HeldRequest>) -> Response {
    if held.is_some_and(|it| it.answered_at.is_some()) {
        return stopped(
            browser,
            StatusCode::GONE,
            "You have answered this already",
            "The application has your answer. Go back to it; if it asks again, start there.",
        );
    }
    stopped(
        browser,
        StatusCode::GONE,
        "This page is too old",
        "It can be answered for ten minutes only. Nothing was changed. Go back to the application and start again.",
    )
}

/// `GET /oauth2/authorize`.
#[handler]
pub(super) async fn begin(browser: Browser, request: &Request) -> Result<Response, PageError> {
    let query = request.uri().query().unwrap_or_default();
    let received = match receive(&browser, query.as_bytes()).await? {
        Ok(received) => received,
        Err(answered) => return Ok(answered),
    };
    let who = browser.signed_in().await?;
    go_on(&browser, received, None, who, SignInIs::FromBefore).await
}

/// `POST /oauth2/authorize`. The form of another site comes without our cookie, so who is signed in is looked at on the
/// way back.
#[handler]
pub(super) async fn begin_by_post(
    browser: Browser,
    request: &Request,
    body: Body,
) -> Result<Response, PageError> {
    if !is_form(request) {
        return Err(PageError::Unreadable);
    }
    let text = read_body(body).await?;
    let received = match receive(&browser, &text).await? {
        Ok(received) => received,
        Err(answered) => return Ok(answered),
    };
    let stranger = Whose::Stranger(browser.origin.ip);
    let name = held::hold(&browser.app, received.request, stranger).await?;
    Ok(see_other(&authorize::resume_path(&name)))
}

pub(super) async fn read_body(body: Body) -> Result<Vec<u8>, PageError> {
    let bytes = body.into_bytes_limit(MOST_BYTES).await;
    Ok(bytes.map_err(|_| PageError::Unreadable)?.to_vec())
}

/// The request, or what is answered instead of going on.
async fn receive(browser: &Browser, text: &[u8]) -> Result<Result<Received, Response>, PageError> {
    let parameters = match Parameters::parse(text) {
        Ok(parameters) => parameters,
        Err(problem) => {
            let text = format!("The link is broken: {problem}. Go back to the application.");
            let title = "This application cannot be opened";
            return Ok(Err(stopped(browser, StatusCode::BAD_REQUEST, title, &text)));
        }
    };
    match authorize::receive(&browser.app, &parameters).await {
        Ok(received) => Ok(Ok(received)),
        Err(Stopped::Unproven(why)) => Ok(Err(unproven(browser, why))),
        Err(Stopped::SentBack(address)) => Ok(Err(see_other(&address))),
        Err(Stopped::Failed(error)) => Err(error.into()),
    }
}

/// `GET /oauth2/authorize/resume`: on with a request that was held.
#[handler]
pub(super) async fn resume(browser: Browser, request: &Request) -> Result<Response, PageError> {
    let query = request.uri().query().unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let name = pairs.find(|(name, _)| name == "request");
    let name = held_request(name.as_ref().map(|(_, it)| it.as_ref()))?.unwrap_or_default();
    let app = &browser.app;
    let found = held::find(app, &name).await?;
    let Some(held) = found.as_ref().filter(|it| it.answered_at.is_none()) else {
        return Ok(over(&browser, found.as_ref()));
    };
    let Some(known) = authorize::find_app_by_id(app, &held.request).await? else {
        return Ok(unproven(&browser, Unproven::UnknownClient));
    };
    let who = browser.signed_in().await?;
    let sign_in = who
        .as_ref()
        .map_or(SignInIs::FromBefore, |who| SignInIs::of(held, who));
    let received = Received {
        known,
        request: held.request.clone(),
    };
    go_on(&browser, received, Some((name, held)), who, sign_in).await
}

/// Takes the next step of a request, which may be held already.
async fn go_on(
    browser: &Browser,
    received: Received,
    held: Option<(String, &HeldRequest)>,
    who: Option<SignedIn>,
    sign_in: SignInIs,
) -> Result<Response, PageError> {
    let app = &browser.app;
    let Received { known, request } = received;
    let step = consent::next_step(app, &known, &request, who.as_ref(), sign_in).await?;
    match (step, who) {
        (Step::Refuse(error), _) => {
            let address = authorize::answer(app, &request, &Answer::Error(&error));
            Ok(see_other(&address))
        }
        (Step::SignIn, who) => {
            let name = if let Some((name, _)) = held {
                name
            } else {
                let stranger = Whose::Stranger(browser.origin.ip);
                let whose = who.map_or(stranger, |it| Whose::Session(it.session_id));
                held::hold(app, request, whose).await?
            };
            Ok(see_other(&format!("/sign-in?continue={name}")))
        }
        (Step::Grant, Some(who)) => {
            let before = Decision::AllowedBefore(held.map(|(name, _)| name));
            decide(browser, &who, request, before).await
        }
        (Step::Ask, Some(who)) => match held {
            None => {
                let name = held::hold(app, request, Whose::Session(who.session_id)).await?;
                Ok(see_other(&authorize::resume_path(&name)))
            }
            Some((name, held)) => {
                held::bind(app, &name, held, who.session_id).await?;
                let apis = app
                    .known_apis(known.tenant.id)
                    .await
                    .map_err(PageError::from)?;
                Ok(ask(browser, &known, &apis, &request, &who, name))
            }
        },
        // Without a person these steps do not come up.
        (Step::Grant | Step::Ask, None) => Err(PageError::OutOfDate),
    }
}

fn ask(
    browser: &Browser,
    known: &KnownClient,
    apis: &KnownApis,
    request: &AuthorizationRequest,
    who: &SignedIn,
    name: String,
) -> Response {
    let form = &known.client.form;
    let page = ConsentPage {
        layout: Layout::new(format!("Allow {}?", form.name)),
        form_token: browser.form_token(),
        request: name,
        app_name: form.name.clone(),
        user_name: who.user.form.name.clone(),
        email: who.user.form.email.to_string(),
        asked: asked::in_words(&request.scope, apis),
        stays: form.grant_types.contains(&GrantType::RefreshToken),
        destination: destination(&request.redirect_uri),
    };
    show(StatusCode::OK, &page, Onward::ToAnApp)
}

/// Where the person is sent, as far as it tells them something: the host, or the scheme of an app of their own.
fn destination(redirect_uri: &str) -> String {
    let url = Url::parse(redirect_uri).ok();
    match url
        .as_ref()
        .and_then(|it| it.host_str().map(|host| (it, host)))
    {
        Some((url, host)) => match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        },
        None => redirect_uri
            .split(':')
            .next()
            .unwrap_or_default()
            .to_owned(),
    }
}

/// `POST /oauth2/consent`: Allow or Deny.
#[handler]
pub(super) async fn answer(form: SentForm) -> Result<Response, PageError> {
    let browser = &form.browser;
    let app = &browser.app;
    let name = held_request(Some(form.text("request")))?.unwrap_or_default();
    let found = held::find(app, &name).await?;
    let Some(held) = found.as_ref().filter(|it| it.answered_at.is_none()) else {
        return Ok(over(browser, found.as_ref()));
    };
    let Some(who) = browser.signed_in().await? else {
        return Ok(see_other(&format!("/sign-in?continue={name}")));
    };
    if held.session != Some(who.session_id) {
        return Ok(stopped(
            browser,
            StatusCode::FORBIDDEN,
            "This was asked somewhere else",
            "Another person was asked, or you signed in again since. Nothing was changed. Go back to the application \
             and start again.",
        ));
    }
    let Some(known) = authorize::find_app_by_id(app, &held.request).await? else {
        return Ok(unproven(browser, Unproven::UnknownClient));
    };
    let request = held.request.clone();
    let sign_in = SignInIs::of(held, &who);
    let step = consent::next_step(app, &known, &request, Some(&who), sign_in).await?;
    let decision = match (form.text("answer"), step) {
        (_, Step::SignIn) => return Ok(see_other(&format!("/sign-in?continue={name}"))),
        (_, Step::Refuse(error)) => {
            return Ok(see_other(&authorize::answer(
                app,
                &request,
                &Answer::Error(&error),
            )));
        }
        ("allow", _) => Decision::Allowed(name),
        ("deny", _) => Decision::Denied(name),
        _ => return Err(PageError::Unreadable),
    };
    decide(browser, &who, request, decision).await
}

/// `POST /oauth2/consent/other-account`: sign out, sign in as somebody else, and be asked again.
#[handler]
pub(super) async fn other_account(form: SentForm) -> Result<Response, PageError> {
    let browser = &form.browser;
    let name = held_request(Some(form.text("request")))?.unwrap_or_default();
    if let Some(who) = browser.signed_in_at_all().await? {
        sign_in::sign_out(&browser.app, who, browser.origin.clone()).await?;
    }
    Ok(browser.without_cookie(see_other(&format!("/sign-in?continue={name}"))))
}

async fn decide(
    browser: &Browser,
    who: &SignedIn,
    request: AuthorizationRequest,
    decision: Decision,
) -> Result<Response, PageError> {
    let origin = browser.origin.clone();
    match consent::decide(&browser.app, who, request, decision, origin).await? {
        Outcome::SendTo(address) => Ok(see_other(&address)),
        Outcome::Over => Ok(stopped(
            browser,
            StatusCode::GONE,
            "You have answered this already",
            "The application has your answer. Go back to it; if it asks again, start there.",
        )),
        Outcome::AppGone => Ok(unproven(browser, Unproven::UnknownClient)),
    }
}
