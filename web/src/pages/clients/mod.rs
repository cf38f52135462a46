//! The list of clients of every kind.

mod bulk;
pub(crate) mod columns;
mod filters;
mod query;
pub(crate) mod trail;

use std::{collections::BTreeSet, sync::Arc};

use leptos::prelude::*;

use self::{
    bulk::BulkDeactivate,
    columns::Item,
    filters::{Filters, KindTabs},
    query::ClientQuery,
    trail::Leaf,
};
use crate::{
    address::{Address, Step, use_address},
    api::{types, use_api},
    components::{
        button::{Button, LinkButton, Variant, row_button},
        copy::CopyButton,
        data_table::{Column, DataTable, Sort},
        empty_state::EmptyState,
        icon::{Glyph, icon},
        markup::{Markup, markup},
        page_header::PageHeader,
        problem_notice::ProblemNotice,
        skeleton::Skeleton,
    },
    effect::{effect, memo},
    load::{Latest, derived, load},
    me::use_me,
    pages::{
        client::deeds::{Deed, DeedDialog},
        no_rights::NoRights,
    },
    routes, words,
};

/// The list, or why it is not shown.
#[component]
pub(crate) fn Clients() -> impl IntoView {
    if use_me().may_view_some_clients() {
        view! { <ClientsPage /> }.into_any()
    } else {
        view! { <NoRights title="Clients" needs="clients:view" /> }.into_any()
    }
}

#[component]
fn ClientsPage() -> impl IntoView {
    let address = use_address();
    let me = use_me();
    let may_create = me.may_change_some_clients();
    view! {
        <PageHeader title="Clients">
            {may_create.then(|| view! {
                <LinkButton href=routes::href("/clients/new") variant=Variant::Primary icon=Glyph::Plus>"New client"</LinkButton>
            })}
        </PageHeader>
        <div class="stack">
            <KindTabs address />
            <div>
                <Filters address />
                <List address />
            </div>
        </div>
    }
}

/// What the list shows in place of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    Waiting,
    Failed,
    Empty,
    Rows {
        profile: Option<String>,
        deleted: bool,
    },
}

#[component]
fn List(address: Address) -> impl IntoView {
    let api = use_api();
    let query = memo(move || ClientQuery::read(address));
    let list = load(
        move || query.get(),
        async move |query: ClientQuery| query.ask(api).await,
    );
    // What is selected is what is shown: nothing out of sight is ever deactivated.
    let selected = RwSignal::new(BTreeSet::new());
    let rows = derived(move || {
        list.value.with(|page| {
            page.iter()
                .flat_map(|page| page.items.iter().cloned().map(Arc::new))
                .collect::<Vec<Item>>()
        })
    });
    let total = RwSignal::new(None::<types::ListTotal>);
    effect(move || {
        rows.with(|rows| {
            let shown: BTreeSet<_> = rows.iter().map(|it| it.id.to_string()).collect();
            selected.update(|set: &mut BTreeSet<String>| set.retain(|id| shown.contains(id)));
        });
        list.value.with(|page| {
            if let Some(counted) = page.as_ref().and_then(|it| it.total.clone()) {
                total.set(Some(counted));
            }
        });
    });
    // A cursor that the server no longer knows: back to the first page.
    effect(move || {
        let refused = list
            .problem
            .with(|it| it.as_ref().is_some_and(|it| it.status == Some(400)));
        if refused && address.get_untracked("cursor").is_some() {
            address.change(Step::Replace, &[("cursor", None)]);
        }
    });
    let reload = Callback::new(move |()| list.reload());
    // The shape of the table depends on the tab only.
    let shape = memo(move || query.with(|it| (it.profile.clone(), it.deleted)));
    // Told apart here, so that a new page of rows keeps its table and with it the focus.
    let state = memo(move || {
        let is_there = list.value.with(Option::is_some);
        if !is_there && list.problem.with(Option::is_some) {
            return State::Failed;
        }
        if !is_there {
            return State::Waiting;
        }
        if rows.with(Vec::is_empty) && address.get("cursor").is_none() {
            return State::Empty;
        }
        let (profile, deleted) = shape.get();
        State::Rows { profile, deleted }
    });
    view! {
        {move || list.problem.get().map(|problem| view! {
            <div class="above-list"><ProblemNotice problem on_retry=list.retry() /></div>
        })}
        <div class="busy-area" aria-busy=move || list.busy.get().then_some("true")>
            {move || match state.get() {
                State::Failed => ().into_any(),
                State::Waiting => view! { <div class="table-frame"><Skeleton rows=8 label="Loading clients" /></div> }.into_any(),
                State::Empty => view! { <Nothing address query /> }.into_any(),
                State::Rows { profile, deleted } => {
                    view! { <Table address list=list.value rows selected total profile deleted /> }.into_any()
                }
            }}
        </div>
        {move || shape.with(|(profile, deleted)| profile.as_deref() == Some("api_access") && !deleted).then(|| view! {
            <TokenEndpoint />
        })}
        <Dialogs address rows selected reload />
    }
}

#[component]
fn Table(
    address: Address,
    list: Latest<types::ClientList>,
    rows: Memo<Vec<Item>>,
    selected: RwSignal<BTreeSet<String>>,
    total: RwSignal<Option<types::ListTotal>>,
    profile: Option<String>,
    deleted: bool,
) -> impl IntoView {
    let me = use_me();
    let sort = Sort::bound(address, "name", &["name", "usable_until", "last_used_at"]);
    let next =
        Signal::derive(move || list.with(|page| page.as_ref().and_then(|it| it.next.clone())));
    let shown = Signal::derive(move || {
        let here = rows.with(Vec::len);
        let all = total.with(|total| {
            total.as_ref().map(|it| {
                let more = if it.exact { "" } else { "+" };
                format!(
                    "{}{more}",
                    crate::components::chart::grouped(u32::try_from(it.count).unwrap_or(u32::MAX))
                )
            })
        });
        match all {
            Some(all) if all != here.to_string() => format!("{here} of {all} clients"),
            _ => words::count(here, "client", "clients"),
        }
    });
    let actions = Column::actions("calc(2 * var(--action))", move |client: &Item| {
        if client.built_in || !me.may_change_clients_of(&client.profile) {
            return Markup::default();
        }
        if deleted {
            let label = format!("Restore {}", client.name);
            return row_button(Glyph::Rotate, &label, Deed::Restore.word());
        }
        let client_page = routes::client(&client.id.to_string());
        let href = routes::href(&format!("{client_page}?edit=yes"));
        let edit = r#"<a class="button button-ghost button-icon button-small" href="{}" title="Edit {}" aria-label="Edit {}">"#;
        markup(edit, &[&href, &client.name, &client.name])
            + icon(Glyph::Pencil)
            + markup("</a>", &[])
            + row_button(
                Glyph::Trash,
                &format!("Delete {}", client.name),
                Deed::Delete.word(),
            )
    });
    let mut columns = columns::columns(profile.as_deref(), deleted);
    columns.push(actions);
    let pager = move || {
        view! {
            <Leaf address shown next />
        }
    };
    if deleted || !use_me().may_change_some_clients() {
        return view! {
            <DataTable caption="Clients" columns rows sort address>{pager()}</DataTable>
        }
        .into_any();
    }
    view! {
        <DataTable
            caption="Clients"
            columns
            rows
            sort
            selected
            address
            bulk=move || view! {
                <Button small=true icon=Glyph::Paused on:click=move |_| address.open("deactivate-many", None)>"Deactivate\u{2026}"</Button>
            }
        >
            {pager()}
        </DataTable>
    }
    .into_any()
}

#[component]
fn Dialogs(
    address: Address,
    rows: Memo<Vec<Item>>,
    selected: RwSignal<BTreeSet<String>>,
    reload: Callback<()>,
) -> impl IntoView {
    let asked = Signal::derive(move || {
        let deed = Deed::find(&address.dialog()?)?;
        let on = address.get("on")?;
        rows.with(|rows| {
            rows.iter()
                .find(|it| it.id.to_string() == on)
                .map(|it| (deed, Arc::clone(it)))
        })
    });
    let close = Callback::new(move |()| address.close());
    view! {
        <DeedDialog
            asked
            on_close=close
            on_done=Callback::new(move |_| {
                address.close();
                reload.run(());
            })
        />
        <BulkDeactivate
            open=address.is_open("deactivate-many")
            rows
            selected
            on_close=Callback::new(move |()| {
                selected.set(BTreeSet::new());
                address.close();
            })
            on_done=reload
        />
    }
}

/// Where API access clients get their tokens.
#[component]
fn TokenEndpoint() -> impl IntoView {
    let url = format!("{}/oauth2/token", routes::server());
    view! {
        <p class="below-list">
            <span>"Token endpoint"</span>
            <code>{url.clone()}</code>
            <CopyButton text=url what="token endpoint" />
        </p>
    }
}

/// An empty list says why, and what to do.
#[component]
fn Nothing(address: Address, query: Memo<ClientQuery>) -> impl IntoView {
    let clear = move |_| {
        address.change(
            Step::Push,
            &[
                "q", "status", "role", "owner", "label", "expires", "unused", "unowned", "refused",
                "cursor",
            ]
            .map(|name| (name, None)),
        );
    };
    let now = query.get_untracked();
    if now.is_narrowed() {
        return view! {
            <div class="table-frame">
                <EmptyState glyph=Glyph::Search title="No client matches" text="Nothing here has all of this at once. Take a filter away, or search for a part of the name only.">
                    <Button on:click=clear>"Clear search and filters"</Button>
                </EmptyState>
            </div>
        }
        .into_any();
    }
    if now.deleted {
        return view! {
            <div class="table-frame">
                <EmptyState glyph=Glyph::Trash title="Nothing was deleted" text="A deleted client stays here for 30 days and can be restored with its secrets. After that it is gone for good." />
            </div>
        }
        .into_any();
    }
    let me = use_me();
    let profile = now.profile.as_deref().and_then(|it| me.profile(it));
    let (glyph, title, text) = match profile.as_ref().map(|it| it.key.as_str()) {
        Some("app") => (
            Glyph::App,
            "No apps yet",
            "An app signs people in and acts for them, as far as they allow. Say where to send people back to; its secret is shown once.",
        ),
        Some("api_access") => (
            Glyph::Api,
            "No API access yet",
            "API access lets a partner\u{2019}s system call your API until a fixed day. Choose its client ID and its end; its secret is shown once.",
        ),
        Some("tenant_client") => (
            Glyph::Tenant,
            "No tenant clients yet",
            "A tenant client works with the roles of a tenant and its communities. Make it first, then give it a secret.",
        ),
        Some("short_lived") => (
            Glyph::Bolt,
            "No short-lived clients yet",
            "Its tokens live for minutes, for jobs that come and go. Its secret is shown once.",
        ),
        _ => (
            Glyph::Client,
            "No clients yet",
            "A client lets a program work with your organization without a person signing in. Give it a name; its secret is shown once.",
        ),
    };
    let href = profile.as_ref().map_or_else(
        || "/clients/new".to_owned(),
        |it| format!("/clients/new?profile={}", it.key),
    );
    let may_create = profile.map_or_else(
        || me.may_change_some_clients(),
        |it| me.may_change_clients_of(&it.key),
    );
    view! {
        <div class="table-frame">
            <EmptyState glyph title text>
                {may_create.then(|| view! {
                    <LinkButton href=routes::href(&href) variant=Variant::Primary icon=Glyph::Plus>"New client"</LinkButton>
                })}
            </EmptyState>
        </div>
    }
    .into_any()
}
