//! The permission grid of this tenant as a field: its rows come from the server.

use std::collections::BTreeSet;

use leptos::prelude::*;

use crate::{
    api::{types, use_api},
    components::{
        icon::{Glyph, Icon},
        permission_grid::{Ceiling, PermissionGrid, Resource},
        problem_notice::ProblemNotice,
        skeleton::Skeleton,
    },
    load::load,
};

/// A row as the component draws it.
fn resource(row: types::PermissionRow) -> Resource {
    let has = |access: &str| row.access.iter().any(|it| it == access);
    Resource {
        view: has("view"),
        change: has("change"),
        key: row.resource,
        label: row.label,
        api: row.api,
    }
}

/// The grid, once its rows are there.
#[component]
pub(crate) fn GridField(
    /// What the grid is about, as in "Permissions of Warehouse sync".
    #[prop(into)]
    caption: String,
    granted: RwSignal<BTreeSet<String>>,
    ceiling: Ceiling,
    #[prop(optional, into)] error: Signal<Option<String>>,
) -> impl IntoView {
    let api = use_api();
    let rows = load(
        || (),
        async move |()| {
            let grid = api.call(|it| it.list_permissions()).await?;
            Ok(grid.items.into_iter().map(resource).collect::<Vec<_>>())
        },
    );
    view! {
        <div class="grid-field">
            {move || rows.problem.get().map(|problem| view! { <ProblemNotice problem on_retry=rows.retry() /> })}
            {move || match rows.value.get() {
                Some(resources) => {
                    let (caption, ceiling) = (caption.clone(), ceiling.clone());
                    view! { <PermissionGrid caption resources granted ceiling /> }.into_any()
                }
                None => view! { <div class="panel"><Skeleton rows=6 label="Loading permissions" /></div> }.into_any(),
            }}
            <div aria-live="polite">
                {move || error.get().map(|error| view! {
                    <p class="field-error"><Icon glyph=Glyph::Problem /><span>{error}</span></p>
                })}
            </div>
        </div>
    }
}
