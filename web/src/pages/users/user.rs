//! One person.

use std::sync::Arc;

use api_client::browser::read_uuid;
use leptos::prelude::*;
use uuid::Uuid;

use super::{Item, deeds::DangerTab, form::Edit, status};
use crate::{
    address::use_address,
    api::{types, use_api},
    clock,
    components::{
        button::Button,
        chip::{StatusChip, Tags},
        copy::CopyText,
        empty_state::EmptyState,
        icon::{Glyph, Icon},
        page_header::PageHeader,
        problem_notice::ProblemNotice,
        skeleton::Skeleton,
        tabs::{Tab, Tabs},
        time_view::TimeAgo,
        timeline::{About, Timeline},
    },
    load::{Loaded, load},
    me::use_me,
    pages::{
        held_roles::{HeldRoles, Holder},
        no_rights::NoRights,
        not_found::NotFound,
        thing::{crumbs, standing},
    },
    router::use_part,
    routes, words,
};

/// The page, or why it is not shown.
#[component]
pub(crate) fn User() -> impl IntoView {
    if !use_me().may_view("users") {
        return view! { <NoRights title="User" needs="users:view" /> }.into_any();
    }
    let id = use_part("id");
    view! {
        {move || match read_uuid(&id.get()) {
            Some(id) => found(id),
            None => view! { <NotFound /> }.into_any(),
        }}
    }
    .into_any()
}

fn found(id: Uuid) -> AnyView {
    let api = use_api();
    let user = load(
        || (),
        async move |()| {
            let user = api.call(|it| it.get_user(&id)).await?;
            Ok(Arc::new(user))
        },
    );
    standing("User", user, move || view! { <UserPage user /> }.into_any())
}

#[component]
fn UserPage(user: Loaded<Item>) -> impl IntoView {
    let address = use_address();
    let me = use_me();
    let tab = use_part("tab");
    let may_change = me.may_change("users");
    let sees_audit = me.may_view("audit");
    let title = Signal::derive(move || {
        user.value
            .with(|it| it.as_ref().map(|it| it.name.clone()).unwrap_or_default())
    });
    let chip = move || {
        user.value
            .get()
            .map(|it| view! { <StatusChip status=status(&it) /> })
    };
    let is_anonymized = move || {
        user.value.with(|it| {
            it.as_ref()
                .is_some_and(|it| it.status == types::UserStatus::Anonymized)
        })
    };
    view! {
        <PageHeader title crumbs=crumbs("Users", "/users") beside=move || view! { {chip} }>
            {may_change.then(|| view! {
                <Show when=move || !is_anonymized()>
                    <Button icon=Glyph::Pencil on:click=move |_| address.open("edit", None)>"Edit"</Button>
                </Show>
            })}
        </PageHeader>
        <div class="stack">
            <UserTabs user tab may_change sees_audit />
            {move || match tab.get().as_str() {
                "" => view! { <Facts user /> }.into_any(),
                "roles" => roles(user, may_change),
                "activity" if sees_audit => view! { <Activity user /> }.into_any(),
                "danger" if may_change => view! { <DangerTab address user /> }.into_any(),
                _ => view! { <NotFound /> }.into_any(),
            }}
        </div>
        {may_change.then(|| view! { <Edit address user /> })}
    }
}

#[component]
fn UserTabs(
    user: Loaded<Item>,
    tab: Memo<String>,
    may_change: bool,
    sees_audit: bool,
) -> impl IntoView {
    let id = user
        .value
        .with_untracked(|it| it.as_ref().map(|it| it.id.to_string()))
        .unwrap_or_default();
    let one = |path: &'static str, label: &'static str| Tab {
        href: routes::href(&if path.is_empty() {
            routes::user(&id)
        } else {
            format!("{}/{path}", routes::user(&id))
        }),
        label: label.to_owned(),
        count: None,
        current: Signal::derive(move || tab.get() == path),
    };
    let mut tabs = vec![one("", "Overview"), one("roles", "Roles")];
    if sees_audit {
        tabs.push(one("activity", "Activity"));
    }
    if may_change {
        tabs.push(one("danger", "Access"));
    }
    view! { <Tabs label="About this user" tabs /> }
}

fn roles(user: Loaded<Item>, may_change: bool) -> AnyView {
    let version = Memo::new(move |_| user.value.with(|it| it.as_ref().map(|it| it.version)));
    let now = user.value.get_untracked();
    let may_change = may_change
        && now
            .as_ref()
            .is_some_and(|it| it.status != types::UserStatus::Anonymized);
    let holder = Holder::User(now.map(|it| it.id).unwrap_or_default());
    view! { <HeldRoles holder version may_change on_saved=user.retry() /> }.into_any()
}

#[component]
fn Facts(user: Loaded<Item>) -> impl IntoView {
    view! {
        <div class="columns">
            <section class="panel" aria-labelledby="user-about">
                <h2 id="user-about">"About"</h2>
                {move || user.value.get().map(|user| about(&user))}
            </section>
            <Groups user />
        </div>
    }
}

fn about(user: &types::User) -> AnyView {
    let mut roles = vec![words::key(&user.role)];
    if user.operator {
        roles.push("Operator".to_owned());
    }
    let by = user.created_by.name.clone();
    let changed_by = user.updated_by.name.clone();
    view! {
        <dl class="facts">
            <dt>"E-mail"</dt><dd><bdi>{user.email.clone()}</bdi></dd>
            <dt>"Role"</dt><dd><Tags names=roles /></dd>
            <dt>"Password"</dt>
            <dd>{match (user.has_password, user.must_change_password) {
                (false, _) => "Not chosen yet",
                (true, true) => "Has to be changed at the next sign-in",
                (true, false) => "Chosen",
            }}</dd>
            <dt>"Last sign-in"</dt><dd><TimeAgo at=clock::moment(user.last_sign_in_at.as_ref()) /></dd>
            <dt>"Added"</dt><dd><TimeAgo at=clock::parse(&user.created_at) />" by "<bdi>{by}</bdi></dd>
            <dt>"Last changed"</dt><dd><TimeAgo at=clock::parse(&user.updated_at) />" by "<bdi>{changed_by}</bdi></dd>
            <dt>"ID"</dt><dd><CopyText text=user.id.to_string() what="ID" /></dd>
        </dl>
    }
    .into_any()
}

#[component]
fn Groups(user: Loaded<Item>) -> impl IntoView {
    let api = use_api();
    let id = user
        .value
        .with_untracked(|it| it.as_ref().map(|it| it.id))
        .unwrap_or_default();
    let groups = load(
        || (),
        async move |()| api.call(|it| it.list_groups_of_user(&id)).await,
    );
    view! {
        <section class="panel" aria-labelledby="user-groups">
            <h2 id="user-groups">"Groups"</h2>
            {move || groups.problem.get().map(|problem| view! { <ProblemNotice problem on_retry=groups.retry() /> })}
            {move || match groups.value.get() {
                None if groups.problem.with(Option::is_some) => ().into_any(),
                None => view! { <Skeleton rows=2 label="Loading groups" /> }.into_any(),
                Some(page) if page.items.is_empty() => view! { <p class="cell-soft">"In no group."</p> }.into_any(),
                Some(page) => view! {
                    <ul class="links" role="list">
                        {page.items.into_iter().map(|group| {
                            let href = routes::href(&routes::group(&group.id.to_string()));
                            view! { <li><a href=href><Icon glyph=Glyph::Group /><bdi>{group.name}</bdi></a></li> }
                        }).collect_view()}
                    </ul>
                }
                .into_any(),
            }}
        </section>
    }
}

/// What this person did, newest first.
#[component]
fn Activity(user: Loaded<Item>) -> impl IntoView {
    let api = use_api();
    let id = user
        .value
        .with_untracked(|it| it.as_ref().map(|it| it.id))
        .unwrap_or_default();
    let page = load(
        || (),
        async move |()| {
            api.call(|it| it.list_audit(None, Some(&id), None, None, None, Some(50), None, None))
                .await
        },
    );
    let all = routes::href(&format!("/activity?actor={id}"));
    view! {
        {move || page.problem.get().map(|problem| view! { <ProblemNotice problem on_retry=page.retry() /> })}
        {move || match page.value.get() {
            None if page.problem.with(Option::is_some) => ().into_any(),
            None => view! { <div class="panel"><Skeleton rows=4 label="Loading activity" /></div> }.into_any(),
            Some(page) if page.items.is_empty() => view! {
                <div class="table-frame"><EmptyState glyph=Glyph::Activity title="Nothing yet" text="What this person does is written down here." /></div>
            }
            .into_any(),
            Some(page) => {
                let more = page.next.is_some();
                view! {
                    <Timeline events=page.items about=About::All />
                    {more.then(|| view! { <p><a href=all.clone()>"Show all of it in Activity"</a></p> })}
                }
                .into_any()
            }
        }}
    }
}
