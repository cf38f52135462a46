//! What needs a person, at a glance. Each figure leads to the list behind it.

use leptos::prelude::*;

use super::usage::UsageChart;
use crate::{
    address::{Step, use_address},
    api::{types, use_api},
    components::{
        button::{LinkButton, Variant},
        chart::grouped,
        empty_state::EmptyState,
        icon::{Glyph, Icon},
        page_header::PageHeader,
        problem_notice::ProblemNotice,
        skeleton::Skeleton,
        tile::{Tile, Urgency},
        timeline::{About, Timeline},
    },
    effect::{effect, memo},
    load::load,
    me::use_me,
    routes, words,
};

/// The page. Who looks after no clients starts at their own account.
#[component]
pub(crate) fn Overview() -> impl IntoView {
    if use_me().may_view_some_clients() {
        view! { <OverviewPage /> }.into_any()
    } else {
        let address = use_address();
        effect(move || address.go(routes::ACCOUNT, Step::Replace));
        ().into_any()
    }
}

#[component]
fn OverviewPage() -> impl IntoView {
    let address = use_address();
    let api = use_api();
    let me = use_me();
    let overview = load(
        || (),
        async move |()| api.call(|it| it.get_overview()).await,
    );
    // Asked for again while it is looked at, quietly.
    let again =
        set_interval_with_handle(move || overview.reload(), std::time::Duration::from_mins(1));
    on_cleanup(move || {
        if let Ok(again) = again {
            again.clear();
        }
    });
    let is_empty = memo(move || {
        overview
            .value
            .with(|it| it.as_ref().is_some_and(|it| it.clients.count == 0))
    });
    let count = move || {
        let all = overview
            .value
            .with(|it| it.as_ref().map(|it| it.clients.clone()));
        all.filter(|it| it.count > 0).map(|all| {
            let words = if all.count == 1 && all.exact {
                "1 client".to_owned()
            } else {
                format!("{} clients", number(&all))
            };
            view! { <a class="beside-link" href=routes::href("/clients")>{words}</a> }
        })
    };
    let may_create = me.may_change_some_clients();
    let sees_all = me.may_view("clients");
    let sees_audit = me.may_view("audit");
    view! {
        <PageHeader title="Overview" beside=move || view! { {count} }>
            {may_create.then(|| view! {
                <LinkButton href=routes::href("/clients/new") variant=Variant::Secondary icon=Glyph::Plus>"New client"</LinkButton>
            })}
        </PageHeader>
        <div class="stack">
            {move || overview.problem.get().map(|problem| view! { <ProblemNotice problem on_retry=overview.retry() /> })}
            {move || match (overview.value.get(), is_empty.get()) {
                (None, _) if overview.problem.with(Option::is_some) => ().into_any(),
                (None, _) => view! { <div class="panel"><Skeleton rows=6 label="Loading the overview" /></div> }.into_any(),
                (Some(_), true) => view! { <First may_create /> }.into_any(),
                (Some(figures), false) => view! { <Figures figures /> }.into_any(),
            }}
            <Show when=move || !is_empty.get()>
                {sees_all.then(|| view! { <UsageChart address /> })}
            </Show>
            {sees_audit.then(|| view! { <Latest /> })}
        </div>
    }
}

#[component]
fn First(may_create: bool) -> impl IntoView {
    view! {
        <div class="table-frame">
            <EmptyState
                glyph=Glyph::Client
                title="No clients yet"
                text="Here stands what needs you: secrets that are about to expire, clients that nobody uses, requests that are refused. It begins with the first client."
            >
                {may_create.then(|| view! {
                    <LinkButton href=routes::href("/clients/new") variant=Variant::Primary icon=Glyph::Plus>"Make the first client"</LinkButton>
                })}
            </EmptyState>
        </div>
    }
}

fn number(total: &types::ListTotal) -> String {
    let count = grouped(u32::try_from(total.count).unwrap_or(u32::MAX));
    if total.exact {
        count
    } else {
        format!("{count}+")
    }
}

const fn worth(total: &types::ListTotal, urgency: Urgency) -> Urgency {
    if total.count == 0 {
        Urgency::None
    } else {
        urgency
    }
}

#[component]
fn Figures(figures: types::Overview) -> impl IntoView {
    let list = |query: &str| routes::href(&format!("/clients{query}"));
    let refusals = figures.refusals.clone();
    let (refused_value, refused_note, refused_urgency) = match &refusals {
        Some(it) => (
            grouped(u32::try_from(it.last_day).unwrap_or(u32::MAX)),
            refused_note(it, &figures.refused),
            match (it.jumped, it.last_day) {
                (true, _) => Urgency::Bad,
                (false, 0) => Urgency::None,
                (false, _) => Urgency::Warn,
            },
        ),
        None => (
            number(&figures.refused),
            "Clients, in the last 24 hours".to_owned(),
            worth(&figures.refused, Urgency::Warn),
        ),
    };
    let refused_label = if refusals.is_some() {
        "Refused requests"
    } else {
        "Refused clients"
    };
    view! {
        <section class="stack-small" aria-labelledby="overview-ending">
            <h2 class="section-title" id="overview-ending">"Ends soon"</h2>
            <ul class="windows" role="list">
                {figures.expiring.iter().map(window).collect_view()}
            </ul>
        </section>
        <section class="stack-small" aria-labelledby="overview-attention">
            <h2 class="section-title" id="overview-attention">"Needs a look"</h2>
            <ul class="tiles" role="list">
                <li>
                    <Tile href=list("?refused=1") glyph=Glyph::Refused label=refused_label value=refused_value note=refused_note urgency=refused_urgency />
                </li>
                <li>
                    <Tile href=list("?status=expired") glyph=Glyph::Expired label="Expired" value=number(&figures.expired)
                        note="They get no tokens any more" urgency=worth(&figures.expired, Urgency::Bad) />
                </li>
                <li>
                    <Tile href=list("?status=no_credential") glyph=Glyph::Missing label="Without a credential" value=number(&figures.without_credential)
                        note="Nothing left to authenticate with" urgency=worth(&figures.without_credential, Urgency::Warn) />
                </li>
                <li>
                    <Tile href=list("?unused=90") glyph=Glyph::Clock label="Unused for 90 days" value=number(&figures.unused)
                        note="Candidates to deactivate" urgency=worth(&figures.unused, Urgency::Warn) />
                </li>
                <li>
                    <Tile href=list("?unowned=yes") glyph=Glyph::User label="Without an owner" value=number(&figures.unowned)
                        note="Nobody answers for them" urgency=worth(&figures.unowned, Urgency::Warn) />
                </li>
            </ul>
        </section>
    }
}

fn refused_note(refusals: &types::Refusals, clients: &types::ListTotal) -> String {
    let usual = grouped(u32::try_from(refusals.usual_per_day).unwrap_or(u32::MAX));
    if refusals.last_day == 0 {
        return "None in the last 24 hours".to_owned();
    }
    let of = if clients.exact {
        words::count(
            usize::try_from(clients.count).unwrap_or(usize::MAX),
            "client",
            "clients",
        )
    } else {
        format!("{} clients", number(clients))
    };
    format!("Last 24 hours, {of}; {usual} on a usual day")
}

/// How many end within some days: one link per window.
fn window(expiring: &types::Expiring) -> AnyView {
    let days = expiring.days;
    let href = routes::href(&format!("/clients?expires={days}"));
    let class = match (expiring.clients.count, days) {
        (0, _) => "window",
        (_, ..=1) => "window window-bad",
        (_, ..=30) => "window window-warn",
        _ => "window",
    };
    let name = match days {
        1 => "Within a day".to_owned(),
        days => format!("Within {days} days"),
    };
    view! {
        <li>
            <a class=class href=href>
                <span class="window-name"><Icon glyph=Glyph::Clock />{name}</span>
                <span class="window-value">{number(&expiring.clients)}</span>
                <span class="visually-hidden">"clients, or secrets of theirs"</span>
            </a>
        </li>
    }
    .into_any()
}

/// The newest of them, without the coming and going of people.
fn latest(events: Vec<types::AuditEvent>) -> Vec<types::AuditEvent> {
    let is_change =
        |it: &types::AuditEvent| !it.action.starts_with("session.") && it.action != "grant.created";
    events.into_iter().filter(is_change).take(5).collect()
}

/// The last few changes.
#[component]
fn Latest() -> impl IntoView {
    let api = use_api();
    let page = load(
        || (),
        async move |()| {
            api.call(|it| it.list_audit(None, None, None, None, None, Some(50), None, None))
                .await
        },
    );
    view! {
        <section class="panel" aria-labelledby="overview-latest">
            <div class="panel-head">
                <h2 id="overview-latest">"Latest changes"</h2>
                <a href=routes::href("/activity")>"All activity"</a>
            </div>
            {move || page.problem.get().map(|problem| view! { <ProblemNotice problem on_retry=page.retry() /> })}
            {move || match page.value.get() {
                None if page.problem.with(Option::is_some) => ().into_any(),
                None => view! { <Skeleton rows=3 label="Loading the latest changes" /> }.into_any(),
                Some(page) if latest(page.items.clone()).is_empty() => view! { <p class="cell-soft">"Nothing was changed lately."</p> }.into_any(),
                Some(page) => view! { <Timeline events=latest(page.items) about=About::All /> }.into_any(),
            }}
        </section>
    }
}
