//! What was done, as a line through time: who, what, and each field before and after.

use leptos::prelude::*;
use uuid::Uuid;

use super::{
    copy::CopyButton,
    icon::{Glyph, Icon},
};
use crate::{api::types, clock, routes, words};

/// Where an event's object is spoken of by name, and where everyone knows which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    /// One object only.
    One,
    /// Everything.
    All,
}

/// Events, newest first, under the day they happened on.
#[component]
pub(crate) fn Timeline(events: Vec<types::AuditEvent>, about: About) -> impl IntoView {
    let mut days: Vec<(String, Vec<types::AuditEvent>)> = Vec::new();
    for event in events {
        let day = clock::parse(&event.at).map(clock::day).unwrap_or_default();
        match days.last_mut() {
            Some((last, events)) if *last == day => events.push(event),
            _ => days.push((day, vec![event])),
        }
    }
    days.into_iter()
        .map(|(day, events)| {
            view! {
                <section class="timeline-day">
                    <h2 class="timeline-date">{day}</h2>
                    <ol class="timeline" role="list">
                        {events.into_iter().map(|event| entry(event, about)).collect_view()}
                    </ol>
                </section>
            }
        })
        .collect_view()
}

fn glyph(action: &str) -> Glyph {
    let (object, deed) = action.split_once('.').unwrap_or_default();
    match (object, deed) {
        ("session", _) => Glyph::Lock,
        ("consent" | "grant", _) => Glyph::App,
        ("user", "created" | "invited" | "anonymized") => Glyph::User,
        ("user", "password_reset_begun" | "password_changed") => Glyph::Key,
        ("group", "member_added" | "member_removed") => Glyph::Group,
        ("community", "tenant_added" | "tenant_removed") => Glyph::Tenant,
        ("community", "roles_changed") => Glyph::Role,
        ("community", "client_shared" | "client_unshared") => Glyph::Client,
        (_, "created") => Glyph::Plus,
        (_, "updated") => Glyph::Pencil,
        (_, "deactivated") => Glyph::Paused,
        (_, "reactivated" | "rotation_completed") => Glyph::Good,
        (_, "restored" | "rotated" | "rotation_cancelled") => Glyph::Rotate,
        (_, "deleted") => Glyph::Trash,
        (_, "expired") => Glyph::Expired,
        (_, "tokens_revoked" | "revoked" | "retired") => Glyph::Refused,
        _ => Glyph::Activity,
    }
}

/// The page of something that was acted on, where it has one.
fn page_of(kind: &str, id: &str) -> Option<String> {
    let list = match kind {
        "client" => "clients",
        "user" => "users",
        "group" => "groups",
        "role" => "roles",
        "api" => "apis",
        "tenant" => "tenants",
        "community" => "communities",
        _ => return None,
    };
    Some(routes::href(&format!("/{list}/{id}")))
}

fn entry(event: types::AuditEvent, about: About) -> AnyView {
    let at = clock::parse(&event.at).unwrap_or_default();
    // Who did something to themselves is named once.
    let is_other = event.object.id != event.actor.id;
    let object = (about == About::All && is_other).then(|| {
        let name = event.object.name.clone();
        match page_of(&event.object.kind, &event.object.id.to_string()) {
            Some(href) if !event.action.ends_with(".deleted") => {
                view! { " "<a class="cell-strong" href=href><bdi>{name}</bdi></a> }.into_any()
            }
            _ => view! { " "<strong><bdi>{name}</bdi></strong> }.into_any(),
        }
    });
    let only = |name: &str, id: Uuid, words: &'static str, label: String| {
        let href = routes::href(&format!("/activity?{name}={id}"));
        view! { <a href=href title=label.clone() aria-label=format!("{words}: {label}")>{words}</a> }
    };
    // Ways to the rest of the same story.
    let more = (about == About::All).then(|| {
        let (actor, object) = (&event.actor, &event.object);
        view! {
            <span class="event-more">
                {only("actor", actor.id, "By the same", format!("Only by {}", actor.name))}
                {is_other.then(|| only("object", object.id, "About the same", format!("Only about {}", object.name)))}
            </span>
        }
    });
    let changes = changes(&event);
    let from = event.ip.clone().map(|ip| format!("from {ip}"));
    view! {
        <li class="event">
            <span class="event-mark"><Icon glyph=glyph(&event.action) /></span>
            <div class="event-body">
                <p>
                    <strong><bdi>{event.actor.name.clone()}</bdi></strong>" "
                    {words::action(&event.action).to_owned()}
                    {object}
                </p>
                <p class="event-meta">
                    <time datetime=clock::iso(at) title=clock::exact(at, clock::zone_minutes(at))>{clock::time_of_day(at)}</time>
                    {from.map(|from| view! { <span>{from}</span> })}
                    {event.user_agent.clone().map(|agent| view! { <span class="cell-clip" title=agent.clone()>{agent.clone()}</span> })}
                    <span class="event-request">"request "<code>{event.request_id.clone()}</code><CopyButton text=event.request_id.clone() what="request ID" /></span>
                    {more}
                </p>
                {changes}
            </div>
        </li>
    }
    .into_any()
}

/// Each field before and after; nothing where no field has anything to show.
fn changes(event: &types::AuditEvent) -> Option<AnyView> {
    let is_new = event.action.ends_with(".created");
    let shown: Vec<_> = event
        .changes
        .iter()
        // The session that began or ended says nothing to a person.
        .filter(|it| it.field != "session")
        .map(|it| {
            (
                words::field(&it.field),
                words::value(&it.field, &it.before),
                words::value(&it.field, &it.after),
            )
        })
        .filter(|(_, before, after)| before.is_some() || after.is_some())
        .collect();
    if shown.is_empty() {
        return None;
    }
    let count = words::count(shown.len(), "field", "fields");
    let long = is_new || shown.len() > 4;
    let rows = shown
        .into_iter()
        .map(|(field, before, after)| {
            let value = |text: Option<String>, class: &'static str| match text {
                Some(text) => view! { <span class=class><bdi>{text}</bdi></span> }.into_any(),
                None => view! { <span class="cell-none">"not set"</span> }.into_any(),
            };
            view! {
                <dt>{field}</dt>
                <dd>
                    {(!is_new).then(|| view! {
                        <span class="visually-hidden">"before: "</span>
                        {value(before, "change-before")}
                        <Icon glyph=Glyph::Next />
                        <span class="visually-hidden">"after: "</span>
                    })}
                    {value(after, "change-after")}
                </dd>
            }
        })
        .collect_view();
    let list = view! { <dl class="changes">{rows}</dl> };
    Some(if long {
        view! { <details class="event-details"><summary>{count}</summary>{list}</details> }
            .into_any()
    } else {
        list.into_any()
    })
}
