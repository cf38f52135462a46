//! Groups as they travel.

use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::client_dto::Actor;
use crate::{
    domain::{self, group::GroupForm as Form},
    people::groups::GroupDraft,
};

/// A group of people.
#[derive(Clone, Debug, Object, Serialize, Deserialize)]
pub struct Group {
    /// Its id for ever.
    pub id: Uuid,
    /// What people call it.
    pub name: String,
    /// One or two sentences.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// When it was made.
    pub created_at: String,
    /// By whom.
    pub created_by: Actor,
    /// When it was last changed.
    pub updated_at: String,
    /// By whom.
    pub updated_by: Actor,
    /// Counts its changes; the ETag.
    pub version: i64,
}

impl From<&domain::group::Group> for Group {
    fn from(group: &domain::group::Group) -> Self {
        Self {
            id: group.id,
            name: group.form.name.clone(),
            description: group.form.description.clone(),
            created_at: group.created_at.to_string(),
            created_by: (&group.created_by).into(),
            updated_at: group.updated_at.to_string(),
            updated_by: (&group.updated_by).into(),
            version: group.version.0,
        }
    }
}

/// The editable part of a group.
#[derive(Clone, Debug, Default, Object)]
pub struct GroupForm {
    /// What people call it: 1 to 255 characters, unique in the tenant without regard to case.
    pub name: Option<String>,
    /// One or two sentences: up to 500 characters.
    #[oai(skip_serializing_if_is_none)]
    pub description: Option<String>,
}

impl From<&Form> for GroupForm {
    fn from(form: &Form) -> Self {
        Self {
            name: Some(form.name.clone()),
            description: form.description.clone(),
        }
    }
}

impl From<GroupForm> for GroupDraft {
    fn from(form: GroupForm) -> Self {
        Self {
            name: form.name,
            description: form.description,
        }
    }
}

/// A page of groups, by name.
#[derive(Clone, Debug, Object, Serialize)]
pub struct GroupList {
    /// The groups.
    pub items: Vec<Group>,
    /// The cursor of the next page, when more follow.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
