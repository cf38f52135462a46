//! Reads what a caller wrote into a [`ClientForm`], by the rules of the client's profile.

use std::{collections::BTreeMap, str::FromStr};

use crate::domain::{
    auth_method::AuthMethod,
    client::ClientForm,
    grant_type::GrantType,
    id_token::IdTokenAlgorithm,
    label::Labels,
    lifetime::TokenLifetime,
    profile::{ExpiryRule, Presence, Profile, RoleModel},
    redirect_uri::RedirectUri,
    role::LadderRole,
    text,
    timestamp::Timestamp,
    violation::Violations,
};

/// The editable part of a client as a caller wrote it: nothing is checked yet.
#[derive(Clone, Debug, Default)]
pub struct ClientDraft {
    /// See [`ClientForm::name`].
    pub name: Option<String>,
    /// See [`ClientForm::description`].
    pub description: Option<String>,
    /// See [`ClientForm::notes`].
    pub notes: Option<String>,
    /// See [`ClientForm::expires_at`].
    pub expires_at: Option<String>,
    /// See [`ClientForm::token_lifetime`].
    pub token_lifetime: Option<i64>,
    /// See [`ClientForm::redirect_uris`].
    pub redirect_uris: Option<Vec<String>>,
    /// See [`ClientForm::post_logout_redirect_uris`].
    pub post_logout_redirect_uris: Option<Vec<String>>,
    /// See [`ClientForm::grant_types`].
    pub grant_types: Option<Vec<String>>,
    /// See [`ClientForm::token_endpoint_auth_method`].
    pub token_endpoint_auth_method: Option<String>,
    /// See [`ClientForm::id_token_signed_response_alg`].
    pub id_token_signed_response_alg: Option<String>,
    /// See [`ClientForm::role`].
    pub role: Option<String>,
    /// See [`ClientForm::owner`].
    pub owner: Option<String>,
    /// See [`ClientForm::contacts`].
    pub contacts: Option<Vec<String>>,
    /// See [`ClientForm::labels`].
    pub labels: Option<BTreeMap<String, String>>,
    /// See [`ClientForm::managed_by`].
    pub managed_by: Option<String>,
}

/// What a draft is read for.
pub struct Reading<'a> {
    /// The rules.
    pub profile: &'a Profile,
    /// Whether the client is public.
    pub public: bool,
    /// The form as it is now, when an existing client is changed.
    pub current: Option<&'a ClientForm>,
    /// The name when none is given: the chosen id, where there is one.
    pub default_name: Option<&'a str>,
    /// This moment.
    pub now: Timestamp,
}

const MOST_REDIRECT_URIS: usize = 50;
const MOST_CONTACTS: usize = 20;

impl Reading<'_> {
    /// The form that `draft` describes, or all that is wrong with it.
    ///
    /// # Errors
    /// Every broken rule, each with a pointer into the request body.
    pub fn read(&self, draft: &ClientDraft) -> Result<ClientForm, Violations> {
        let mut wrong = Violations::none();
        let name = if let Some(name) = draft.name.as_deref().or(self.default_name) {
            wrong.take("/name", text::line(name, 255))
        } else {
            wrong.add(
                "/name",
                "required",
                "is required: say what to call the client",
            );
            None
        };
        let mut paragraph = |pointer, value: &Option<String>, most| {
            value
                .as_deref()
                .and_then(|it| wrong.take(pointer, text::paragraph(it, most)))
                .flatten()
        };
        let description = paragraph("/description", &draft.description, 500);
        let notes = paragraph("/notes", &draft.notes, 4000);
        let owner = paragraph("/owner", &draft.owner, 255);
        let managed_by = paragraph("/managed_by", &draft.managed_by, 255);
        let expires_at = self.expires_at(draft, &mut wrong);
        let range = self.profile.rules.token_lifetime.range();
        // What stays as it is was allowed when it was written, also where the profile has changed since.
        let kept = self.current.and_then(|it| it.token_lifetime);
        let token_lifetime = draft.token_lifetime.and_then(|it| {
            match kept.filter(|kept| i64::from(kept.seconds()) == it) {
                Some(kept) => Some(kept),
                None => wrong.take("/token_lifetime", TokenLifetime::parse(it, &range)),
            }
        });
        let redirect_uris = self.redirect_uris(draft, &mut wrong);
        let post_logout_redirect_uris = self.post_logout_redirect_uris(draft, &mut wrong);
        let grant_types = self.grant_types(draft, !redirect_uris.is_empty(), &mut wrong);
        let method = self.auth_method(draft, &mut wrong);
        let algorithm = wrong.take_optional(
            "/id_token_signed_response_alg",
            draft.id_token_signed_response_alg.as_deref(),
            IdTokenAlgorithm::from_str,
        );
        let role = self.role(draft, &mut wrong);
        let contacts = contacts(draft, &mut wrong);
        let labels = draft.labels.clone().unwrap_or_default();
        let labels = wrong.take("/labels", Labels::parse(labels));
        let form = ClientForm {
            name: name.unwrap_or_default(),
            description,
            notes,
            expires_at,
            token_lifetime,
            redirect_uris,
            post_logout_redirect_uris,
            grant_types,
            token_endpoint_auth_method: method,
            id_token_signed_response_alg: algorithm.unwrap_or_default(),
            role,
            owner,
            contacts,
            labels: labels.unwrap_or_default(),
            managed_by,
        };
        wrong.or(form)
    }

    fn expires_at(&self, draft: &ClientDraft, wrong: &mut Violations) -> Option<Timestamp> {
        let given =
            wrong.take_optional("/expires_at", draft.expires_at.as_deref(), Timestamp::parse);
        let before = self.current.and_then(|it| it.expires_at);
        match (self.profile.rules.expiry, self.current) {
            (ExpiryRule::Required { fixed: true, .. }, Some(_)) => {
                if given != before {
                    wrong.add(
                        "/expires_at",
                        "field_immutable",
                        "cannot be changed after creation: create a new client instead",
                    );
                }
                return before;
            }
            (rule @ ExpiryRule::Required { .. }, None) if draft.expires_at.is_none() => {
                return rule.default_end(self.now);
            }
            (ExpiryRule::Required { fixed: false, .. }, Some(_))
                if draft.expires_at.is_none() && before.is_some() =>
            {
                wrong.add(
                    "/expires_at",
                    "required",
                    "is required by the client's profile",
                );
            }
            _ => {}
        }
        if given.is_some_and(|it| it <= self.now) && given != before {
            wrong.add(
                "/expires_at",
                "past",
                "is in the past: choose a later moment",
            );
        }
        given
    }

    fn redirect_uris(&self, draft: &ClientDraft, wrong: &mut Violations) -> Vec<RedirectUri> {
        let given = draft.redirect_uris.as_deref().unwrap_or_default();
        match self.profile.rules.redirect_uris {
            Presence::Required if given.is_empty() && !self.keeps_redirect_uris(given) => wrong
                .add(
                    "/redirect_uris",
                    "required",
                    "is required: say where users are sent back to",
                ),
            Presence::Forbidden if !given.is_empty() && !self.keeps_redirect_uris(given) => {
                wrong.add(
                    "/redirect_uris",
                    "not_allowed",
                    "is not part of this profile: its clients have no users to send back",
                );
                return Vec::new();
            }
            _ => {}
        }
        uris("/redirect_uris", given, wrong)
    }

    fn keeps_redirect_uris(&self, given: &[String]) -> bool {
        self.current.is_some_and(|it| {
            let current = it.redirect_uris.iter().map(RedirectUri::as_str);
            current.eq(given.iter().map(String::as_str))
        })
    }

    fn post_logout_redirect_uris(
        &self,
        draft: &ClientDraft,
        wrong: &mut Violations,
    ) -> Vec<RedirectUri> {
        let pointer = "/post_logout_redirect_uris";
        let given = draft
            .post_logout_redirect_uris
            .as_deref()
            .unwrap_or_default();
        if self.profile.rules.redirect_uris == Presence::Forbidden && !given.is_empty() {
            wrong.add(
                pointer,
                "not_allowed",
                "is not part of this profile: its clients have no users to send anywhere",
            );
            return Vec::new();
        }
        uris(pointer, given, wrong)
    }

    fn grant_types(
        &self,
        draft: &ClientDraft,
        redirects: bool,
        wrong: &mut Violations,
    ) -> Vec<GrantType> {
        let rules = &self.profile.rules;
        let Some(given) = &draft.grant_types else {
            // Whoever says where people are sent back to wants them to sign in.
            let of_people = |it: &&GrantType| redirects && **it != GrantType::ClientCredentials;
            let mut grants = rules.default_grant_types.clone();
            let more = rules.grant_types.iter().filter(of_people);
            grants.extend(more.filter(|it| !rules.default_grant_types.contains(it)));
            return grants;
        };
        let mut grants = Vec::new();
        for (index, text) in given.iter().enumerate() {
            let pointer = format!("/grant_types/{index}");
            let Some(grant) = wrong.take(&pointer, GrantType::from_str(text)) else {
                continue;
            };
            let kept = self
                .current
                .is_some_and(|it| it.grant_types.contains(&grant));
            if !rules.grant_types.contains(&grant) && !kept {
                wrong.add(
                    &pointer,
                    "not_allowed",
                    format!("{grant} is not allowed by this profile"),
                );
            } else if !grants.contains(&grant) {
                grants.push(grant);
            }
        }
        if given.is_empty() {
            wrong.add(
                "/grant_types",
                "required",
                "must name at least one grant type",
            );
        }
        if grants.contains(&GrantType::AuthorizationCode) && !redirects {
            wrong.add(
                "/redirect_uris",
                "required",
                "is required with the grant type authorization_code",
            );
        }
        grants
    }

    fn auth_method(&self, draft: &ClientDraft, wrong: &mut Violations) -> AuthMethod {
        let rules = &self.profile.rules;
        let default = if self.public {
            AuthMethod::None
        } else {
            rules
                .auth_methods
                .first()
                .copied()
                .unwrap_or(AuthMethod::Any)
        };
        let pointer = "/token_endpoint_auth_method";
        let given = draft.token_endpoint_auth_method.as_deref();
        let Some(method) = wrong.take_optional(pointer, given, AuthMethod::from_str) else {
            return default;
        };
        if (method == AuthMethod::None) != self.public {
            wrong.add(
                pointer,
                "not_allowed",
                "must be none for a public client, and only for one",
            );
        } else if !rules.auth_methods.contains(&method)
            && self.current.map(|it| it.token_endpoint_auth_method) != Some(method)
        {
            wrong.add(
                pointer,
                "not_allowed",
                format!("{method} is not allowed by this profile"),
            );
        }
        method
    }

    fn role(&self, draft: &ClientDraft, wrong: &mut Violations) -> Option<LadderRole> {
        let given = wrong.take_optional("/role", draft.role.as_deref(), LadderRole::from_str);
        match self.profile.rules.roles {
            RoleModel::Ladder if draft.role.is_none() => wrong.add(
                "/role",
                "required",
                "is required: use member, admin or super_admin",
            ),
            RoleModel::Ladder => {}
            _ if draft.role.is_some() => wrong.add(
                "/role",
                "not_allowed",
                "is not part of this profile: its clients do not stand on the ladder",
            ),
            _ => {}
        }
        given
    }
}

/// URIs that stand at `list` in the request body, each once.
fn uris(list: &str, given: &[String], wrong: &mut Violations) -> Vec<RedirectUri> {
    if given.len() > MOST_REDIRECT_URIS {
        let message = format!("has more than {MOST_REDIRECT_URIS} entries");
        wrong.add(list, "invalid", message);
        return Vec::new();
    }
    let mut uris = Vec::new();
    for (index, text) in given.iter().enumerate() {
        let pointer = format!("{list}/{index}");
        if let Some(uri) = wrong.take(&pointer, RedirectUri::parse(text)) {
            if uris.contains(&uri) {
                let message = "stands in the list already: remove it";
                wrong.add(&pointer, "duplicate", message);
            } else {
                uris.push(uri);
            }
        }
    }
    uris
}

fn contacts(draft: &ClientDraft, wrong: &mut Violations) -> Vec<String> {
    let given = draft.contacts.as_deref().unwrap_or_default();
    if given.len() > MOST_CONTACTS {
        wrong.add(
            "/contacts",
            "invalid",
            format!("has more than {MOST_CONTACTS} entries"),
        );
        return Vec::new();
    }
    given
        .iter()
        .enumerate()
        .filter_map(|(index, contact)| {
            let pointer = format!("/contacts/{index}");
            let line = wrong.take(&pointer, text::line(contact, 254))?;
            let (local, host) = line.rsplit_once('@').unwrap_or_default();
            if local.is_empty() || host.is_empty() || line.contains(char::is_whitespace) {
                wrong.add(&pointer, "invalid", "is not an e-mail address");
                return None;
            }
            Some(line)
        })
        .collect()
}
