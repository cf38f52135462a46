//! The fields of a profile.

use leptos::prelude::*;

use super::form::{METHODS, ProfileDraft};
use crate::{
    components::{
        choice::{Checkbox, Ticks},
        field::{Count, Field},
        select::Select,
        text_input::{TextArea, TextInput},
    },
    forms::{
        client_fields::FormSection,
        role_tabs::{RoleChoice, RoleTabs},
    },
};

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
    let (errors, kind) = (profile.draft.errors, profile.kind.get_value());
    // Of a profile that is there, only mandatory roles and the pattern of ids can be changed.
    let has_kind =
        move || is_new || kind.rights.with(|it| it == "set") || kind.ids.with(|it| it == "chosen");
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
        <Show when=has_kind>
            <FormSection title="Kind" text=if is_new { "How rights and ids come about cannot be changed later." } else { "How rights and ids come about." }>
                {is_new.then(|| view! {
                    <Field label="Rights" error=errors.of("/roles/kind", kind.rights)>
                        <Select value=kind.rights options=vec![
                            ("ladder", "Member, admin or super admin"),
                            ("grid", "Single permissions"),
                            ("set", "Roles of the tenant and its communities"),
                            ("user", "None of its own: it acts for people who sign in"),
                        ] />
                    </Field>
                })}
                <Show when=move || kind.rights.with(|it| it == "set")>
                    {mandatory(profile)}
                </Show>
                {is_new.then(|| view! {
                    <Field label="Client IDs" error=errors.of("/client_id/kind", kind.ids)>
                        <Select value=kind.ids options=vec![
                            ("generated", "Made by the server"),
                            ("preferred", "May be chosen"),
                            ("chosen", "Have to be chosen"),
                        ] />
                    </Field>
                })}
                <Show when=move || kind.ids.with(|it| it == "chosen")>
                    <Field
                        label="Pattern of client IDs"
                        optional=true
                        hint="What is chosen stands for {client_id}, the external key of the tenant for {external_key}. Empty, the ID is as it was chosen."
                        error=errors.of("/client_id/wire_pattern", kind.pattern)
                    >
                        <TextInput value=kind.pattern mono=true attr:placeholder="device-{external_key}-{client_id}" />
                    </Field>
                </Show>
            </FormSection>
        </Show>
    }
    .into_any()
}

fn mandatory(profile: ProfileDraft) -> AnyView {
    let choice = RoleChoice {
        roles: profile.kind.get_value().mandatory,
        ..RoleChoice::none()
    };
    let error = profile.draft.errors.under("/roles/mandatory".to_owned());
    view! {
        <fieldset class="stack-small">
            <legend class="group-label">"Every client has"</legend>
            <RoleTabs choice mandatory=Vec::new() tenant_only=true error />
        </fieldset>
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
