//! One API: to look at, to change, to delete; and a new one.

use std::{rc::Rc, sync::Arc};

use leptos::prelude::*;

use super::form::{ApiDraft, ApiFields};
use crate::{
    address::{Address, use_address},
    api::{etag, types, use_api},
    components::{chip::BuiltIn, copy::CopyText, page_header::PageHeader},
    forms::{
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
    words,
};

/// The page of a new API, or why it is not shown.
#[component]
pub(crate) fn NewApi() -> impl IntoView {
    if !use_me().may_change("apis") {
        return view! { <NoRights title="New API" needs="apis:change" /> }.into_any();
    }
    let calls = use_api();
    let api = ApiDraft::empty();
    let once = Once::new();
    let save: Save = Rc::new(move |_| {
        let wanted = api.creation();
        let key = once.key(&wanted);
        Box::pin(async move {
            let made = calls
                .call(|it| it.create_api(key.as_deref(), &wanted))
                .await?;
            Ok(json(&made))
        })
    });
    let words = NewThing {
        title: "New API",
        list: "APIs",
        path: "/apis",
        submit: "Create API",
    };
    let fields = view! { <ApiFields api is_new=true /> };
    new_thing(
        words,
        api.draft,
        move || api.check(true),
        save,
        fields.into_any(),
    )
}

/// The page of an API, or why it is not shown.
#[component]
pub(crate) fn ApiPage() -> impl IntoView {
    if !use_me().may_view("apis") {
        return view! { <NoRights title="API" needs="apis:view" /> }.into_any();
    }
    let calls = use_api();
    let api = load_by_id(move |id| calls.call(|it| it.get_api(&id)));
    let reload = api.retry();
    let address = use_address();
    thing("API", api, move |api| page(&api, address, reload))
}

fn page(api: &Arc<types::Api>, address: Address, reload: Callback<()>) -> AnyView {
    let may_change = !api.built_in && use_me().may_change("apis");
    let chip = api.built_in.then_some(());
    let body = if may_change {
        edit(api, reload)
    } else {
        look(api)
    };
    let title = api.name.clone();
    view! {
        <PageHeader
            title=Signal::stored(title)
            crumbs=crumbs("APIs", "/apis")
            beside=move || view! { {chip.map(|()| view! { <BuiltIn /> })} }
        >
            {may_change.then(|| view! { <DeleteButton address /> })}
        </PageHeader>
        <dl class="summary">
            <div><dt>"Key"</dt><dd><CopyText text=api.key.clone() what="key" /></dd></div>
            <div><dt>"Audience"</dt><dd><CopyText text=api.audience.clone() what="audience" /></dd></div>
            <div><dt>"Tokens"</dt><dd>{super::format(api)}</dd></div>
        </dl>
        {body}
        {may_change.then(|| delete_dialog(api, address))}
    }
    .into_any()
}

fn edit(api: &Arc<types::Api>, reload: Callback<()>) -> AnyView {
    let calls = use_api();
    let form = ApiDraft::of_existing(&api.key);
    let id = api.id.to_string();
    let again = id.clone();
    let to_and_fro = Calls {
        save: Rc::new(move |tag| {
            let (id, wanted) = (id.clone(), form.form());
            Box::pin(async move {
                let saved = calls
                    .call(|it| it.replace_api(&id, tag.as_deref(), &wanted))
                    .await?;
                Ok(json(&saved))
            })
        }),
        latest: Rc::new(move || {
            let id = again.clone();
            Box::pin(async move {
                let api = calls.call(|it| it.get_api(&id)).await?;
                Ok(json(&api))
            })
        }),
    };
    let fields = view! { <ApiFields api=form is_new=false /> };
    let check = move || form.check(false);
    edit_thing(
        form.draft,
        json(&**api),
        "/apis",
        check,
        to_and_fro,
        reload,
        fields.into_any(),
    )
}

fn look(api: &Arc<types::Api>) -> AnyView {
    let described = api.description.clone();
    let lifetime = api.token_lifetime.map_or_else(
        || "As long as the client\u{2019}s".to_owned(),
        words::seconds,
    );
    let rows = api.permissions.iter().map(|it| {
        view! { <li>{it.label.clone()}" "<code class="permission-key">{it.key.clone()}</code></li> }
    });
    view! {
        <dl class="facts">
            {described.map(|it| view! { <dt>"Description"</dt><dd>{it}</dd> })}
            <dt>"Longest lifetime"</dt><dd>{lifetime}</dd>
            <dt>"Permissions"</dt>
            <dd>
                {if api.permissions.is_empty() {
                    view! { "Those of the permission grid that belong to Latchkey" }.into_any()
                } else {
                    view! { <ul class="plain-list" role="list">{rows.collect_view()}</ul> }.into_any()
                }}
            </dd>
        </dl>
    }
    .into_any()
}

fn delete_dialog(api: &Arc<types::Api>, address: Address) -> AnyView {
    let calls = use_api();
    let (id, tag, name) = (api.id.to_string(), etag(api.version), api.name.clone());
    let delete = Rc::new(move || {
        let (id, tag) = (id.clone(), tag.clone());
        let work = async move { calls.call(|it| it.delete_api(&id, Some(&tag))).await };
        Box::pin(work) as _
    });
    let (audience, rows) = (api.audience.clone(), api.permissions.len());
    view! {
        <DeleteDialog address what="API" name delete back="/apis">
            <p>"From the next request on, this stops working:"</p>
            <ul class="consequences">
                <li>"every token for "<code>{audience.clone()}</code></li>
                <li>{words::count(rows, "row", "rows")}" of the permission grid, in every role and client that has them"</li>
            </ul>
            <p>"It cannot be restored."</p>
        </DeleteDialog>
    }
    .into_any()
}
