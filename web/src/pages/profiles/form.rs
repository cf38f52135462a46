//! The fields of a profile.

use std::collections::BTreeSet;

use leptos::prelude::*;
use serde_json::Value;

use crate::{
    api::types,
    components::{
        choice::{Checkbox, Ticks},
        field::{Count, Field},
        select::Select,
        text_input::{TextArea, TextInput},
    },
    forms::{
        client_fields::FormSection,
        draft::{Draft, number, text},
        editor::json,
    },
};

/// The ways to authenticate.
const METHODS: [(&str, &str); 5] = [
    ("any", "Secret, in the header or the body"),
    ("client_secret_basic", "Secret, in the header only"),
    ("client_secret_post", "Secret, in the body only"),
    ("private_key_jwt", "Signed assertion"),
    ("none", "None: public clients"),
];

/// What is typed into the form of a profile.
#[derive(Clone, Copy)]
pub(super) struct ProfileDraft {
    /// All of its fields.
    pub(super) draft: Draft,
    key: RwSignal<String>,
    name: RwSignal<String>,
    description: RwSignal<String>,
    rights: RwSignal<String>,
    ids: RwSignal<String>,
    lifetime: RwSignal<String>,
    least: RwSignal<String>,
    most: RwSignal<String>,
    ends: RwSignal<String>,
    ends_days: RwSignal<String>,
    secret: RwSignal<String>,
    secret_days: RwSignal<String>,
    longest: RwSignal<String>,
    may_never: RwSignal<bool>,
    at_creation: RwSignal<bool>,
    method: RwSignal<String>,
    methods: RwSignal<BTreeSet<String>>,
    /// The ways as they were read, so that their order stays.
    order: StoredValue<Vec<String>>,
}

/// A number of something that was read.
fn shown(it: &Value) -> String {
    it.as_i64().map(|it| it.to_string()).unwrap_or_default()
}

impl ProfileDraft {
    /// An empty form of a new profile.
    pub(super) fn empty() -> Self {
        let profile = Self::of_existing(false);
        let given = Self {
            key: profile.draft.text("key"),
            ..profile
        };
        given.draft.bind("roles", || Value::Null, |_| ());
        given.draft.bind("client_id", || Value::Null, |_| ());
        given
    }

    /// The form of a profile that is there: what kind it is, is fixed; of a built-in one its name, too.
    pub(super) fn of_existing(built_in: bool) -> Self {
        let draft = Draft::new();
        let words = |word: &str| RwSignal::new(word.to_owned());
        let form = Self {
            draft,
            key: words(""),
            name: if built_in {
                words("")
            } else {
                draft.text("name")
            },
            description: if built_in {
                words("")
            } else {
                draft.text("description")
            },
            rights: words("ladder"),
            ids: words("generated"),
            lifetime: words(""),
            least: words("60"),
            most: words("86400"),
            ends: words("optional"),
            ends_days: words(""),
            secret: words("never"),
            secret_days: words(""),
            longest: words(""),
            may_never: RwSignal::new(true),
            at_creation: RwSignal::new(true),
            method: words("any"),
            methods: RwSignal::new(
                METHODS[..3]
                    .iter()
                    .map(|(key, _)| (*key).to_owned())
                    .collect(),
            ),
            order: StoredValue::new(Vec::new()),
        };
        form.bind();
        form
    }

    fn bind(self) {
        self.draft.bind(
            "token_lifetime",
            move || json(&self.lifetime()),
            move |it| {
                self.lifetime.set(shown(&it["default"]));
                self.least.set(shown(&it["least"]));
                self.most.set(shown(&it["most"]));
            },
        );
        self.draft.bind(
            "expiry",
            move || json(&self.expiry()),
            move |it| {
                let kind = match (it["kind"].as_str(), it["fixed"].as_bool()) {
                    (Some("required"), Some(true)) => "fixed",
                    (Some("required"), _) => "required",
                    _ => "optional",
                };
                self.ends.set(kind.to_owned());
                self.ends_days.set(shown(&it["default_days"]));
            },
        );
        self.draft.bind(
            "secret",
            move || json(&self.secret()),
            move |it| {
                let ends = it["default_expiry"].as_str().unwrap_or("never");
                self.secret.set(ends.to_owned());
                self.secret_days.set(shown(&it["default_days"]));
                self.longest.set(shown(&it["longest_days"]));
                self.may_never
                    .set(it["may_never_expire"].as_bool().unwrap_or_default());
                self.at_creation
                    .set(it["at_creation"].as_bool().unwrap_or_default());
            },
        );
        self.draft.bind(
            "auth_methods",
            move || Value::from(self.methods()),
            move |it| {
                let all = it.as_array().into_iter().flatten();
                let all: Vec<_> = all
                    .filter_map(|it| it.as_str().map(str::to_owned))
                    .collect();
                self.method.set(all.first().cloned().unwrap_or_default());
                self.methods.set(all.iter().cloned().collect());
                self.order.set_value(all);
            },
        );
    }

    fn lifetime(self) -> types::TokenLifetimeRule {
        types::TokenLifetimeRule {
            default: number(self.lifetime),
            least: number(self.least),
            most: number(self.most),
        }
    }

    fn expiry(self) -> types::ExpiryRule {
        let ends = self.ends.get_untracked();
        let must = ends != "optional";
        types::ExpiryRule {
            kind: Some(if must { "required" } else { "optional" }.to_owned()),
            fixed: must.then_some(ends == "fixed"),
            default_days: number(self.ends_days).filter(|_| must),
        }
    }

    fn secret(self) -> types::SecretRule {
        let ends = self.secret.get_untracked();
        types::SecretRule {
            at_creation: Some(self.at_creation.get_untracked()),
            default_days: number(self.secret_days).filter(|_| ends == "days"),
            default_expiry: Some(ends),
            may_never_expire: Some(self.may_never.get_untracked()),
            longest_days: number(self.longest),
        }
    }

    /// The default first, the others in the order they had.
    fn methods(self) -> Vec<String> {
        let mut all = vec![self.method.get_untracked()];
        let read = self.order.get_value();
        let known = METHODS.iter().map(|(key, _)| (*key).to_owned());
        for one in read.into_iter().chain(known) {
            let is_chosen = self.methods.with_untracked(|it| it.contains(&one));
            if is_chosen && !all.contains(&one) {
                all.push(one);
            }
        }
        all
    }

    /// The editable part, as it is sent: what the form does not show stays as it is.
    pub(super) fn form(self, of: &types::Profile) -> types::ProfileForm {
        let (name, description) = if of.built_in {
            (Some(of.name.clone()), of.description.clone())
        } else {
            (text(self.name), text(self.description))
        };
        types::ProfileForm {
            name,
            description,
            grant_types: Some(of.grant_types.clone()),
            default_grant_types: Some(of.default_grant_types.clone()),
            client_id: Some(of.client_id.clone()),
            roles: Some(of.roles.clone()),
            redirect_uris: Some(of.redirect_uris.clone()),
            token_lifetime: Some(self.lifetime()),
            expiry: Some(self.expiry()),
            secret: Some(self.secret()),
            auth_methods: Some(self.methods()),
        }
    }

    /// A new profile, as it is sent.
    pub(super) fn creation(self) -> types::CreateProfile {
        let rights = self.rights.get_untracked();
        let for_people = rights == "user";
        types::CreateProfile {
            key: text(self.key).unwrap_or_default(),
            name: text(self.name),
            description: text(self.description),
            grant_types: for_people
                .then(|| vec!["authorization_code".to_owned(), "refresh_token".to_owned()]),
            default_grant_types: None,
            client_id: Some(types::ClientIdRule {
                kind: Some(self.ids.get_untracked()),
                wire_pattern: None,
            }),
            roles: types::RoleRule {
                kind: Some(rights),
                mandatory: None,
            },
            redirect_uris: for_people.then(|| "required".to_owned()),
            token_lifetime: Some(self.lifetime()),
            expiry: Some(self.expiry()),
            secret: Some(self.secret()),
            auth_methods: Some(self.methods()),
        }
    }

    /// Notes what can be seen to be wrong before anything is sent.
    pub(super) fn check(self, is_new: bool, built_in: bool) {
        let draft = self.draft;
        if !built_in {
            draft.require("/name", self.name, "Say what to call these clients");
            draft.at_most("/name", self.name, 255);
            draft.at_most("/description", self.description, 500);
        }
        if is_new {
            draft.key("/key", self.key);
        }
        draft.between("/token_lifetime/default", self.lifetime, 60, 86_400);
        draft.between("/token_lifetime/least", self.least, 60, 86_400);
        draft.between("/token_lifetime/most", self.most, 60, 86_400);
        draft.between("/expiry/default_days", self.ends_days, 1, 3_650);
        draft.between("/secret/longest_days", self.longest, 1, 3_650);
        if self.secret.with_untracked(|it| it == "days") {
            draft.require("/secret/default_days", self.secret_days, "Say how many");
            draft.between("/secret/default_days", self.secret_days, 1, 3_650);
        }
    }
}

/// All fields of a profile.
#[component]
pub(super) fn ProfileFields(profile: ProfileDraft, is_new: bool, built_in: bool) -> impl IntoView {
    let errors = profile.draft.errors;
    view! {
        {(!built_in).then(|| basics(profile, is_new))}
        <FormSection title="Tokens" text="How long they live, in seconds. A client may say otherwise between the two ends.">
            <Field label="Unless a client says otherwise" optional=true hint="Empty is as the settings say, or as delivered." error=errors.of("/token_lifetime/default", profile.lifetime)>
                <TextInput value=profile.lifetime attr:inputmode="numeric" />
            </Field>
            <Field label="At least" optional=true error=errors.of("/token_lifetime/least", profile.least)>
                <TextInput value=profile.least attr:inputmode="numeric" />
            </Field>
            <Field label="At most" optional=true hint="86400 is a day, the most there is." error=errors.of("/token_lifetime/most", profile.most)>
                <TextInput value=profile.most attr:inputmode="numeric" />
            </Field>
        </FormSection>
        <FormSection title="Life" text="Whether its clients come to an end.">
            <Field label="A client" error=errors.under("/expiry/kind".to_owned())>
                <Select value=profile.ends options=vec![
                    ("optional", "May live until someone ends it"),
                    ("required", "Has to end; when can be changed"),
                    ("fixed", "Has to end; when is fixed as it is made"),
                ] />
            </Field>
            <Show when=move || profile.ends.with(|it| it != "optional")>
                <Field label="Days, unless someone says otherwise" optional=true hint="Empty is a year." error=errors.of("/expiry/default_days", profile.ends_days)>
                    <TextInput value=profile.ends_days attr:inputmode="numeric" />
                </Field>
            </Show>
        </FormSection>
        {secrets(profile, built_in)}
        <FormSection title="Authentication" text="How its clients show who they are.">
            <Field label="Unless a client says otherwise" error=errors.of("/auth_methods", profile.method)>
                <Select value=profile.method options=METHODS.to_vec() />
            </Field>
            <Ticks legend="Allowed" chosen=profile.methods choices=METHODS.to_vec() error=errors.under("/auth_methods".to_owned()) />
        </FormSection>
    }
}

fn basics(profile: ProfileDraft, is_new: bool) -> AnyView {
    let errors = profile.draft.errors;
    view! {
        <FormSection title="Basics" text="What people choose it by.">
            <Field label="Name" error=errors.of("/name", profile.name) count=Count::of(profile.name, 255)>
                <TextInput value=profile.name />
            </Field>
            {is_new.then(|| view! {
                <Field label="Key" hint="Stands in requests and permissions; cannot be changed later. a to z, 0 to 9, - and _." error=errors.of("/key", profile.key)>
                    <TextInput value=profile.key mono=true />
                </Field>
            })}
            <Field label="Description" optional=true error=errors.of("/description", profile.description) count=Count::of(profile.description, 500)>
                <TextArea value=profile.description rows=2 attr:placeholder="What these clients are for" />
            </Field>
        </FormSection>
        {is_new.then(|| view! {
            <FormSection title="Kind" text="Cannot be changed later.">
                <Field label="Rights" error=errors.of("/roles/kind", profile.rights)>
                    <Select value=profile.rights options=vec![
                        ("ladder", "Member, admin or super admin"),
                        ("grid", "Single permissions"),
                        ("set", "Roles of the tenant and its communities"),
                        ("user", "None of its own: it acts for people who sign in"),
                    ] />
                </Field>
                <Field label="Client IDs" error=errors.of("/client_id/kind", profile.ids)>
                    <Select value=profile.ids options=vec![
                        ("generated", "Made by the server"),
                        ("preferred", "May be chosen"),
                    ] />
                </Field>
            </FormSection>
        })}
    }
    .into_any()
}

fn secrets(profile: ProfileDraft, built_in: bool) -> AnyView {
    let errors = profile.draft.errors;
    view! {
        <FormSection title="Secrets" text="How long secrets and API keys live.">
            <Field label="A secret ends, unless someone says otherwise" error=errors.of("/secret/default_expiry", profile.secret)>
                <Select value=profile.secret options=vec![
                    ("never", "Never"),
                    ("one_year", "After a year"),
                    ("with_client", "With its client"),
                    ("days", "After some days"),
                ] />
            </Field>
            <Show when=move || profile.secret.with(|it| it == "days")>
                <Field label="Days" error=errors.of("/secret/default_days", profile.secret_days)>
                    <TextInput value=profile.secret_days attr:inputmode="numeric" />
                </Field>
            </Show>
            <Field label="Days at most" optional=true hint="Empty is without bound." error=errors.of("/secret/longest_days", profile.longest)>
                <TextInput value=profile.longest attr:inputmode="numeric" />
            </Field>
            <Checkbox checked=profile.may_never label="A secret may live for ever" />
            {(!built_in).then(|| view! {
                <Checkbox checked=profile.at_creation label="A client is made with its first secret" hint="Else a second step adds it." />
            })}
        </FormSection>
    }
    .into_any()
}
