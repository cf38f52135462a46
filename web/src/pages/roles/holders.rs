//! Who has a role.

use leptos::prelude::*;

use crate::{
    api::{types, use_api},
    components::{
        button::Button,
        icon::{Glyph, Icon},
        problem_notice::ProblemNotice,
        skeleton::Skeleton,
    },
    load::load,
    routes,
};

/// Names that are shown at once.
const SHOWN: i64 = 50;

/// The people, groups and clients that have the role with this key.
#[component]
pub(super) fn RoleHolders(role: String) -> impl IntoView {
    let api = use_api();
    let cursor = RwSignal::new(None::<String>);
    let held = load(
        move || (role.clone(), cursor.get()),
        async move |(role, cursor): (String, Option<String>)| {
            api.call(|it| it.list_role_holders(&role, cursor.as_deref(), Some(SHOWN)))
                .await
        },
    );
    view! {
        {move || held.problem.get().map(|problem| view! { <ProblemNotice problem on_retry=held.retry() /> })}
        {move || match held.value.get() {
            Some(held) => shown(held, cursor),
            None if held.problem.with(Option::is_some) => ().into_any(),
            None => view! { <Skeleton rows=2 label="Loading who has it" /> }.into_any(),
        }}
    }
}

fn shown(held: types::RoleHolderList, cursor: RwSignal<Option<String>>) -> AnyView {
    let is_first = cursor.with_untracked(Option::is_none);
    if held.items.is_empty() && is_first {
        return view! { <p class="cell-none">"Nobody"</p> }.into_any();
    }
    let names = held.items.into_iter().map(|it| {
        let id = it.id.to_string();
        let (glyph, path, kind) = match it.kind.as_str() {
            "user" => (Glyph::User, routes::user(&id), "Person"),
            "group" => (Glyph::Group, routes::group(&id), "Group"),
            _ => (Glyph::Client, routes::client(&id), "Client"),
        };
        let href = routes::href(&path);
        view! {
            <li>
                <a href=href>
                    <Icon glyph /><span class="visually-hidden">{kind}" "</span><bdi>{it.name}</bdi>
                </a>
            </li>
        }
    });
    let next = held.next;
    view! {
        <ul class="links" role="list">{names.collect_view()}</ul>
        {(next.is_some() || !is_first).then(|| view! {
            <div class="button-group">
                <Button small=true on:click=move |_| cursor.set(None)>"First"</Button>
                {next.map(|next| view! {
                    <Button small=true on:click=move |_| cursor.set(Some(next.clone()))>"Next"</Button>
                })}
            </div>
        })}
    }
    .into_any()
}
