//! The second step of a client whose secret is made on its own: when it ends, what to call it, and the one sight of it.

use std::{rc::Rc, sync::Arc};

use leptos::prelude::*;
use serde_json::Value;

use super::thing::{crumbs, load_by_query, thing};
use crate::{
    address::{Address, Step, use_address},
    api::{types, use_api},
    clock,
    components::{
        expiry_picker::ExpiryPicker,
        field::{Count, Field},
        icon::{Glyph, Icon},
        page_header::PageHeader,
        secret_reveal::{Revealed, SecretReveal},
        text_input::TextInput,
    },
    forms::{
        client_fields::FormSection,
        draft::{Draft, text},
        editor::{Editor, Save, json},
        once::Once,
        profiles,
    },
    routes,
};

/// Which of the two steps this is.
#[component]
pub(super) fn Steps(
    /// Counted from 0.
    now: usize,
) -> impl IntoView {
    let steps = ["Client", "Secret"].into_iter().enumerate().map(|(index, title)| {
        view! {
            <li class="step" class:is-done=index < now aria-current=(index == now).then_some("step")>
                <span class="step-mark">
                    {if index < now {
                        view! { <Icon glyph=Glyph::Check /> }.into_any()
                    } else {
                        (index + 1).into_any()
                    }}
                </span>
                {title}
            </li>
        }
    });
    view! { <ol class="steps" role="list" aria-label="Steps">{steps.collect_view()}</ol> }
}

/// The form, for the client that the address names.
#[component]
pub(super) fn SecretStep() -> impl IntoView {
    let api = use_api();
    let client = load_by_query("client", move |id| {
        Box::pin(async move { api.call(async |it| it.get_client(&id).await).await })
    });
    let address = use_address();
    thing("New tenant client", client, move |client| {
        form(&client, address)
    })
}

fn form(client: &Arc<types::Client>, address: Address) -> AnyView {
    let api = use_api();
    let draft = Draft::new();
    let description = draft.text("description");
    let ends = profiles::find_or_plain(&client.profile).secret_ends;
    let expires_at = RwSignal::new(ends.default_end());
    draft.bind("expires_at", || Value::Null, |_| ());
    let revealed = RwSignal::new(None::<Revealed>);
    let once = Once::new();
    let id = client.id.to_string();
    let page = routes::client(&id);
    let save: Save = {
        Rc::new(move |_| {
            let id = id.clone();
            let ends = expires_at.get_untracked();
            let wanted = types::CreateCredential {
                description: text(description),
                expires_at: Some(ends.map_or_else(|| "never".to_owned(), clock::to_api)),
                ..types::CreateCredential::default()
            };
            let key = once.key(&wanted);
            Box::pin(async move {
                let made = api
                    .call(async |it| it.create_credential(&id, key.as_deref(), &wanted).await)
                    .await?;
                Ok(json(&made))
            })
        })
    };
    let (name, client_id) = (client.name.clone(), client.client_id.clone());
    let on_saved = Callback::new(move |made: Value| {
        let word = |it: &Value| it.as_str().map(str::to_owned);
        revealed.set(Some(Revealed {
            name: name.clone(),
            client_id: client_id.clone(),
            client_secret: word(&made["client_secret"]).unwrap_or_default(),
            expires_at: clock::moment(word(&made["credential"]["expires_at"]).as_ref()),
            token_url: format!("{}/oauth2/token", routes::server()),
        }));
    });
    // After the reveal, on to the client; Back does not lead to a form that was sent.
    let next = page.clone();
    Effect::watch(
        move || revealed.with(Option::is_some),
        move |open, was_open, _| {
            if let (false, Some(true)) = (*open, was_open) {
                address.go(&next, Step::Replace);
            }
        },
        false,
    );
    let check = move || {
        draft.at_most("/description", description, 500);
        if expires_at
            .get_untracked()
            .is_some_and(|it| it <= clock::now())
        {
            draft.errors.add("/expires_at", "Has to be in the future");
        }
    };
    let title = format!("Secret for {}", client.name);
    view! {
        <PageHeader title=Signal::stored(title) crumbs=crumbs("Clients", "/clients") />
        <Steps now=1 />
        <Editor draft submit="Make secret" cancel=routes::href(&page) leave="Later" check=Box::new(check) save on_saved>
            <FormSection title="Secret" text="It is shown once, on the next screen. More can be added, and each can be deleted.">
                <Field
                    label="Description"
                    optional=true
                    hint="Where it is used, as in \u{201c}Production\u{201d}."
                    error=draft.errors.of("/description", description)
                    count=Count::of(description, 500)
                >
                    <TextInput value=description />
                </Field>
                <ExpiryPicker
                    value=expires_at
                    legend="Secret expires"
                    error=draft.errors.of("/expires_at", expires_at)
                    may_be_never=true
                />
            </FormSection>
        </Editor>
        <SecretReveal revealed />
    }
    .into_any()
}
