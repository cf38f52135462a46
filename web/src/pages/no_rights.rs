//! A page that was opened without the right to it.

use leptos::prelude::*;

use crate::{
    components::{empty_state::EmptyState, icon::Glyph, page_header::PageHeader},
    me::use_me,
};

/// Says which right is missing and whom to ask.
#[component]
pub(crate) fn NoRights(
    /// The page's title.
    title: &'static str,
    /// The permission that opens it.
    needs: &'static str,
) -> impl IntoView {
    let me = use_me();
    view! {
        <PageHeader title />
        <div class="table-frame">
            <EmptyState glyph=Glyph::Lock title="You may not see this" text="Ask an administrator of your organization for the permission below.">
                <code class="tag">{needs}</code>
            </EmptyState>
        </div>
        <p class="page-note">"Signed in as " <strong>{me.name.clone()}</strong></p>
    }
}
