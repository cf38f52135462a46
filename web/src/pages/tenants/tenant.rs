//! One tenant: to change, to delete; and a new one.

use std::{rc::Rc, sync::Arc};

use leptos::prelude::*;

use super::{administrator::Administrator, guests::Guests};
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

/// What is typed into the form of a tenant.
#[derive(Clone, Copy)]
struct TenantDraft {
    draft: Draft,
    key: RwSignal<String>,
    name: RwSignal<String>,
    external_key: RwSignal<String>,
}

impl TenantDraft {
    fn new() -> Self {
        let draft = Draft::new();
        Self {
            draft,
            key: draft.text("key"),
            name: draft.text("name"),
            external_key: draft.text("external_key"),
        }
    }

    fn check(self, is_new: bool) {
        let draft = self.draft;
        draft.require("/name", self.name, "Say what to call the tenant");
        draft.at_most("/name", self.name, 255);
        if is_new {
            draft.key("/key", self.key);
        }
        let fits = |it: char| it.is_ascii_alphanumeric() || "-_".contains(it);
        if text(self.external_key).is_some_and(|it| it.len() > 64 || !it.chars().all(fits)) {
            draft
                .errors
                .add("/external_key", "At most 64 of A-Z, a-z, 0-9, - and _");
        }
    }
}

#[component]
fn TenantFields(tenant: TenantDraft, is_new: bool) -> impl IntoView {
    let errors = tenant.draft.errors;
    view! {
        <FormSection title="Basics" text="How people and tokens name it.">
            <Field label="Name" error=errors.of("/name", tenant.name) count=Count::of(tenant.name, 255)>
                <TextInput value=tenant.name />
            </Field>
            {is_new.then(|| view! {
                <Field label="Key" hint="Stands in scope=tenant:<key> and in tokens; cannot be changed later. a to z, 0 to 9, - and _." error=errors.of("/key", tenant.key)>
                    <TextInput value=tenant.key mono=true />
                </Field>
            })}
            <Field label="External key" optional=true hint="Stands in the wire client IDs of API access clients that are made from now on." error=errors.of("/external_key", tenant.external_key)>
                <TextInput value=tenant.external_key mono=true />
            </Field>
        </FormSection>
    }
}

/// The page of a new tenant, or why it is not shown.
#[component]
pub(crate) fn NewTenant() -> impl IntoView {
    if !use_me().operator {
        return view! { <NoRights title="New tenant" needs="operator" /> }.into_any();
    }
    let api = use_api();
    let tenant = TenantDraft::new();
    let once = Once::new();
    let save: Save = Rc::new(move |_| {
        let wanted = types::CreateTenant {
            key: text(tenant.key).unwrap_or_default(),
            name: text(tenant.name).unwrap_or_default(),
            external_key: text(tenant.external_key),
        };
        let key = once.key(&wanted);
        Box::pin(async move {
            let made = api
                .call(|it| it.create_tenant(key.as_deref(), &wanted))
                .await?;
            Ok(json(&made))
        })
    });
    let words = NewThing {
        title: "New tenant",
        list: "Tenants",
        path: "/tenants",
        submit: "Create tenant",
    };
    let fields = view! { <TenantFields tenant is_new=true /> };
    let check = move || tenant.check(true);
    new_thing(words, tenant.draft, check, save, fields.into_any())
}

/// The page of a tenant, or why it is not shown.
#[component]
pub(crate) fn TenantPage() -> impl IntoView {
    if !use_me().operator {
        return view! { <NoRights title="Tenant" needs="operator" /> }.into_any();
    }
    let api = use_api();
    let tenant = load_by_id(move |id| api.call(|it| it.get_tenant(&id)));
    let reload = tenant.retry();
    let address = use_address();
    thing("Tenant", tenant, move |tenant| {
        page(&tenant, address, reload)
    })
}

fn page(tenant: &Arc<types::Tenant>, address: Address, reload: Callback<()>) -> AnyView {
    let title = tenant.name.clone();
    // One's own cannot be deleted from within.
    let is_own = use_me().tenant_id == tenant.id.to_string();
    view! {
        <PageHeader title=Signal::stored(title) crumbs=crumbs("Tenants", "/tenants")>
            {(!is_own).then(|| view! { <DeleteButton address /> })}
        </PageHeader>
        <dl class="summary">
            <div><dt>"Key"</dt><dd><CopyText text=tenant.key.clone() what="key" /></dd></div>
            <div><dt>"Scope"</dt><dd><CopyText text=format!("tenant:{}", tenant.key) what="scope" /></dd></div>
        </dl>
        {edit(tenant, reload)}
        <Administrator tenant=tenant.id.to_string() />
        <Guests tenant=Arc::clone(tenant) address />
        {(!is_own).then(|| delete_dialog(tenant, address))}
    }
    .into_any()
}

fn edit(tenant: &Arc<types::Tenant>, reload: Callback<()>) -> AnyView {
    let api = use_api();
    let form = TenantDraft::new();
    let id = tenant.id.to_string();
    let again = id.clone();
    let calls = Calls {
        save: Rc::new(move |tag| {
            let id = id.clone();
            let wanted = types::TenantForm {
                name: text(form.name),
                external_key: text(form.external_key),
            };
            Box::pin(async move {
                let saved = api
                    .call(|it| it.replace_tenant(&id, tag.as_deref(), &wanted))
                    .await?;
                Ok(json(&saved))
            })
        }),
        latest: Rc::new(move || {
            let id = again.clone();
            Box::pin(async move {
                let tenant = api.call(|it| it.get_tenant(&id)).await?;
                Ok(json(&tenant))
            })
        }),
    };
    let fields = view! { <TenantFields tenant=form is_new=false /> };
    let check = move || form.check(false);
    edit_thing(
        form.draft,
        json(&**tenant),
        "/tenants",
        check,
        calls,
        reload,
        fields.into_any(),
    )
}

fn delete_dialog(tenant: &Arc<types::Tenant>, address: Address) -> AnyView {
    let api = use_api();
    let (id, tag, name) = (
        tenant.id.to_string(),
        etag(tenant.version),
        tenant.name.clone(),
    );
    let delete = Rc::new(move || {
        let (id, tag) = (id.clone(), tag.clone());
        let work = async move { api.call(|it| it.delete_tenant(&id, Some(&tag))).await };
        Box::pin(work) as _
    });
    view! {
        <DeleteDialog address what="tenant" name delete back="/tenants">
            <p>"Only a tenant that nothing depends on can be deleted: its clients are deleted, and its people but the super admins deactivated."</p>
            <p>"It cannot be restored, and its key is never used again. Its audit trail is kept."</p>
        </DeleteDialog>
    }
    .into_any()
}
