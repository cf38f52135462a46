//! The audit trail of the tenant.

use leptos::{prelude::*, task::spawn_local};
use uuid::Uuid;

use super::{clients::trail::Leaf, no_rights::NoRights};
use crate::{
    address::{Address, Step, use_address},
    api::{Api, types, use_api},
    clock,
    components::{
        button::Button,
        empty_state::EmptyState,
        filter_bar::{FilterBar, FilterChip},
        icon::{Glyph, Icon},
        menu::{Item, Menu, Part},
        page_header::PageHeader,
        problem_notice::ProblemNotice,
        select::Select,
        skeleton::Skeleton,
        text_input::TextInput,
        timeline::{About, Timeline},
        toast::Toasts,
    },
    effect::memo,
    export::{self, Format},
    load::{Latest, derived, load},
    me::use_me,
    problem::Problem,
    words,
};

/// The choice of two days, in place of a number of them.
const BETWEEN: &str = "between";

/// In seconds.
const DAY: i64 = 86_400;

/// Events that a file holds at most, and what is asked for at once.
const EXPORTED: usize = 10_000;
const AT_ONCE: i64 = 200;

/// What the trail is asked for, as the address says it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Query {
    action: Option<String>,
    actor: Option<Uuid>,
    client: Option<Uuid>,
    object: Option<Uuid>,
    span: Span,
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
            object: id("object"),
            span: Span::read(address),
            limit: number("limit").unwrap_or(50),
            cursor: address.get("cursor"),
        }
    }

    fn is_narrowed(&self) -> bool {
        self.action.is_some()
            || self.actor.is_some()
            || self.client.is_some()
            || self.object.is_some()
            || self.span != Span::default()
    }

    async fn ask(self, api: Api) -> Result<types::AuditEventList, Problem> {
        let Span { since, before } = self.span;
        api.call(|it| {
            it.list_audit(
                self.action.as_deref(),
                self.actor.as_ref(),
                before.as_deref(),
                self.client.as_ref(),
                self.cursor.as_deref(),
                Some(self.limit),
                self.object.as_ref(),
                since.as_deref(),
            )
        })
        .await
    }
}

/// The time that is asked for: whole days in UTC, because a cursor belongs to the filter it was made with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Span {
    since: Option<String>,
    before: Option<String>,
}

impl Span {
    /// The last so many days, or from one day to another; either may be left open.
    fn read(address: Address) -> Self {
        let days = address.get("days").unwrap_or_default();
        if days == BETWEEN {
            let midnight = |name: &str| {
                let day = address.get(name)?;
                clock::parse(&format!("{day}T00:00:00Z"))
            };
            return Self {
                since: midnight("from").map(clock::to_api),
                before: midnight("to").map(|it| clock::to_api(it + DAY)),
            };
        }
        let days = days.parse::<i64>().ok();
        Self {
            since: days.map(|days| clock::to_api(clock::end_of_utc_day(clock::now(), -days))),
            before: None,
        }
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
    let toasts = expect_context::<Toasts>();
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
    let exporting = RwSignal::new(None::<usize>);
    let save = Callback::new(move |format: Format| {
        if exporting.get_untracked().is_none() {
            exporting.set(Some(0));
            spawn_local(export_all(
                api,
                query.get_untracked(),
                format,
                exporting,
                toasts,
            ));
        }
    });
    let busy = Signal::derive(move || exporting.with(Option::is_some));
    let nothing = Signal::derive(move || events.with(Vec::is_empty));
    view! {
        <PageHeader title="Activity" lead="Who changed what, from where, and what it was before.">
            <span class="cell-soft" role="status">{move || exporting.get().filter(|it| *it > 0).map(|it| words::count(it, "event", "events"))}</span>
            <Export busy nothing save />
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
        <Pages address page=page.value />
    }
}

#[component]
fn Export(busy: Signal<bool>, nothing: Signal<bool>, save: Callback<Format>) -> impl IntoView {
    let form = |label, format| Item::action(label, move || save.run(format));
    let parts = vec![Part {
        title: None,
        items: vec![
            form("CSV, for spreadsheets", Format::Csv),
            form("JSON, for programs", Format::Json),
        ],
    }];
    let is_blocked = Signal::derive(move || busy.get() || nothing.get());
    view! {
        <Menu label="Export" disabled=is_blocked parts>
            {move || if busy.get() {
                view! { <span class="spinner" aria-hidden="true"></span> }.into_any()
            } else {
                view! { <Icon glyph=Glyph::Save /> }.into_any()
            }}
            "Export"
            <Icon glyph=Glyph::Down />
        </Menu>
    }
}

/// Everything that fits the filter, page by page, as one file.
async fn export_all(
    api: Api,
    query: Query,
    format: Format,
    so_far: RwSignal<Option<usize>>,
    toasts: Toasts,
) {
    let mut events = Vec::new();
    let mut cursor = None;
    let outcome = loop {
        let asked = Query {
            cursor,
            limit: AT_ONCE,
            ..query.clone()
        };
        match asked.ask(api).await {
            Ok(page) => {
                events.extend(page.items);
                cursor = page.next;
            }
            Err(problem) => break Err(problem),
        }
        if so_far.try_set(Some(events.len())).is_some() {
            // The page was left.
            return;
        }
        if cursor.is_none() || events.len() >= EXPORTED {
            break Ok(cursor.is_some());
        }
    };
    so_far.try_set(None);
    match outcome {
        Ok(more) => {
            export::save(&export::audit(&events, format), "latchkey-activity", format);
            let count = words::count(events.len(), "event", "events");
            toasts.done(if more {
                format!("The newest {count} were saved; narrow the time down for older ones")
            } else {
                format!("{count} saved")
            });
        }
        Err(problem) => toasts.failed(problem.detail.unwrap_or(problem.title)),
    }
}

#[component]
fn Pages(address: Address, page: Latest<types::AuditEventList>) -> impl IntoView {
    let next =
        Signal::derive(move || page.with(|page| page.as_ref().and_then(|it| it.next.clone())));
    let shown = Signal::derive(move || {
        let count = page.with(|page| page.as_ref().map_or(0, |it| it.items.len()));
        words::count(count, "event", "events")
    });
    view! {
        <div class="table-frame below-timeline">
            <Leaf address shown next />
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
    let mut actions = vec![("", "Any action")];
    actions.extend(words::ACTIONS.map(|(key, _, title)| (key, title)));
    let (from, to) = (address.typed("from"), address.typed("to"));
    view! {
        <FilterBar label="Filter activity">
            <Select value=address.choice("action", "") options=actions attr:aria-label="Action" />
            <Select
                value=address.choice("days", "")
                options=vec![
                    ("", "Any time"),
                    ("1", "Today (UTC)"),
                    ("7", "Last 7 days"),
                    ("30", "Last 30 days"),
                    ("90", "Last 90 days"),
                    (BETWEEN, "From day to day\u{2026}"),
                ]
                attr:aria-label="Time"
            />
            <Show when=move || address.get("days").as_deref() == Some(BETWEEN)>
                <TextInput value=from kind="date" attr:aria-label="From (UTC)" />
                <TextInput value=to kind="date" attr:aria-label="To (UTC)" />
            </Show>
            <Show when=move || address.get("actor").is_none()>
                <Button variant=crate::components::button::Variant::Ghost icon=Glyph::User on:click=mine>"By me"</Button>
            </Show>
            {chip("actor", "By")}
            {chip("client", "Client")}
            {chip("object", "About")}
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
            "Every change in the tenant is written down here, with who made it and what it was before.",
        )
    };
    view! { <div class="table-frame"><EmptyState glyph=Glyph::Activity title text /></div> }
}
