//! What callers write about clients: a new one, or the editable part of one.

use std::collections::BTreeMap;

use poem_openapi::{Object, types::Example};
use serde::Serialize;

use super::{
    client_dto::{pairs, strings},
    client_roles::{CommunityRoles, community_roles},
    credential_dto::CreateCredential,
};
use crate::{
    clients::{change::Replacement, create::NewClient, form::ClientDraft, roles::RolesDraft},
    domain::client,
};

/// A label whose value is `null` is no label.
fn without_cleared(labels: BTreeMap<String, Option<String>>) -> BTreeMap<String, String> {
    labels
        .into_iter()
        .filter_map(|(key, value)| Some((key, value?)))
        .collect()
}

/// What a new client is to be.
#[derive(Clone, Object)]
#[oai(example)]
pub struct CreateClient {
    /// The kind of client, such as `service_account`.
    pub profile: String,
    /// The wire id, where the profile lets it be chosen.
    pub client_id: Option<String>,
    /// Whether it has no secret, where the profile allows it.
    #[oai(default)]
    pub public: bool,
    /// Description and end of the first secret.
    pub credential: Option<CreateCredential>,
    /// What people call it: 1 to 255 characters.
    pub name: Option<String>,
    /// One or two sentences, at most 500 characters.
    pub description: Option<String>,
    /// Free text, at most 4000 characters.
    pub notes: Option<String>,
    /// When it ends: a date (the end of that UTC day) or a date-time with zone.
    pub expires_at: Option<String>,
    /// Seconds its access tokens live.
    pub token_lifetime: Option<i64>,
    /// Where users may be sent back to.
    pub redirect_uris: Option<Vec<String>>,
    /// Where users may be sent after signing out.
    pub post_logout_redirect_uris: Option<Vec<String>>,
    /// The grants it may use. Where none are named they are the default of its profile; with redirect URIs also those
    /// by which people sign in.
    pub grant_types: Option<Vec<String>>,
    /// `any` (a secret, by either way), `client_secret_basic`, `client_secret_post`, `private_key_jwt` or `none`.
    pub token_endpoint_auth_method: Option<String>,
    /// How its ID tokens are signed: `ES256` (the default) or `RS256`.
    pub id_token_signed_response_alg: Option<String>,
    /// `member`, `admin` or `super_admin`, where the profile has the ladder.
    pub role: Option<String>,
    /// Keys of roles of the tenant, where the profile has a set of roles; those that it demands unless given.
    pub roles: Option<Vec<String>>,
    /// Roles in communities of the tenant, where the profile has a set of roles.
    pub community_roles: Option<Vec<CommunityRoles>>,
    /// Permissions such as `users:view`, where the profile has the grid.
    pub permissions: Option<Vec<String>>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// E-mail addresses of those who are told before something expires.
    pub contacts: Option<Vec<String>>,
    /// By which people and scripts sort it.
    pub labels: Option<BTreeMap<String, Option<String>>>,
    /// The system that looks after it, if it is not people.
    pub managed_by: Option<String>,
}

impl Example for CreateClient {
    fn example() -> Self {
        Self {
            profile: "service_account".to_owned(),
            client_id: None,
            public: false,
            credential: None,
            name: Some("Nightly billing export".to_owned()),
            description: Some("Reads invoices and writes them to the archive.".to_owned()),
            notes: None,
            expires_at: None,
            token_lifetime: None,
            redirect_uris: None,
            post_logout_redirect_uris: None,
            grant_types: None,
            token_endpoint_auth_method: None,
            id_token_signed_response_alg: None,
            role: Some("member".to_owned()),
            roles: None,
            community_roles: None,
            permissions: None,
            owner: Some("Billing team".to_owned()),
            contacts: None,
            labels: None,
            managed_by: None,
        }
    }
}

impl From<CreateClient> for NewClient {
    fn from(wanted: CreateClient) -> Self {
        Self {
            profile: wanted.profile,
            client_id: wanted.client_id,
            public: wanted.public,
            draft: ClientDraft {
                name: wanted.name,
                description: wanted.description,
                notes: wanted.notes,
                expires_at: wanted.expires_at,
                token_lifetime: wanted.token_lifetime,
                redirect_uris: wanted.redirect_uris,
                post_logout_redirect_uris: wanted.post_logout_redirect_uris,
                grant_types: wanted.grant_types,
                token_endpoint_auth_method: wanted.token_endpoint_auth_method,
                id_token_signed_response_alg: wanted.id_token_signed_response_alg,
                role: wanted.role,
                owner: wanted.owner,
                contacts: wanted.contacts,
                labels: wanted.labels.map(without_cleared),
                managed_by: wanted.managed_by,
            },
            credential: wanted.credential.map(Into::into).unwrap_or_default(),
            permissions: wanted.permissions.unwrap_or_default(),
            roles: RolesDraft {
                roles: wanted.roles,
                community_roles: community_roles(wanted.community_roles.unwrap_or_default()),
            },
            operator: false,
            built_in: false,
        }
    }
}

/// The editable part of a client. PUT replaces it whole: what is left out is cleared or set to its default.
/// PATCH merges (RFC 7396): what is left out stays, `null` clears.
#[derive(Clone, Debug, Object, Serialize)]
#[oai(example)]
pub struct ClientForm {
    /// The wire id. Fixed: it may be repeated here, but not changed.
    #[oai(skip_serializing_if_is_none)]
    pub client_id: Option<String>,
    /// The kind of client. Fixed: it may be repeated here, but not changed.
    #[oai(skip_serializing_if_is_none)]
    pub profile: Option<String>,
    /// What people call it: 1 to 255 characters.
    #[oai(skip_serializing_if_is_none)]
    pub name: Option<String>,
    /// One or two sentences, at most 500 characters.
    #[oai(skip_serializing_if_is_none)]
    pub description: Option<String>,
    /// Free text, at most 4000 characters.
    #[oai(skip_serializing_if_is_none)]
    pub notes: Option<String>,
    /// When it ends: a date (the end of that UTC day) or a date-time with zone.
    #[oai(skip_serializing_if_is_none)]
    pub expires_at: Option<String>,
    /// Seconds its access tokens live.
    #[oai(skip_serializing_if_is_none)]
    pub token_lifetime: Option<i64>,
    /// Where users may be sent back to.
    #[oai(skip_serializing_if_is_none)]
    pub redirect_uris: Option<Vec<String>>,
    /// Where users may be sent after signing out.
    #[oai(skip_serializing_if_is_none)]
    pub post_logout_redirect_uris: Option<Vec<String>>,
    /// The grants it may use. Where none are named they are the default of its profile; with redirect URIs also those
    /// by which people sign in.
    #[oai(skip_serializing_if_is_none)]
    pub grant_types: Option<Vec<String>>,
    /// `any` (a secret, by either way), `client_secret_basic`, `client_secret_post`, `private_key_jwt` or `none`.
    #[oai(skip_serializing_if_is_none)]
    pub token_endpoint_auth_method: Option<String>,
    /// How its ID tokens are signed: `ES256` (the default) or `RS256`.
    #[oai(skip_serializing_if_is_none)]
    pub id_token_signed_response_alg: Option<String>,
    /// `member`, `admin` or `super_admin`, where the profile has the ladder.
    #[oai(skip_serializing_if_is_none)]
    pub role: Option<String>,
    /// Who answers for it.
    #[oai(skip_serializing_if_is_none)]
    pub owner: Option<String>,
    /// E-mail addresses of those who are told before something expires.
    #[oai(skip_serializing_if_is_none)]
    pub contacts: Option<Vec<String>>,
    /// By which people and scripts sort it.
    #[oai(skip_serializing_if_is_none)]
    pub labels: Option<BTreeMap<String, Option<String>>>,
    /// The system that looks after it, if it is not people.
    #[oai(skip_serializing_if_is_none)]
    pub managed_by: Option<String>,
}

impl Example for ClientForm {
    fn example() -> Self {
        let draft = NewClient::from(CreateClient::example()).draft;
        Self {
            client_id: None,
            profile: None,
            name: draft.name,
            description: draft.description,
            notes: None,
            expires_at: None,
            token_lifetime: Some(3600),
            redirect_uris: None,
            post_logout_redirect_uris: None,
            grant_types: None,
            token_endpoint_auth_method: None,
            id_token_signed_response_alg: None,
            role: draft.role,
            owner: draft.owner,
            contacts: None,
            labels: None,
            managed_by: None,
        }
    }
}

impl From<&client::Client> for ClientForm {
    fn from(client: &client::Client) -> Self {
        let form = &client.form;
        Self {
            client_id: Some(client.client_id.to_string()),
            profile: Some(client.profile.clone()),
            name: Some(form.name.clone()),
            description: form.description.clone(),
            notes: form.notes.clone(),
            expires_at: form.expires_at.map(|it| it.to_string()),
            token_lifetime: form.token_lifetime.map(|it| i64::from(it.seconds())),
            redirect_uris: Some(strings(&form.redirect_uris)),
            post_logout_redirect_uris: Some(strings(&form.post_logout_redirect_uris)),
            grant_types: Some(strings(&form.grant_types)),
            token_endpoint_auth_method: Some(form.token_endpoint_auth_method.to_string()),
            id_token_signed_response_alg: Some(form.id_token_signed_response_alg.to_string()),
            role: form.role.map(|it| it.to_string()),
            owner: form.owner.clone(),
            contacts: Some(form.contacts.clone()),
            labels: Some(
                pairs(form)
                    .into_iter()
                    .map(|(key, value)| (key, Some(value)))
                    .collect(),
            ),
            managed_by: form.managed_by.clone(),
        }
    }
}

impl ClientForm {
    /// The form of `client` that this replaces: fixed fields that are left out are as they are.
    #[must_use]
    pub fn replacing(mut self, client: &client::Client) -> Self {
        self.client_id
            .get_or_insert_with(|| client.client_id.to_string());
        self.profile.get_or_insert_with(|| client.profile.clone());
        self
    }
}

impl From<ClientForm> for Replacement {
    fn from(form: ClientForm) -> Self {
        Self {
            client_id: form.client_id,
            profile: form.profile,
            draft: ClientDraft {
                name: form.name,
                description: form.description,
                notes: form.notes,
                expires_at: form.expires_at,
                token_lifetime: form.token_lifetime,
                redirect_uris: form.redirect_uris,
                post_logout_redirect_uris: form.post_logout_redirect_uris,
                grant_types: form.grant_types,
                token_endpoint_auth_method: form.token_endpoint_auth_method,
                id_token_signed_response_alg: form.id_token_signed_response_alg,
                role: form.role,
                owner: form.owner,
                contacts: form.contacts,
                labels: form.labels.map(without_cleared),
                managed_by: form.managed_by,
            },
        }
    }
}
