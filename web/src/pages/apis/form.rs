//! The fields of an API.

use leptos::prelude::*;

use super::permission_rows::{PermissionRows, Rows};
use crate::{
    api::types,
    components::{
        choice::Checkbox,
        field::{Count, Field},
        lines_input::LinesInput,
        select::Select,
        text_input::{TextArea, TextInput},
    },
    forms::{
        client_fields::FormSection,
        draft::{Draft, entries, number, text},
    },
};

/// What is typed into the form of an API.
#[derive(Clone, Copy)]
pub(super) struct ApiDraft {
    /// All of its fields.
    pub(super) draft: Draft,
    key: RwSignal<String>,
    audience: RwSignal<String>,
    name: RwSignal<String>,
    description: RwSignal<String>,
    permissions: Rows,
    format: RwSignal<String>,
    lifetime: RwSignal<String>,
    default: RwSignal<bool>,
    introspection: RwSignal<String>,
}

impl ApiDraft {
    /// An empty form of a new API.
    pub(super) fn empty() -> Self {
        let api = Self::of_existing("");
        Self {
            key: api.draft.text("key"),
            ..api
        }
    }

    /// The form of an API that is there: its key is fixed.
    pub(super) fn of_existing(key: &str) -> Self {
        let draft = Draft::new();
        let api = Self {
            draft,
            key: RwSignal::new(key.to_owned()),
            audience: draft.text("audience"),
            name: draft.text("name"),
            description: draft.text("description"),
            permissions: Rows::of(draft),
            format: draft.text("token_format"),
            lifetime: draft.number("token_lifetime"),
            default: draft.flag("default"),
            introspection: draft.lines("introspection_clients"),
        };
        api.format.set("jwt".to_owned());
        api
    }

    /// The editable part, as it is sent.
    pub(super) fn form(self) -> types::ApiForm {
        types::ApiForm {
            audience: text(self.audience),
            name: text(self.name),
            description: text(self.description),
            permissions: Some(self.permissions.typed()),
            token_format: text(self.format),
            token_lifetime: number(self.lifetime),
            default: Some(self.default.get_untracked()),
            introspection_clients: Some(entries(self.introspection)),
        }
    }

    /// A new API, as it is sent.
    pub(super) fn creation(self) -> types::CreateApi {
        types::CreateApi {
            key: text(self.key).unwrap_or_default(),
            audience: text(self.audience).unwrap_or_default(),
            name: text(self.name).unwrap_or_default(),
            description: text(self.description),
            permissions: self.permissions.typed(),
            token_format: self.format.get_untracked(),
            token_lifetime: number(self.lifetime),
            default: self.default.get_untracked(),
            introspection_clients: entries(self.introspection),
        }
    }

    /// Notes what can be seen to be wrong before anything is sent.
    pub(super) fn check(self, is_new: bool) {
        let draft = self.draft;
        draft.require("/name", self.name, "Say what to call the API");
        draft.at_most("/name", self.name, 255);
        draft.at_most("/description", self.description, 500);
        draft.require(
            "/audience",
            self.audience,
            "Say which URI stands for it in tokens",
        );
        draft.between("/token_lifetime", self.lifetime, 60, 86_400);
        if is_new {
            draft.key("/key", self.key);
        }
        let wrong = text(self.audience)
            .is_some_and(|it| !it.contains(':') || it.contains('#') || it.contains(' '));
        if wrong {
            draft.errors.add(
                "/audience",
                "An absolute URI without a fragment, such as https://api.example.com",
            );
        }
    }
}

/// All fields of an API.
#[component]
pub(super) fn ApiFields(api: ApiDraft, is_new: bool) -> impl IntoView {
    let errors = api.draft.errors;
    let prefix = Signal::derive(move || api.key.with(|it| it.trim().to_owned()));
    view! {
        <FormSection title="Basics" text="How people and tokens name it.">
            <Field label="Name" error=errors.of("/name", api.name) count=Count::of(api.name, 255)>
                <TextInput value=api.name />
            </Field>
            {is_new.then(|| view! {
                <Field label="Key" hint="Begins each of its permissions; cannot be changed later. a to z, 0 to 9, - and _." error=errors.of("/key", api.key)>
                    <TextInput value=api.key mono=true />
                </Field>
            })}
            <Field label="Audience" hint="An absolute URI. It stands in tokens as aud and in requests as resource." error=errors.of("/audience", api.audience)>
                <TextInput value=api.audience mono=true attr:placeholder="https://api.example.com" />
            </Field>
            <Field label="Description" optional=true error=errors.of("/description", api.description) count=Count::of(api.description, 500)>
                <TextArea value=api.description rows=2 attr:placeholder="What it offers, in one or two sentences" />
            </Field>
        </FormSection>
        <FormSection title="Permissions" text="Its rows of the permission grid. A resource that is taken away is taken from everybody who has it.">
            <PermissionRows rows=api.permissions errors prefix />
        </FormSection>
        <FormSection title="Tokens" text="What a token for this API is like.">
            <Field label="Format" error=errors.of("/token_format", api.format)>
                <Select value=api.format options=vec![
                    ("jwt", "JWT: signed, anyone can check it"),
                    ("opaque", "Opaque: only introspection can read it"),
                ] />
            </Field>
            <Field label="Longest lifetime in seconds" optional=true hint="60 to 86400; empty is as long as the client\u{2019}s." error=errors.of("/token_lifetime", api.lifetime)>
                <TextInput value=api.lifetime attr:inputmode="numeric" />
            </Field>
            <Checkbox checked=api.default label="Default API" hint="Tokens are for it when their request names no resource. Another default gives way." />
            <Field label="Introspection clients" optional=true hint="Client IDs of its own clients, one per line. They may introspect every token that is for it." error=errors.of("/introspection_clients", api.introspection)>
                <LinesInput value=api.introspection mistake=|_| None refused=errors.entries_of("/introspection_clients") rows=2 />
            </Field>
        </FormSection>
    }
}
