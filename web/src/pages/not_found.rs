//! An address that leads nowhere.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::{
    components::{
        button::{LinkButton, Variant},
        page_header::PageHeader,
    },
    routes,
};

/// Says which address was asked for and where to go instead.
#[component]
pub(crate) fn NotFound() -> impl IntoView {
    let location = use_location();
    view! {
        <PageHeader title="Page not found" />
        <div class="form">
            <p>"There is nothing at " <code>{move || location.pathname.get()}</code> ". The link may be old, or what it led to was deleted."</p>
            <div class="button-group">
                <LinkButton href=routes::href("/") variant=Variant::Primary>"Go to the overview"</LinkButton>
            </div>
        </div>
    }
}
