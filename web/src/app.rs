//! The app: what every page shares, and which page an address shows.

use leptos::prelude::*;

use crate::{
    address,
    clock::Now,
    components::{page_header::Visited, shell::Shell, toast::Toasts},
    effect::memo,
    effect::on_change,
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
    router::{Outlet, Page, Pages, Router, use_path},
    routes,
    session::{Session, Stage},
    theme::Theme,
};

#[cfg(not(feature = "styleguide"))]
use crate::pages::not_found::NotFound as Styleguide;
#[cfg(feature = "styleguide")]
use crate::pages::styleguide::Styleguide;

const NOT_FOUND: Page = || view! { <NotFound /> }.into_any();

/// The first whose path fits is shown.
const PAGES: Pages = &[
    ("/", || view! { <Overview /> }.into_any()),
    ("/clients", || view! { <Clients /> }.into_any()),
    ("/clients/new", || view! { <NewClient /> }.into_any()),
    ("/clients/:id", || view! { <Client /> }.into_any()),
    ("/clients/:id/:tab", || view! { <Client /> }.into_any()),
    ("/users", || view! { <Users /> }.into_any()),
    ("/users/:id", || view! { <User /> }.into_any()),
    ("/users/:id/:tab", || view! { <User /> }.into_any()),
    ("/groups", || view! { <Groups /> }.into_any()),
    ("/groups/:id", || view! { <Group /> }.into_any()),
    ("/groups/:id/:tab", || view! { <Group /> }.into_any()),
    ("/roles", || view! { <Roles /> }.into_any()),
    ("/roles/new", || view! { <NewRole /> }.into_any()),
    ("/roles/:id", || view! { <Role /> }.into_any()),
    ("/apis", || view! { <Apis /> }.into_any()),
    ("/apis/new", || view! { <NewApi /> }.into_any()),
    ("/apis/:id", || view! { <ApiPage /> }.into_any()),
    ("/tenants", || view! { <Tenants /> }.into_any()),
    ("/tenants/new", || view! { <NewTenant /> }.into_any()),
    ("/tenants/:id", || view! { <TenantPage /> }.into_any()),
    ("/communities", || view! { <Communities /> }.into_any()),
    ("/communities/new", || view! { <NewCommunity /> }.into_any()),
    ("/communities/:id", || {
        view! { <CommunityPage /> }.into_any()
    }),
    ("/signing-keys", || view! { <SigningKeys /> }.into_any()),
    ("/profiles", || view! { <Profiles /> }.into_any()),
    ("/profiles/new", || view! { <NewProfile /> }.into_any()),
    ("/profiles/:id", || view! { <ProfilePage /> }.into_any()),
    ("/settings", || view! { <SettingsPage /> }.into_any()),
    ("/activity", || view! { <Activity /> }.into_any()),
    ("/account", || view! { <Account /> }.into_any()),
    ("/styleguide", || view! { <Styleguide /> }.into_any()),
];

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
    Router::provide(PAGES);

    view! {
        <Gate session>
            <Shell>
                <Outlet fallback=NOT_FOUND />
            </Shell>
        </Gate>
    }
}

/// Shows the app to those who are signed in, and the style guide to everybody.
#[component]
fn Gate(session: Session, children: ChildrenFn) -> impl IntoView {
    let path = use_path();
    let is_open = memo(move || routes::is_open(&path.get()));
    let is_ready = memo(move || matches!(session.stage(), Stage::Ready(_)));
    // Leaving the style guide without being signed in.
    on_change(
        move || is_open.track(),
        move || {
            if !is_open.get_untracked() && !is_ready.get_untracked() {
                session.start();
            }
        },
    );
    view! {
        <Show when=move || is_open.get() || is_ready.get() fallback=move || view! { <SigningIn session /> }>
            {children()}
        </Show>
    }
}
