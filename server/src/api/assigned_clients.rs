//! `/tenants/{id}/clients`: the clients of other tenants that may act in a tenant.

use futures_util::FutureExt;
use poem::http::Uri;
use poem_openapi::{
    Object, OpenApi,
    param::{Path, Query},
};
use serde::Serialize;
use uuid::Uuid;

use super::{
    Tag,
    auth::{Authorized, ChangeClients, ViewClients},
    client_roles::{CommunityRoles, shown_community_roles},
    json::Json,
    paging,
    problem::ApiError,
    reply::{Done, Listed},
    tenant_dto::TenantName,
};
use crate::access::assigned_clients::{self, AssignedClient as Assigned};

type Answer<T> = Result<T, ApiError>;

/// A client of another tenant that may act in this one, as far as it concerns this one.
#[derive(Clone, Debug, Object, Serialize)]
pub struct AssignedClient {
    /// Its id.
    pub id: Uuid,
    /// Its wire id, which stands in its tokens.
    pub client_id: String,
    /// What people call it.
    pub name: String,
    /// Whose it is.
    pub tenant: TenantName,
    /// The keys of its roles in this tenant.
    pub roles: Vec<String>,
    /// Its roles in the communities that this tenant is a member of, by way of this tenant.
    pub community_roles: Vec<CommunityRoles>,
}

impl From<&Assigned> for AssignedClient {
    fn from(it: &Assigned) -> Self {
        Self {
            id: it.client.id,
            client_id: it.client.client_id.to_string(),
            name: it.client.form.name.clone(),
            tenant: (&it.home).into(),
            roles: it.held.role_keys_in(it.tenant_id),
            community_roles: shown_community_roles(&it.held, it.tenant_id),
        }
    }
}

/// A page of the clients of other tenants that may act in a tenant.
#[derive(Clone, Debug, Object, Serialize)]
pub struct AssignedClientList {
    /// The clients, the one made first first.
    pub items: Vec<AssignedClient>,
    /// The cursor of the next page, when more follow.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// The routes of clients that come from elsewhere.
pub struct AssignedClientsApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Tenants")]
impl AssignedClientsApi {
    /// List the clients of other tenants that may act in a tenant
    ///
    /// Those whose tenant assigned them to this one, with what they hold here and nothing else about them; the tenant's
    /// own clients are not among them. For operators every tenant, for everybody else the one that the token acts in.
    /// Needs `clients:view`; the right to see one kind of client is not enough. Follow `next` (or the `Link` header) for
    /// more.
    #[oai(
        path = "/tenants/:id/clients",
        method = "get",
        operation_id = "list_assigned_clients"
    )]
    async fn list_assigned_clients(
        &self,
        auth: Authorized<ViewClients>,
        uri: &Uri,
        /// The tenant's uuid or key.
        id: Path<String>,
        /// How many to show, 1 to 200; 50 unless given.
        limit: Query<Option<i64>>,
        /// Where the page begins: `next` of the page before.
        cursor: Query<Option<String>>,
    ) -> Answer<Listed<AssignedClientList>> {
        let limit = paging::limit(limit.0)?;
        let Authorized { app, caller, .. } = auth;
        let list = format!("assigned clients {}", id.0);
        let after: Option<Uuid> = paging::open(&app, &list, cursor.0.as_deref())?;
        let page =
            assigned_clients::list_assigned_clients(&app, &caller, &id.0, after, limit).await?;
        let next = paging::seal(&app, &list, page.next.as_ref())?;
        let link = paging::link(uri, next.as_deref());
        let items = page.items.iter().map(Into::into).collect();
        Ok(Listed::Ok(Json(AssignedClientList { items, next }), link))
    }

    /// Take a tenant away from a client of another
    ///
    /// The client can no longer act in this tenant: what it holds here is taken from it, and its tokens and API keys for
    /// this tenant are dead on their next use. It stays what it is elsewhere. Both tenants have it in their audit trails.
    /// Needs `clients:change`; the right to change one kind of client is not enough.
    #[oai(
        path = "/tenants/:id/clients/:client",
        method = "delete",
        operation_id = "remove_assigned_client"
    )]
    async fn remove_assigned_client(
        &self,
        auth: Authorized<ChangeClients>,
        /// The tenant's uuid or key.
        id: Path<String>,
        /// The client's uuid or wire id.
        client: Path<String>,
    ) -> Answer<Done> {
        auth.change(move |change| {
            async move { assigned_clients::remove_assigned_client(change, &id.0, &client.0).await }
                .boxed()
        })
        .await?;
        Ok(Done::NoContent)
    }
}
