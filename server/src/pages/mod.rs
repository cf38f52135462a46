//! The pages for people: sign in, change a password, one's own account, and what went wrong; and the files of the admin
//! app.
//!
//! But for that app, plain HTML from templates that escape, no script. A page that changes something is a form of our own: it carries a
//! token that is bound to the browser's cookie, its `Origin` is looked at, and it is answered by 303. What is shown here
//! is never kept by anyone in between.

mod account;
mod admin_app;
mod applications;
mod asked;
mod authorize;
mod browser;
mod error;
mod form;
mod layout;
mod link;
mod logout;
mod sign_in;

pub use browser::Browser;
pub use error::PageError;
pub use form::SentForm;
pub use layout::{Layout, Onward, see_other, show};

use poem::{
    Endpoint, EndpointExt, IntoEndpoint, IntoResponse, Request, Response, Route, RouteMethod, get,
    post,
};

use crate::domain::caller::Origin;

/// Adds the pages to the map of all URLs.
pub fn add_to(routes: Route) -> Route {
    routes
        .at("/pages.css", get(layout::style_sheet))
        .at("/admin", get(admin_app::admin))
        .at("/admin/*path", get(admin_app::admin))
        .at("/sign-in", page(get(sign_in::ask).post(sign_in::answer)))
        .at("/sign-out", page(post(sign_in::sign_out)))
        .at("/signed-out", page(get(sign_in::signed_out)))
        .at(
            "/oauth2/authorize",
            page(get(authorize::begin).post(authorize::begin_by_post)),
        )
        .at("/oauth2/authorize/resume", page(get(authorize::resume)))
        .at("/oauth2/consent", page(post(authorize::answer)))
        .at(
            "/oauth2/consent/other-account",
            page(post(authorize::other_account)),
        )
        .at(
            "/oauth2/logout",
            page(get(logout::begin).post(logout::begin_by_post)),
        )
        .at("/oauth2/logout/confirm", page(post(logout::confirm)))
        .at("/invitation", page(post(link::answer_invited)))
        .at("/invitation/:token", page(get(link::ask_invited)))
        .at("/password-reset", page(post(link::answer_reset)))
        .at("/password-reset/:token", page(get(link::ask_reset)))
        .at("/account", page(get(account::show_account)))
        .at(
            "/account/password",
            page(get(account::ask_password).post(account::change_password)),
        )
        .at("/account/sessions/end", page(post(account::end_session)))
        .at(
            "/account/sessions/end-others",
            page(post(account::end_others)),
        )
        .at(
            "/account/applications/disconnect",
            page(post(applications::disconnect)),
        )
}

/// A path as it may be written down: a one-time link's is as good as a password.
pub fn without_token(path: &str) -> &str {
    ["/invitation/", "/password-reset/"]
        .into_iter()
        .find(|it| path.starts_with(it))
        .unwrap_or(path)
}

/// A page whose errors are pages, too.
pub fn page(methods: RouteMethod) -> impl IntoEndpoint<Endpoint = impl Endpoint> {
    methods.around(async |next, request: Request| {
        let id = request
            .data::<Origin>()
            .map(|it| it.request_id.clone())
            .unwrap_or_default();
        let answered: Response = match next.call(request).await {
            Ok(response) => response.into_response(),
            Err(error) => PageError::from_framework(error).into_response_for(&id),
        };
        Ok(answered)
    })
}
