//! Communities as they travel, with those who hold roles in them and what they share.

use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::tenant_dto::TenantName;
use crate::domain::community;

/// A group of tenants that share roles.
#[derive(Clone, Debug, Object, Serialize, Deserialize)]
pub struct Community {
    /// Its id.
    pub id: Uuid,
    /// Its short name, which stands in tokens; fixed.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// When it was made.
    pub created_at: String,
    /// When it was last changed.
    pub updated_at: String,
    /// Counts its changes; the ETag.
    pub version: i64,
    /// Where one community is read: what the roles of the caller there allow, such as `community_members:change`.
    #[oai(skip_serializing_if_is_none)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Vec<String>>,
}

impl From<&community::Community> for Community {
    fn from(community: &community::Community) -> Self {
        Self {
            id: community.id,
            key: community.key.clone(),
            name: community.name.clone(),
            created_at: community.created_at.to_string(),
            updated_at: community.updated_at.to_string(),
            version: community.version.0,
            permissions: None,
        }
    }
}

/// A page of communities, by key.
#[derive(Clone, Debug, Object, Serialize)]
pub struct CommunityList {
    /// The communities.
    pub items: Vec<Community>,
    /// The cursor of the next page, when more follow.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// What a new community is to be.
#[derive(Clone, Debug, Object)]
pub struct CreateCommunity {
    /// Its short name: 2 to 64 characters of a-z, 0-9, hyphen and underscore, a letter first.
    pub key: String,
    /// What people call it: 1 to 255 characters.
    pub name: String,
}

/// The editable part of a community.
#[derive(Clone, Debug, Default, Object)]
pub struct CommunityForm {
    /// What people call it: 1 to 255 characters.
    pub name: Option<String>,
}

/// A page of the tenants of a community, by key.
#[derive(Clone, Debug, Object, Serialize)]
pub struct CommunityTenantList {
    /// The tenants.
    pub items: Vec<TenantName>,
    /// The cursor of the next page, when more follow.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Who holds roles in a community.
#[derive(Clone, Debug, Object, Serialize)]
pub struct CommunityMember {
    /// `client`, `user` or `group`.
    pub kind: String,
    /// The id of the client, user or group.
    pub id: Uuid,
    /// What people call it.
    pub name: String,
    /// By way of which tenant.
    pub tenant: TenantName,
    /// The keys of its roles in the community.
    pub roles: Vec<String>,
}

impl From<&community::CommunityMember> for CommunityMember {
    fn from(member: &community::CommunityMember) -> Self {
        Self {
            kind: member.principal.kind().to_owned(),
            id: member.principal.shown_id(),
            name: member.name.clone(),
            tenant: (&member.tenant).into(),
            roles: member.roles.clone(),
        }
    }
}

/// A page of those who hold roles in a community.
#[derive(Clone, Debug, Object, Serialize)]
pub struct CommunityMemberList {
    /// The members.
    pub items: Vec<CommunityMember>,
    /// The cursor of the next page, when more follow.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// The roles of somebody in a community.
#[derive(Clone, Debug, Object)]
pub struct CommunityMemberRoles {
    /// The keys of the roles; none takes it out of the community.
    pub roles: Vec<String>,
}

/// A client that its tenant shows to a community.
#[derive(Clone, Debug, Object, Serialize)]
pub struct SharedClient {
    /// Its id.
    pub id: Uuid,
    /// Its wire id, which stands in its tokens.
    pub client_id: String,
    /// What people call it.
    pub name: String,
    /// What it is for.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What kind of client it is.
    pub profile: String,
    /// Whose it is.
    pub tenant: TenantName,
    /// Since when it is shown.
    pub shared_at: String,
}

impl From<&community::SharedClient> for SharedClient {
    fn from(shared: &community::SharedClient) -> Self {
        let client = &shared.client;
        Self {
            id: client.id,
            client_id: client.client_id.to_string(),
            name: client.form.name.clone(),
            description: client.form.description.clone(),
            profile: client.profile.clone(),
            tenant: (&shared.tenant).into(),
            shared_at: shared.shared_at.to_string(),
        }
    }
}

/// A page of the shared directory of a community.
#[derive(Clone, Debug, Object, Serialize)]
pub struct Directory {
    /// The clients that tenants of the community show to each other.
    pub items: Vec<SharedClient>,
    /// The cursor of the next page, when more follow.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
