//! The fields of a role.

use std::collections::BTreeSet;

use leptos::prelude::*;

use crate::{
    api::types,
    components::{
        field::{Count, Field},
        permission_grid::Ceiling,
        select::Select,
        text_input::{TextArea, TextInput},
    },
    forms::{
        client_fields::FormSection,
        draft::{Draft, chosen, text},
        grid_field::GridField,
    },
};

/// What is typed into the form of a role.
#[derive(Clone, Copy)]
pub(super) struct RoleDraft {
    /// All of its fields.
    pub(super) draft: Draft,
    key: RwSignal<String>,
    scope: RwSignal<String>,
    community: RwSignal<String>,
    name: RwSignal<String>,
    description: RwSignal<String>,
    permissions: RwSignal<BTreeSet<String>>,
}

impl RoleDraft {
    /// An empty form of a new role.
    pub(super) fn empty() -> Self {
        let role = Self::of_existing();
        Self {
            key: role.draft.text("key"),
            community: role.draft.text("community"),
            ..role
        }
    }

    /// The form of a role that is there: its key and scope are fixed.
    pub(super) fn of_existing() -> Self {
        let draft = Draft::new();
        Self {
            draft,
            key: RwSignal::new(String::new()),
            scope: RwSignal::new("tenant".to_owned()),
            community: RwSignal::new(String::new()),
            name: draft.text("name"),
            description: draft.text("description"),
            permissions: draft.set("permissions"),
        }
    }

    /// The editable part, as it is sent.
    pub(super) fn form(self) -> types::RoleForm {
        types::RoleForm {
            name: text(self.name),
            description: text(self.description),
            permissions: Some(chosen(self.permissions)),
        }
    }

    /// A new role, as it is sent.
    pub(super) fn creation(self) -> types::CreateRole {
        let scope = self.scope.get_untracked();
        types::CreateRole {
            community: (scope == "community")
                .then(|| text(self.community))
                .flatten(),
            scope,
            key: text(self.key).unwrap_or_default(),
            name: text(self.name).unwrap_or_default(),
            description: text(self.description),
            permissions: chosen(self.permissions),
        }
    }

    /// Notes what can be seen to be wrong before anything is sent.
    pub(super) fn check(self, is_new: bool) {
        let draft = self.draft;
        draft.require("/name", self.name, "Say what to call the role");
        draft.at_most("/name", self.name, 255);
        draft.at_most("/description", self.description, 500);
        if is_new {
            draft.key("/key", self.key);
            if self.scope.with_untracked(|it| it == "community") {
                draft.require(
                    "/community",
                    self.community,
                    "Say which community, by its key",
                );
            }
        }
    }
}

/// All fields of a role.
#[component]
pub(super) fn RoleFields(
    role: RoleDraft,
    is_new: bool,
    operator: bool,
    ceiling: Ceiling,
) -> impl IntoView {
    let errors = role.draft.errors;
    view! {
        <FormSection title="Basics" text="What people choose it by.">
            <Field label="Name" error=errors.of("/name", role.name) count=Count::of(role.name, 255)>
                <TextInput value=role.name />
            </Field>
            {is_new.then(|| view! {
                <Field label="Key" hint="Stands in tokens and requests; cannot be changed later. a to z, 0 to 9, - and _." error=errors.of("/key", role.key)>
                    <TextInput value=role.key mono=true />
                </Field>
            })}
            <Field label="Description" optional=true error=errors.of("/description", role.description) count=Count::of(role.description, 500)>
                <TextArea value=role.description rows=2 attr:placeholder="What it is for" />
            </Field>
            {(is_new && operator).then(|| view! {
                <Field label="Given in" error=errors.of("/scope", role.scope)>
                    <Select value=role.scope options=vec![
                        ("tenant", "This tenant"),
                        ("community", "A community"),
                        ("global", "Every tenant"),
                    ] />
                </Field>
                <Show when=move || role.scope.with(|it| it == "community")>
                    <Field label="Community" hint="Its key." error=errors.of("/community", role.community)>
                        <TextInput value=role.community mono=true />
                    </Field>
                </Show>
            })}
        </FormSection>
        <FormSection title="Permissions" text="Change includes View. You can give what you have yourself.">
            <GridField caption="Permissions of the role" granted=role.permissions ceiling error=errors.of("/permissions", role.permissions) />
        </FormSection>
    }
}
