//! `/roles/{id}/holders`: who has a role.

use poem::http::Uri;
use poem_openapi::{
    Object, OpenApi,
    param::{Path, Query},
};
use serde::Serialize;
use uuid::Uuid;

use super::{
    Tag,
    auth::{Authorized, ViewRoles},
    json::Json,
    paging,
    problem::ApiError,
    reply::Listed,
};
use crate::access::role_holders;

/// A client, user or group that has a role.
#[derive(Clone, Debug, Object, Serialize)]
pub struct RoleHolder {
    /// `client`, `user` or `group`.
    pub kind: String,
    /// Its id.
    pub id: Uuid,
    /// What people call it.
    pub name: String,
}

/// A page of those who have a role.
#[derive(Clone, Debug, Object, Serialize)]
pub struct RoleHolderList {
    /// The holders.
    pub items: Vec<RoleHolder>,
    /// The cursor of the next page, when more follow.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// The routes of those who have a role.
pub struct RoleHoldersApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Access")]
impl RoleHoldersApi {
    /// List who has a role
    ///
    /// A page of the clients, users and groups of the caller's tenant that have it, in the tenant or in its
    /// communities; of each kind for those who may view it. Members of a group that has it are not listed themselves.
    #[oai(
        path = "/roles/:id/holders",
        method = "get",
        operation_id = "list_role_holders"
    )]
    async fn list_role_holders(
        &self,
        auth: Authorized<ViewRoles>,
        uri: &Uri,
        /// The role's uuid, or the key of a role of the tenant.
        id: Path<String>,
        /// How many to show, 1 to 200; 50 unless given.
        limit: Query<Option<i64>>,
        /// Where the page begins: `next` of the page before.
        cursor: Query<Option<String>>,
    ) -> Result<Listed<RoleHolderList>, ApiError> {
        let limit = paging::limit(limit.0)?;
        let Authorized { app, caller, .. } = auth;
        let list = format!("role holders {}", id.0);
        let after: Option<Uuid> = paging::open(&app, &list, cursor.0.as_deref())?;
        let page = role_holders::list_role_holders(&app, &caller, &id.0, after, limit).await?;
        let next = paging::seal(&app, &list, page.next.as_ref())?;
        let link = paging::link(uri, next.as_deref());
        let items = page
            .items
            .into_iter()
            .map(|(principal, name)| RoleHolder {
                kind: principal.kind().to_owned(),
                id: principal.shown_id(),
                name,
            })
            .collect();
        Ok(Listed::Ok(Json(RoleHolderList { items, next }), link))
    }
}
