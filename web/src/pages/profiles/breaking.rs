//! The clients that do not fit the rules of their profile.

use leptos::prelude::*;

use crate::{
    api::{types, use_api},
    components::{problem_notice::ProblemNotice, skeleton::Skeleton},
    load::load,
    routes, words,
};

/// Names that are shown.
const SHOWN: i64 = 10;

/// Those that do not fit now.
#[component]
pub(super) fn Breaking(key: String) -> impl IntoView {
    let api = use_api();
    let found = load(
        move || key.clone(),
        async move |key: String| {
            api.call(|it| it.list_breaking_clients(&key, None, Some(SHOWN)))
                .await
        },
    );
    view! {
        {move || found.problem.get().map(|problem| view! { <ProblemNotice problem on_retry=found.retry() /> })}
        {move || match found.value.get() {
            None => view! { <Skeleton rows=2 label="Loading the clients" /> }.into_any(),
            Some(found) if found.items.is_empty() => view! { <p class="cell-none">"All of them fit."</p> }.into_any(),
            Some(found) => list(&found),
        }}
    }
}

/// Each with what does not fit.
pub(super) fn list(found: &types::BreakingClientList) -> AnyView {
    let shown = usize::try_from(SHOWN).unwrap_or_default();
    let all = usize::try_from(found.total.count).unwrap_or_default();
    let rest = all.saturating_sub(found.items.len().min(shown));
    let rows = found.items.iter().take(shown).map(|client| {
        let href = routes::href(&routes::client(&client.id.to_string()));
        let broken = client.broken.iter().map(|it| {
            let field = it.pointer.split('/').nth(1).unwrap_or_default();
            format!("{} {}", words::field(field), it.message)
        });
        let broken = broken.collect::<Vec<_>>().join("; ");
        view! { <li><a href=href><bdi>{client.name.clone()}</bdi></a><span class="cell-sub">{broken}</span></li> }
    });
    view! {
        <ul class="holders" role="list">{rows.collect_view()}</ul>
        {(rest > 0).then(|| view! { <p>{format!("And {rest} more.")}</p> })}
    }
    .into_any()
}
