//! The roles of a client as a field: those in its tenant and those in the tenant's communities, in two tabs.

use std::collections::BTreeSet;

use leptos::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use super::editor::json;
use crate::{
    api::{Api, types, use_api},
    components::{
        icon::{Glyph, Icon},
        local_tabs::LocalTabs,
        problem_notice::ProblemNotice,
        skeleton::Skeleton,
    },
    ids,
    load::load,
    me::{Me, use_me},
    problem::Problem,
};

/// Which roles are chosen.
#[derive(Clone, Copy)]
pub(crate) struct RoleChoice {
    /// Keys of roles in the tenant.
    pub(crate) roles: RwSignal<BTreeSet<String>>,
    /// Keys of communities, each with the key of a role there: see [`pair`].
    pub(crate) community_roles: RwSignal<BTreeSet<String>>,
}

/// A community and a role there in one text, sorted as the two would be: no key has a space.
fn pair(community: &str, role: &str) -> String {
    format!("{community} {role}")
}

impl RoleChoice {
    /// Nothing but what has to be.
    pub(crate) fn none() -> Self {
        Self {
            roles: RwSignal::new(BTreeSet::new()),
            community_roles: RwSignal::new(BTreeSet::new()),
        }
    }

    /// What a client has.
    pub(crate) fn of(client: &types::Client) -> Self {
        let choice = Self::none();
        choice.roles.set(client.roles.iter().cloned().collect());
        choice.fill_communities(&json(&client.community_roles));
        choice
    }

    /// Writes what the API says of roles in communities.
    pub(crate) fn fill_communities(self, all: &Value) {
        let mut pairs = BTreeSet::new();
        for one in all.as_array().into_iter().flatten() {
            let community = one["community"].as_str().unwrap_or_default();
            let roles = one["roles"].as_array().into_iter().flatten();
            let roles = roles.filter_map(Value::as_str);
            pairs.extend(roles.map(|role| pair(community, role)));
        }
        self.community_roles.set(pairs);
    }

    /// The keys in the tenant, as they are sent.
    pub(crate) fn tenant(self) -> Vec<String> {
        super::draft::chosen(self.roles)
    }

    /// The keys in communities, as they are sent.
    pub(crate) fn communities(self) -> Vec<types::CommunityRoles> {
        let mut all: Vec<types::CommunityRoles> = Vec::new();
        self.community_roles.with_untracked(|pairs| {
            for (community, role) in pairs.iter().filter_map(|it| it.split_once(' ')) {
                match all.last_mut().filter(|it| it.community == community) {
                    Some(last) => last.roles.push(role.to_owned()),
                    None => all.push(types::CommunityRoles {
                        community: community.to_owned(),
                        roles: vec![role.to_owned()],
                    }),
                }
            }
        });
        all
    }
}

/// What can be chosen.
#[derive(Clone)]
struct Known {
    roles: Vec<types::Role>,
    communities: Vec<types::Community>,
}

/// Every role that the signed-in person sees.
pub(crate) async fn roles(api: Api) -> Result<Vec<types::Role>, Problem> {
    let (mut all, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let page = api
            .call(|it| it.list_roles(cursor.as_deref(), Some(200)))
            .await?;
        all.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return Ok(all);
        }
    }
}

/// The communities that this tenant is a member of. Operators see all, so they look into each.
async fn communities(api: Api, me: &Me) -> Result<Vec<types::Community>, Problem> {
    let (mut all, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let page = api
            .call(|it| it.list_communities(cursor.as_deref(), Some(200)))
            .await?;
        for community in page.items {
            if !me.operator || has_tenant(api, community.id, &me.tenant_id).await? {
                all.push(community);
            }
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(all);
        }
    }
}

async fn has_tenant(api: Api, community: Uuid, tenant: &str) -> Result<bool, Problem> {
    let (id, mut cursor) = (community.to_string(), None::<String>);
    loop {
        let page = api
            .call(|it| it.list_community_tenants(&id, cursor.as_deref(), Some(200)))
            .await?;
        cursor = page.next;
        let found = page.items.iter().any(|it| it.id.to_string() == tenant);
        if found || cursor.is_none() {
            return Ok(found);
        }
    }
}

/// Whether a role can be given in this community.
pub(crate) fn is_given_in(role: &types::Role, community: Uuid) -> bool {
    role.scope == "community" && role.community_id.is_none_or(|it| it == community)
}

/// Both tabs.
#[component]
pub(crate) fn RoleTabs(
    choice: RoleChoice,
    /// Keys that cannot be taken away.
    mandatory: Vec<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    /// Leaves the tab of the communities out.
    #[prop(optional)]
    tenant_only: bool,
) -> impl IntoView {
    let (api, me) = (use_api(), use_me());
    choice
        .roles
        .update(|all| all.extend(mandatory.iter().cloned()));
    let known = load(
        || (),
        async move |()| {
            let roles = roles(api).await?;
            let communities = communities(api, &me).await?;
            Ok(Known { roles, communities })
        },
    );
    view! {
        <div class="grid-field">
            {move || known.problem.get().map(|problem| view! { <ProblemNotice problem on_retry=known.retry() /> })}
            {move || match known.value.get() {
                None => view! { <div class="panel"><Skeleton rows=3 label="Loading roles" /></div> }.into_any(),
                Some(known) if tenant_only => in_tenant(&known, choice, &mandatory),
                Some(known) => view! {
                    <LocalTabs label="Where roles are given" panels=vec![
                        ("Tenant roles", in_tenant(&known, choice, &mandatory)),
                        ("Community roles", in_communities(&known, choice)),
                    ] />
                }
                .into_any(),
            }}
            <div aria-live="polite">
                {move || error.get().map(|error| view! {
                    <p class="field-error"><Icon glyph=Glyph::Problem /><span>{error}</span></p>
                })}
            </div>
        </div>
    }
}

fn in_tenant(known: &Known, choice: RoleChoice, mandatory: &[String]) -> AnyView {
    let is_mandatory = |key: &str| mandatory.iter().any(|it| it == key);
    let given = known.roles.iter().filter(|it| it.scope != "community");
    let (first, others): (Vec<_>, Vec<_>) = given.partition(|it| is_mandatory(&it.key));
    let rows = first.into_iter().chain(others).map(|role| {
        let key = StoredValue::new(role.key.clone());
        let ticked = Signal::derive(move || {
            choice
                .roles
                .with(|all| key.with_value(|key| all.contains(key)))
        });
        let turn = Callback::new(move |()| {
            choice.roles.update(|all| {
                let key = key.get_value();
                if !all.remove(&key) {
                    all.insert(key);
                }
            });
        });
        role_row(role, ticked, turn, is_mandatory(&role.key))
    });
    rows.collect_view().into_any()
}

fn in_communities(known: &Known, choice: RoleChoice) -> AnyView {
    if known.communities.is_empty() {
        return view! {
            <p class="field-hint">"This tenant is in no community. Operators put tenants into communities."</p>
        }
        .into_any();
    }
    let of = |community: &types::Community| {
        let given = known
            .roles
            .iter()
            .filter(|it| is_given_in(it, community.id));
        let rows = given.map(|role| {
            let pair = StoredValue::new(pair(&community.key, &role.key));
            let ticked = Signal::derive(move || {
                choice
                    .community_roles
                    .with(|all| pair.with_value(|pair| all.contains(pair)))
            });
            let turn = Callback::new(move |()| {
                choice.community_roles.update(|all| {
                    let pair = pair.get_value();
                    if !all.remove(&pair) {
                        all.insert(pair);
                    }
                });
            });
            role_row(role, ticked, turn, false)
        });
        view! {
            <fieldset class="role-group">
                <legend class="group-label"><bdi>{community.name.clone()}</bdi></legend>
                {rows.collect_view()}
            </fieldset>
        }
    };
    known.communities.iter().map(of).collect_view().into_any()
}

/// One role to tick.
pub(crate) fn role_row(
    role: &types::Role,
    ticked: Signal<bool>,
    turn: Callback<()>,
    is_locked: bool,
) -> AnyView {
    let id = ids::unique("role");
    let hint_id = format!("{id}-hint");
    let lock = is_locked.then(|| {
        view! { <span class="role-lock"><Icon glyph=Glyph::Lock />"Always"</span> }
    });
    let hint = role.description.clone().unwrap_or_else(|| role.key.clone());
    view! {
        <div class="role-row">
            <input
                id=id.clone()
                type="checkbox"
                class="box"
                aria-describedby=hint_id.clone()
                aria-disabled=is_locked.then_some("true")
                prop:checked=move || ticked.get()
                on:click=move |event| {
                    if is_locked {
                        event.prevent_default();
                    }
                }
                on:change=move |_| turn.run(())
            />
            <label for=id><bdi>{role.name.clone()}</bdi></label>
            {lock}
            <p class="check-hint" id=hint_id>{hint}</p>
        </div>
    }
    .into_any()
}
