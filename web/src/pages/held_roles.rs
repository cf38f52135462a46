//! The roles of a person or a group beside the ladder, as a form.

use std::{collections::BTreeSet, rc::Rc};

use leptos::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    api::{Api, types, use_api},
    components::{chip::Tags, problem_notice::ProblemNotice, skeleton::Skeleton, toast::Toasts},
    forms::{
        client_fields::FormSection,
        draft::{Draft, chosen},
        editor::{Editor, Read, Save, Work, json},
        role_tabs::{RoleChoice, RoleTabs},
    },
    load::load,
    routes, words,
};

/// Who has the roles.
#[derive(Clone, Copy)]
pub(crate) enum Holder {
    /// A person.
    User(Uuid),
    /// All members of a group.
    Group(Uuid),
}

/// Who it is, with their version, and their roles.
fn read(api: Api, holder: Holder) -> Work<Value> {
    Box::pin(async move {
        let (mut whole, held) = match holder {
            Holder::User(id) => (
                json(&api.call(async |it| it.get_user(&id).await).await?),
                api.call(async |it| it.get_user_roles(&id).await).await?,
            ),
            Holder::Group(id) => (
                json(&api.call(async |it| it.get_group(&id).await).await?),
                api.call(async |it| it.get_group_roles(&id).await).await?,
            ),
        };
        whole["roles"] = Value::from(held.roles);
        Ok(whole)
    })
}

fn replace(api: Api, holder: Holder, tag: Option<String>, roles: Vec<String>) -> Work<Value> {
    Box::pin(async move {
        let (tag, wanted) = (tag.as_deref(), types::PeopleRoles { roles });
        let saved = match holder {
            Holder::User(id) => {
                api.call(async |it| it.replace_user_roles(&id, tag, &wanted).await)
                    .await
            }
            Holder::Group(id) => {
                api.call(async |it| it.replace_group_roles(&id, tag, &wanted).await)
                    .await
            }
        };
        saved.map(|it| json(&it))
    })
}

/// The form for those who may change it, else the same to look at.
#[component]
pub(crate) fn HeldRoles(
    holder: Holder,
    /// The version of who it is: read again when that changes.
    version: Memo<Option<i64>>,
    may_change: bool,
    on_saved: Callback<()>,
) -> impl IntoView {
    let api = use_api();
    let held = load(
        move || version.get(),
        async move |_| read(api, holder).await,
    );
    view! {
        {move || held.problem.get().map(|problem| view! { <ProblemNotice problem on_retry=held.retry() /> })}
        {move || match held.value.get() {
            None if held.problem.with(Option::is_some) => ().into_any(),
            None => view! { <div class="panel"><Skeleton rows=3 label="Loading roles" /></div> }.into_any(),
            Some(whole) if may_change => edit(holder, whole, on_saved),
            Some(whole) => look(&whole),
        }}
    }
}

fn edit(holder: Holder, whole: Value, on_saved: Callback<()>) -> AnyView {
    let (api, toasts) = (use_api(), expect_context::<Toasts>());
    let draft = Draft::new();
    let roles = draft.set("roles");
    let choice = RoleChoice {
        roles,
        community_roles: RwSignal::new(BTreeSet::new()),
    };
    let (text, cancel) = match holder {
        Holder::User(id) => (
            "Beside the rung of the ladder. What comes of a group stands with the group. A change acts at once.",
            routes::user(&id.to_string()),
        ),
        Holder::Group(id) => (
            "Every member has them beside their own. A change acts at once.",
            routes::group(&id.to_string()),
        ),
    };
    let save: Save = Rc::new(move |tag| replace(api, holder, tag, chosen(roles)));
    let latest: Read = Rc::new(move || read(api, holder));
    let name = whole["name"].as_str().unwrap_or_default().to_owned();
    let on_saved = Callback::new(move |_| {
        toasts.done(format!("The roles of {name} were saved"));
        on_saved.run(());
    });
    let error = draft.errors.under("/roles".to_owned());
    view! {
        <Editor
            draft
            base=Some(whole)
            submit="Save roles"
            cancel=routes::href(&cancel)
            check=Box::new(|| ())
            save
            latest=Some(latest)
            on_saved
        >
            <FormSection title="Roles" text>
                <RoleTabs choice mandatory=&[] tenant_only=true error />
            </FormSection>
        </Editor>
    }
    .into_any()
}

fn look(whole: &Value) -> AnyView {
    let names = whole["roles"].as_array().into_iter().flatten();
    let names: Vec<_> = names.filter_map(|it| it.as_str().map(words::key)).collect();
    let is_empty = names.is_empty();
    view! {
        <section class="panel" aria-label="Roles">
            <dl class="facts">
                <dt>"Roles"</dt>
                <dd>{if is_empty {
                    view! { <span class="cell-none">"None"</span> }.into_any()
                } else {
                    view! { <Tags names /> }.into_any()
                }}</dd>
            </dl>
        </section>
    }
    .into_any()
}
