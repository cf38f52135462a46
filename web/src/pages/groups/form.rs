//! Making a group and changing it.

use std::rc::Rc;

use leptos::prelude::*;
use serde_json::Value;

use super::Item;
use crate::{
    address::{Address, Step},
    api::{types, use_api},
    components::{
        field::{Count, Field},
        text_input::{TextArea, TextInput},
        toast::Toasts,
    },
    forms::{
        draft::{Draft, text},
        editor::{EditorDialog, Read, Save, json},
        once::Once,
    },
    load::Loaded,
    problem::Problem,
    routes,
};

/// What is typed about a group.
#[derive(Clone, Copy)]
struct Typed {
    draft: Draft,
    name: RwSignal<String>,
    description: RwSignal<String>,
}

impl Typed {
    fn new() -> Self {
        let draft = Draft::new();
        Self {
            draft,
            name: draft.text("name"),
            description: draft.text("description"),
        }
    }

    fn check(self) {
        let draft = self.draft;
        draft.require("/name", self.name, "Say what to call the group");
        draft.at_most("/name", self.name, 255);
        draft.at_most("/description", self.description, 500);
    }

    fn form(self) -> types::GroupForm {
        types::GroupForm {
            name: text(self.name),
            description: text(self.description),
        }
    }

    fn fields(self) -> AnyView {
        let errors = self.draft.errors;
        view! {
            <Field label="Name" error=errors.of("/name", self.name) count=Count::of(self.name, 255)>
                <TextInput value=self.name attr:autofocus=true />
            </Field>
            <Field
                label="Description"
                optional=true
                hint="Who belongs to it, and what for."
                error=errors.of("/description", self.description)
                count=Count::of(self.description, 500)
            >
                <TextArea value=self.description />
            </Field>
        }
        .into_any()
    }
}

/// Makes a group and goes to it.
#[component]
pub(super) fn Make(address: Address) -> impl IntoView {
    let api = use_api();
    let toasts = expect_context::<Toasts>();
    let (group, once) = (Typed::new(), Once::new());
    let save: Save = Rc::new(move |_| {
        let form = group.form();
        let key = once.key(&form);
        Box::pin(async move {
            let made = api
                .call(async |it| it.create_group(key.as_deref(), &form).await)
                .await?;
            Ok(json(&made))
        })
    });
    let on_saved = Callback::new(move |made: Value| {
        let word = |name: &str| made[name].as_str().unwrap_or_default().to_owned();
        toasts.done(format!("{} was made", word("name")));
        address.go(&routes::group(&word("id")), Step::Replace);
    });
    view! {
        <EditorDialog
            draft=group.draft
            open=address.is_open("new")
            on_close=Callback::new(move |()| address.close())
            title="New group"
            base=Rc::new(|| None)
            submit="Make group"
            check=Box::new(move || group.check())
            save
            on_saved
        >
            {group.fields()}
        </EditorDialog>
    }
}

/// Changes a group, against the version that was read.
#[component]
pub(super) fn Edit(address: Address, group: Loaded<Item>) -> impl IntoView {
    let api = use_api();
    let toasts = expect_context::<Toasts>();
    let typed = Typed::new();
    let id = move || {
        let now = group.value.get_untracked();
        now.map(|it| it.id).ok_or_else(Problem::unreachable)
    };
    let save: Save = Rc::new(move |tag| {
        let (id, form) = (id(), typed.form());
        Box::pin(async move {
            let id = id?;
            let saved = api
                .call(async |it| it.replace_group(&id, tag.as_deref(), &form).await)
                .await?;
            let whole = json(&saved);
            group.value.try_set(Some(saved.into()));
            Ok(whole)
        })
    });
    let latest: Read = Rc::new(move || {
        let id = id();
        Box::pin(async move {
            let id = id?;
            let now = api.call(async |it| it.get_group(&id).await).await?;
            Ok(json(&now))
        })
    });
    view! {
        <EditorDialog
            draft=typed.draft
            open=address.is_open("edit")
            on_close=Callback::new(move |()| address.close())
            title="Edit group"
            base=Rc::new(move || group.value.get().map(|it| json(&*it)))
            submit="Save"
            check=Box::new(move || typed.check())
            save
            latest=Some(latest)
            on_saved=Callback::new(move |_| {
                let name = text(typed.name).unwrap_or_default();
                toasts.done(format!("{name} was saved"));
                address.close();
            })
        >
            {typed.fields()}
        </EditorDialog>
    }
}
