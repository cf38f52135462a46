//! Setting a password by a one-time link.
//!
//! The address is opened once and changes nothing, since mail programs open links, too; the form sends the link's token
//! in its body.

use askama::Template;
use poem::{Response, handler, http::StatusCode, web::Path};
use secrecy::SecretString;

use super::{
    Browser, PageError, SentForm,
    layout::{Layout, Onward, hide_address, see_other, show},
};
use crate::{
    domain::{one_time_link::LinkPurpose, refusal::Refusal},
    error::Error,
    people::{links, passwords},
};

#[derive(Template)]
#[template(path = "link.html")]
struct LinkPage {
    layout: Layout,
    form_token: String,
    action: String,
    token: String,
    name: String,
    email: String,
    invited: bool,
    problem: Option<String>,
    repeat_problem: Option<String>,
}

fn page(
    browser: &Browser,
    purpose: LinkPurpose,
    token: &str,
    user: &crate::domain::user::User,
) -> LinkPage {
    LinkPage {
        layout: Layout::new("Choose a password"),
        form_token: browser.form_token(),
        action: format!("/{}", purpose.as_str()),
        token: token.to_owned(),
        name: user.form.name.clone(),
        email: user.form.email.to_string(),
        invited: purpose == LinkPurpose::Invitation,
        problem: None,
        repeat_problem: None,
    }
}

async fn ask(browser: Browser, purpose: LinkPurpose, token: &str) -> Result<Response, PageError> {
    let user = links::find_link(&browser.app, purpose, token)
        .await?
        .ok_or(PageError::LinkOver)?;
    let shown = show(
        StatusCode::OK,
        &page(&browser, purpose, token, &user),
        Onward::Here,
    );
    Ok(browser.keep(hide_address(shown)))
}

async fn answer(form: SentForm, purpose: LinkPurpose) -> Result<Response, PageError> {
    let (browser, token) = (&form.browser, form.text("token"));
    let app = &browser.app;
    let user = links::find_link(app, purpose, token)
        .await?
        .ok_or(PageError::LinkOver)?;
    let again = |page: &LinkPage| {
        let shown = show(StatusCode::UNPROCESSABLE_ENTITY, page, Onward::Here);
        Ok(hide_address(shown))
    };
    let mut page = page(browser, purpose, token, &user);
    if form.text("new_password") != form.text("repeat_password") {
        page.repeat_problem = Some("The two are not the same.".to_owned());
        return again(&page);
    }
    let hash = match passwords::hash_new(app, &user, form.text("new_password"), "").await {
        Ok(hash) => hash,
        Err(Error::Refused(Refusal::Invalid(wrong))) => {
            // It may be the password that somebody else set meanwhile with this very link.
            links::find_link(app, purpose, token)
                .await?
                .ok_or(PageError::LinkOver)?;
            page.problem = Some(super::account::in_words(&wrong));
            return again(&page);
        }
        Err(other) => return Err(other.into()),
    };
    let token = SecretString::from(token);
    let cookie = links::use_link(app, purpose, &token, &user, hash, browser.origin.clone())
        .await?
        .ok_or(PageError::LinkOver)?;
    Ok(browser.with_cookie(see_other("/account"), &cookie))
}

/// `GET /invitation/{token}`.
#[handler]
pub(super) async fn ask_invited(
    browser: Browser,
    token: Path<String>,
) -> Result<Response, PageError> {
    ask(browser, LinkPurpose::Invitation, &token).await
}

/// `POST /invitation`.
#[handler]
pub(super) async fn answer_invited(form: SentForm) -> Result<Response, PageError> {
    answer(form, LinkPurpose::Invitation).await
}

/// `GET /password-reset/{token}`.
#[handler]
pub(super) async fn ask_reset(
    browser: Browser,
    token: Path<String>,
) -> Result<Response, PageError> {
    ask(browser, LinkPurpose::PasswordReset, &token).await
}

/// `POST /password-reset`.
#[handler]
pub(super) async fn answer_reset(form: SentForm) -> Result<Response, PageError> {
    answer(form, LinkPurpose::PasswordReset).await
}
