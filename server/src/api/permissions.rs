//! `/permissions` and `/clients/{id}/permissions`: the grid.

use futures_util::FutureExt;
use poem_openapi::{
    Object, OpenApi,
    param::{Header, Path},
    types::Example,
};
use serde::Serialize;

use super::{
    Tag,
    auth::{Authorized, ChangeClients, ViewClients},
    body::Body,
    etag,
    json::Json,
    problem::ApiError,
    reply::{Found, Listed},
};
use crate::{
    access::grid,
    clients::permissions,
    domain::{client::Client, grid::Row, permission::PermissionSet},
};

type Answer<T> = Result<T, ApiError>;

/// A row of the permission grid.
#[derive(Clone, Debug, Object, Serialize)]
pub struct PermissionRow {
    /// The part of its permissions before the colon.
    pub resource: String,
    /// What people read.
    pub label: String,
    /// The key of the registered API it belongs to; absent for this server's own API.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    /// Which of `view` and `change` it has. `change` always implies `view`.
    pub access: Vec<String>,
}

impl From<&Row> for PermissionRow {
    fn from(row: &Row) -> Self {
        let access = row.access().iter();
        Self {
            resource: row.resource.clone(),
            label: row.label.clone(),
            api: row.api.clone(),
            access: access.map(|it| it.as_str().to_owned()).collect(),
        }
    }
}

/// The permission grid.
#[derive(Clone, Debug, Object, Serialize)]
pub struct PermissionGrid {
    /// Its rows, in order.
    pub items: Vec<PermissionRow>,
}

/// The permissions given straight to a client.
#[derive(Clone, Debug, Object, Serialize)]
#[oai(example)]
pub struct ClientPermissions {
    /// Permissions such as `users:view`. `users:change` implies `users:view`, on write and on read-back.
    pub permissions: Vec<String>,
}

impl Example for ClientPermissions {
    fn example() -> Self {
        Self {
            permissions: vec!["users:view".to_owned(), "users:change".to_owned()],
        }
    }
}

/// The routes of the grid.
pub struct PermissionsApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Access")]
impl PermissionsApi {
    /// List the permission grid
    ///
    /// Every resource that permissions can open, and which of `view` and `change` it has.
    #[oai(
        path = "/permissions",
        method = "get",
        operation_id = "list_permissions"
    )]
    async fn list_permissions(
        &self,
        auth: Authorized<ViewClients>,
    ) -> Answer<Listed<PermissionGrid>> {
        let grid = grid::get_grid(&auth.app, &auth.caller).await?;
        let items = grid.rows().iter().map(Into::into).collect();
        Ok(Listed::Ok(Json(PermissionGrid { items }), None))
    }

    /// Read the permissions of a client
    ///
    /// Those given straight to it, with what they imply. The ETag is that of the client.
    #[oai(
        path = "/clients/:id/permissions",
        method = "get",
        operation_id = "get_client_permissions"
    )]
    async fn get_client_permissions(
        &self,
        auth: Authorized<ViewClients>,
        /// The client's uuid or wire id.
        id: Path<String>,
    ) -> Answer<Found<ClientPermissions>> {
        let (client, set) = permissions::get_permissions(&auth.app, &auth.caller, &id.0).await?;
        Ok(found(&client, &set))
    }

    /// Replace the permissions of a client
    ///
    /// Only where its profile has the grid. Tokens that are already issued follow at once. Nobody can give what they
    /// do not have. `If-Match` is required.
    #[oai(
        path = "/clients/:id/permissions",
        method = "put",
        operation_id = "replace_client_permissions"
    )]
    async fn replace_client_permissions(
        &self,
        auth: Authorized<ChangeClients>,
        /// The client's uuid or wire id.
        id: Path<String>,
        /// The ETag of the client this was made for.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<ClientPermissions>,
    ) -> Answer<Found<ClientPermissions>> {
        let expected = etag::required(if_match.0.as_deref())?;
        let wanted = body.value.permissions;
        let (client, set) = auth
            .change(move |change| {
                async move {
                    permissions::replace_permissions(change, &id.0, &expected, &wanted).await
                }
                .boxed()
            })
            .await?;
        Ok(found(&client, &set))
    }
}

fn found(client: &Client, permissions: &PermissionSet) -> Found<ClientPermissions> {
    let permissions = permissions.iter().map(|it| it.to_string()).collect();
    Found::Ok(
        Json(ClientPermissions { permissions }),
        etag::of(client.version),
    )
}
