//! Inviting a tenant's administrator, who does everything else there.

use std::rc::Rc;

use leptos::prelude::*;
use serde_json::Value;

use crate::{
    api::{types, use_api},
    components::{
        button::Variant,
        copy::CopyText,
        field::Field,
        icon::{Glyph, Icon},
        text_input::TextInput,
    },
    forms::{
        client_fields::FormSection,
        draft::{Draft, text},
        editor::{Editor, Save, json},
        once::Once,
    },
    routes,
};

/// The form, and afterwards what came of it.
#[component]
pub(super) fn Administrator(
    /// The tenant's id.
    tenant: String,
) -> impl IntoView {
    let api = use_api();
    let draft = Draft::new();
    let (name, email) = (draft.text("name"), draft.text("email"));
    let once = Once::new();
    let invited = RwSignal::new(None::<(String, Option<String>)>);
    let save: Save = Rc::new(move |_| {
        let tenant = tenant.clone();
        let wanted = types::CreateAdministrator {
            name: text(name).unwrap_or_default(),
            email: text(email).unwrap_or_default(),
        };
        let key = once.key(&wanted);
        Box::pin(async move {
            let made = api
                .call(|it| it.create_tenant_administrator(&tenant, key.as_deref(), &wanted))
                .await?;
            Ok(json(&made))
        })
    });
    let on_saved = Callback::new(move |made: Value| {
        let to = made["user"]["email"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let link = made["invitation"]["url"].as_str().map(str::to_owned);
        name.set(String::new());
        email.set(String::new());
        invited.set(Some((to, link)));
    });
    let check = move || {
        draft.require("/name", name, "Say who it is");
        draft.at_most("/name", name, 255);
        if !text(email).is_some_and(|it| it.contains('@')) {
            draft.errors.add("/email", "An e-mail address");
        }
    };
    view! {
        {move || invited.get().map(|(to, link)| view! {
            <div class="notice notice-warn above-list" role="status">
                <Icon glyph=Glyph::Good />
                <div class="notice-body">
                    <p class="notice-title">{to}" was invited"</p>
                    {match link {
                        Some(link) => view! {
                            <p>"No mail was sent. Hand this link over; it is shown this once."</p>
                            <CopyText text=link what="invitation" />
                        }
                        .into_any(),
                        None => view! { <p>"The invitation is on its way by mail."</p> }.into_any(),
                    }}
                </div>
            </div>
        })}
        <Editor draft submit="Invite" variant=Variant::Secondary cancel=routes::href("/tenants") leave="Back to the list" check=Box::new(check) save on_saved>
            <FormSection title="Administrator" text="Invites a person as super admin of this tenant.">
                <Field label="Name" error=draft.errors.of("/name", name)>
                    <TextInput value=name />
                </Field>
                <Field label="E-mail" error=draft.errors.of("/email", email)>
                    <TextInput value=email kind="email" />
                </Field>
            </FormSection>
        </Editor>
    }
}
