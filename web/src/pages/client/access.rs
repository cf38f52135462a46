//! What a client may do: its permissions or its roles.

use std::{collections::BTreeSet, rc::Rc, sync::Arc};

use leptos::prelude::*;
use serde_json::Value;

use super::Shown;
use crate::{
    api::{types, use_api},
    components::{permission_grid::Ceiling, toast::Toasts},
    forms::{
        client_fields::FormSection,
        draft::{Draft, chosen},
        editor::{Editor, Read, Save, json},
        grid_field::GridField,
        profiles::Roles,
        role_tabs::{RoleChoice, RoleTabs},
    },
    load::Loaded,
    me::use_me,
    routes,
};

/// The word of the tab for a client of this kind, where it has one.
pub(super) fn tab(profile: &str) -> Option<(&'static str, &'static str)> {
    match &use_me().profile(profile)?.roles {
        Roles::Grid => Some(("permissions", "Permissions")),
        Roles::Set(_) => Some(("roles", "Roles")),
        Roles::User | Roles::Ladder => None,
    }
}

/// The tab: the form for those who may change it, else the same to look at.
#[component]
pub(super) fn AccessTab(client: Loaded<Shown>, may_change: bool) -> impl IntoView {
    let me = use_me();
    move || {
        let client_now = client.value.get()?;
        let profile = me.profile(&client_now.profile)?;
        let may_change = may_change && client_now.deleted_at.is_none();
        let body = match &profile.roles {
            Roles::Grid => permissions(client_now, may_change, client.retry()),
            Roles::Set(mandatory) => {
                roles(client_now, mandatory.clone(), may_change, client.retry())
            }
            Roles::User | Roles::Ladder => return None,
        };
        Some(body)
    }
}

fn permissions(client: Shown, may_change: bool, reload: Callback<()>) -> AnyView {
    let api = use_api();
    let draft = Draft::new();
    let granted = draft.set("permissions");
    let caption = format!("Permissions of {}", client.name);
    let error = draft.errors.of("/permissions", granted);
    let ceiling = if may_change {
        use_me().ceiling()
    } else {
        granted.set(client.permissions.iter().cloned().collect());
        Ceiling::ReadOnly
    };
    let field = view! {
        <FormSection title="Permissions" text="Change includes View. A change acts on live tokens at once.">
            <GridField caption granted ceiling error />
        </FormSection>
    };
    if !may_change {
        return view! { <div class="form-page">{field}</div> }.into_any();
    }
    let id = client.id.to_string();
    let save: Save = Rc::new(move |tag| {
        let id = id.clone();
        let wanted = types::ClientPermissions {
            permissions: chosen(granted),
        };
        Box::pin(async move {
            let saved = api
                .call(|it| it.replace_client_permissions(&id, tag.as_deref(), &wanted))
                .await?;
            Ok(json(&saved))
        })
    });
    editor(&client, draft, save, reload, field.into_any())
}

fn roles(client: Shown, mandatory: Vec<String>, may_change: bool, reload: Callback<()>) -> AnyView {
    let api = use_api();
    let choice = RoleChoice::of(&client);
    if !may_change {
        return look(&client);
    }
    let draft = Draft::new();
    draft.bind(
        "roles",
        move || Value::from(choice.tenant()),
        move |it| {
            let keys = it.as_array().into_iter().flatten();
            let keys: BTreeSet<_> = keys
                .filter_map(|it| it.as_str().map(str::to_owned))
                .collect();
            choice.roles.set(keys);
        },
    );
    draft.bind(
        "community_roles",
        move || json(&choice.communities()),
        move |it| choice.fill_communities(it),
    );
    let error = draft.errors.of("/roles", choice.roles);
    let field = view! {
        <FormSection title="Roles" text="In its tenant and in the tenant\u{2019}s communities. A change acts on live tokens at once.">
            <RoleTabs choice mandatory error />
        </FormSection>
    };
    let id = client.id.to_string();
    let save: Save = Rc::new(move |tag| {
        let id = id.clone();
        let wanted = types::ClientRoles {
            roles: choice.tenant(),
            community_roles: choice.communities(),
        };
        Box::pin(async move {
            let saved = api
                .call(|it| it.replace_client_roles(&id, tag.as_deref(), &wanted))
                .await?;
            Ok(json(&saved))
        })
    });
    editor(&client, draft, save, reload, field.into_any())
}

fn editor(
    client: &Shown,
    draft: Draft,
    save: Save,
    reload: Callback<()>,
    field: AnyView,
) -> AnyView {
    let (api, toasts) = (use_api(), expect_context::<Toasts>());
    let id = client.id.to_string();
    let latest: Read = {
        let id = id.clone();
        Rc::new(move || {
            let id = id.clone();
            Box::pin(async move {
                let client = api.call(|it| it.get_client(&id)).await?;
                Ok(json(&client))
            })
        })
    };
    let name = client.name.clone();
    let on_saved = Callback::new(move |_| {
        toasts.done(format!("{name} was saved"));
        reload.run(());
    });
    let cancel = routes::href(&routes::client(&id));
    let base = Some(json(&**client));
    view! {
        <Editor draft base submit="Save changes" cancel check=Box::new(|| ()) save latest=Some(latest) on_saved>
            {field}
        </Editor>
    }
    .into_any()
}

fn look(client: &Arc<types::Client>) -> AnyView {
    let names = |keys: &[String]| {
        let tags = keys
            .iter()
            .map(|it| view! { <span class="tag">{crate::words::key(it)}</span> });
        view! { <span class="tags">{tags.collect_view()}</span> }
    };
    let communities = client
        .community_roles
        .iter()
        .map(|it| view! { <dt><bdi>{it.community.clone()}</bdi></dt><dd>{names(&it.roles)}</dd> });
    view! {
        <dl class="facts">
            <dt>"This tenant"</dt><dd>{names(&client.roles)}</dd>
            {communities.collect_view()}
        </dl>
    }
    .into_any()
}
