//! One's own account: who one is here, where one is signed in, and the password.

use askama::Template;
use futures_util::FutureExt;
use poem::{Request, Response, handler, http::StatusCode};
use uuid::Uuid;

use super::{
    Browser, PageError, SentForm,
    applications::{self, ShownApplication},
    layout::{Layout, Onward, see_other, show},
    sign_in::{continued, forms_lead, held_request, next_of},
};
use crate::{
    domain::{refusal::Refusal, role::LadderRole, user::User, violation::Violations},
    error::Error,
    people::{
        passwords::{self, Proof},
        read, roles,
        sessions::{self, SignedIn},
    },
};

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    layout: Layout,
    form_token: String,
    name: String,
    initials: String,
    email: String,
    tenant: String,
    /// The rung of the ladder and the roles beside it.
    roles: String,
    /// Whether the admin app has something to show.
    administers: bool,
    sessions: Vec<ShownSession>,
    applications: Vec<ShownApplication>,
    notice: Option<&'static str>,
}

struct ShownSession {
    id: Uuid,
    program: String,
    ip: String,
    last_seen_at: String,
    is_this: bool,
}

#[derive(Template)]
#[template(path = "password.html")]
struct PasswordPage {
    layout: Layout,
    form_token: String,
    onward: String,
    email: String,
    /// Whether the person cannot go on without another password.
    forced: bool,
    current_problem: Option<String>,
    problem: Option<String>,
    repeat_problem: Option<String>,
}

const fn role_in_words(role: LadderRole) -> &'static str {
    match role {
        LadderRole::Member => "Member",
        LadderRole::Admin => "Admin",
        LadderRole::SuperAdmin => "Super admin",
    }
}

/// The browser and system that a `User-Agent` names, in few words.
fn program(user_agent: Option<&str>) -> String {
    let Some(text) = user_agent else {
        return "Unknown program".to_owned();
    };
    // Order matters: each of the later ones calls itself by the names before it.
    let browser = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]
    .into_iter()
    .find(|(mark, _)| text.contains(mark));
    let system = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]
    .into_iter()
    .find(|(mark, _)| text.contains(mark));
    match (browser, system) {
        (Some((_, browser)), Some((_, system))) => format!("{browser} on {system}"),
        (Some((_, browser)), None) => browser.to_owned(),
        _ => text.chars().take(60).collect(),
    }
}

/// One or two letters for a person.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|it| it.chars().next());
    let first = words.next();
    let last = words.next_back();
    first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .collect()
}

/// "2027-03-31 18:00 UTC"
pub(super) fn moment(at: crate::domain::timestamp::Timestamp) -> String {
    let text = at.to_string();
    match (text.get(..10), text.get(11..16)) {
        (Some(day), Some(time)) => format!("{day} {time} UTC"),
        _ => text,
    }
}

pub(super) async fn signed_in(browser: &Browser) -> Result<Option<SignedIn>, PageError> {
    Ok(browser.signed_in().await?)
}

/// `GET /account`.
#[handler]
pub(super) async fn show_account(
    browser: Browser,
    request: &Request,
) -> Result<Response, PageError> {
    let Some(me) = signed_in(&browser).await? else {
        return Ok(see_other("/sign-in"));
    };
    let app = &browser.app;
    let tenant = read::get_tenant(app, &me.user).await?;
    let sessions = sessions::list_sessions(app, me.user.id)
        .await?
        .into_iter()
        .map(|it| ShownSession {
            id: it.id,
            program: program(it.user_agent.as_deref()),
            ip: it.ip.unwrap_or_else(|| "unknown address".to_owned()),
            last_seen_at: moment(it.last_seen_at),
            is_this: it.id == me.session_id,
        })
        .collect();
    let own = roles::own_roles(app, &me.user).await?;
    let applications = applications::shown(app, &me.caller(browser.origin.clone())).await?;
    let notice = match request.uri().query() {
        Some("done=password") => {
            Some("Your password is changed. Everywhere else you are signed out.")
        }
        Some("done=session") => Some("The session is ended."),
        Some("done=sessions") => Some("You are signed out everywhere else."),
        Some("done=application") => Some(
            "The application can no longer use your account. If it needs to, it will ask you again.",
        ),
        _ => None,
    };
    let page = AccountPage {
        layout: Layout::new("Your account"),
        form_token: browser.form_token(),
        initials: initials(&me.user.form.name),
        email: me.user.form.email.to_string(),
        tenant: tenant.form.name,
        roles: std::iter::once(role_in_words(me.user.form.role))
            .chain(own.names.iter().map(String::as_str))
            .collect::<Vec<_>>()
            .join(", "),
        administers: own.administers,
        name: me.user.form.name,
        sessions,
        applications,
        notice,
    };
    Ok(show(StatusCode::OK, &page, Onward::Here))
}

/// `POST /account/sessions/end`.
#[handler]
pub(super) async fn end_session(form: SentForm) -> Result<Response, PageError> {
    let browser = &form.browser;
    let Some(me) = signed_in(browser).await? else {
        return Ok(see_other("/sign-in"));
    };
    let id = Uuid::try_parse(form.text("session")).map_err(|_| PageError::Unreadable)?;
    let caller = me.caller(browser.origin.clone());
    let own = id == me.session_id;
    browser
        .app
        .change(caller, move |change| {
            async move { sessions::end_session(change, &me.user, id).await }.boxed()
        })
        .await?;
    Ok(if own {
        browser.without_cookie(see_other("/signed-out"))
    } else {
        see_other("/account?done=session")
    })
}

/// `POST /account/sessions/end-others`.
#[handler]
pub(super) async fn end_others(form: SentForm) -> Result<Response, PageError> {
    let browser = &form.browser;
    let Some(me) = signed_in(browser).await? else {
        return Ok(see_other("/sign-in"));
    };
    let caller = me.caller(browser.origin.clone());
    browser
        .app
        .change(caller, move |change| {
            async move { sessions::end_sessions(change, &me.user, Some(me.session_id)).await }
                .boxed()
        })
        .await?;
    Ok(see_other("/account?done=sessions"))
}

fn password_page(browser: &Browser, user: &User, onward: Option<&str>) -> PasswordPage {
    PasswordPage {
        layout: Layout::new(if user.must_change_password {
            "Choose a password"
        } else {
            "Change your password"
        }),
        form_token: browser.form_token(),
        onward: onward.unwrap_or_default().to_owned(),
        email: user.form.email.to_string(),
        forced: user.must_change_password,
        current_problem: None,
        problem: None,
        repeat_problem: None,
    }
}

/// `GET /account/password`.
#[handler]
pub(super) async fn ask_password(
    browser: Browser,
    request: &Request,
) -> Result<Response, PageError> {
    let onward = continued(request)?;
    let Some(me) = browser.signed_in_at_all().await? else {
        return Ok(to_sign_in(onward.as_deref()));
    };
    let page = password_page(&browser, &me.user, onward.as_deref());
    Ok(show(StatusCode::OK, &page, forms_lead(onward.as_deref())))
}

fn to_sign_in(onward: Option<&str>) -> Response {
    match onward {
        Some(id) => see_other(&format!("/sign-in?continue={id}")),
        None => see_other("/sign-in"),
    }
}

/// `POST /account/password`. Who came with a one-time password has just typed it and is not asked again.
#[handler]
pub(super) async fn change_password(form: SentForm) -> Result<Response, PageError> {
    let onward = held_request(Some(form.text("continue")))?;
    let browser = &form.browser;
    let Some(me) = browser.signed_in_at_all().await? else {
        return Ok(to_sign_in(onward.as_deref()));
    };
    let app = &browser.app;
    let again = |page: &PasswordPage| {
        Ok(show(
            StatusCode::UNPROCESSABLE_ENTITY,
            page,
            forms_lead(onward.as_deref()),
        ))
    };
    let mut page = password_page(browser, &me.user, onward.as_deref());
    if !me.user.must_change_password {
        let typed = form.text("current_password");
        match passwords::prove_own(app, &me.user, typed, browser.origin.ip).await? {
            Proof::Right => {}
            Proof::Wrong => {
                page.current_problem = Some("This is not your password.".to_owned());
                return again(&page);
            }
            Proof::NotSaid(wait) => return Err(PageError::SlowDown(wait)),
        }
    }
    if form.text("new_password") != form.text("repeat_password") {
        page.repeat_problem = Some("The two are not the same.".to_owned());
        return again(&page);
    }
    let hash = passwords::hash_new(app, &me.user, form.text("new_password"), "").await;
    let hash = match hash {
        Ok(hash) => hash,
        Err(Error::Refused(Refusal::Invalid(wrong))) => {
            page.problem = Some(in_words(&wrong));
            return again(&page);
        }
        Err(other) => return Err(other.into()),
    };
    let caller = me.caller(browser.origin.clone());
    let cookie = app
        .change(caller, move |change| {
            async move {
                let user = passwords::choose_password(change, &me.user, &hash, None).await?;
                sessions::begin_session(change, &user).await
            }
            .boxed()
        })
        .await?;
    let next = match onward.as_deref() {
        None => "/account?done=password".to_owned(),
        onward => next_of(onward),
    };
    Ok(browser.with_cookie(see_other(&next), &cookie))
}

/// What is wrong with a password, as a sentence.
pub(super) fn in_words(wrong: &Violations) -> String {
    let reasons: Vec<&str> = wrong
        .as_slice()
        .iter()
        .map(|it| it.message.as_str())
        .collect();
    format!("The password {}.", reasons.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_named_by_browser_and_system() {
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
        assert_eq!(program(Some(chrome)), "Chrome on Linux");
        assert_eq!(
            program(Some(&format!("{chrome} Edg/142.0"))),
            "Edge on Linux"
        );
        assert_eq!(program(Some("curl/8.0")), "curl/8.0");
        assert_eq!(program(None), "Unknown program");
    }

    #[test]
    fn initials_are_of_the_first_and_the_last_word() {
        assert_eq!(initials("Ada King Byron"), "AB");
        assert_eq!(initials("administrator"), "A");
        assert_eq!(initials(" "), "");
    }
}
