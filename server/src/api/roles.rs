//! `/roles`: named sets of permissions.

use futures_util::FutureExt;
use poem::http::Uri;
use poem_openapi::{
    Object, OpenApi,
    param::{Header, Path, Query},
    types::Example,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Tag,
    auth::{Authorized, ChangeRoles, ViewRoles},
    body::{self, Body},
    etag, idempotency,
    json::Json,
    paging,
    problem::ApiError,
    reply::{Done, Found, Listed, Made},
};
use crate::{
    access::roles::{self, NewRole, RoleDraft},
    domain::role,
};

type Answer<T> = Result<T, ApiError>;

/// A named set of permissions.
#[derive(Clone, Debug, Object, Serialize, Deserialize)]
pub struct Role {
    /// Its id.
    pub id: Uuid,
    /// Where it can be given: `tenant`, `community` or `global`, which is every tenant.
    pub scope: String,
    /// The id of the community in which alone it can be given.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub community_id: Option<Uuid>,
    /// Its short name, which stands in tokens; fixed.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// What it is for.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it allows, with what that implies.
    pub permissions: Vec<String>,
    /// Whether it belongs to the server and cannot be changed.
    pub built_in: bool,
    /// When it was made.
    pub created_at: String,
    /// When it was last changed.
    pub updated_at: String,
    /// Counts its changes; the ETag.
    pub version: i64,
}

impl From<&role::Role> for Role {
    fn from(role: &role::Role) -> Self {
        Self {
            id: role.id,
            scope: role.scope.as_str().to_owned(),
            community_id: role.scope.community(),
            key: role.key.clone(),
            name: role.name.clone(),
            description: role.description.clone(),
            permissions: role.permissions.iter().map(|it| it.to_string()).collect(),
            built_in: role.built_in,
            created_at: role.created_at.to_string(),
            updated_at: role.updated_at.to_string(),
            version: role.version.0,
        }
    }
}

/// A page of the roles of a tenant.
#[derive(Clone, Debug, Object, Serialize)]
pub struct RoleList {
    /// The roles, by scope and key: first those that somebody made, then those that belong to the server.
    pub items: Vec<Role>,
    /// The cursor of the next page, when more follow.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// What a new role is to be.
#[derive(Clone, Debug, Object)]
#[oai(example)]
pub struct CreateRole {
    /// `tenant`, or for operators `community` or `global`.
    #[oai(default = "tenant_scope")]
    pub scope: String,
    /// The key of the community, for a community role.
    pub community: Option<String>,
    /// Its short name: 2 to 64 characters of a-z, 0-9, hyphen and underscore, a letter first.
    pub key: String,
    /// What people call it: 1 to 255 characters.
    pub name: String,
    /// What it is for, at most 500 characters.
    pub description: Option<String>,
    /// Permissions such as `users:view`; GET /api/v1/permissions lists them.
    pub permissions: Vec<String>,
}

fn tenant_scope() -> String {
    "tenant".to_owned()
}

impl Example for CreateRole {
    fn example() -> Self {
        Self {
            scope: tenant_scope(),
            community: None,
            key: "support".to_owned(),
            name: "Support".to_owned(),
            description: Some("Looks things up and changes nothing.".to_owned()),
            permissions: vec!["users:view".to_owned(), "service_account:view".to_owned()],
        }
    }
}

/// The editable part of a role.
#[derive(Clone, Debug, Object)]
#[oai(example)]
pub struct RoleForm {
    /// What people call it: 1 to 255 characters.
    #[oai(skip_serializing_if_is_none)]
    pub name: Option<String>,
    /// What it is for, at most 500 characters.
    #[oai(skip_serializing_if_is_none)]
    pub description: Option<String>,
    /// Permissions such as `users:view`; GET /api/v1/permissions lists them.
    #[oai(skip_serializing_if_is_none)]
    pub permissions: Option<Vec<String>>,
}

impl Example for RoleForm {
    fn example() -> Self {
        let role = CreateRole::example();
        Self {
            name: Some(role.name),
            description: role.description,
            permissions: Some(role.permissions),
        }
    }
}

impl From<RoleForm> for RoleDraft {
    fn from(form: RoleForm) -> Self {
        Self {
            name: form.name.unwrap_or_default(),
            description: form.description,
            permissions: form.permissions.unwrap_or_default(),
        }
    }
}

/// The routes of roles.
pub struct RolesApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Access")]
impl RolesApi {
    /// List roles
    ///
    /// The built-in roles, those of the caller's tenant and its communities, and those for every tenant.
    #[oai(path = "/roles", method = "get", operation_id = "list_roles")]
    async fn list_roles(
        &self,
        auth: Authorized<ViewRoles>,
        uri: &Uri,
        /// How many to show, 1 to 200; 50 unless given.
        limit: Query<Option<i64>>,
        /// Where the page begins: `next` of the page before.
        cursor: Query<Option<String>>,
    ) -> Answer<Listed<RoleList>> {
        let limit = paging::limit(limit.0)?;
        let Authorized { app, caller, .. } = auth;
        let after = paging::open(&app, "roles", cursor.0.as_deref())?;
        let page = roles::list_roles(&app, &caller, after.as_ref(), limit).await?;
        let next = paging::seal(&app, "roles", page.next.as_ref())?;
        let link = paging::link(uri, next.as_deref());
        let items = page.items.iter().map(Into::into).collect();
        Ok(Listed::Ok(Json(RoleList { items, next }), link))
    }

    /// Create a role
    ///
    /// Nobody can make a role that may do more than they may.
    #[oai(path = "/roles", method = "post", operation_id = "create_role")]
    async fn create_role(
        &self,
        auth: Authorized<ChangeRoles>,
        /// Makes a repeated request safe: the same key and body give the same answer for 24 hours.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
        body: Body<CreateRole>,
    ) -> Answer<Made<Role>> {
        let key = idempotency::read(idempotency_key.0.as_deref(), body.request)?;
        let wanted = body.value;
        let new = NewRole {
            scope: wanted.scope,
            community: wanted.community,
            key: wanted.key,
            draft: RoleDraft {
                name: wanted.name,
                description: wanted.description,
                permissions: wanted.permissions,
            },
        };
        let role = auth
            .change_once(key, move |change| {
                async move { Ok(Role::from(&roles::create_role(change, &new).await?)) }.boxed()
            })
            .await?;
        Ok(Made::at(
            format!("/api/v1/roles/{}", role.id),
            role.version,
            role,
        ))
    }

    /// Read a role
    #[oai(path = "/roles/:id", method = "get", operation_id = "get_role")]
    async fn get_role(
        &self,
        auth: Authorized<ViewRoles>,
        /// The role's uuid, or the key of a role of the tenant.
        id: Path<String>,
    ) -> Answer<Found<Role>> {
        let role = roles::get_role(&auth.app, &auth.caller, &id.0).await?;
        Ok(found(&role))
    }

    /// Replace a role
    ///
    /// Whoever has it follows at once. `If-Match` is required.
    #[oai(path = "/roles/:id", method = "put", operation_id = "replace_role")]
    async fn replace_role(
        &self,
        auth: Authorized<ChangeRoles>,
        /// The role's uuid, or the key of a role of the tenant.
        id: Path<String>,
        /// The ETag of the state this replaces.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<RoleForm>,
    ) -> Answer<Found<Role>> {
        let expected = etag::required(if_match.0.as_deref())?;
        let draft = body.value.into();
        let role = auth
            .change(move |change| {
                async move { roles::replace_role(change, &id.0, &expected, |_| Ok(draft)).await }
                    .boxed()
            })
            .await?;
        Ok(found(&role))
    }

    /// Change a role
    ///
    /// A merge-patch (RFC 7396): what is left out stays, `null` clears. Whoever has the role follows at once.
    #[oai(path = "/roles/:id", method = "patch", operation_id = "update_role")]
    async fn update_role(
        &self,
        auth: Authorized<ChangeRoles>,
        /// The role's uuid, or the key of a role of the tenant.
        id: Path<String>,
        /// The ETag of the state this was made for.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<RoleForm>,
    ) -> Answer<Found<Role>> {
        let expected = etag::honoured(if_match.0.as_deref())?;
        let patch = body.json;
        let role = auth
            .change(move |change| {
                async move {
                    let merge = |role: &role::Role| {
                        let shown = Role::from(role);
                        let form = RoleForm {
                            name: Some(shown.name),
                            description: shown.description,
                            permissions: Some(shown.permissions),
                        };
                        Ok(body::merged(&form, &patch)?.into())
                    };
                    roles::replace_role(change, &id.0, &expected, merge).await
                }
                .boxed()
            })
            .await?;
        Ok(found(&role))
    }

    /// Delete a role
    ///
    /// Takes it from everybody who has it. `If-Match` is required.
    #[oai(path = "/roles/:id", method = "delete", operation_id = "delete_role")]
    async fn delete_role(
        &self,
        auth: Authorized<ChangeRoles>,
        /// The role's uuid, or the key of a role of the tenant.
        id: Path<String>,
        /// The ETag of the state this deletes.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Answer<Done> {
        let expected = etag::required(if_match.0.as_deref())?;
        auth.change(move |change| {
            async move { roles::delete_role(change, &id.0, &expected).await }.boxed()
        })
        .await?;
        Ok(Done::NoContent)
    }
}

fn found(role: &role::Role) -> Found<Role> {
    Found::Ok(Json(role.into()), etag::of(role.version))
}
