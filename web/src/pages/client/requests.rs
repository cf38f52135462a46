//! The last token requests of a client, with the precise reason of each refusal.

use std::{collections::BTreeMap, sync::Arc};

use leptos::prelude::*;

use super::{Shown, credentials::label};
use crate::{
    address::{Address, use_address},
    api::{types, use_api},
    clock,
    components::{
        cell,
        chip::outcome,
        copy::copy_text,
        data_table::{Column, DataTable, Row, Sort},
        empty_state::EmptyState,
        filter_bar::FilterBar,
        icon::Glyph,
        markup::markup,
        problem_notice::ProblemNotice,
        select::Select,
        skeleton::Skeleton,
        time_view::ago,
    },
    effect::memo,
    load::{Latest, derived, load},
    pages::clients::trail::Leaf,
    words,
};

type Item = Arc<types::ClientRequest>;

impl Row for Item {
    fn id(&self) -> String {
        self.id.to_string()
    }

    fn name(&self) -> String {
        self.request_id.clone()
    }
}

/// What was wrong and what to do about it.
fn reason(reason: &str) -> (&'static str, &'static str) {
    match reason {
        "wrong_secret" => (
            "Wrong secret",
            "It never had this secret. Compare what is stored with the hint of a live one.",
        ),
        "secret_expired" => (
            "Expired secret",
            "The secret is right, but its date has come. Add a new one.",
        ),
        "secret_retired" => (
            "Retired secret",
            "The rotation is over, and this program still uses the old secret.",
        ),
        "secret_revoked" => (
            "Revoked secret",
            "Somebody ended this secret. Give the program a live one.",
        ),
        "wrong_assertion" => (
            "Assertion refused",
            "The signed assertion does not prove who the client is.",
        ),
        "client_deactivated" => (
            "Client inactive",
            "It is switched off. Reactivate it to let it go on.",
        ),
        "client_expired" => ("Client expired", "Its own end has passed."),
        "wrong_method" => (
            "Wrong method",
            "It is registered for another way to authenticate.",
        ),
        "slowed_down" => (
            "Slowed down",
            "Too many failures came before; it has to wait.",
        ),
        "grant_not_allowed" => ("Grant not allowed", "It may not use this grant."),
        "grant_over" => (
            "Code or refresh token over",
            "It was used, has ended, was revoked, or does not belong here.",
        ),
        "unknown_grant" => ("Unknown grant", "The server has no such grant."),
        "unknown_scope" => (
            "Scope refused",
            "The scope is unknown, or more than it may have.",
        ),
        "unknown_resource" => ("Resource refused", "The resource is no API of this server."),
        "malformed" => ("Malformed", "The request breaks a rule of the protocol."),
        "server_fault" => ("Fault of the server", "The server could not do it."),
        _ => ("Refused", ""),
    }
}

/// The list with its filter.
#[component]
pub(super) fn RequestsTab(client: Latest<Shown>) -> impl IntoView {
    let api = use_api();
    let address = use_address();
    let id = client
        .with_untracked(|it| it.as_ref().map(|it| it.id.to_string()))
        .unwrap_or_default();
    let outcome = address.choice("outcome", "");
    let query = memo(move || {
        (
            outcome.get(),
            address.get("limit").and_then(|it| it.parse().ok()),
            address.get("cursor"),
        )
    });
    let of = id.clone();
    let page = load(
        move || query.get(),
        async move |(outcome, limit, cursor): (String, Option<i64>, Option<String>)| {
            let outcome = outcome.parse().ok();
            api.call(|it| {
                it.list_client_requests(&of, cursor.as_deref(), limit.or(Some(50)), outcome)
            })
            .await
        },
    );
    // Asked for once, so that a request can name the secret it used.
    let secrets = load(
        || (),
        async move |()| {
            let page = api.call(|it| it.list_credentials(&id)).await?;
            let mut labels = BTreeMap::new();
            labels.extend(page.items.iter().map(|it| (it.id.to_string(), label(it))));
            Ok(labels)
        },
    );
    let rows = derived(move || {
        page.value.with(|page| {
            page.iter()
                .flat_map(|page| page.items.iter().cloned().map(Arc::new))
                .collect::<Vec<Item>>()
        })
    });
    let state = memo(move || {
        let is_there = page.value.with(Option::is_some);
        is_there.then(|| rows.with(Vec::is_empty))
    });
    view! {
        <div>
            <FilterBar label="Filter requests">
                <Select
                    value=outcome
                    options=vec![("", "All requests"), ("accepted", "Accepted"), ("refused", "Refused")]
                    attr:aria-label="Outcome"
                />
                <p class="cell-soft">"The last 200 of the last 30 days"</p>
            </FilterBar>
            {move || page.problem.get().map(|problem| view! {
                <div class="above-list"><ProblemNotice problem on_retry=page.retry() /></div>
            })}
            <div class="busy-area" aria-busy=move || page.busy.get().then_some("true")>
                {move || match state.get() {
                    None if page.problem.with(Option::is_some) => ().into_any(),
                    None => view! { <div class="table-frame"><Skeleton rows=6 label="Loading requests" /></div> }.into_any(),
                    Some(true) => view! { <Nothing narrowed={!outcome.get_untracked().is_empty()} /> }.into_any(),
                    Some(false) => view! { <Table address rows page=page.value secrets=secrets.value /> }.into_any(),
                }}
            </div>
        </div>
    }
}

#[component]
fn Nothing(narrowed: bool) -> impl IntoView {
    let (title, text) = if narrowed {
        ("No such request", "No request ended this way lately.")
    } else {
        (
            "No requests yet",
            "Each token request of this client is listed here within seconds, with the precise reason when it was refused. The program itself is told less.",
        )
    };
    view! { <div class="table-frame"><EmptyState glyph=Glyph::Activity title text /></div> }
}

#[component]
fn Table(
    address: Address,
    rows: Memo<Vec<Item>>,
    page: Latest<types::ClientRequestList>,
    secrets: Latest<BTreeMap<String, String>>,
) -> impl IntoView {
    let sort = RwSignal::new(Sort {
        by: "",
        descending: true,
    });
    let next =
        Signal::derive(move || page.with(|page| page.as_ref().and_then(|it| it.next.clone())));
    let shown = Signal::derive(move || words::count(rows.with(Vec::len), "request", "requests"));
    view! {
        <DataTable caption="Token requests" columns=columns(secrets) rows sort>
            <Leaf address shown next />
        </DataTable>
    }
}

fn columns(secrets: Latest<BTreeMap<String, String>>) -> Vec<Column<Item>> {
    vec![
        Column::new("When", |it: &Item| ago(clock::parse(&it.at))).track("minmax(6.25rem, 1fr)"),
        Column::new("Outcome", |it: &Item| {
            let accepted = it.outcome == "accepted";
            let why = it.reason.as_deref().map(reason);
            let words = why.map_or(if accepted { "Accepted" } else { "Refused" }, |it| it.0);
            let advice = why.map(|(_, advice)| {
                markup(r#"<span class="cell-sub cell-wrap">{}</span>"#, &[advice])
            });
            outcome(accepted, words) + advice
        })
        .track("minmax(11rem, 3fr)"),
        Column::new("Secret", move |it: &Item| {
            let Some(id) = it.credential.map(|it| it.to_string()) else {
                return cell::none("None recognized");
            };
            let name = secrets.with(|all| all.as_ref().and_then(|all| all.get(&id).cloned()));
            cell::words(name.as_deref().unwrap_or("A deleted secret"))
        }),
        Column::new("From", |it: &Item| {
            let agent = it.user_agent.as_deref().map(|agent| {
                let html = r#"<span class="cell-sub cell-clip" title="{}">{}</span>"#;
                markup(html, &[agent, agent])
            });
            cell::soft(cell::text(it.ip.as_deref().unwrap_or("Unknown")) + agent)
        }),
        Column::new("Request ID", |it: &Item| {
            copy_text(&it.request_id, "request ID")
        }),
    ]
}
