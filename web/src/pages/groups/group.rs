//! One group, with its members and its roles.

use std::sync::Arc;

use futures_util::FutureExt;
use leptos::prelude::*;
use uuid::Uuid;

use super::{Item, form::Edit, members::Members};
use crate::{
    address::{Address, Step, use_address},
    api::{etag, use_api},
    clock,
    components::{
        button::{Button, Variant},
        confirm_call::ConfirmCall,
        copy::CopyText,
        icon::Glyph,
        page_header::PageHeader,
        tabs::{Tab, Tabs},
        time_view::TimeAgo,
    },
    load::{Loaded, load},
    me::use_me,
    pages::{
        held_roles::{HeldRoles, Holder},
        no_rights::NoRights,
        not_found::NotFound,
        thing::{crumbs, standing},
    },
    problem::Problem,
    router::use_part,
    routes,
};

/// The page, or why it is not shown.
#[component]
pub(crate) fn Group() -> impl IntoView {
    if !use_me().may_view("groups") {
        return view! { <NoRights title="Group" needs="groups:view" /> }.into_any();
    }
    let id = use_part("id");
    view! {
        {move || match Uuid::parse_str(&id.get()) {
            Ok(id) => found(id),
            Err(_) => view! { <NotFound /> }.into_any(),
        }}
    }
    .into_any()
}

fn found(id: Uuid) -> AnyView {
    let api = use_api();
    let group = load(
        || (),
        async move |()| {
            let group = api.call(|it| it.get_group(&id)).await?;
            Ok(Arc::new(group))
        },
    );
    standing("Group", group, move || {
        view! { <GroupPage id group /> }.into_any()
    })
}

#[component]
fn GroupPage(id: Uuid, group: Loaded<Item>) -> impl IntoView {
    let address = use_address();
    let tab = use_part("tab");
    let may_change = use_me().may_change("groups");
    let title = Signal::derive(move || name(group));
    let version = Memo::new(move |_| group.value.with(|it| it.as_ref().map(|it| it.version)));
    let path = routes::group(&id.to_string());
    let tabs = [
        ("", "Members", path.clone()),
        ("roles", "Roles", format!("{path}/roles")),
    ];
    let tabs = tabs.map(|(key, label, path)| Tab {
        href: routes::href(&path),
        label: label.to_owned(),
        count: None,
        current: Signal::derive(move || tab.get() == key),
    });
    view! {
        <PageHeader title crumbs=crumbs("Groups", "/groups")>
            {may_change.then(|| view! {
                <Button icon=Glyph::Pencil on:click=move |_| address.open("edit", None)>"Edit"</Button>
                <Button variant=Variant::DangerQuiet icon=Glyph::Trash on:click=move |_| address.open("delete", None)>"Delete\u{2026}"</Button>
            })}
        </PageHeader>
        {move || group.value.get().map(|group| about(&group))}
        <div class="stack">
            <Tabs label="About this group" tabs=tabs.to_vec() />
            {move || match tab.get().as_str() {
                "" => view! { <Members id address may_change /> }.into_any(),
                "roles" => view! { <HeldRoles holder=Holder::Group(id) version may_change on_saved=group.retry() /> }.into_any(),
                _ => view! { <NotFound /> }.into_any(),
            }}
        </div>
        {may_change.then(|| view! {
            <Edit address group />
            <Delete address group />
        })}
    }
}

fn about(group: &Item) -> AnyView {
    view! {
        {group.description.clone().map(|text| view! { <p class="prose page-text"><bdi>{text}</bdi></p> })}
        <dl class="summary">
            <div><dt>"Made"</dt><dd><TimeAgo at=clock::parse(&group.created_at) />"by "<bdi>{group.created_by.name.clone()}</bdi></dd></div>
            <div><dt>"Last changed"</dt><dd><TimeAgo at=clock::parse(&group.updated_at) />"by "<bdi>{group.updated_by.name.clone()}</bdi></dd></div>
            <div><dt>"ID"</dt><dd><CopyText text=group.id.to_string() what="ID" /></dd></div>
        </dl>
    }
    .into_any()
}

fn name(group: Loaded<Item>) -> String {
    group
        .value
        .with(|it| it.as_ref().map(|it| it.name.clone()).unwrap_or_default())
}

#[component]
fn Delete(address: Address, group: Loaded<Item>) -> impl IntoView {
    let api = use_api();
    let call = move || {
        let now = group.value.get_untracked();
        async move {
            let group = now.ok_or_else(Problem::unreachable)?;
            let tag = etag(group.version);
            api.call(|it| it.delete_group(&group.id, Some(&tag)))
                .await?;
            Ok(format!("{} was deleted", group.name))
        }
        .boxed_local()
    };
    view! {
        <ConfirmCall
            open=address.is_open("delete")
            on_close=Callback::new(move |()| address.close())
            title=Signal::derive(move || format!("Delete {}?", name(group)))
            confirm="Delete group"
            keep="Keep it"
            call
            on_done=Callback::new(move |()| address.go("/groups", Step::Replace))
        >
            <p>"Its members stay, and lose what they have through this group only. This cannot be taken back."</p>
        </ConfirmCall>
    }
}
