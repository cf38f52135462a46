//! The app: what every page shares, and which page an address shows.

use leptos::prelude::*;
use leptos_router::{
    components::{FlatRoutes, Route, Router},
    hooks::use_location,
    path,
};

use crate::{
    address,
    clock::Now,
    components::{page_header::Visited, shell::Shell, toast::Toasts},
    pages::{
        account::Account,
        activity::Activity,
        apis::{ApiPage, Apis, NewApi},
        client::Client,
        clients::Clients,
        communities::{Communities, CommunityPage, NewCommunity},
        groups::{Group, Groups},
        new_client::NewClient,
        not_found::NotFound,
        overview::Overview,
        profiles::{NewProfile, ProfilePage, Profiles},
        roles::{NewRole, Role, Roles},
        settings::SettingsPage,
        signing_in::SigningIn,
        signing_keys::SigningKeys,
        tenants::{NewTenant, TenantPage, Tenants},
        users::{User, Users},
    },
    routes,
    session::{Session, Stage},
    theme::Theme,
};

#[cfg(not(feature = "styleguide"))]
use crate::pages::not_found::NotFound as Styleguide;
#[cfg(feature = "styleguide")]
use crate::pages::styleguide::Styleguide;

/// The whole app.
#[component]
pub(crate) fn App() -> impl IntoView {
    Now::provide();
    Toasts::provide();
    Visited::provide();
    address::provide();
    provide_context(RwSignal::new(Theme::load()));
    // Before the router reads the address: an answer to a sign-in is replaced by where it started.
    let session = Session::provide();
    if !routes::is_open(&window().location().pathname().unwrap_or_default()) {
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
                        <Route path=path!("/users") view=Users />
                        <Route path=path!("/users/:id") view=User />
                        <Route path=path!("/users/:id/:tab") view=User />
                        <Route path=path!("/groups") view=Groups />
                        <Route path=path!("/groups/:id") view=Group />
                        <Route path=path!("/groups/:id/:tab") view=Group />
                        <Route path=path!("/roles") view=Roles />
                        <Route path=path!("/roles/new") view=NewRole />
                        <Route path=path!("/roles/:id") view=Role />
                        <Route path=path!("/apis") view=Apis />
                        <Route path=path!("/apis/new") view=NewApi />
                        <Route path=path!("/apis/:id") view=ApiPage />
                        <Route path=path!("/tenants") view=Tenants />
                        <Route path=path!("/tenants/new") view=NewTenant />
                        <Route path=path!("/tenants/:id") view=TenantPage />
                        <Route path=path!("/communities") view=Communities />
                        <Route path=path!("/communities/new") view=NewCommunity />
                        <Route path=path!("/communities/:id") view=CommunityPage />
                        <Route path=path!("/signing-keys") view=SigningKeys />
                        <Route path=path!("/profiles") view=Profiles />
                        <Route path=path!("/profiles/new") view=NewProfile />
                        <Route path=path!("/profiles/:id") view=ProfilePage />
                        <Route path=path!("/settings") view=SettingsPage />
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
    let is_open = Memo::new(move |_| routes::is_open(&path.get()));
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
