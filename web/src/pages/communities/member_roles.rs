//! Who has which roles in a community, and giving them.

use std::{collections::BTreeSet, rc::Rc, time::Duration};

use api_client::browser::read_uuid;
use leptos::{prelude::*, task::spawn_local};
use uuid::Uuid;

use super::part::{Entry, Part, ROWS, row};
use crate::{
    address::{Address, Step},
    api::{Api, types, use_api},
    components::{
        button::{Button, Variant},
        dialog::Dialog,
        filter_bar::SearchBox,
        problem_notice::ProblemNotice,
        skeleton::Skeleton,
        toast::Toasts,
    },
    effect::effect,
    forms::role_tabs::{is_given_in, role_row, roles},
    load::load,
    me::use_me,
    problem::Problem,
};

/// The members, and for those who may the way to more.
#[component]
pub(super) fn Members(
    address: Address,
    community: Uuid,
    again: RwSignal<u32>,
    /// Whether the roles of everybody here may be changed.
    looks_after: bool,
) -> impl IntoView {
    let (api, me) = (use_api(), use_me());
    let may_add = me.may_change("users") || me.may_change("groups");
    let fetch = Rc::new(move |cursor: Option<String>| {
        let me = me.clone();
        let work = async move {
            let list = members(api, community, cursor, ROWS).await?;
            let entries = list.items.into_iter().map(|it| {
                let own = it.tenant.id.to_string() == me.tenant_id;
                let may_give = looks_after
                    || own
                        && match it.kind.as_str() {
                            "user" => me.may_change("users"),
                            "group" => me.may_change("groups"),
                            _ => me.may_change_some_clients(),
                        };
                let kind = match it.kind.as_str() {
                    "user" => "Person",
                    "group" => "Group",
                    _ => "Client",
                };
                Entry {
                    id: it.id.to_string(),
                    below: format!(
                        "{kind} of {} \u{b7} {}",
                        it.tenant.name,
                        it.roles.join(", ")
                    ),
                    name: it.name,
                    action: may_give.then_some(("Roles\u{2026}", "member")),
                }
            });
            Ok((entries.collect(), list.next))
        };
        Box::pin(work) as _
    });
    let more = may_add.then(|| {
        view! {
            <div class="button-group">
                <Button on:click=move |_| address.open("add-member", None)>"Add a person or group"</Button>
            </div>
            <p class="field-hint">"Clients get their roles on their own page."</p>
        }
        .into_any()
    });
    view! {
        <Part address title="Members" text="Who has roles here, and by way of which tenant." fetch again more />
        {move || {
            let on = address.get("on").and_then(|it| read_uuid(&it));
            let open = address.dialog().as_deref() == Some("member");
            on.filter(|_| open).map(|member| roles_dialog(address, community, member, again))
        }}
        {may_add.then(|| picker(address))}
    }
}

async fn members(
    api: Api,
    community: Uuid,
    cursor: Option<String>,
    limit: i64,
) -> Result<types::CommunityMemberList, Problem> {
    api.call(|it| it.list_community_members(&community.to_string(), cursor.as_deref(), Some(limit)))
        .await
}

/// What somebody has here now; the list is by name, so it is leafed through.
async fn held(
    api: Api,
    community: Uuid,
    member: Uuid,
) -> Result<Option<types::CommunityMember>, Problem> {
    let mut cursor = None;
    loop {
        let page = members(api, community, cursor, 200).await?;
        if let Some(found) = page.items.into_iter().find(|it| it.id == member) {
            return Ok(Some(found));
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(None);
        }
    }
}

fn roles_dialog(address: Address, community: Uuid, member: Uuid, again: RwSignal<u32>) -> AnyView {
    let api = use_api();
    let toasts = expect_context::<Toasts>();
    let chosen = RwSignal::new(BTreeSet::<String>::new());
    let title = RwSignal::new("Roles in the community".to_owned());
    let busy = RwSignal::new(false);
    let refused = RwSignal::new(None::<Problem>);
    let known = load(
        || (),
        async move |()| {
            let mut roles = match roles(api).await {
                Ok(all) => all,
                // Who looks after a community need not see the roles of a tenant.
                Err(problem) if problem.status == Some(403) => built_in(),
                Err(problem) => return Err(problem),
            };
            roles.retain(|it| is_given_in(it, community));
            if let Some(now) = held(api, community, member).await? {
                chosen.set(now.roles.into_iter().collect());
                title.set(format!("Roles of {} in the community", now.name));
            }
            Ok(roles)
        },
    );
    let close = Callback::new(move |()| address.close());
    let save = move || {
        if busy.get_untracked() || known.value.with_untracked(Option::is_none) {
            return;
        }
        busy.set(true);
        refused.set(None);
        spawn_local(async move {
            let wanted = types::CommunityMemberRoles {
                roles: crate::forms::draft::chosen(chosen),
            };
            let id = community.to_string();
            let outcome = api
                .call(|it| it.set_community_member_roles(&id, &member, &wanted))
                .await;
            if busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(saved) => {
                    toasts.done(format!("The roles of {} were saved", saved.name));
                    again.update(|it| *it += 1);
                    address.close();
                }
                Err(problem) => refused.set(Some(problem)),
            }
        });
    };
    view! {
        <Dialog
            open=Signal::stored(true)
            on_close=close
            title
            footer=move || view! {
                <Button on:click=move |_| close.run(())>"Cancel"</Button>
                <Button variant=Variant::Primary busy on:click=move |_| save()>"Save roles"</Button>
            }
        >
            {move || known.problem.get().or_else(|| refused.get()).map(|problem| view! { <ProblemNotice problem /> })}
            {move || match known.value.get() {
                None => view! { <Skeleton rows=2 label="Loading roles" /> }.into_any(),
                Some(roles) => roles.into_iter().map(|role| one(role, chosen)).collect_view().into_any(),
            }}
            <p class="field-hint">"With no role left, the membership ends. Live tokens follow at once."</p>
        </Dialog>
    }
    .into_any()
}

/// The roles that every community has.
fn built_in() -> Vec<types::Role> {
    let role = |key: &str, name: &str| types::Role {
        built_in: true,
        community_id: None,
        created_at: String::new(),
        description: None,
        id: Uuid::nil(),
        key: key.to_owned(),
        name: name.to_owned(),
        permissions: Vec::new(),
        scope: "community".to_owned(),
        updated_at: String::new(),
        version: 0,
    };
    vec![
        role("community_administrator", "Community administrator"),
        role("community_member", "Community member"),
    ]
}

fn one(role: types::Role, chosen: RwSignal<BTreeSet<String>>) -> AnyView {
    let key = StoredValue::new(role.key.clone());
    let ticked = Signal::derive(move || chosen.with(|all| key.with_value(|key| all.contains(key))));
    let turn = Callback::new(move |()| {
        chosen.update(|all| {
            let key = key.get_value();
            if !all.remove(&key) {
                all.insert(key);
            }
        });
    });
    role_row(&role, ticked, turn, false)
}

/// Finds somebody of one's own tenant, and goes on to the roles.
fn picker(address: Address) -> AnyView {
    let open = address.is_open("add-member");
    let close = Callback::new(move |()| address.close());
    view! {
        <Dialog
            open
            on_close=close
            title=Signal::stored("Add a person or group".to_owned())
            footer=move || view! { <Button on:click=move |_| close.run(())>"Cancel"</Button> }
        >
            {found(address)}
        </Dialog>
    }
    .into_any()
}

fn found(address: Address) -> AnyView {
    let (api, me) = (use_api(), use_me());
    let typed = RwSignal::new(String::new());
    let search = RwSignal::new(String::new());
    let later = debounce(Duration::from_millis(250), move |text: String| {
        drop(search.try_set(text));
    });
    let later = StoredValue::new_local(later);
    effect(move || {
        let text = typed.get();
        later.update_value(|later| later(text));
    });
    let found = load(
        move || search.get(),
        async move |text: String| {
            let text = Some(text.trim()).filter(|it| !it.is_empty());
            let mut found = Vec::new();
            if text.is_none() {
                return Ok(found);
            }
            if me.may_change("users") {
                let active = Some(types::UserStatus::Active);
                let list = api
                    .call(|it| it.list_users(None, Some(8), text, None, None, active, None))
                    .await?;
                let people = list.items.into_iter();
                found.extend(people.map(|it| (it.id.to_string(), it.name, it.email)));
            }
            if me.may_change("groups") {
                let list = api.call(|it| it.list_groups(None, Some(8), text)).await?;
                let groups = list.items.into_iter();
                found.extend(groups.map(|it| (it.id.to_string(), it.name, "Group".to_owned())));
            }
            Ok(found)
        },
    );
    view! {
        <SearchBox value=typed label="Search name or e-mail" />
        {move || found.problem.get().map(|problem| view! { <ProblemNotice problem /> })}
        <ul class="people people-found" role="list">
            {move || found.value.get().map(|all| {
                let rows = all.into_iter().map(|(id, name, below)| row(
                    Entry { id, name, below, action: Some(("Choose", "member")) },
                    address,
                    Step::Replace,
                ));
                rows.collect::<Vec<_>>()
            })}
        </ul>
    }
    .into_any()
}
