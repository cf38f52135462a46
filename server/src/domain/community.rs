//! Communities: tenants that share roles.

use uuid::Uuid;

use super::{client::Client, tenant::Tenant, timestamp::Timestamp, version::Version};

/// A group of tenants that share roles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Community {
    /// Its id.
    pub id: Uuid,
    /// Its short name, fixed: it stands in tokens.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Counts its changes.
    pub version: Version,
}

/// What somebody holds in a community, and by way of which tenant.
#[derive(Clone, Debug, PartialEq)]
pub struct CommunityMember {
    /// What it is.
    pub principal: Principal,
    /// What people call it.
    pub name: String,
    /// The tenant it comes from.
    pub tenant: Tenant,
    /// The keys of its roles in the community, in order.
    pub roles: Vec<String>,
}

/// Who can hold roles in a community.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Principal {
    /// A client, by its service user.
    Client {
        /// The client.
        client: Uuid,
        /// What holds the roles.
        service_user: Uuid,
    },
    /// A person.
    User(Uuid),
    /// All people in a group.
    Group(Uuid),
}

impl Principal {
    /// What holds the roles.
    pub const fn id(&self) -> Uuid {
        match self {
            Self::Client { service_user, .. } => *service_user,
            Self::User(id) | Self::Group(id) => *id,
        }
    }

    /// How it is named in addresses and answers.
    pub const fn shown_id(&self) -> Uuid {
        match self {
            Self::Client { client, .. } => *client,
            Self::User(id) | Self::Group(id) => *id,
        }
    }

    /// The word in answers.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Client { .. } => "client",
            Self::User(_) => "user",
            Self::Group(_) => "group",
        }
    }
}

/// A client that its tenant shows to a community.
#[derive(Clone, Debug, PartialEq)]
pub struct SharedClient {
    /// The client.
    pub client: Client,
    /// Its tenant.
    pub tenant: Tenant,
    /// Since when it is shown.
    pub shared_at: Timestamp,
}
