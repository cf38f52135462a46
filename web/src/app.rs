//! The app: what every page shares, and which page an address shows.

use leptos::prelude::*;
use leptos_router::{
    components::{FlatRoutes, Route, Router},
    hooks::use_location,
    path,
};

use crate::{
    clock::Now,
    components::{page_header::Visited, shell::Shell, toast::Toasts},
    pages::{
        account::Account, activity::Activity, client::Client, clients::Clients,
        new_client::NewClient, not_found::NotFound, overview::Overview, signing_in::SigningIn,
        styleguide::Styleguide,
    },
    routes,
    session::{Session, Stage},
    theme::Theme,
};

/// The whole app.
#[component]
pub(crate) fn App() -> impl IntoView {
    Now::provide();
    Toasts::provide();
    Visited::provide();
    provide_context(RwSignal::new(Theme::load()));
    // Before the router reads the address: an answer to a sign-in is replaced by where it started.
    let session = Session::provide();
    if window().location().pathname().ok() != Some(routes::href(routes::STYLEGUIDE)) {
        session.start();
    }

    view! {
        <Router base=routes::BASE>
            <Gate session>
                <Shell>
                    <FlatRoutes fallback=NotFound>
                        <Route path=path!("/") view=Overview />
                        <Route path=path!("/clients") view=Clients />
                        <Route path=path!("/clients/new") view=NewClient />
                        <Route path=path!("/clients/:id") view=Client />
                        <Route path=path!("/clients/:id/:tab") view=Client />
                        <Route path=path!("/activity") view=Activity />
                        <Route path=path!("/account") view=Account />
                        <Route path=path!("/styleguide") view=Styleguide />
                    </FlatRoutes>
                </Shell>
            </Gate>
        </Router>
    }
}

/// Shows the app to those who are signed in, and the style guide to everybody.
#[component]
fn Gate(session: Session, children: ChildrenFn) -> impl IntoView {
    let path = use_location().pathname;
    let is_open = Memo::new(move |_| path.get() == routes::href(routes::STYLEGUIDE));
    let is_ready = Memo::new(move |_| matches!(session.stage(), Stage::Ready(_)));
    // Leaving the style guide without being signed in.
    Effect::watch(
        move || is_open.get(),
        move |is_open, _, _| {
            if !is_open && !is_ready.get_untracked() {
                session.start();
            }
        },
        false,
    );
    view! {
        <Show when=move || is_open.get() || is_ready.get() fallback=move || view! { <SigningIn session /> }>
            {children()}
        </Show>
    }
}
