//! `/clients/{id}/tenants`: the tenants that a client may act in besides its own.

use futures_util::FutureExt;
use poem_openapi::{
    Object, OpenApi,
    param::{Header, Path},
};
use serde::Serialize;

use super::{
    Tag,
    auth::{Authorized, ChangeClients, ViewClients},
    body::Body,
    client_roles::{CommunityRoles, community_roles, shown_community_roles},
    etag,
    json::Json,
    problem::ApiError,
    reply::Found,
};
use crate::{
    clients::{
        roles::RolesDraft,
        tenants::{FurtherTenant, TenantRolesDraft, list_further_tenants, replace_further_tenants},
    },
    domain::client::Client,
};

type Answer<T> = Result<T, ApiError>;

/// A tenant that a client may act in besides its own.
#[derive(Clone, Debug, Object, Serialize)]
pub struct ClientTenant {
    /// The key of the tenant.
    pub tenant: String,
    /// The keys of the client's roles there; those that the profile demands when it is left out.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<String>>,
    /// Its roles in the communities that the tenant is a member of.
    #[oai(default)]
    pub community_roles: Vec<CommunityRoles>,
}

/// The tenants that a client may act in besides its own.
#[derive(Clone, Debug, Object, Serialize)]
pub struct ClientTenants {
    /// The tenants, by key.
    pub items: Vec<ClientTenant>,
}

impl From<&FurtherTenant> for ClientTenant {
    fn from(it: &FurtherTenant) -> Self {
        let id = it.tenant.id;
        Self {
            tenant: it.tenant.key.clone(),
            roles: Some(it.held.role_keys_in(id)),
            community_roles: shown_community_roles(&it.held, id),
        }
    }
}

impl From<ClientTenant> for TenantRolesDraft {
    fn from(it: ClientTenant) -> Self {
        Self {
            tenant: it.tenant,
            roles: RolesDraft {
                roles: it.roles,
                community_roles: community_roles(it.community_roles),
            },
        }
    }
}

/// The routes of a client's tenants.
pub struct ClientTenantsApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Access")]
impl ClientTenantsApi {
    /// Read the tenants of a client
    ///
    /// Those that it may act in besides its own, with its roles there. The ETag is that of the client.
    #[oai(
        path = "/clients/:id/tenants",
        method = "get",
        operation_id = "get_client_tenants"
    )]
    async fn get_client_tenants(
        &self,
        auth: Authorized<ViewClients>,
        /// The client's uuid or wire id.
        id: Path<String>,
    ) -> Answer<Found<ClientTenants>> {
        let (client, all) = list_further_tenants(&auth.app, &auth.caller, &id.0).await?;
        Ok(found(&client, &all))
    }

    /// Replace the tenants of a client
    ///
    /// Only where its profile has a set of roles. A token acts in one tenant: `scope=tenant:<key>` picks it, and without
    /// that it is the client's own. Tokens for a tenant that is taken away are dead on their next use. Operators assign
    /// every tenant; everybody else those in which they may change clients themselves, and nobody gives more than they
    /// may. `If-Match` is required.
    #[oai(
        path = "/clients/:id/tenants",
        method = "put",
        operation_id = "replace_client_tenants"
    )]
    async fn replace_client_tenants(
        &self,
        auth: Authorized<ChangeClients>,
        /// The client's uuid or wire id.
        id: Path<String>,
        /// The ETag of the client this was made for.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<ClientTenants>,
    ) -> Answer<Found<ClientTenants>> {
        let expected = etag::required(if_match.0.as_deref())?;
        let drafts: Vec<TenantRolesDraft> = body.value.items.into_iter().map(Into::into).collect();
        let (client, all) = auth
            .change(move |change| {
                async move { replace_further_tenants(change, &id.0, &expected, &drafts).await }
                    .boxed()
            })
            .await?;
        Ok(found(&client, &all))
    }
}

fn found(client: &Client, all: &[FurtherTenant]) -> Found<ClientTenants> {
    let items = all.iter().map(Into::into).collect();
    Found::Ok(Json(ClientTenants { items }), etag::of(client.version))
}
