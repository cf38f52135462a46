//! What is typed into the form of a profile.

use std::collections::BTreeSet;

use leptos::prelude::*;
use serde_json::Value;

use crate::{
    api::types,
    forms::{
        draft::{Draft, chosen, number, text},
        editor::json,
    },
};

/// The ways to authenticate.
pub(super) const METHODS: [(&str, &str); 5] = [
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
    pub(super) key: RwSignal<String>,
    pub(super) name: RwSignal<String>,
    pub(super) description: RwSignal<String>,
    pub(super) kind: StoredValue<Kind>,
    pub(super) lifetime: RwSignal<String>,
    pub(super) least: RwSignal<String>,
    pub(super) most: RwSignal<String>,
    pub(super) ends: RwSignal<String>,
    pub(super) ends_days: RwSignal<String>,
    pub(super) secret: RwSignal<String>,
    pub(super) secret_days: RwSignal<String>,
    pub(super) longest: RwSignal<String>,
    pub(super) may_never: RwSignal<bool>,
    pub(super) at_creation: RwSignal<bool>,
    pub(super) method: RwSignal<String>,
    pub(super) methods: RwSignal<BTreeSet<String>>,
    /// The ways as they were read, so that their order stays.
    order: StoredValue<Vec<String>>,
}

/// What kind of clients these are: of an own profile, fixed for the most part.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    pub(super) rights: RwSignal<String>,
    pub(super) mandatory: RwSignal<BTreeSet<String>>,
    pub(super) ids: RwSignal<String>,
    pub(super) pattern: RwSignal<String>,
}

impl Kind {
    fn client_id(self) -> types::ClientIdRuleForm {
        let kind = self.ids.get_untracked();
        types::ClientIdRuleForm {
            wire_pattern: text(self.pattern).filter(|_| kind == "chosen"),
            kind: Some(kind),
        }
    }

    fn roles(self) -> types::RoleRuleForm {
        let kind = self.rights.get_untracked();
        types::RoleRuleForm {
            mandatory: (kind == "set").then(|| chosen(self.mandatory)),
            kind: Some(kind),
        }
    }

    fn bind(self, draft: Draft) {
        let word = |it: &Value| it.as_str().unwrap_or_default().to_owned();
        draft.bind(
            "client_id",
            move || json(&self.client_id()),
            move |it| {
                self.ids.set(word(&it["kind"]));
                self.pattern.set(word(&it["wire_pattern"]));
            },
        );
        draft.bind(
            "roles",
            move || json(&self.roles()),
            move |it| {
                self.rights.set(word(&it["kind"]));
                let keys = it["mandatory"].as_array().into_iter().flatten();
                self.mandatory.set(keys.map(word).collect());
            },
        );
    }
}

/// A number of something that was read.
fn shown(it: &Value) -> String {
    it.as_i64().map(|it| it.to_string()).unwrap_or_default()
}

impl ProfileDraft {
    /// An empty form of a new profile.
    pub(super) fn empty() -> Self {
        let profile = Self::of_existing(false);
        Self {
            key: profile.draft.text("key"),
            ..profile
        }
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
            kind: StoredValue::new(Kind {
                rights: words("ladder"),
                mandatory: RwSignal::new(BTreeSet::new()),
                ids: words("generated"),
                pattern: words(""),
            }),
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
        if !built_in {
            form.kind.get_value().bind(draft);
        }
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

    fn lifetime(self) -> types::TokenLifetimeRuleForm {
        types::TokenLifetimeRuleForm {
            default: number(self.lifetime),
            least: number(self.least),
            most: number(self.most),
        }
    }

    fn expiry(self) -> types::ExpiryRuleForm {
        let ends = self.ends.get_untracked();
        let must = ends != "optional";
        types::ExpiryRuleForm {
            kind: Some(if must { "required" } else { "optional" }.to_owned()),
            fixed: must.then_some(ends == "fixed"),
            default_days: number(self.ends_days).filter(|_| must),
        }
    }

    fn secret(self) -> types::SecretRuleForm {
        let ends = self.secret.get_untracked();
        types::SecretRuleForm {
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
            client_id: Some(if of.built_in {
                types::ClientIdRuleForm {
                    kind: Some(of.client_id.kind.clone()),
                    wire_pattern: of.client_id.wire_pattern.clone(),
                }
            } else {
                self.kind.get_value().client_id()
            }),
            roles: Some(if of.built_in {
                types::RoleRuleForm {
                    kind: Some(of.roles.kind.clone()),
                    mandatory: (of.roles.kind == "set").then(|| of.roles.mandatory.clone()),
                }
            } else {
                self.kind.get_value().roles()
            }),
            redirect_uris: Some(of.redirect_uris.clone()),
            token_lifetime: Some(self.lifetime()),
            expiry: Some(self.expiry()),
            secret: Some(self.secret()),
            auth_methods: Some(self.methods()),
        }
    }

    /// A new profile, as it is sent.
    pub(super) fn creation(self) -> types::CreateProfile {
        let for_people = self
            .kind
            .get_value()
            .rights
            .with_untracked(|it| it == "user");
        types::CreateProfile {
            key: text(self.key).unwrap_or_default(),
            name: text(self.name),
            description: text(self.description),
            grant_types: for_people
                .then(|| vec!["authorization_code".to_owned(), "refresh_token".to_owned()]),
            default_grant_types: None,
            client_id: Some(self.kind.get_value().client_id()),
            roles: self.kind.get_value().roles(),
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
        let kind = self.kind.get_value();
        let is_chosen = kind.ids.with_untracked(|it| it == "chosen");
        let has_place = |it: &String| it.matches("{client_id}").count() == 1;
        if is_chosen && !built_in && text(kind.pattern).is_some_and(|it| !has_place(&it)) {
            draft
                .errors
                .add("/client_id/wire_pattern", "Holds {client_id} once");
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
