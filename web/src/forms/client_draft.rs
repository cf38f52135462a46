//! A client as it stands in a form, on its way from and to the API.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;

use super::{
    draft::chosen,
    field_errors::FieldErrors,
    lines,
    profiles::{IdFrom, Profile, Redirects, Roles, SecretEnds},
    redirect_uris,
    role_tabs::RoleChoice,
};
use crate::{api::types, clock};

/// What is typed into the form of a client.
#[derive(Clone, Copy)]
pub(crate) struct ClientDraft {
    /// What people call it.
    pub(crate) name: RwSignal<String>,
    /// The wire id, where it can be chosen.
    pub(crate) client_id: RwSignal<String>,
    /// One or two sentences.
    pub(crate) description: RwSignal<String>,
    /// Free text.
    pub(crate) notes: RwSignal<String>,
    /// Who answers for it.
    pub(crate) owner: RwSignal<String>,
    /// E-mail addresses, one per line.
    pub(crate) contacts: RwSignal<String>,
    /// `key: value`, one per line.
    pub(crate) labels: RwSignal<String>,
    /// One per line.
    pub(crate) redirect_uris: RwSignal<String>,
    /// The rung of the ladder.
    pub(crate) role: RwSignal<String>,
    /// Its roles, where it has a set of them.
    pub(crate) roles: RoleChoice,
    /// Its permissions, where it has the grid.
    pub(crate) permissions: RwSignal<BTreeSet<String>>,
    /// Whether it has no secret.
    pub(crate) public: RwSignal<bool>,
    /// How it authenticates.
    pub(crate) auth_method: RwSignal<String>,
    /// Seconds, or empty for the default.
    pub(crate) token_lifetime: RwSignal<String>,
    /// When it ends.
    pub(crate) expires_at: RwSignal<Option<i64>>,
    /// What to call its first secret.
    pub(crate) secret_description: RwSignal<String>,
    /// When its first secret ends.
    pub(crate) secret_expires_at: RwSignal<Option<i64>>,
    /// What is wrong.
    pub(crate) errors: FieldErrors,
    /// What the form does not show and must not lose.
    kept: StoredValue<types::ClientForm>,
    /// The end it had, which may stay as it is even when it has passed.
    ended: StoredValue<Option<i64>>,
}

/// The fields that have a place for their mistakes.
const POINTERS: [&str; 18] = [
    "/name",
    "/client_id",
    "/description",
    "/notes",
    "/owner",
    "/contacts",
    "/labels",
    "/redirect_uris",
    "/role",
    "/token_endpoint_auth_method",
    "/token_lifetime",
    "/expires_at",
    "/credential/description",
    "/credential/expires_at",
    "/public",
    "/roles",
    "/community_roles",
    "/permissions",
];

fn text(value: RwSignal<String>) -> Option<String> {
    value.with_untracked(|it| {
        let it = it.trim();
        (!it.is_empty()).then(|| it.to_owned())
    })
}

fn entries(value: RwSignal<String>) -> Option<Vec<String>> {
    let entries = value.with_untracked(|it| lines::entries(it));
    (!entries.is_empty()).then_some(entries)
}

impl ClientDraft {
    /// An empty form.
    pub(crate) fn empty() -> Self {
        let blank = || RwSignal::new(String::new());
        Self {
            name: blank(),
            client_id: blank(),
            description: blank(),
            notes: blank(),
            owner: blank(),
            contacts: blank(),
            labels: blank(),
            redirect_uris: blank(),
            role: RwSignal::new("member".to_owned()),
            roles: RoleChoice::none(),
            permissions: RwSignal::new(BTreeSet::new()),
            public: RwSignal::new(false),
            auth_method: RwSignal::new("any".to_owned()),
            token_lifetime: blank(),
            expires_at: RwSignal::new(None),
            secret_description: blank(),
            secret_expires_at: RwSignal::new(None),
            errors: FieldErrors::none(),
            kept: StoredValue::new(types::ClientForm::default()),
            ended: StoredValue::new(None),
        }
    }

    /// The form of a client that is there.
    pub(crate) fn of(client: &types::Client) -> Self {
        let draft = Self::empty();
        draft.fill(&form_of(client));
        draft.client_id.set(client.client_id.clone());
        draft.public.set(client.public);
        draft
    }

    /// Writes into the fields.
    pub(crate) fn fill(&self, form: &types::ClientForm) {
        let some = |value: &Option<String>| value.clone().unwrap_or_default();
        let many = |value: &Option<Vec<String>>| value.as_deref().unwrap_or_default().join("\n");
        self.name.set(some(&form.name));
        self.description.set(some(&form.description));
        self.notes.set(some(&form.notes));
        self.owner.set(some(&form.owner));
        self.contacts.set(many(&form.contacts));
        self.redirect_uris.set(many(&form.redirect_uris));
        self.role.set(some(&form.role));
        self.auth_method.set(some(&form.token_endpoint_auth_method));
        self.token_lifetime.set(
            form.token_lifetime
                .map(|it| it.to_string())
                .unwrap_or_default(),
        );
        let ends = clock::moment(form.expires_at.as_ref());
        self.expires_at.set(ends);
        self.ended.set_value(ends);
        let labels: Vec<_> = form
            .labels
            .iter()
            .flatten()
            .map(|(key, value)| format!("{key}: {}", value.as_deref().unwrap_or_default()))
            .collect();
        self.labels.set(labels.join("\n"));
        self.kept.set_value(form.clone());
    }

    /// The editable part, as it would be sent.
    pub(crate) fn form(&self, profile: &Profile) -> types::ClientForm {
        types::ClientForm {
            name: text(self.name),
            description: text(self.description),
            notes: text(self.notes),
            owner: text(self.owner),
            contacts: entries(self.contacts),
            labels: self.labels().map(as_form),
            redirect_uris: if profile.redirects == Redirects::No {
                None
            } else {
                entries(self.redirect_uris)
            },
            role: (profile.roles == Roles::Ladder)
                .then(|| text(self.role))
                .flatten(),
            token_endpoint_auth_method: if self.public.get_untracked() {
                None
            } else {
                text(self.auth_method)
            },
            token_lifetime: self
                .token_lifetime
                .with_untracked(|it| it.trim().parse().ok()),
            expires_at: self.expires_at.get_untracked().map(clock::to_api),
            grant_types: self.kept_grants(),
            ..self.kept.get_value()
        }
    }

    /// The grants it has; the server chooses anew where the first redirect URI comes or the last one goes.
    fn kept_grants(&self) -> Option<Vec<String>> {
        let now = entries(self.redirect_uris).is_some();
        self.kept.with_value(|kept| {
            let before = kept.redirect_uris.is_some();
            (now == before).then(|| kept.grant_types.clone()).flatten()
        })
    }

    /// A new client, as it would be sent.
    pub(crate) fn creation(&self, profile: &Profile) -> types::CreateClient {
        let form = self.form(profile);
        let public = profile.may_be_public() && self.public.get_untracked();
        let description = text(self.secret_description);
        let ends = match (profile.secret_ends, self.secret_expires_at.get_untracked()) {
            (SecretEnds::WithClient, _) | (SecretEnds::Never, None) => None,
            (_, Some(at)) => Some(clock::to_api(at)),
            (SecretEnds::After(_), None) => Some("never".to_owned()),
        };
        let with_secret = profile.secret_at_creation && !public;
        let is_set = matches!(profile.roles, Roles::Set(_));
        let is_given = with_secret && (description.is_some() || ends.is_some());
        types::CreateClient {
            profile: profile.key.clone(),
            client_id: (profile.id != IdFrom::Server)
                .then(|| text(self.client_id))
                .flatten(),
            public,
            credential: is_given.then_some(types::CreateCredential {
                description,
                expires_at: ends,
                secret: None,
                kind: None,
                public_key: None,
                jwks_uri: None,
            }),
            name: form.name,
            description: form.description,
            notes: form.notes,
            expires_at: form.expires_at,
            token_lifetime: form.token_lifetime,
            redirect_uris: form.redirect_uris,
            grant_types: None,
            id_token_signed_response_alg: None,
            post_logout_redirect_uris: None,
            token_endpoint_auth_method: form.token_endpoint_auth_method,
            role: form.role,
            owner: form.owner,
            contacts: form.contacts,
            labels: self.labels().map(as_form),
            managed_by: None,
            roles: is_set.then(|| self.roles.tenant()),
            community_roles: is_set.then(|| self.roles.communities()),
            permissions: (profile.roles == Roles::Grid).then(|| chosen(self.permissions)),
        }
    }

    /// Notes what can be seen to be wrong before anything is sent.
    pub(crate) fn check(&self, profile: &Profile) {
        let errors = self.errors;
        errors.clear();
        let most = |pointer, value: RwSignal<String>, most: usize| {
            if value.with_untracked(|it| it.trim().chars().count()) > most {
                errors.add(pointer, &format!("At most {most} characters"));
            }
        };
        most("/name", self.name, 255);
        most("/description", self.description, 500);
        most("/notes", self.notes, 4000);
        most("/owner", self.owner, 255);
        most("/credential/description", self.secret_description, 500);
        if text(self.name).is_none() && profile.id != IdFrom::Person {
            errors.add("/name", "Say what to call the client");
        }
        if profile.id == IdFrom::Person && text(self.client_id).is_none() {
            errors.add("/client_id", "Choose a client ID");
        }
        let wrong_in = |value: RwSignal<String>, mistake: fn(&str) -> Option<&'static str>| {
            value.with_untracked(|it| it.split('\n').any(|line| mistake(line).is_some()))
        };
        if profile.redirects != Redirects::No {
            if profile.redirects == Redirects::Must && entries(self.redirect_uris).is_none() {
                errors.add("/redirect_uris", "Say where users are sent back to");
            } else if wrong_in(self.redirect_uris, redirect_uris::mistake) {
                errors.add("/redirect_uris", "Correct the lines marked above");
            }
        }
        if wrong_in(self.contacts, lines::mail_mistake) {
            errors.add("/contacts", "Correct the lines marked above");
        }
        if wrong_in(self.labels, lines::label_mistake) {
            errors.add("/labels", "Correct the lines marked above");
        }
        if let Some(lifetime) = text(self.token_lifetime) {
            let fits = lifetime
                .parse::<i64>()
                .is_ok_and(|it| (profile.least..=profile.most).contains(&it));
            if !fits {
                let message = format!(
                    "A whole number of seconds from {} to {}",
                    profile.least, profile.most
                );
                errors.add("/token_lifetime", &message);
            }
        }
        let now = clock::now();
        let past = |at: RwSignal<Option<i64>>| at.get_untracked().is_some_and(|it| it <= now);
        let kept = self.expires_at.get_untracked() == self.ended.get_value();
        if past(self.expires_at) && !kept && !profile.ends.is_fixed() {
            errors.add("/expires_at", "Has to be in the future");
        }
        if past(self.secret_expires_at) {
            errors.add("/credential/expires_at", "Has to be in the future");
        }
    }

    /// Puts the server's mistakes beside their fields; gives back what has no field.
    pub(crate) fn refuse(
        &self,
        problem: crate::problem::Problem,
    ) -> Option<crate::problem::Problem> {
        self.errors.take(problem, &POINTERS)
    }

    fn labels(&self) -> Option<BTreeMap<String, String>> {
        let mut labels = BTreeMap::new();
        for line in self.labels.with_untracked(|it| lines::entries(it)) {
            if let Some((key, value)) = line.split_once(':') {
                labels.insert(key.trim().to_owned(), value.trim().to_owned());
            }
        }
        (!labels.is_empty()).then_some(labels)
    }
}

/// The editable part of a client that is there.
pub(crate) fn form_of(client: &types::Client) -> types::ClientForm {
    let many = |all: &Vec<String>| (!all.is_empty()).then(|| all.clone());
    types::ClientForm {
        name: Some(client.name.clone()),
        description: client.description.clone(),
        notes: client.notes.clone(),
        owner: client.owner.clone(),
        contacts: many(&client.contacts),
        labels: (!client.labels.is_empty()).then(|| as_form(client.labels.clone())),
        redirect_uris: many(&client.redirect_uris),
        role: client.role.clone(),
        token_endpoint_auth_method: (!client.public)
            .then(|| client.token_endpoint_auth_method.clone()),
        token_lifetime: client.token_lifetime.map(i64::from),
        expires_at: client.expires_at.clone(),
        grant_types: many(&client.grant_types),
        id_token_signed_response_alg: Some(client.id_token_signed_response_alg.clone()),
        post_logout_redirect_uris: many(&client.post_logout_redirect_uris),
        managed_by: client.managed_by.clone(),
        // What is fixed need not be said.
        client_id: None,
        profile: None,
    }
}

/// Labels as the form of a client holds them, where a label without a value is one to take away.
fn as_form(labels: BTreeMap<String, String>) -> BTreeMap<String, Option<String>> {
    let mut form = BTreeMap::new();
    form.extend(labels.into_iter().map(|(key, value)| (key, Some(value))));
    form
}
