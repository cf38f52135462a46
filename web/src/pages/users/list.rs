//! The list of people.

use std::{iter, sync::Arc};

use leptos::prelude::*;

use super::{Item, form::Invite, status};
use crate::{
    address::{Address, Step, use_address},
    api::{Api, types, use_api},
    clock,
    components::{
        button::{Button, Variant},
        cell,
        chart::grouped,
        chip::{chip, tags},
        data_table::{Column, DataTable, Room, Sort},
        empty_state::EmptyState,
        filter_bar::{FilterBar, SearchBox},
        icon::Glyph,
        page_header::PageHeader,
        problem_notice::ProblemNotice,
        select::Select,
        skeleton::Skeleton,
        time_view::ago,
    },
    effect::{effect, memo},
    load::{Latest, derived, load},
    me::use_me,
    pages::{clients::trail::Leaf, no_rights::NoRights},
    problem::Problem,
    routes, words,
};

/// What the list is asked for, as the address says it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Query {
    search: Option<String>,
    status: Option<String>,
    role: Option<String>,
    sort: Option<String>,
    limit: i64,
    cursor: Option<String>,
}

impl Query {
    fn read(address: Address) -> Self {
        Self {
            search: address.get("q"),
            status: address.get("status"),
            role: address.get("role"),
            sort: address.get("sort"),
            limit: address
                .get("limit")
                .and_then(|it| it.parse().ok())
                .unwrap_or(50),
            cursor: address.get("cursor"),
        }
    }

    fn is_narrowed(&self) -> bool {
        self.search.is_some() || self.status.is_some() || self.role.is_some()
    }

    async fn ask(self, api: Api) -> Result<types::UserList, Problem> {
        let status = self.status.and_then(|it| it.parse().ok());
        api.call(|it| {
            it.list_users(
                self.cursor.as_deref(),
                Some(self.limit),
                self.search.as_deref(),
                self.role.as_deref(),
                self.sort.as_deref(),
                status,
                self.cursor.is_none().then_some(true),
            )
        })
        .await
    }
}

/// The page, or why it is not shown.
#[component]
pub(crate) fn Users() -> impl IntoView {
    if use_me().may_view("users") {
        view! { <UsersPage /> }.into_any()
    } else {
        view! { <NoRights title="Users" needs="users:view" /> }.into_any()
    }
}

#[component]
fn UsersPage() -> impl IntoView {
    let address = use_address();
    let api = use_api();
    let may_change = use_me().may_change("users");
    let query = memo(move || Query::read(address));
    let list = load(
        move || query.get(),
        async move |query: Query| query.ask(api).await,
    );
    let rows = derived(move || {
        list.value.with(|page| {
            page.iter()
                .flat_map(|page| page.items.iter().cloned().map(Arc::new))
                .collect::<Vec<Item>>()
        })
    });
    let total = RwSignal::new(None::<types::ListTotal>);
    effect(move || {
        list.value.with(|page| {
            if let Some(counted) = page.as_ref().and_then(|it| it.total.clone()) {
                total.set(Some(counted));
            }
        });
    });
    let state = memo(move || {
        let is_there = list.value.with(Option::is_some);
        is_there.then(|| rows.with(Vec::is_empty) && address.get("cursor").is_none())
    });
    view! {
        <PageHeader title="Users" lead="The people who sign in, here and through your apps.">
            {may_change.then(|| view! {
                <Button variant=Variant::Primary icon=Glyph::Plus on:click=move |_| address.open("invite", None)>"Invite a user"</Button>
            })}
        </PageHeader>
        <FilterBar label="Filter users">
            <SearchBox value=address.typed("q") label="Search name or e-mail" />
            <Select
                value=address.choice("status", "")
                options=vec![("", "Any status"), ("active", "Active"), ("inactive", "Inactive"), ("anonymized", "Anonymized")]
                attr:aria-label="Status"
            />
            <Select
                value=address.choice("role", "")
                options=vec![("", "Any role"), ("member", "Member"), ("admin", "Admin"), ("super_admin", "Super admin")]
                attr:aria-label="Role"
            />
        </FilterBar>
        {move || list.problem.get().map(|problem| view! {
            <div class="above-list"><ProblemNotice problem on_retry=list.retry() /></div>
        })}
        <div class="busy-area" aria-busy=move || list.busy.get().then_some("true")>
            {move || match state.get() {
                None if list.problem.with(Option::is_some) => ().into_any(),
                None => view! { <div class="table-frame"><Skeleton rows=6 label="Loading users" /></div> }.into_any(),
                Some(true) => view! { <Nothing address narrowed=query.with_untracked(Query::is_narrowed) /> }.into_any(),
                Some(false) => view! { <Table address rows list=list.value total /> }.into_any(),
            }}
        </div>
        {may_change.then(|| view! { <Invite address reload=list.retry() /> })}
    }
}

#[component]
fn Nothing(address: Address, narrowed: bool) -> impl IntoView {
    let clear = move |_| {
        address.change(
            Step::Push,
            &["q", "status", "role", "cursor"].map(|name| (name, None)),
        );
    };
    if narrowed {
        view! {
            <div class="table-frame">
                <EmptyState glyph=Glyph::Search title="Nobody matches" text="Take a filter away, or search for a part of the name only.">
                    <Button on:click=clear>"Clear search and filters"</Button>
                </EmptyState>
            </div>
        }
        .into_any()
    } else {
        view! {
            <div class="table-frame">
                <EmptyState glyph=Glyph::User title="No users yet" text="Invite the people who look after clients, or who use your apps. Each gets a link that works once, and chooses a password." />
            </div>
        }
        .into_any()
    }
}

#[component]
fn Table(
    address: Address,
    rows: Memo<Vec<Item>>,
    list: Latest<types::UserList>,
    total: RwSignal<Option<types::ListTotal>>,
) -> impl IntoView {
    let sort = Sort::bound(
        address,
        "name",
        &["name", "email", "created_at", "last_sign_in_at"],
    );
    let next =
        Signal::derive(move || list.with(|page| page.as_ref().and_then(|it| it.next.clone())));
    let shown = Signal::derive(move || {
        let here = rows.with(Vec::len);
        match total.get() {
            Some(all) if all.count != here as u64 || !all.exact => format!(
                "{here} of {}{} users",
                grouped(u32::try_from(all.count).unwrap_or(u32::MAX)),
                if all.exact { "" } else { "+" }
            ),
            _ => words::count(here, "user", "users"),
        }
    });
    view! {
        <DataTable caption="Users" columns=columns() rows sort>
            <Leaf address shown next />
        </DataTable>
    }
}

fn columns() -> Vec<Column<Item>> {
    vec![
        Column::new("Name", |user: &Item| {
            cell::link(
                &routes::href(&routes::user(&user.id.to_string())),
                &user.name,
            )
        })
        .sortable("name")
        .track("minmax(8rem, 1.5fr)"),
        Column::new("E-mail", |user: &Item| cell::words(&user.email))
            .sortable("email")
            .track("minmax(9rem, 1.5fr)"),
        Column::new("Status", |user: &Item| chip(status(user))).track("7rem"),
        Column::new("Role", |user: &Item| {
            let operator = user.operator.then(|| "Operator".to_owned());
            tags(iter::once(words::key(&user.role)).chain(operator))
        })
        .track("minmax(6.5rem, 1.2fr)"),
        Column::new("Last sign-in", |user: &Item| {
            cell::soft(ago(clock::moment(user.last_sign_in_at.as_ref())))
        }),
        Column::new("Added", |user: &Item| {
            cell::soft(ago(clock::parse(&user.created_at)))
        })
        .sortable("created_at")
        .needs(Room::Wide),
    ]
}
