//! Whom it hits when a client stops working, as far as that is known.

use leptos::prelude::*;

use crate::{
    api::{Api, types, use_api},
    clock,
    components::chart::grouped,
    load::load,
    me::{Me, use_me},
    problem::Problem,
    words,
};

/// What hangs on a client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Impact {
    /// Tokens issued within their lifetime: at most so many are live.
    tokens: Option<i64>,
    /// People who allowed the app, and whether there are more.
    people: Option<(usize, bool)>,
    /// Live API keys.
    keys: Option<usize>,
}

/// How long a token lives where nobody says: the longest there is.
const LONGEST: i64 = 86_400;

async fn read(api: Api, me: &Me, client: &types::Client) -> Result<Impact, Problem> {
    let id = client.id.to_string();
    let lifetime = client
        .token_lifetime
        .map(i64::from)
        .or_else(|| me.profile(&client.profile).and_then(|it| it.lifetime))
        .unwrap_or(LONGEST);
    let since = clock::to_api(clock::now() - lifetime);
    let usage = api
        .call(|it| it.get_client_usage(&id, Some(types::UsageSpan::Hour), Some(&since), None))
        .await?;
    let mut impact = Impact {
        tokens: Some(usage.items.iter().map(|it| it.accepted).sum()),
        ..Impact::default()
    };
    if client.profile == "app" || !client.redirect_uris.is_empty() {
        let grants = api
            .call(|it| it.list_client_grants(&id, None, Some(200)))
            .await?;
        impact.people = Some((grants.items.len(), grants.next.is_some()));
    }
    if client
        .grant_types
        .iter()
        .any(|it| it == "client_credentials")
        && !client.public
    {
        let keys = api.call(|it| it.list_api_keys(&id)).await?;
        let live = |it: &&types::ApiKey| it.status == types::CredentialStatus::Active;
        impact.keys = Some(keys.items.iter().filter(live).count());
    }
    Ok(impact)
}

/// The figures, in a list; nothing where they cannot be had.
#[component]
pub(super) fn ImpactList(client: super::Shown) -> impl IntoView {
    let api = use_api();
    let me = use_me();
    let impact = load(|| (), async move |()| read(api, &me, &client).await);
    view! {
        <div class="impact" role="status">
            {move || match impact.value.get() {
                None if impact.problem.with(Option::is_some) => ().into_any(),
                None => view! { <p class="cell-soft">"Counting what this hits\u{2026}"</p> }.into_any(),
                Some(impact) => figures(impact),
            }}
        </div>
    }
}

fn figures(impact: Impact) -> AnyView {
    let mut all = Vec::new();
    if let Some((count, more)) = impact.people {
        let more = if more { "more than " } else { "" };
        all.push(format!(
            "{more}{} who allowed it",
            words::count(count, "person", "people")
        ));
    }
    if let Some(tokens) = impact.tokens {
        let tokens = u32::try_from(tokens).unwrap_or(u32::MAX);
        all.push(match tokens {
            0 => "no live token: none was issued within a token\u{2019}s lifetime".to_owned(),
            1 => "at most 1 live token".to_owned(),
            _ => format!("up to {} live tokens", grouped(tokens)),
        });
    }
    if let Some(keys) = impact.keys.filter(|it| *it > 0) {
        all.push(words::count(keys, "live API key", "live API keys"));
    }
    view! {
        <p>"This hits:"</p>
        <ul class="consequences">{all.into_iter().map(|it| view! { <li>{it}</li> }).collect_view()}</ul>
    }
    .into_any()
}
