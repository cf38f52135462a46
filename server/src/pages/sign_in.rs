//! Sign in, sign out.

use askama::Template;
use poem::{Request, Response, handler, http::StatusCode};

use super::{
    Browser, PageError, SentForm,
    layout::{Layout, Onward, see_other, show},
};
use crate::{
    app::App,
    clients::built_in::CALLBACK,
    domain::authorization::AuthorizationRequest,
    oauth::{authorize, held},
    people::sign_in::{self, Attempt, SignIn, Where},
};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    layout: Layout,
    form_token: String,
    /// The request that goes on afterwards; empty without one.
    onward: String,
    email: String,
    /// The key of the tenant, where it has to be said.
    tenant: Option<String>,
    /// The person who is signed in here already, and is asked to prove it again.
    signed_in_as: Option<String>,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "signed_out.html")]
struct SignedOutPage {
    layout: Layout,
}

/// Reads the id of a held request. It only ever becomes a part of one of our own addresses.
///
/// # Errors
/// When it is not an id at all.
pub(super) fn held_request(text: Option<&str>) -> Result<Option<String>, PageError> {
    let Some(id) = text.filter(|it| !it.is_empty()) else {
        return Ok(None);
    };
    let fits = id.len() <= 128
        && id
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || b"-_".contains(&it));
    if fits {
        Ok(Some(id.to_owned()))
    } else {
        Err(PageError::Unreadable)
    }
}

/// The parameter `continue` of an address.
pub(super) fn continued(request: &Request) -> Result<Option<String>, PageError> {
    let query = request.uri().query().unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let found = pairs.find(|(name, _)| name == "continue");
    held_request(found.as_ref().map(|(_, id)| id.as_ref()))
}

/// Where a person goes after sign-in.
pub(super) fn next_of(onward: Option<&str>) -> String {
    onward.map_or_else(|| "/account".to_owned(), authorize::resume_path)
}

pub(super) const fn forms_lead(onward: Option<&str>) -> Onward {
    match onward {
        Some(_) => Onward::ToAnApp,
        None => Onward::Here,
    }
}

/// To the page where another password is set, which comes before everything else.
pub(super) fn to_password(onward: Option<&str>) -> Response {
    match onward {
        Some(id) => see_other(&format!("/account/password?continue={id}")),
        None => see_other("/account/password"),
    }
}

/// The tenant to which a person signs in: that of the app they come from; else the one they name; else the one whose
/// account they prove to have. One that is not there has no accounts.
async fn place_of(app: &App, onward: Option<&str>, named: &str) -> Result<Where, PageError> {
    if let Some(name) = onward
        && let Some(held) = held::find(app, name).await?
        && let Some(known) = app.known_client_by_id(held.request.client).await?
        && !known.client.built_in
    {
        return Ok(Where::Tenant(known.client.tenant_id));
    }
    if !named.is_empty() {
        return Ok(Where::named(app, named).await?);
    }
    Ok(Where::anywhere(app).await?)
}

/// Whether people go on from here to the admin app that is part of this server.
fn is_for_the_admin_app(app: &App, request: &AuthorizationRequest) -> bool {
    request.redirect_uri.strip_prefix(app.settings.issuer()) == Some(CALLBACK)
}

/// The parameter `tenant` of an address: a link can say to which tenant it leads.
fn named_tenant(request: &Request) -> Option<String> {
    let query = request.uri().query().unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let (_, value) = pairs.find(|(name, _)| name == "tenant")?;
    Some(value.chars().take(64).collect())
}

/// `GET /sign-in`. With `continue`, the form is shown to a person who is signed in, too: a held request comes here only
/// when it needs that.
#[handler]
pub(super) async fn ask(browser: Browser, request: &Request) -> Result<Response, PageError> {
    let onward = continued(request)?;
    let signed_in = browser.signed_in_at_all().await?;
    if let Some(it) = &signed_in {
        if it.user.must_change_password {
            return Ok(to_password(onward.as_deref()));
        }
        if onward.is_none() {
            return Ok(see_other("/account"));
        }
    }
    let user = signed_in.map(|it| it.user);
    let held = match &onward {
        Some(name) => held::find(&browser.app, name).await?,
        None => None,
    };
    let mut layout = Layout::new("Sign in");
    if held
        .as_ref()
        .is_some_and(|it| is_for_the_admin_app(&browser.app, &it.request))
    {
        layout = layout.before_the_admin_app();
    }
    let hint = held.and_then(|it| it.request.login_hint);
    let page = SignInPage {
        layout,
        form_token: browser.form_token(),
        email: user
            .as_ref()
            .map(|it| it.form.email.to_string())
            .or(hint.filter(|it| it.chars().count() <= 254))
            .unwrap_or_default(),
        tenant: named_tenant(request),
        signed_in_as: user.map(|it| it.form.name),
        problem: None,
        onward: onward.clone().unwrap_or_default(),
    };
    let shown = show(StatusCode::OK, &page, forms_lead(onward.as_deref()));
    Ok(browser.keep(shown))
}

/// `POST /sign-in`.
#[handler]
pub(super) async fn answer(form: SentForm) -> Result<Response, PageError> {
    let onward = held_request(Some(form.text("continue")))?;
    let (browser, app) = (&form.browser, &form.browser.app);
    let before = browser.signed_in_at_all().await?;
    let tenant = form.text("tenant").trim();
    let place = place_of(app, onward.as_deref(), tenant).await?;
    let attempt = Attempt {
        email: form.text("email").to_owned(),
        password: form.text("password").into(),
        replaces: before,
        origin: browser.origin.clone(),
    };
    let outcome = sign_in::sign_in(app, place, attempt).await?;
    let several = matches!(outcome, SignIn::SeveralAccounts);
    let problem = match outcome {
        SignIn::Done { cookie, user } => {
            let next = if user.must_change_password {
                to_password(onward.as_deref())
            } else {
                see_other(&next_of(onward.as_deref()))
            };
            return Ok(browser.with_cookie(next, &cookie));
        }
        SignIn::SlowDown(wait) => return Err(PageError::SlowDown(wait)),
        SignIn::SeveralAccounts => {
            "You have accounts in several organizations. Say to which one you want to sign in."
        }
        SignIn::Wrong => "The e-mail address or the password is wrong.",
        SignIn::Deactivated => "This account is deactivated. Ask your administrator.",
        SignIn::PasswordOver => {
            "This one-time password is too old: it worked for seven days. Whoever runs this server makes another one with \
             \u{201c}latchkey bootstrap\u{201d}."
        }
    };
    let page = SignInPage {
        layout: Layout::new("Sign in: try again"),
        form_token: browser.form_token(),
        email: form.text("email").chars().take(254).collect(),
        tenant: (several || !tenant.is_empty()).then(|| tenant.chars().take(64).collect()),
        signed_in_as: None,
        problem: Some(problem.to_owned()),
        onward: onward.clone().unwrap_or_default(),
    };
    Ok(show(
        StatusCode::UNAUTHORIZED,
        &page,
        forms_lead(onward.as_deref()),
    ))
}

/// `POST /sign-out`.
#[handler]
pub(super) async fn sign_out(form: SentForm) -> Result<Response, PageError> {
    let browser = &form.browser;
    if let Some(signed_in) = browser.signed_in_at_all().await? {
        sign_in::sign_out(&browser.app, signed_in, browser.origin.clone()).await?;
    }
    Ok(browser.without_cookie(see_other("/signed-out")))
}

/// `GET /signed-out`.
#[handler]
pub(super) fn signed_out() -> Response {
    let page = SignedOutPage {
        layout: Layout::new("Signed out"),
    };
    show(StatusCode::OK, &page, Onward::Here)
}
