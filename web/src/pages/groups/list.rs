//! The list of groups.

use std::sync::Arc;

use leptos::prelude::*;

use super::{Item, form::Make};
use crate::{
    address::{Address, Step, use_address},
    api::{types, use_api},
    clock,
    components::{
        button::{Button, Variant},
        data_table::{Column, DataTable, Sort},
        empty_state::EmptyState,
        filter_bar::{FilterBar, SearchBox},
        icon::Glyph,
        page_header::PageHeader,
        pager::Pager,
        problem_notice::ProblemNotice,
        skeleton::Skeleton,
        time_view::TimeAgo,
    },
    effect::memo,
    load::{Latest, derived, load},
    me::use_me,
    pages::{clients::trail::Trail, no_rights::NoRights},
    routes, words,
};

/// The page, or why it is not shown.
#[component]
pub(crate) fn Groups() -> impl IntoView {
    if use_me().may_view("groups") {
        view! { <GroupsPage /> }.into_any()
    } else {
        view! { <NoRights title="Groups" needs="groups:view" /> }.into_any()
    }
}

#[component]
fn GroupsPage() -> impl IntoView {
    let address = use_address();
    let api = use_api();
    let may_change = use_me().may_change("groups");
    let query = memo(move || {
        let limit = address.get("limit").and_then(|it| it.parse::<i64>().ok());
        (address.get("q"), limit.unwrap_or(50), address.get("cursor"))
    });
    let list = load(
        move || query.get(),
        async move |(search, limit, cursor): (Option<String>, i64, Option<String>)| {
            api.call(|it| it.list_groups(cursor.as_deref(), Some(limit), search.as_deref()))
                .await
        },
    );
    let rows = derived(move || {
        list.value.with(|page| {
            page.iter()
                .flat_map(|page| page.items.iter().cloned().map(Arc::new))
                .collect::<Vec<Item>>()
        })
    });
    let state = memo(move || {
        let is_there = list.value.with(Option::is_some);
        is_there.then(|| rows.with(Vec::is_empty) && address.get("cursor").is_none())
    });
    view! {
        <PageHeader title="Groups" lead="People who belong together, by team or by task.">
            {may_change.then(|| view! {
                <Button variant=Variant::Primary icon=Glyph::Plus on:click=move |_| address.open("new", None)>"New group"</Button>
            })}
        </PageHeader>
        <FilterBar label="Filter groups">
            <SearchBox value=address.typed("q") label="Search name or description" />
        </FilterBar>
        {move || list.problem.get().map(|problem| view! {
            <div class="above-list"><ProblemNotice problem on_retry=list.retry() /></div>
        })}
        <div class="busy-area" aria-busy=move || list.busy.get().then_some("true")>
            {move || match state.get() {
                None if list.problem.with(Option::is_some) => ().into_any(),
                None => view! { <div class="table-frame"><Skeleton rows=4 label="Loading groups" /></div> }.into_any(),
                Some(true) if query.with_untracked(|it| it.0.is_some()) => view! {
                    <div class="table-frame">
                        <EmptyState glyph=Glyph::Search title="No group matches" text="Search for a part of the name only.">
                            <Button on:click=move |_| address.change(Step::Push, &[("q", None), ("cursor", None)])>"Clear the search"</Button>
                        </EmptyState>
                    </div>
                }
                .into_any(),
                Some(true) => view! {
                    <div class="table-frame">
                        <EmptyState glyph=Glyph::Group title="No groups yet" text="A group keeps people together who share a team or a task, so that one look tells who belongs to it." />
                    </div>
                }
                .into_any(),
                Some(false) => view! { <Table address rows list=list.value /> }.into_any(),
            }}
        </div>
        {may_change.then(|| view! { <Make address /> })}
    }
}

#[component]
fn Table(address: Address, rows: Memo<Vec<Item>>, list: Latest<types::GroupList>) -> impl IntoView {
    let trail = Trail::new(address);
    let sort = RwSignal::new(Sort {
        by: "",
        descending: false,
    });
    let next =
        Signal::derive(move || list.with(|page| page.as_ref().and_then(|it| it.next.clone())));
    let shown = Signal::derive(move || words::count(rows.with(Vec::len), "group", "groups"));
    let page_size = address.choice("limit", "50");
    view! {
        <DataTable caption="Groups" columns=columns() rows sort>
            <Pager
                shown
                has_previous=Signal::derive(move || trail.has_previous())
                has_next=Signal::derive(move || next.with(Option::is_some))
                on_previous=Callback::new(move |()| trail.previous())
                on_next=Callback::new(move |()| {
                    if let Some(cursor) = next.get_untracked() {
                        trail.next(&cursor);
                    }
                })
                page_size
            />
        </DataTable>
    }
}

fn columns() -> Vec<Column<Item>> {
    vec![
        Column::new("Name", |group: &Item| {
            let href = routes::href(&routes::group(&group.id.to_string()));
            view! {
                <a class="cell-strong cell-clip" href=href title=group.name.clone()><bdi>{group.name.clone()}</bdi></a>
            }
        }),
        Column::new("Description", |group: &Item| {
            match group.description.clone() {
            Some(text) => view! { <span class="cell-soft cell-clip cell-wide" title=text.clone()><bdi>{text.clone()}</bdi></span> }.into_any(),
            None => view! { <span class="cell-none">"None"</span> }.into_any(),
        }
        }),
        Column::new("Last changed", |group: &Item| {
            let by = group.updated_by.name.clone();
            view! {
                <span class="cell-soft">
                    <TimeAgo at=clock::parse(&group.updated_at) />
                    <span class="cell-sub cell-clip" title=by.clone()>"by "<bdi>{by.clone()}</bdi></span>
                </span>
            }
        }),
    ]
}
