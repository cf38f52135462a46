//! A group of people.

use uuid::Uuid;

use super::{caller::Actor, timestamp::Timestamp, version::Version};

/// A group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its id for ever.
    pub id: Uuid,
    /// The tenant it belongs to.
    pub tenant_id: Uuid,
    /// What people may change.
    pub form: GroupForm,
    /// When it was made.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: Actor,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// By whom.
    pub updated_by: Actor,
    /// Counts its changes.
    pub version: Version,
}

/// The editable part of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupForm {
    /// What people call it; unique in its tenant without regard to case.
    pub name: String,
    /// One or two sentences.
    pub description: Option<String>,
}
