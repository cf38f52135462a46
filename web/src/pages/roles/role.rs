//! One role: to look at, to change, to delete; and a new one.

use std::{rc::Rc, sync::Arc};

use leptos::prelude::*;

use super::{
    form::{RoleDraft, RoleFields},
    holders::RoleHolders,
    scope,
};
use crate::{
    address::{Address, use_address},
    api::{etag, types, use_api},
    components::{
        chip::BuiltIn, copy::CopyText, page_header::PageHeader, permission_grid::Ceiling,
    },
    forms::{
        client_fields::FormSection,
        editor::{Save, json},
        grid_field::GridField,
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

/// The page of a new role, or why it is not shown.
#[component]
pub(crate) fn NewRole() -> impl IntoView {
    let me = use_me();
    if !me.may_change("roles") {
        return view! { <NoRights title="New role" needs="roles:change" /> }.into_any();
    }
    let api = use_api();
    let role = RoleDraft::empty();
    let once = Once::new();
    let save: Save = Rc::new(move |_| {
        let wanted = role.creation();
        let key = once.key(&wanted);
        Box::pin(async move {
            let made = api
                .call(|it| it.create_role(key.as_deref(), &wanted))
                .await?;
            Ok(json(&made))
        })
    });
    let words = NewThing {
        title: "New role",
        list: "Roles",
        path: "/roles",
        submit: "Create role",
    };
    let (operator, ceiling) = (me.operator, me.ceiling());
    let fields = view! { <RoleFields role is_new=true operator ceiling /> };
    new_thing(
        words,
        role.draft,
        move || role.check(true),
        save,
        fields.into_any(),
    )
}

/// The page of a role, or why it is not shown.
#[component]
pub(crate) fn Role() -> impl IntoView {
    if !use_me().may_view("roles") {
        return view! { <NoRights title="Role" needs="roles:view" /> }.into_any();
    }
    let api = use_api();
    let role = load_by_id(move |id| api.call(|it| it.get_role(&id)));
    let reload = role.retry();
    // Made once: the page is drawn anew for each version, and an address made late takes the path before for its own.
    let address = use_address();
    thing("Role", role, move |role| page(role, address, reload))
}

fn page(role: Arc<types::Role>, address: Address, reload: Callback<()>) -> AnyView {
    let me = use_me();
    let may_change =
        !role.built_in && me.may_change("roles") && (role.scope == "tenant" || me.operator);
    let chip = role.built_in.then_some(());
    let body = if may_change {
        edit(&role, reload)
    } else {
        look(Arc::clone(&role))
    };
    let holders = (role.scope != "community").then(|| {
        let key = role.key.clone();
        view! {
            <section class="form-section">
                <div class="form-section-head"><h2>"Held by"</h2><p>"Everyone who has it now."</p></div>
                <div class="form-section-fields"><RoleHolders role=key /></div>
            </section>
        }
    });
    let title = role.name.clone();
    view! {
        <PageHeader
            title=Signal::stored(title)
            crumbs=crumbs("Roles", "/roles")
            beside=move || view! { {chip.map(|()| view! { <BuiltIn /> })} }
        >
            {may_change.then(|| view! { <DeleteButton address /> })}
        </PageHeader>
        <dl class="summary">
            <div><dt>"Key"</dt><dd><CopyText text=role.key.clone() what="key" /></dd></div>
            <div><dt>"Given in"</dt><dd>{scope(&role.scope)}</dd></div>
        </dl>
        {body}
        {holders}
        {may_change.then(|| delete_dialog(&role, address))}
    }
    .into_any()
}

fn edit(role: &Arc<types::Role>, reload: Callback<()>) -> AnyView {
    let (api, me) = (use_api(), use_me());
    let form = RoleDraft::of_existing();
    let id = role.id.to_string();
    let again = id.clone();
    let calls = Calls {
        save: Rc::new(move |tag| {
            let (id, wanted) = (id.clone(), form.form());
            Box::pin(async move {
                let saved = api
                    .call(|it| it.replace_role(&id, tag.as_deref(), &wanted))
                    .await?;
                Ok(json(&saved))
            })
        }),
        latest: Rc::new(move || {
            let id = again.clone();
            Box::pin(async move {
                let role = api.call(|it| it.get_role(&id)).await?;
                Ok(json(&role))
            })
        }),
    };
    let ceiling = me.ceiling();
    let fields = view! { <RoleFields role=form is_new=false operator=false ceiling /> };
    let check = move || form.check(false);
    edit_thing(
        form.draft,
        json(&**role),
        "/roles",
        check,
        calls,
        reload,
        fields.into_any(),
    )
}

fn look(role: Arc<types::Role>) -> AnyView {
    let granted = RwSignal::new(role.permissions.iter().cloned().collect());
    let description = role.description.clone();
    view! {
        <div class="form-page">
            <FormSection title="Permissions" text=description.unwrap_or_else(|| "It belongs to Latchkey and cannot be changed.".to_owned())>
                {if role.key == "super_admin" {
                    view! { <p>"Everything in the tenant, what is added later included."</p> }.into_any()
                } else if role.permissions.is_empty() {
                    view! { <p>"Only what is its holder\u{2019}s own."</p> }.into_any()
                } else {
                    view! { <GridField caption="Permissions of the role" granted ceiling=Ceiling::ReadOnly /> }.into_any()
                }}
            </FormSection>
        </div>
    }
    .into_any()
}

fn delete_dialog(role: &Arc<types::Role>, address: Address) -> AnyView {
    let api = use_api();
    let (id, tag, name) = (role.id.to_string(), etag(role.version), role.name.clone());
    let delete = Rc::new(move || {
        let (id, tag) = (id.clone(), tag.clone());
        let work = async move { api.call(|it| it.delete_role(&id, Some(&tag))).await };
        Box::pin(work) as _
    });
    let key = role.key.clone();
    view! {
        <DeleteDialog address what="role" name delete back="/roles">
            <p>"Everybody who has it loses it at once, live tokens included:"</p>
            <RoleHolders role=key.clone() />
            <p>"A deleted role cannot be restored."</p>
        </DeleteDialog>
    }
    .into_any()
}
