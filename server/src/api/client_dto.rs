//! Clients as they are shown.

use std::collections::BTreeMap;

use poem_openapi::{Enum, Object};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    client_roles::{CommunityRoles, shown_community_roles},
    credential_dto::Credential,
    paging::ListTotal,
    problem::FieldProblem,
};
use crate::domain::{
    assignment::Assignments,
    caller,
    client::{self, RESTORABLE_FOR},
    lifetime::TokenLifetime,
    permission::PermissionSet,
    timestamp::Timestamp,
};

/// Who did something.
#[derive(Clone, Debug, Object, Serialize, Deserialize)]
pub struct Actor {
    /// `client`, `user` or `system`.
    pub kind: String,
    /// The actor's id.
    pub id: Uuid,
    /// The actor's name at that moment.
    pub name: String,
}

impl From<&caller::Actor> for Actor {
    fn from(actor: &caller::Actor) -> Self {
        Self {
            kind: actor.kind.as_str().to_owned(),
            id: actor.id,
            name: actor.name.clone(),
        }
    }
}

/// What a client is, all things considered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum EffectiveStatus {
    /// It can get tokens.
    Active,
    /// It is switched off.
    Inactive,
    /// Its end has passed.
    Expired,
    /// None of its credentials works.
    NoCredential,
    /// It, or the last of its credentials, ends within 30 days.
    ExpiringSoon,
}

impl From<client::EffectiveStatus> for EffectiveStatus {
    fn from(status: client::EffectiveStatus) -> Self {
        match status {
            client::EffectiveStatus::Active => Self::Active,
            client::EffectiveStatus::Inactive => Self::Inactive,
            client::EffectiveStatus::Expired => Self::Expired,
            client::EffectiveStatus::NoCredential => Self::NoCredential,
            client::EffectiveStatus::ExpiringSoon => Self::ExpiringSoon,
        }
    }
}

impl From<EffectiveStatus> for client::EffectiveStatus {
    fn from(status: EffectiveStatus) -> Self {
        match status {
            EffectiveStatus::Active => Self::Active,
            EffectiveStatus::Inactive => Self::Inactive,
            EffectiveStatus::Expired => Self::Expired,
            EffectiveStatus::NoCredential => Self::NoCredential,
            EffectiveStatus::ExpiringSoon => Self::ExpiringSoon,
        }
    }
}

/// A machine client. Its credentials are a resource of their own and never part of it.
#[derive(Clone, Debug, Object, Serialize, Deserialize)]
pub struct Client {
    /// Its id for ever.
    pub id: Uuid,
    /// Its id at the token endpoint; fixed.
    pub client_id: String,
    /// The kind of client, whose rules it follows; fixed.
    pub profile: String,
    /// The identity its tokens carry as `sub`.
    pub service_user_id: Uuid,
    /// Whether it may manage tenants and communities.
    pub operator: bool,
    /// Whether it has no secret.
    pub public: bool,
    /// Whether it is part of Latchkey and cannot be changed.
    pub built_in: bool,
    /// What people call it.
    pub name: String,
    /// One or two sentences.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Free text.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// Whether people switched it on: `active` or `inactive`.
    pub status: String,
    /// What it is, all things considered.
    pub effective_status: EffectiveStatus,
    /// The last second in which it works.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// The last second in which it can get a token, or could, by its own end or that of its last credential; absent
    /// is for ever. Of a client that never had a credential it is the second before it was made.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usable_until: Option<String>,
    /// Seconds its access tokens live; absent is the profile's default.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_lifetime: Option<u32>,
    /// Where users may be sent back to.
    pub redirect_uris: Vec<String>,
    /// Where users may be sent after signing out.
    pub post_logout_redirect_uris: Vec<String>,
    /// The grants it may use.
    pub grant_types: Vec<String>,
    /// How it authenticates at the token endpoint.
    pub token_endpoint_auth_method: String,
    /// How its ID tokens are signed: `ES256` or `RS256`.
    pub id_token_signed_response_alg: String,
    /// Its rung of the ladder, where its profile has one.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The roles it has in its tenant besides, where its profile has a set of roles.
    pub roles: Vec<String>,
    /// Its roles in the communities that its tenant is a member of.
    pub community_roles: Vec<CommunityRoles>,
    /// The permissions given straight to it, where its profile has the grid.
    pub permissions: Vec<String>,
    /// Who answers for it.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Who is told before something expires.
    pub contacts: Vec<String>,
    /// By which people and scripts sort it.
    pub labels: BTreeMap<String, String>,
    /// The system that looks after it, if it is not people.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_by: Option<String>,
    /// When it was made.
    pub created_at: String,
    /// By whom.
    pub created_by: Actor,
    /// When it was last changed.
    pub updated_at: String,
    /// By whom.
    pub updated_by: Actor,
    /// When it last got a token.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<String>,
    /// When it was deleted.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<String>,
    /// Until when it can be restored.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restorable_until: Option<String>,
    /// What of it the rules of its profile would not accept today, with pointers into it; it works as before. Empty where
    /// it keeps them all, and left out of lists: GET /api/v1/profiles/{key}/breaking has all that break a profile.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken_rules: Option<Vec<FieldProblem>>,
    /// Counts its changes; the ETag.
    pub version: i64,
}

impl Client {
    /// A client as it is at `now`.
    pub fn of(client: &client::Client, now: Timestamp) -> Self {
        let form = &client.form;
        let text = |at: Option<Timestamp>| at.map(|it| it.to_string());
        Self {
            id: client.id,
            client_id: client.client_id.to_string(),
            profile: client.profile.clone(),
            service_user_id: client.service_user_id,
            operator: client.operator,
            public: client.public,
            built_in: client.built_in,
            name: form.name.clone(),
            description: form.description.clone(),
            notes: form.notes.clone(),
            status: client.status.as_str().to_owned(),
            effective_status: client.effective_status(now).into(),
            expires_at: text(form.expires_at),
            usable_until: text(client.usable_until()),
            token_lifetime: form.token_lifetime.map(TokenLifetime::seconds),
            redirect_uris: strings(&form.redirect_uris),
            post_logout_redirect_uris: strings(&form.post_logout_redirect_uris),
            grant_types: strings(&form.grant_types),
            token_endpoint_auth_method: form.token_endpoint_auth_method.to_string(),
            id_token_signed_response_alg: form.id_token_signed_response_alg.to_string(),
            role: form.role.map(|it| it.to_string()),
            roles: Vec::new(),
            community_roles: Vec::new(),
            permissions: Vec::new(),
            owner: form.owner.clone(),
            contacts: form.contacts.clone(),
            labels: pairs(form),
            managed_by: form.managed_by.clone(),
            created_at: client.created_at.to_string(),
            created_by: (&client.created_by).into(),
            updated_at: client.updated_at.to_string(),
            updated_by: (&client.updated_by).into(),
            last_used_at: text(client.last_used_at),
            deleted_at: text(client.deleted_at),
            restorable_until: text(client.deleted_at.map(|it| it.plus(RESTORABLE_FOR))),
            broken_rules: None,
            version: client.version.0,
        }
    }

    /// The same with what its service user holds in the client's tenant.
    #[must_use]
    pub fn holding(mut self, held: &Assignments, tenant_id: Uuid) -> Self {
        self.permissions = texts(&held.permissions_in(tenant_id));
        self.roles = held.role_keys_in(tenant_id);
        self.community_roles = shown_community_roles(held, tenant_id);
        self
    }
}

fn texts(permissions: &PermissionSet) -> Vec<String> {
    permissions.iter().map(|it| it.to_string()).collect()
}

/// Each as text.
pub(super) fn strings<T: ToString>(all: &[T]) -> Vec<String> {
    all.iter().map(ToString::to_string).collect()
}

/// The labels of a client.
pub(super) fn pairs(form: &client::ClientForm) -> BTreeMap<String, String> {
    form.labels
        .iter()
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

/// A new client, and its first secret: shown this once.
#[derive(Clone, Object, Serialize, Deserialize)]
pub struct CreatedClient {
    /// The client.
    pub client: Client,
    /// The first secret, where the profile makes one with the client. It cannot be read again.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// What is kept of the secret.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential: Option<Credential>,
}

/// A page of clients.
#[derive(Clone, Debug, Object, Serialize)]
pub struct ClientList {
    /// The clients, in order.
    pub items: Vec<Client>,
    /// The cursor of the next page, when more follow.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// How many there are in all, when asked for by `total=true`.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<ListTotal>,
}
/// A secret in an answer: the one place where it leaves the server.
pub fn reveal(secret: &SecretString) -> String {
    use secrecy::ExposeSecret;
    secret.expose_secret().to_owned()
}
