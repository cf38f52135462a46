//! Who has a role.

use leptos::prelude::*;

use crate::{
    api::{types, use_api},
    components::{problem_notice::ProblemNotice, skeleton::Skeleton},
    load::load,
    me::use_me,
    routes,
};

/// Names that are shown; the rest is behind a link.
const SHOWN: i64 = 10;

#[derive(Clone)]
struct Holder {
    href: String,
    name: String,
}

#[derive(Clone)]
struct Holders {
    title: &'static str,
    /// The whole list.
    all: String,
    items: Vec<Holder>,
    more: bool,
}

/// The people and clients that have the role with this key.
#[component]
pub(super) fn RoleHolders(role: String) -> impl IntoView {
    let api = use_api();
    let me = use_me();
    let (users, clients) = (me.may_view("users"), me.may_view_some_clients());
    let held = load(
        move || role.clone(),
        async move |role: String| {
            let mut held = Vec::new();
            if users {
                let list = api
                    .call(|it| {
                        it.list_users(None, Some(SHOWN), None, Some(&role), None, None, None)
                    })
                    .await?;
                held.push(Holders {
                    title: "People",
                    all: routes::href(&format!("/users?role={role}")),
                    more: list.next.is_some(),
                    items: list.items.iter().map(person).collect(),
                });
            }
            if clients {
                let list = super::super::clients::having(api, &role, SHOWN).await?;
                held.push(Holders {
                    title: "Clients",
                    all: routes::href(&format!("/clients?role={role}")),
                    more: list.next.is_some(),
                    items: list.items.iter().map(client).collect(),
                });
            }
            Ok(held)
        },
    );
    view! {
        {move || held.problem.get().map(|problem| view! { <ProblemNotice problem on_retry=held.retry() /> })}
        {move || match held.value.get() {
            Some(held) => held.into_iter().map(group).collect_view().into_any(),
            None if held.problem.with(Option::is_some) => ().into_any(),
            None => view! { <Skeleton rows=2 label="Loading who has it" /> }.into_any(),
        }}
    }
}

fn person(user: &types::User) -> Holder {
    Holder {
        href: routes::href(&format!("/users/{}", user.id)),
        name: user.name.clone(),
    }
}

fn client(client: &types::Client) -> Holder {
    Holder {
        href: routes::href(&routes::client(&client.id.to_string())),
        name: client.name.clone(),
    }
}

fn group(held: Holders) -> AnyView {
    let Holders {
        title,
        all,
        items,
        more,
    } = held;
    let names = items
        .into_iter()
        .map(|Holder { href, name }| view! { <li><a href=href><bdi>{name}</bdi></a></li> })
        .collect::<Vec<_>>();
    let list = if names.is_empty() {
        view! { <p class="cell-none">"Nobody"</p> }.into_any()
    } else {
        view! { <ul class="holders" role="list">{names}</ul> }.into_any()
    };
    view! {
        <div class="stack-small">
            <h3>{title}</h3>
            {list}
            {more.then(|| view! { <p><a href=all>"All of them"</a></p> })}
        </div>
    }
    .into_any()
}
