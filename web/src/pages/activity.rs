//! The audit trail of the tenant.

use leptos::prelude::*;
use uuid::Uuid;

use super::{clients::trail::Trail, no_rights::NoRights};
use crate::{
    address::{Address, Step, use_address},
    api::{Api, types, use_api},
    clock,
    components::{
        button::Button,
        empty_state::EmptyState,
        filter_bar::{FilterBar, FilterChip},
        icon::Glyph,
        page_header::PageHeader,
        pager::Pager,
        problem_notice::ProblemNotice,
        select::Select,
        skeleton::Skeleton,
        timeline::{About, Timeline},
    },
    effect::memo,
    export::{self, Format},
    load::{Latest, derived, load},
    me::use_me,
    problem::Problem,
    words,
};

/// What the trail is asked for, as the address says it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Query {
    action: Option<String>,
    actor: Option<Uuid>,
    client: Option<Uuid>,
    days: Option<i64>,
    limit: i64,
    cursor: Option<String>,
}

impl Query {
    fn read(address: Address) -> Self {
        let number = |name: &str| address.get(name).and_then(|it| it.parse().ok());
        let id = |name: &str| address.get(name).and_then(|it| Uuid::parse_str(&it).ok());
        Self {
            action: address.get("action"),
            actor: id("actor"),
            client: id("client"),
            days: number("days"),
            limit: number("limit").unwrap_or(50),
            cursor: address.get("cursor"),
        }
    }

    fn is_narrowed(&self) -> bool {
        self.action.is_some()
            || self.actor.is_some()
            || self.client.is_some()
            || self.days.is_some()
    }

    async fn ask(self, api: Api) -> Result<types::AuditEventList, Problem> {
        // Whole days, because a cursor belongs to the filter it was made with.
        let since = self
            .days
            .map(|days| clock::to_api(clock::end_of_utc_day(clock::now(), -days)));
        api.call(|it| {
            it.list_audit(
                self.action.as_deref(),
                self.actor.as_ref(),
                None,
                self.client.as_ref(),
                self.cursor.as_deref(),
                Some(self.limit),
                since.as_deref(),
            )
        })
        .await
    }
}

/// The page, or why it is not shown.
#[component]
pub(crate) fn Activity() -> impl IntoView {
    if use_me().may_view("audit") {
        view! { <ActivityPage /> }.into_any()
    } else {
        view! { <NoRights title="Activity" needs="audit:view" /> }.into_any()
    }
}

#[component]
fn ActivityPage() -> impl IntoView {
    let address = use_address();
    let api = use_api();
    let query = memo(move || Query::read(address));
    let page = load(
        move || query.get(),
        async move |query: Query| query.ask(api).await,
    );
    let events = derived(move || {
        page.value.with(|page| {
            page.as_ref()
                .map(|page| page.items.clone())
                .unwrap_or_default()
        })
    });
    let save = move |format: Format| {
        let text = events.with_untracked(|events| export::audit(events, format));
        export::save(&text, "latchkey-activity", format);
    };
    let nothing = Signal::derive(move || events.with(Vec::is_empty));
    view! {
        <PageHeader title="Activity" lead="Who changed what, from where, and what it was before.">
            <Button disabled=nothing on:click=move |_| save(Format::Csv)>"Export CSV"</Button>
            <Button disabled=nothing on:click=move |_| save(Format::Json)>"Export JSON"</Button>
        </PageHeader>
        <Filters address events />
        {move || page.problem.get().map(|problem| view! {
            <div class="above-list"><ProblemNotice problem on_retry=page.retry() /></div>
        })}
        <div class="busy-area" aria-busy=move || page.busy.get().then_some("true")>
            {move || match (page.value.with(Option::is_some), nothing.get()) {
                (false, _) if page.problem.with(Option::is_some) => ().into_any(),
                (false, _) => view! { <div class="table-frame"><Skeleton rows=8 label="Loading activity" /></div> }.into_any(),
                (true, true) => view! { <Nothing query /> }.into_any(),
                (true, false) => view! { <Timeline events=events.get() about=About::All /> }.into_any(),
            }}
        </div>
        <Leaf address page=page.value />
    }
}

#[component]
fn Leaf(address: Address, page: Latest<types::AuditEventList>) -> impl IntoView {
    let trail = Trail::new(address);
    let next =
        Signal::derive(move || page.with(|page| page.as_ref().and_then(|it| it.next.clone())));
    let shown = Signal::derive(move || {
        let count = page.with(|page| page.as_ref().map_or(0, |it| it.items.len()));
        words::count(count, "event", "events")
    });
    let page_size = address.choice("limit", "50");
    view! {
        <div class="table-frame below-timeline">
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
        </div>
    }
}

#[component]
fn Filters(address: Address, events: Memo<Vec<types::AuditEvent>>) -> impl IntoView {
    let me = use_me();
    let me_id = StoredValue::new(me.id.clone());
    let mine = move |_| {
        let id = me_id.get_value();
        address.change(Step::Push, &[("actor", Some(&id)), ("cursor", None)]);
    };
    // The name stands in every event that is shown; without one the id has to do.
    let chip = move |name: &'static str, words: &'static str| {
        move || {
            address.get(name).map(|id| {
                let known = events.with(|events| {
                    events.iter().find_map(|it| {
                        if name == "actor" {
                            (it.actor.id.to_string() == id).then(|| it.actor.name.clone())
                        } else {
                            (it.object.id.to_string() == id).then(|| it.object.name.clone())
                        }
                    })
                });
                let remove = Callback::new(move |()| {
                    address.change(Step::Push, &[(name, None), ("cursor", None)]);
                });
                view! { <FilterChip label=format!("{words}: {}", known.unwrap_or(id)) on_remove=remove /> }
            })
        }
    };
    view! {
        <FilterBar label="Filter activity">
            <Select
                value=address.choice("action", "")
                options=vec![
                    ("", "Any action"),
                    ("client.created", "Client created"),
                    ("client.updated", "Client changed"),
                    ("client.deactivated", "Client deactivated"),
                    ("client.reactivated", "Client reactivated"),
                    ("client.deleted", "Client deleted"),
                    ("client.restored", "Client restored"),
                    ("client.tokens_revoked", "All tokens revoked"),
                    ("credential.created", "Secret added"),
                    ("credential.updated", "Secret changed"),
                    ("credential.revoked", "Secret ended"),
                    ("token.revoked", "Token revoked"),
                ]
                attr:aria-label="Action"
            />
            <Select
                value=address.choice("days", "")
                options=vec![
                    ("", "Any time"),
                    ("1", "Today (UTC)"),
                    ("7", "Last 7 days"),
                    ("30", "Last 30 days"),
                    ("90", "Last 90 days"),
                ]
                attr:aria-label="Time"
            />
            <Show when=move || address.get("actor").is_none()>
                <Button variant=crate::components::button::Variant::Ghost icon=Glyph::User on:click=mine>"By me"</Button>
            </Show>
            {chip("actor", "By")}
            {chip("client", "Client")}
        </FilterBar>
    }
}

#[component]
fn Nothing(query: Memo<Query>) -> impl IntoView {
    let (title, text) = if query.with(Query::is_narrowed) {
        (
            "Nothing matches",
            "Nothing was done that fits all of these filters. Take one away.",
        )
    } else {
        (
            "Nothing yet",
            "Every change of clients and secrets is written down here, with who made it and what it was before.",
        )
    };
    view! { <div class="table-frame"><EmptyState glyph=Glyph::Activity title text /></div> }
}
