//! The app: what every page shares, and which page an address shows.

use leptos::prelude::*;
use leptos_router::{
    components::{Route, Router, Routes},
    path,
};

use crate::{
    clock::Now,
    components::{page_header::Visited, shell::Shell, toast::Toasts},
    pages::{not_found::NotFound, styleguide::Styleguide},
    routes,
    theme::Theme,
};

/// The whole app.
#[component]
pub(crate) fn App() -> impl IntoView {
    Now::provide();
    Toasts::provide();
    Visited::provide();
    provide_context(RwSignal::new(Theme::load()));

    view! {
        <Router base=routes::BASE>
            <Shell>
                <Routes fallback=NotFound>
                    <Route path=path!("/styleguide") view=Styleguide />
                </Routes>
            </Shell>
        </Router>
    }
}
