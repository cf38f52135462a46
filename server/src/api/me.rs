//! `/me`: the caller itself.

use poem_openapi::{Object, OpenApi, payload::Json};
use uuid::Uuid;

use super::{
    Tag,
    auth::{AnyCaller, Authorized},
    problem::ApiError,
    reply::Listed,
};
use crate::domain::{
    permission::{PermissionSet, Rights},
    role::{MANAGEMENT_RESOURCES, ManagementResource},
};

/// The caller, and what it may do at this moment.
#[derive(Clone, Debug, Object)]
pub struct Me {
    /// `client` or `user`.
    pub kind: String,
    /// The id of the client or user.
    pub id: Uuid,
    /// `sub` of its tokens.
    pub subject: Uuid,
    /// What people call it.
    pub name: String,
    /// The tenant it acts in.
    pub tenant_id: Uuid,
    /// Its rung of the ladder.
    #[oai(skip_serializing_if_is_none)]
    pub role: Option<String>,
    /// Whether it may manage tenants and communities.
    pub operator: bool,
    /// What it may do, such as `users:view`.
    pub permissions: Vec<String>,
}

/// The routes of the caller itself.
pub struct MeApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Me")]
impl MeApi {
    /// Read the caller
    ///
    /// Who the token acts as, and what it may do at this moment. Any valid token will do.
    #[oai(path = "/me", method = "get", operation_id = "get_me")]
    #[expect(clippy::unused_async, reason = "the framework wants it")]
    async fn get_me(&self, auth: Authorized<AnyCaller>) -> Result<Listed<Me>, ApiError> {
        let caller = auth.caller;
        let permissions = match &caller.rights {
            Rights::Everything => MANAGEMENT_RESOURCES
                .iter()
                .map(ManagementResource::permission)
                .collect::<PermissionSet>()
                .iter()
                .map(|it| it.to_string())
                .collect(),
            Rights::Only(set) => set.iter().map(|it| it.to_string()).collect(),
        };
        let me = Me {
            kind: caller.actor.kind.as_str().to_owned(),
            id: caller.actor.id,
            subject: caller.subject,
            name: caller.actor.name,
            tenant_id: caller.tenant_id,
            role: caller.role.map(|it| it.to_string()),
            operator: caller.operator,
            permissions,
        };
        Ok(Listed::Ok(Json(me), None))
    }
}
