//! Communities: tenants that share roles.

use uuid::Uuid;

use super::{timestamp::Timestamp, version::Version};

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
    /// Counts its changes.
    pub version: Version,
}
