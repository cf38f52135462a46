//! An address that leads nowhere.

use leptos::prelude::*;

use crate::{
    components::{
        button::{LinkButton, Variant},
        page_header::PageHeader,
    },
    router::use_path,
    routes,
};

/// Says which address was asked for and where to go instead.
#[component]
pub(crate) fn NotFound() -> impl IntoView {
    let path = use_path();
    view! {
        <PageHeader title="Page not found" />
        <div class="form">
            <p>"There is nothing at " <code>{path}</code> ". The link may be old, or what it led to was deleted."</p>
            <div class="button-group">
                <LinkButton href=routes::href("/") variant=Variant::Primary>"Go to the overview"</LinkButton>
            </div>
        </div>
    }
}
