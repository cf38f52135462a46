//! Inviting people and changing what is known of them.

use std::rc::Rc;

use leptos::prelude::*;
use serde_json::Value;

use super::{Item, link_to_pass_on};
use crate::{
    address::Address,
    api::{types, use_api},
    components::{
        field::{Count, Field},
        one_time_reveal::{OneTime, OneTimeReveal},
        role_ladder::RoleLadder,
        text_input::TextInput,
        toast::Toasts,
    },
    forms::{
        client_fields::rungs,
        draft::{Draft, object, text},
        editor::{EditorDialog, Read, Save, json},
        lines,
        once::Once,
    },
    load::Loaded,
    me::use_me,
    problem::Problem,
};

/// What is typed about a person.
#[derive(Clone, Copy)]
struct Person {
    draft: Draft,
    email: RwSignal<String>,
    name: RwSignal<String>,
    role: RwSignal<String>,
}

impl Person {
    fn new() -> Self {
        let draft = Draft::new();
        Self {
            draft,
            email: draft.text("email"),
            name: draft.text("name"),
            role: draft.text("role"),
        }
    }

    fn check(self) {
        match text(self.email) {
            None => self.draft.errors.add("/email", "People sign in by it"),
            Some(email) if lines::mail_mistake(&email).is_some() => {
                self.draft.errors.add("/email", "Is not an e-mail address");
            }
            Some(_) => {}
        }
        let draft = self.draft;
        draft.require("/name", self.name, "Say what to call the person");
        draft.at_most("/name", self.name, 255);
    }

    fn fields(self) -> AnyView {
        let (me, errors) = (use_me(), self.draft.errors);
        view! {
            <Field label="E-mail" hint="By which the person signs in." error=errors.of("/email", self.email)>
                <TextInput value=self.email kind="email" attr:autofocus=true />
            </Field>
            <Field label="Name" error=errors.of("/name", self.name) count=Count::of(self.name, 255)>
                <TextInput value=self.name />
            </Field>
            <RoleLadder value=self.role legend="Role" rungs=rungs(&me) />
        }
        .into_any()
    }
}

/// Adds a person and sends or shows the invitation.
#[component]
pub(super) fn Invite(address: Address, reload: Callback<()>) -> impl IntoView {
    let api = use_api();
    let toasts = expect_context::<Toasts>();
    let (person, once) = (Person::new(), Once::new());
    let revealed = RwSignal::new(None::<OneTime>);
    // Kept beside the answer, which is read by its fields only.
    let made = StoredValue::new(None::<types::CreatedUser>);
    let save: Save = Rc::new(move |_| {
        let wanted = types::CreateUser {
            email: text(person.email),
            name: text(person.name),
            role: text(person.role),
            invite: Some(true),
        };
        let key = once.key(&wanted);
        Box::pin(async move {
            let created = api
                .call(|it| it.create_user(key.as_deref(), &wanted))
                .await?;
            let user = json(&created.user);
            made.try_set_value(Some(created));
            Ok(user)
        })
    });
    let on_saved = Callback::new(move |_| {
        address.close();
        reload.run(());
        let Some(created) = made.try_update_value(Option::take).flatten() else {
            return;
        };
        let name = created.user.name;
        let link = created.invitation.and_then(|it| {
            link_to_pass_on(
                it,
                format!("Pass the link on to {name}"),
                "No mail is sent from here, so pass it on yourself. Whoever opens it chooses the password. This is the only time it is shown.",
            )
        });
        match link {
            Some(link) => revealed.set(Some(link)),
            None => toasts.done(format!("An invitation was mailed to {name}")),
        }
    });
    view! {
        <EditorDialog
            draft=person.draft
            open=address.is_open("invite")
            on_close=Callback::new(move |()| address.close())
            title="Invite a user"
            base=Rc::new(|| Some(Value::Object(object([("role", "member".into())].into_iter()))))
            submit="Invite"
            check=Box::new(move || person.check())
            save
            on_saved
        >
            {person.fields()}
        </EditorDialog>
        <OneTimeReveal revealed />
    }
}

/// Changes a person, against the version that was read.
#[component]
pub(super) fn Edit(address: Address, user: Loaded<Item>) -> impl IntoView {
    let api = use_api();
    let toasts = expect_context::<Toasts>();
    let person = Person::new();
    let id = move || {
        let now = user.value.get_untracked();
        now.map(|it| it.id).ok_or_else(Problem::unreachable)
    };
    let save: Save = Rc::new(move |tag| {
        let form = types::UserForm {
            email: text(person.email),
            name: text(person.name),
            role: text(person.role),
        };
        let id = id();
        Box::pin(async move {
            let id = id?;
            let saved = api
                .call(|it| it.replace_user(&id, tag.as_deref(), &form))
                .await?;
            let whole = json(&saved);
            user.value.set(Some(saved.into()));
            Ok(whole)
        })
    });
    let latest: Read = Rc::new(move || {
        let id = id();
        Box::pin(async move {
            let id = id?;
            let now = api.call(|it| it.get_user(&id)).await?;
            Ok(json(&now))
        })
    });
    view! {
        <EditorDialog
            draft=person.draft
            open=address.is_open("edit")
            on_close=Callback::new(move |()| address.close())
            title="Edit user"
            base=Rc::new(move || user.value.get().map(|it| json(&*it)))
            submit="Save"
            check=Box::new(move || person.check())
            save
            latest=Some(latest)
            on_saved=Callback::new(move |_| {
                let name = text(person.name).unwrap_or_default();
                toasts.done(format!("{name} was saved"));
                address.close();
            })
        >
            {person.fields()}
        </EditorDialog>
    }
}
