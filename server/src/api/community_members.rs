//! What the roles of a community open: its members and its shared directory.

use futures_util::FutureExt;
use poem::http::Uri;
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};
use uuid::Uuid;

use super::{
    Tag,
    auth::{AnyCaller, Authorized},
    body::Body,
    community_dto::{CommunityMember, CommunityMemberList, CommunityMemberRoles, Directory},
    json::Json,
    paging,
    problem::ApiError,
    reply::{Done, Listed},
};
use crate::access::{
    community_members::{self, MemberKey},
    directory,
};

type Answer<T> = Result<T, ApiError>;

/// The routes of what is in a community.
pub struct CommunityMembersApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Communities")]
impl CommunityMembersApi {
    /// List the members of a community
    ///
    /// A page of the clients, users and groups that hold a role in it: for operators, and with `community_members:view`
    /// in the community, which the role `community_member` gives. Follow `next` (or the `Link` header) for more.
    #[oai(
        path = "/communities/:id/members",
        method = "get",
        operation_id = "list_community_members"
    )]
    async fn list_community_members(
        &self,
        auth: Authorized<AnyCaller>,
        uri: &Uri,
        /// The community's uuid or key.
        id: Path<String>,
        /// How many to show, 1 to 200; 50 unless given.
        limit: Query<Option<i64>>,
        /// Where the page begins: `next` of the page before.
        cursor: Query<Option<String>>,
    ) -> Answer<Listed<CommunityMemberList>> {
        let limit = paging::limit(limit.0)?;
        let Authorized { app, caller, .. } = auth;
        let list = format!("community members {}", id.0);
        let after: Option<MemberKey> = paging::open(&app, &list, cursor.0.as_deref())?;
        let page =
            community_members::list_members(&app, &caller, &id.0, after.as_ref(), limit).await?;
        let next = paging::seal(&app, &list, page.next.as_ref())?;
        let link = paging::link(uri, next.as_deref());
        let items = page.items.iter().map(Into::into).collect();
        Ok(Listed::Ok(Json(CommunityMemberList { items, next }), link))
    }

    /// Set the roles of a member of a community
    ///
    /// Gives a client, user or group these roles in the community and no others; none takes it out. Live tokens follow
    /// at once. Whoever may change the client, user or group gives it roles that only look; roles that change something
    /// are given by operators and by community administrators. Those also change the roles of members from other
    /// tenants.
    #[oai(
        path = "/communities/:id/members/:member",
        method = "put",
        operation_id = "set_community_member_roles"
    )]
    async fn set_community_member_roles(
        &self,
        auth: Authorized<AnyCaller>,
        /// The community's uuid or key.
        id: Path<String>,
        /// The id of the client, user or group.
        member: Path<Uuid>,
        body: Body<CommunityMemberRoles>,
    ) -> Answer<Listed<CommunityMember>> {
        let roles = body.value.roles;
        let member = auth
            .change(move |change| {
                async move {
                    community_members::replace_roles(change, &id.0, member.0, &roles).await
                }
                .boxed()
            })
            .await?;
        Ok(Listed::Ok(Json((&member).into()), None))
    }

    /// Read the shared directory of a community
    ///
    /// A page of the clients that its tenants show to each other, with name, purpose and wire id: for operators, and
    /// with `community_directory:view` in the community, which the role `community_member` gives. Follow `next` (or the
    /// `Link` header) for more.
    #[oai(
        path = "/communities/:id/directory",
        method = "get",
        operation_id = "list_community_directory"
    )]
    async fn list_community_directory(
        &self,
        auth: Authorized<AnyCaller>,
        uri: &Uri,
        /// The community's uuid or key.
        id: Path<String>,
        /// How many to show, 1 to 200; 50 unless given.
        limit: Query<Option<i64>>,
        /// Where the page begins: `next` of the page before.
        cursor: Query<Option<String>>,
    ) -> Answer<Listed<Directory>> {
        let limit = paging::limit(limit.0)?;
        let Authorized { app, caller, .. } = auth;
        let list = format!("community directory {}", id.0);
        let after: Option<Uuid> = paging::open(&app, &list, cursor.0.as_deref())?;
        let page = directory::list_directory(&app, &caller, &id.0, after, limit).await?;
        let next = paging::seal(&app, &list, page.next.as_ref())?;
        let link = paging::link(uri, next.as_deref());
        let items = page.items.iter().map(Into::into).collect();
        Ok(Listed::Ok(Json(Directory { items, next }), link))
    }

    /// Show a client to a community
    ///
    /// Puts a client of the caller's tenant into the shared directory: whoever may change the client decides. One that
    /// is there stays there.
    #[oai(
        path = "/communities/:id/directory/:client",
        method = "put",
        operation_id = "share_client"
    )]
    async fn share_client(
        &self,
        auth: Authorized<AnyCaller>,
        /// The community's uuid or key.
        id: Path<String>,
        /// The client's uuid or wire id.
        client: Path<String>,
    ) -> Answer<Done> {
        auth.change(move |change| {
            async move { directory::share_client(change, &id.0, &client.0).await }.boxed()
        })
        .await?;
        Ok(Done::NoContent)
    }

    /// Take a client out of the shared directory
    ///
    /// One of the caller's tenant; operators, and callers with `community_directory:change` in the community, take out
    /// every one. One that is not there stays out of it.
    #[oai(
        path = "/communities/:id/directory/:client",
        method = "delete",
        operation_id = "unshare_client"
    )]
    async fn unshare_client(
        &self,
        auth: Authorized<AnyCaller>,
        /// The community's uuid or key.
        id: Path<String>,
        /// The client's uuid or wire id.
        client: Path<String>,
    ) -> Answer<Done> {
        auth.change(move |change| {
            async move { directory::unshare_client(change, &id.0, &client.0).await }.boxed()
        })
        .await?;
        Ok(Done::NoContent)
    }
}
