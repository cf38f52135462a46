//! What was done to one client.

use leptos::prelude::*;

use super::Shown;
use crate::{
    api::{types, use_api},
    components::{
        button::Button,
        empty_state::EmptyState,
        icon::Glyph,
        problem_notice::ProblemNotice,
        skeleton::Skeleton,
        timeline::{About, Timeline},
    },
    effect::{effect, memo},
    load::{Latest, load},
};

/// The newest events, and older ones on request.
#[component]
pub(super) fn ActivityTab(client: Latest<Shown>) -> impl IntoView {
    let api = use_api();
    let shown = RwSignal::new(Vec::<types::AuditEvent>::new());
    let cursor = RwSignal::new(None::<String>);
    let key = memo(move || {
        let version = client.with(|it| it.as_ref().map(|it| (it.id.to_string(), it.version)));
        (version, cursor.get())
    });
    let page = load(
        move || key.get(),
        async move |(client, cursor): (Option<(String, i64)>, Option<String>)| {
            let (id, _) = client.unwrap_or_default();
            let page = api
                .call(|it| it.list_client_audit(&id, cursor.as_deref(), Some(50)))
                .await?;
            Ok((cursor, page))
        },
    );
    let next = RwSignal::new(None::<String>);
    effect(move || {
        page.value.with(|it| {
            let Some((cursor, page)) = it else { return };
            shown.update(|shown| {
                if cursor.is_none() {
                    shown.clear();
                }
                shown.extend(page.items.iter().cloned());
            });
            next.set(page.next.clone());
        });
    });
    view! {
        {move || page.problem.get().map(|problem| view! { <ProblemNotice problem on_retry=page.retry() /> })}
        {move || match (page.value.with(Option::is_some), shown.with(Vec::is_empty)) {
            (false, _) if page.problem.with(Option::is_some) => ().into_any(),
            (false, _) => view! { <div class="panel"><Skeleton rows=4 label="Loading activity" /></div> }.into_any(),
            (true, true) => view! {
                <div class="table-frame"><EmptyState glyph=Glyph::Activity title="Nothing yet" text="Every change of this client and its secrets is written down here." /></div>
            }
            .into_any(),
            (true, false) => view! { <Timeline events=shown.get() about=About::One /> }.into_any(),
        }}
        {move || next.with(Option::is_some).then(|| view! {
            <div><Button busy=page.busy on:click=move |_| cursor.set(next.get_untracked())>"Show older"</Button></div>
        })}
    }
}
