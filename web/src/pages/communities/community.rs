//! One community: to look at, to rename, to delete, with what is in it; and a new one.

use std::{rc::Rc, sync::Arc};

use leptos::prelude::*;

use super::{
    member_roles::Members,
    part::{Entrance, Entry, Exit, Part, ROWS},
};
use crate::{
    address::{Address, use_address},
    api::{etag, types, use_api},
    components::{
        copy::CopyText,
        field::{Count, Field},
        page_header::PageHeader,
        text_input::TextInput,
    },
    forms::{
        client_fields::FormSection,
        draft::{Draft, text},
        editor::{Save, json},
        once::Once,
    },
    me::use_me,
    pages::{
        no_rights::NoRights,
        thing::{
            Calls, DeleteButton, DeleteDialog, NewThing, crumbs, edit_thing, load_by_id, new_thing,
            thing,
        },
    },
};

fn name_field(draft: Draft, name: RwSignal<String>) -> AnyView {
    view! {
        <Field label="Name" error=draft.errors.of("/name", name) count=Count::of(name, 255)>
            <TextInput value=name />
        </Field>
    }
    .into_any()
}

fn check_name(draft: Draft, name: RwSignal<String>) {
    draft.require("/name", name, "Say what to call the community");
    draft.at_most("/name", name, 255);
}

/// The page of a new community, or why it is not shown.
#[component]
pub(crate) fn NewCommunity() -> impl IntoView {
    if !use_me().operator {
        return view! { <NoRights title="New community" needs="operator" /> }.into_any();
    }
    let api = use_api();
    let draft = Draft::new();
    let (name, key) = (draft.text("name"), draft.text("key"));
    let once = Once::new();
    let save: Save = Rc::new(move |_| {
        let wanted = types::CreateCommunity {
            key: text(key).unwrap_or_default(),
            name: text(name).unwrap_or_default(),
        };
        let once = once.key(&wanted);
        Box::pin(async move {
            let made = api
                .call(async |it| it.create_community(once.as_deref(), &wanted).await)
                .await?;
            Ok(json(&made))
        })
    });
    let words = NewThing {
        title: "New community",
        list: "Communities",
        path: "/communities",
        submit: "Create community",
    };
    let fields = view! {
        <FormSection title="Basics" text="Tenants are put into it afterwards.">
            {name_field(draft, name)}
            <Field label="Key" hint="Stands in tokens and requests; cannot be changed later. a to z, 0 to 9, - and _." error=draft.errors.of("/key", key)>
                <TextInput value=key mono=true />
            </Field>
        </FormSection>
    };
    let check = move || {
        check_name(draft, name);
        draft.key("/key", key);
    };
    new_thing(words, draft, check, save, fields.into_any())
}

/// The page of a community, or that it is not there for the caller.
#[component]
pub(crate) fn CommunityPage() -> impl IntoView {
    let api = use_api();
    let community = load_by_id(move |id| {
        Box::pin(async move { api.call(async |it| it.get_community(&id).await).await })
    });
    let address = use_address();
    let reload = community.retry();
    thing("Community", community, move |it| page(&it, address, reload))
}

fn page(community: &Arc<types::Community>, address: Address, reload: Callback<()>) -> AnyView {
    let operator = use_me().operator;
    let may =
        |permission: &str| operator || community.permissions.iter().any(|it| it == permission);
    let looks_after = may("community_members:change");
    let weeds = may("community_directory:change");
    // Who leaves one part leaves the others too.
    let again = RwSignal::new(0_u32);
    let title = community.name.clone();
    view! {
        <PageHeader title=Signal::stored(title) crumbs=crumbs("Communities", "/communities")>
            {operator.then(|| view! { <DeleteButton address /> })}
        </PageHeader>
        <dl class="summary">
            <div><dt>"Key"</dt><dd><CopyText text=community.key.clone() what="key" /></dd></div>
        </dl>
        {looks_after.then(|| edit(community, reload))}
        {tenants(community, address, again)}
        <Members address community=community.id again looks_after />
        {directory(community, address, again, weeds)}
        {operator.then(|| delete_dialog(community, address))}
    }
    .into_any()
}

fn edit(community: &Arc<types::Community>, reload: Callback<()>) -> AnyView {
    let api = use_api();
    let draft = Draft::new();
    let name = draft.text("name");
    let id = community.id.to_string();
    let again = id.clone();
    let calls = Calls {
        save: Rc::new(move |tag| {
            let id = id.clone();
            let wanted = types::CommunityForm { name: text(name) };
            Box::pin(async move {
                let saved = api
                    .call(async |it| it.replace_community(&id, tag.as_deref(), &wanted).await)
                    .await?;
                Ok(json(&saved))
            })
        }),
        latest: Rc::new(move || {
            let id = again.clone();
            Box::pin(async move {
                let latest = api.call(async |it| it.get_community(&id).await).await?;
                Ok(json(&latest))
            })
        }),
    };
    let fields = view! {
        <FormSection title="Basics" text="What people call it.">{name_field(draft, name)}</FormSection>
    };
    edit_thing(
        draft,
        json(&**community),
        "/communities",
        move || check_name(draft, name),
        calls,
        reload,
        fields.into_any(),
    )
}

fn tenants(community: &types::Community, address: Address, again: RwSignal<u32>) -> AnyView {
    let (api, operator) = (use_api(), use_me().operator);
    let id = StoredValue::new(community.id.to_string());
    let fetch = Rc::new(move |cursor: Option<String>| {
        let id = id.get_value();
        let work = async move {
            let list = api
                .call(async |it| {
                    it.list_community_tenants(&id, cursor.as_deref(), Some(ROWS))
                        .await
                })
                .await?;
            let entries = list.items.into_iter().map(|it| Entry {
                id: it.id.to_string(),
                name: it.name,
                below: it.key,
                action: operator.then_some(("Take out\u{2026}", "remove-tenant")),
            });
            Ok((entries.collect(), list.next))
        };
        Box::pin(work) as _
    });
    let entrance = operator.then(|| Entrance {
        label: "Tenant",
        hint: "Its key.",
        submit: "Put it in",
        deed: Rc::new(move |tenant| {
            let id = id.get_value();
            let work = async move {
                api.call(async |it| it.add_community_tenant(&id, &tenant).await)
                    .await
            };
            Box::pin(work) as _
        }),
    });
    let exit = operator.then(|| Exit {
        dialog: "remove-tenant",
        warning: "Everybody who is in the community by way of this tenant loses the roles there at once, live tokens included.",
        deed: Rc::new(move |tenant| {
            let id = id.get_value();
            let work = async move {
                api.call(async |it| it.remove_community_tenant(&id, &tenant).await)
                    .await
            };
            Box::pin(work) as _
        }),
    });
    view! {
        <Part address title="Tenants" text="Who belongs to it. Operators put tenants in." fetch again entrance exit />
    }
    .into_any()
}

fn directory(
    community: &types::Community,
    address: Address,
    again: RwSignal<u32>,
    weeds: bool,
) -> AnyView {
    let (api, me) = (use_api(), use_me());
    let id = StoredValue::new(community.id.to_string());
    let may_share = me.may_change_some_clients();
    let fetch = Rc::new(move |cursor: Option<String>| {
        let (id, me) = (id.get_value(), Arc::clone(&me));
        let work = async move {
            let list = api
                .call(async |it| {
                    it.list_community_directory(&id, cursor.as_deref(), Some(ROWS))
                        .await
                })
                .await?;
            let entries = list.items.into_iter().map(|it| {
                let own = it.tenant.id.to_string() == me.tenant_id;
                let may = weeds || own && me.may_change_clients_of(&it.profile);
                let what = it.description.map(|it| format!(" \u{b7} {it}"));
                Entry {
                    id: it.id.to_string(),
                    name: it.name,
                    below: format!(
                        "{} of {}{}",
                        it.client_id,
                        it.tenant.name,
                        what.unwrap_or_default()
                    ),
                    action: may.then_some(("Take out\u{2026}", "unshare")),
                }
            });
            Ok((entries.collect(), list.next))
        };
        Box::pin(work) as _
    });
    let entrance = may_share.then(|| Entrance {
        label: "Client of this tenant",
        hint: "Its client ID.",
        submit: "Show it to the community",
        deed: Rc::new(move |client| {
            let id = id.get_value();
            let work = async move {
                api.call(async |it| it.share_client(&id, &client).await)
                    .await
            };
            Box::pin(work) as _
        }),
    });
    let exit = Exit {
        dialog: "unshare",
        warning: "The other tenants no longer find it here. It works as before.",
        deed: Rc::new(move |client| {
            let id = id.get_value();
            let work = async move {
                api.call(async |it| it.unshare_client(&id, &client).await)
                    .await
            };
            Box::pin(work) as _
        }),
    };
    view! {
        <Part address title="Directory" text="Clients that its tenants show to each other." fetch again entrance exit=Some(exit) />
    }
    .into_any()
}

fn delete_dialog(community: &types::Community, address: Address) -> AnyView {
    let api = use_api();
    let (id, tag, name) = (
        community.id.to_string(),
        etag(community.version),
        community.name.clone(),
    );
    let delete = Rc::new(move || {
        let (id, tag) = (id.clone(), tag.clone());
        let work = async move {
            api.call(async |it| it.delete_community(&id, Some(&tag)).await)
                .await
        };
        Box::pin(work) as _
    });
    view! {
        <DeleteDialog address what="community" name delete back="/communities">
            <p>"Its roles are taken from everybody at once, live tokens included. Its tenants stay."</p>
            <p>"A deleted community cannot be restored."</p>
        </DeleteDialog>
    }
    .into_any()
}
