//! `/communities`: groups of tenants that share roles.

use futures_util::FutureExt;
use poem::http::Uri;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};

use super::{
    Tag,
    auth::{AnyCaller, Authorized, OperatorsOnly},
    body::{Body, merged},
    community_dto::{
        Community, CommunityForm, CommunityList, CommunityTenantList, CreateCommunity,
    },
    etag, idempotency,
    json::Json,
    paging,
    problem::ApiError,
    reply::{Done, Found, Listed, Made},
};
use crate::{
    access::communities::{self, NewCommunity},
    domain::community,
};

type Answer<T> = Result<T, ApiError>;

/// The routes of communities themselves.
pub struct CommunitiesApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Communities")]
impl CommunitiesApi {
    /// List communities
    ///
    /// A page of all communities for operators, by key; for everybody else those of the tenant in which they hold a
    /// role, and all of the tenant's with the permission `roles:view`. Follow `next` (or the `Link` header) for more.
    #[oai(
        path = "/communities",
        method = "get",
        operation_id = "list_communities"
    )]
    async fn list_communities(
        &self,
        auth: Authorized<AnyCaller>,
        uri: &Uri,
        /// How many to show, 1 to 200; 50 unless given.
        limit: Query<Option<i64>>,
        /// Where the page begins: `next` of the page before.
        cursor: Query<Option<String>>,
    ) -> Answer<Listed<CommunityList>> {
        let limit = paging::limit(limit.0)?;
        let Authorized { app, caller, .. } = auth;
        let after: Option<String> = paging::open(&app, "communities", cursor.0.as_deref())?;
        let page = communities::list_communities(&app, &caller, after.as_deref(), limit).await?;
        let next = paging::seal(&app, "communities", page.next.as_ref())?;
        let link = paging::link(uri, next.as_deref());
        let items = page.items.iter().map(Into::into).collect();
        Ok(Listed::Ok(Json(CommunityList { items, next }), link))
    }

    /// Create a community
    ///
    /// For operators. It has no tenants yet; they are put into it one by one. The roles `community_member` and
    /// `community_administrator` can be given in it at once, and custom roles of the scope `community` be made for it.
    #[oai(
        path = "/communities",
        method = "post",
        operation_id = "create_community"
    )]
    async fn create_community(
        &self,
        auth: Authorized<OperatorsOnly>,
        /// Makes a repeated request safe: the same key and body give the same answer for 24 hours.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
        body: Body<CreateCommunity>,
    ) -> Answer<Made<Community>> {
        let key = idempotency::read(idempotency_key.0.as_deref(), body.request)?;
        let new = NewCommunity {
            key: body.value.key,
            name: body.value.name,
        };
        let made = auth
            .change_once(key, move |change| {
                async move {
                    let community = communities::create_community(change, &new).await?;
                    Ok(Community::from(&community))
                }
                .boxed()
            })
            .await?;
        Ok(Made::at(
            format!("/api/v1/communities/{}", made.id),
            made.version,
            made,
        ))
    }

    /// Read a community
    ///
    /// For operators, for those who hold a role in it, and with the permission `roles:view` in one of its tenants.
    #[oai(
        path = "/communities/:id",
        method = "get",
        operation_id = "get_community"
    )]
    async fn get_community(
        &self,
        auth: Authorized<AnyCaller>,
        /// The community's uuid or key.
        id: Path<String>,
    ) -> Answer<Found<Community>> {
        let seen = communities::get_community(&auth.app, &auth.caller, &id.0).await?;
        let permissions = seen.permissions.iter().map(|it| it.to_string()).collect();
        let community = Community {
            permissions: Some(permissions),
            ..Community::from(&seen.community)
        };
        Ok(Found::Ok(Json(community), etag::of(seen.community.version)))
    }

    /// Replace a community
    ///
    /// Gives it another name: for operators and its community administrators. `If-Match` is required.
    #[oai(
        path = "/communities/:id",
        method = "put",
        operation_id = "replace_community"
    )]
    async fn replace_community(
        &self,
        auth: Authorized<AnyCaller>,
        /// The community's uuid or key.
        id: Path<String>,
        /// The ETag of the state this replaces.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<CommunityForm>,
    ) -> Answer<Found<Community>> {
        let expected = etag::required(if_match.0.as_deref())?;
        let name = body.value.name;
        let community = auth
            .change(move |change| {
                async move {
                    communities::replace_community(change, &id.0, &expected, |_| Ok(name)).await
                }
                .boxed()
            })
            .await?;
        Ok(found(&community))
    }

    /// Change a community
    ///
    /// A merge-patch (RFC 7396): for operators and its community administrators. `If-Match` is honoured.
    #[oai(
        path = "/communities/:id",
        method = "patch",
        operation_id = "update_community"
    )]
    async fn update_community(
        &self,
        auth: Authorized<AnyCaller>,
        /// The community's uuid or key.
        id: Path<String>,
        /// The ETag of the state this was made for.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<CommunityForm>,
    ) -> Answer<Found<Community>> {
        let expected = etag::honoured(if_match.0.as_deref())?;
        let patch = body.json;
        let community = auth
            .change(move |change| {
                async move {
                    let name = |it: &community::Community| {
                        let name = Some(it.name.clone());
                        Ok(merged(&CommunityForm { name }, &patch)?.name)
                    };
                    communities::replace_community(change, &id.0, &expected, name).await
                }
                .boxed()
            })
            .await?;
        Ok(found(&community))
    }

    /// Delete a community
    ///
    /// For operators. Its roles are taken from everybody at once; its tenants stay. `If-Match` is required.
    #[oai(
        path = "/communities/:id",
        method = "delete",
        operation_id = "delete_community"
    )]
    async fn delete_community(
        &self,
        auth: Authorized<AnyCaller>,
        /// The community's uuid or key.
        id: Path<String>,
        /// The ETag of the state this deletes.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Answer<Done> {
        let expected = etag::required(if_match.0.as_deref())?;
        auth.change(move |change| {
            async move { communities::delete_community(change, &id.0, &expected).await }.boxed()
        })
        .await?;
        Ok(Done::NoContent)
    }

    /// List the tenants of a community
    ///
    /// A page of its tenants, by key: for operators, and with `community_members:view` in the community. Follow `next`
    /// (or the `Link` header) for more.
    #[oai(
        path = "/communities/:id/tenants",
        method = "get",
        operation_id = "list_community_tenants"
    )]
    async fn list_community_tenants(
        &self,
        auth: Authorized<AnyCaller>,
        uri: &Uri,
        /// The community's uuid or key.
        id: Path<String>,
        /// How many to show, 1 to 200; 50 unless given.
        limit: Query<Option<i64>>,
        /// Where the page begins: `next` of the page before.
        cursor: Query<Option<String>>,
    ) -> Answer<Listed<CommunityTenantList>> {
        let limit = paging::limit(limit.0)?;
        let Authorized { app, caller, .. } = auth;
        let list = format!("community tenants {}", id.0);
        let after: Option<String> = paging::open(&app, &list, cursor.0.as_deref())?;
        let page = communities::list_tenants(&app, &caller, &id.0, after.as_deref(), limit).await?;
        let next = paging::seal(&app, &list, page.next.as_ref())?;
        let link = paging::link(uri, next.as_deref());
        let items = page.items.iter().map(Into::into).collect();
        Ok(Listed::Ok(Json(CommunityTenantList { items, next }), link))
    }

    /// Put a tenant into a community
    ///
    /// For operators. One that is in it stays in it.
    #[oai(
        path = "/communities/:id/tenants/:tenant",
        method = "put",
        operation_id = "add_community_tenant"
    )]
    async fn add_community_tenant(
        &self,
        auth: Authorized<AnyCaller>,
        /// The community's uuid or key.
        id: Path<String>,
        /// The tenant's uuid or key.
        tenant: Path<String>,
    ) -> Answer<Done> {
        auth.change(move |change| {
            async move { communities::add_tenant(change, &id.0, &tenant.0).await }.boxed()
        })
        .await?;
        Ok(Done::NoContent)
    }

    /// Take a tenant out of a community
    ///
    /// For operators. Everybody who is in the community by way of this tenant loses the roles there at once. One that is
    /// not in it stays out of it.
    #[oai(
        path = "/communities/:id/tenants/:tenant",
        method = "delete",
        operation_id = "remove_community_tenant"
    )]
    async fn remove_community_tenant(
        &self,
        auth: Authorized<AnyCaller>,
        /// The community's uuid or key.
        id: Path<String>,
        /// The tenant's uuid or key.
        tenant: Path<String>,
    ) -> Answer<Done> {
        auth.change(move |change| {
            async move { communities::remove_tenant(change, &id.0, &tenant.0).await }.boxed()
        })
        .await?;
        Ok(Done::NoContent)
    }
}

fn found(community: &community::Community) -> Found<Community> {
    Found::Ok(Json(community.into()), etag::of(community.version))
}
