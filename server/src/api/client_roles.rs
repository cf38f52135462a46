//! `/clients/{id}/roles`: the roles of a client.

use futures_util::FutureExt;
use poem_openapi::{
    Object, OpenApi,
    param::{Header, Path},
    types::Example,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Tag,
    auth::{Authorized, ChangeClients, ViewClients},
    body::Body,
    etag,
    json::Json,
    problem::ApiError,
    reply::Found,
};
use crate::{
    clients::roles::{RolesDraft, get_roles, replace_roles},
    domain::{assignment::Assignments, client::Client},
};

type Answer<T> = Result<T, ApiError>;

/// Roles of a client in one community.
#[derive(Clone, Debug, Object, Serialize, Deserialize)]
pub struct CommunityRoles {
    /// The key of the community.
    pub community: String,
    /// The keys of the roles there.
    pub roles: Vec<String>,
}

/// The roles of a client.
#[derive(Clone, Debug, Object, Serialize)]
#[oai(example)]
pub struct ClientRoles {
    /// The keys of its roles in the tenant.
    pub roles: Vec<String>,
    /// Its roles in the communities that the tenant is a member of.
    #[oai(default)]
    pub community_roles: Vec<CommunityRoles>,
}

impl Example for ClientRoles {
    fn example() -> Self {
        Self {
            roles: vec!["tenant_member".to_owned()],
            community_roles: Vec::new(),
        }
    }
}

/// Community roles as they are written.
pub fn community_roles(all: Vec<CommunityRoles>) -> Vec<(String, Vec<String>)> {
    all.into_iter().map(|it| (it.community, it.roles)).collect()
}

/// Community roles as they are shown.
pub fn shown_community_roles(held: &Assignments, tenant_id: Uuid) -> Vec<CommunityRoles> {
    held.community_role_keys_in(tenant_id)
        .into_iter()
        .map(|(community, roles)| CommunityRoles { community, roles })
        .collect()
}

/// The routes of the roles of a client.
pub struct ClientRolesApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Access")]
impl ClientRolesApi {
    /// Read the roles of a client
    ///
    /// In its tenant and in the communities of that. The ETag is that of the client.
    #[oai(
        path = "/clients/:id/roles",
        method = "get",
        operation_id = "get_client_roles"
    )]
    async fn get_client_roles(
        &self,
        auth: Authorized<ViewClients>,
        /// The client's uuid or wire id.
        id: Path<String>,
    ) -> Answer<Found<ClientRoles>> {
        let (client, held) = get_roles(&auth.app, &auth.caller, &id.0).await?;
        Ok(roles_of(&client, &held))
    }

    /// Replace the roles of a client
    ///
    /// Only where its profile has a set of roles; those that the profile demands cannot be removed. Tokens that are
    /// already issued follow at once. Nobody can give a role that may do more than they may. `If-Match` is required.
    #[oai(
        path = "/clients/:id/roles",
        method = "put",
        operation_id = "replace_client_roles"
    )]
    async fn replace_client_roles(
        &self,
        auth: Authorized<ChangeClients>,
        /// The client's uuid or wire id.
        id: Path<String>,
        /// The ETag of the client this was made for.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<ClientRoles>,
    ) -> Answer<Found<ClientRoles>> {
        let expected = etag::required(if_match.0.as_deref())?;
        let draft = RolesDraft {
            roles: Some(body.value.roles),
            community_roles: community_roles(body.value.community_roles),
        };
        let (client, held) = auth
            .change(move |change| {
                async move { replace_roles(change, &id.0, &expected, &draft).await }.boxed()
            })
            .await?;
        Ok(roles_of(&client, &held))
    }
}

fn roles_of(client: &Client, held: &Assignments) -> Found<ClientRoles> {
    let shown = ClientRoles {
        roles: held.role_keys_in(client.tenant_id),
        community_roles: shown_community_roles(held, client.tenant_id),
    };
    Found::Ok(Json(shown), etag::of(client.version))
}
