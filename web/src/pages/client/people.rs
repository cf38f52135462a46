//! The people who let an app act for them, and taking that back.

use std::rc::Rc;

use leptos::prelude::*;

use super::Shown;
use crate::{
    address::{Address, Step},
    api::{types, use_api},
    clock,
    components::{
        button::{Button, Variant},
        chip::Tags,
        empty_state::EmptyState,
        icon::Glyph,
        problem_notice::ProblemNotice,
        skeleton::Skeleton,
        time_view::TimeAgo,
    },
    forms::editor::Work,
    load::load,
    me::use_me,
    pages::thing::AskDialog,
    problem::Problem,
    routes,
};

/// Rows that are asked for at once.
const ROWS: i64 = 50;

/// The newest grants, and older ones on request.
#[component]
pub(super) fn PeopleTab(
    address: Address,
    #[prop(into)] client: Signal<Option<Shown>>,
    may_change: bool,
) -> impl IntoView {
    let api = use_api();
    let id = Memo::new(move |_| {
        client.with(|it| it.as_ref().map(|it| it.id.to_string()).unwrap_or_default())
    });
    let list = load(
        move || (id.get(), address.get("cursor")),
        async move |(id, cursor): (String, Option<String>)| {
            api.call(async |it| {
                it.list_client_grants(&id, cursor.as_deref(), Some(ROWS))
                    .await
            })
            .await
        },
    );
    let subject = move || {
        let on = address.get("on");
        list.value.with(|page| {
            let mut all = page.iter().flat_map(|it| &it.items);
            all.find(|it| Some(it.id.to_string()) == on).map(name)
        })
    };
    let deed: Rc<dyn Fn() -> Work<String>> = Rc::new(move || {
        let (id, on) = (id.get_untracked(), address.get_untracked("on"));
        let said = format!(
            "What {} allowed was taken back",
            untrack(subject).unwrap_or_default()
        );
        Box::pin(async move {
            let grant = on.and_then(|it| it.parse().ok());
            let grant: uuid::Uuid = grant.ok_or_else(Problem::unreachable)?;
            api.call(async |it| it.revoke_client_grant(&id, &grant).await)
                .await?;
            Ok(said)
        })
    });
    let is_open = address.is_open("revoke-grant");
    view! {
        {move || list.problem.get().map(|problem| view! { <ProblemNotice problem on_retry=list.retry() /> })}
        {move || match list.value.get() {
            None if list.problem.with(Option::is_some) => ().into_any(),
            None => view! { <div class="panel"><Skeleton rows=3 label="Loading people" /></div> }.into_any(),
            Some(page) if page.items.is_empty() => view! {
                <div class="table-frame">
                    <EmptyState glyph=Glyph::User title="Nobody yet" text="People who sign in through this app and allow it to act for them stand here." />
                </div>
            }
            .into_any(),
            Some(page) => shown(page, address, may_change),
        }}
        <AskDialog
            open=is_open
            on_close=Callback::new(move |()| address.close())
            title=Signal::derive(move || format!("Take back what {} allowed?", subject().unwrap_or_default()))
            confirm="Take it back"
            keep="Leave it allowed"
            deed
            on_done=Callback::new(move |()| {
                address.close();
                list.reload();
            })
        >
            <p>"All tokens of this app that act for this person are dead at once. It may ask them again."</p>
        </AskDialog>
    }
}

fn name(grant: &types::Grant) -> String {
    let name = grant.user_name.clone();
    name.unwrap_or_else(|| "somebody who is gone".to_owned())
}

fn shown(page: types::GrantList, address: Address, may_change: bool) -> AnyView {
    let links = use_me().may_view("users");
    let next = page.next;
    let is_later = address.get("cursor").is_some();
    let rows = page.items.into_iter().map(|grant| {
        let (id, name) = (grant.id.to_string(), name(&grant));
        let label = format!("Take back what {name} allowed");
        let named = if links && grant.user_name.is_some() {
            let href = routes::href(&routes::user(&grant.user_id.to_string()));
            view! { <a class="cell-strong" href=href><bdi>{name}</bdi></a> }.into_any()
        } else {
            view! { <bdi>{name}</bdi> }.into_any()
        };
        view! {
            <li class="person">
                <span class="person-name">
                    {named}
                    <span class="cell-sub">
                        "allowed "<TimeAgo at=clock::parse(&grant.created_at) />
                        ", ends "<TimeAgo at=clock::parse(&grant.expires_at) />" unless it is used"
                    </span>
                    <Tags names=grant.scopes />
                </span>
                {may_change.then(|| view! {
                    <Button small=true variant=Variant::DangerQuiet attr:aria-label=label on:click=move |_| address.open("revoke-grant", Some(&id))>
                        "Take back\u{2026}"
                    </Button>
                })}
            </li>
        }
    });
    let rows = rows.collect_view();
    view! {
        <section class="panel" aria-label="People who allowed this app">
            <ul class="people" role="list">{rows}</ul>
            {(next.is_some() || is_later).then(|| view! {
                <div class="button-group">
                    <Button small=true on:click=move |_| address.change(Step::Push, &[("cursor", None)])>"Newest"</Button>
                    {next.map(|next| view! {
                        <Button small=true on:click=move |_| address.change(Step::Push, &[("cursor", Some(&next))])>"Older"</Button>
                    })}
                </div>
            })}
        </section>
    }
    .into_any()
}
