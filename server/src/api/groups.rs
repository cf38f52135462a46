//! `/groups`: groups of people.

use futures_util::FutureExt;
use poem::http::Uri;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use uuid::Uuid;

use super::{
    Tag,
    auth::{Authorized, ChangeGroups, ViewGroups},
    body::{Body, merged},
    etag,
    group_dto::{Group, GroupForm, GroupList},
    idempotency,
    json::Json,
    paging,
    problem::ApiError,
    reply::{Done, Found, Listed, Made},
    user_dto::UserList,
};
use crate::{
    domain::{group, violation::Violations},
    people::groups::{self, GroupDraft},
};

type Answer<T> = Result<T, ApiError>;

/// The routes below `/groups`.
pub struct GroupsApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Groups")]
impl GroupsApi {
    /// Create a group
    ///
    /// Without members; they are put into it one by one.
    #[oai(path = "/groups", method = "post", operation_id = "create_group")]
    async fn create_group(
        &self,
        auth: Authorized<ChangeGroups>,
        /// Makes a repeated request safe: the same key and body give the same answer for 24 hours.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
        body: Body<GroupForm>,
    ) -> Answer<Made<Group>> {
        let key = idempotency::read(idempotency_key.0.as_deref(), body.request)?;
        let draft: GroupDraft = body.value.into();
        let made = auth
            .change_once(key, move |change| {
                async move {
                    let group = groups::create_group(change, &draft).await?;
                    Ok(Group::from(&group))
                }
                .boxed()
            })
            .await?;
        Ok(Made::at(
            format!("/api/v1/groups/{}", made.id),
            made.version,
            made,
        ))
    }

    /// List groups
    ///
    /// A page of the tenant's groups, by name. Follow `next` (or the `Link` header) for more.
    #[oai(path = "/groups", method = "get", operation_id = "list_groups")]
    async fn list_groups(
        &self,
        auth: Authorized<ViewGroups>,
        uri: &Uri,
        /// How many to show, 1 to 200; 50 unless given.
        limit: Query<Option<i64>>,
        /// Where the page begins: `next` of the page before.
        cursor: Query<Option<String>>,
        /// Part of the name, without regard to case.
        q: Query<Option<String>>,
    ) -> Answer<Listed<GroupList>> {
        let limit = paging::limit(limit.0)?;
        let mut wrong = Violations::none();
        let search = paging::search(&mut wrong, q.0);
        if !wrong.is_empty() {
            return Err(ApiError::violations(400, &wrong));
        }
        let Authorized { app, caller, .. } = auth;
        let list = format!("groups {search:?}");
        let after = paging::open(&app, &list, cursor.0.as_deref())?;
        let page =
            groups::list_groups(&app, &caller, search.as_deref(), after.as_ref(), limit).await?;
        let next = paging::seal(&app, &list, page.next.as_ref())?;
        let link = paging::link(uri, next.as_deref());
        let items = page.items.iter().map(Into::into).collect();
        Ok(Listed::Ok(Json(GroupList { items, next }), link))
    }

    /// Read a group
    ///
    /// By its id.
    #[oai(path = "/groups/:id", method = "get", operation_id = "get_group")]
    async fn get_group(
        &self,
        auth: Authorized<ViewGroups>,
        /// The group's id.
        id: Path<Uuid>,
    ) -> Answer<Found<Group>> {
        let group = groups::get_group(&auth.app, &auth.caller, id.0).await?;
        Ok(found(&group))
    }

    /// Replace a group
    ///
    /// Replaces the whole editable part; its members stay. `If-Match` is required.
    #[oai(path = "/groups/:id", method = "put", operation_id = "replace_group")]
    async fn replace_group(
        &self,
        auth: Authorized<ChangeGroups>,
        /// The group's id.
        id: Path<Uuid>,
        /// The ETag of the state this replaces.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<GroupForm>,
    ) -> Answer<Found<Group>> {
        let expected = etag::required(if_match.0.as_deref())?;
        let draft: GroupDraft = body.value.into();
        let group = auth
            .change(move |change| {
                async move { groups::replace_group(change, id.0, &expected, |_| Ok(draft)).await }
                    .boxed()
            })
            .await?;
        Ok(found(&group))
    }

    /// Change a group
    ///
    /// A merge-patch (RFC 7396) onto the editable part: what is left out stays, `null` clears. `If-Match` is honoured.
    #[oai(path = "/groups/:id", method = "patch", operation_id = "update_group")]
    async fn update_group(
        &self,
        auth: Authorized<ChangeGroups>,
        /// The group's id.
        id: Path<Uuid>,
        /// The ETag of the state this was made for.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<GroupForm>,
    ) -> Answer<Found<Group>> {
        let expected = etag::honoured(if_match.0.as_deref())?;
        let patch = body.json;
        let group = auth
            .change(move |change| {
                async move {
                    let merge = |form: &group::GroupForm| {
                        Ok(merged(&GroupForm::from(form), &patch)?.into())
                    };
                    groups::replace_group(change, id.0, &expected, merge).await
                }
                .boxed()
            })
            .await?;
        Ok(found(&group))
    }

    /// Delete a group
    ///
    /// Its members stay as people. `If-Match` is required.
    #[oai(path = "/groups/:id", method = "delete", operation_id = "delete_group")]
    async fn delete_group(
        &self,
        auth: Authorized<ChangeGroups>,
        /// The group's id.
        id: Path<Uuid>,
        /// The ETag of the state this deletes.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Answer<Done> {
        let expected = etag::required(if_match.0.as_deref())?;
        auth.change(move |change| {
            async move { groups::delete_group(change, id.0, &expected).await }.boxed()
        })
        .await?;
        Ok(Done::NoContent)
    }

    /// List the members of a group
    ///
    /// A page of people, by name. Follow `next` (or the `Link` header) for more.
    #[oai(
        path = "/groups/:id/members",
        method = "get",
        operation_id = "list_group_members"
    )]
    async fn list_group_members(
        &self,
        auth: Authorized<ViewGroups>,
        uri: &Uri,
        /// The group's id.
        id: Path<Uuid>,
        /// How many to show, 1 to 200; 50 unless given.
        limit: Query<Option<i64>>,
        /// Where the page begins: `next` of the page before.
        cursor: Query<Option<String>>,
    ) -> Answer<Listed<UserList>> {
        let limit = paging::limit(limit.0)?;
        let Authorized { app, caller, .. } = auth;
        let list = format!("members {}", id.0);
        let after = paging::open(&app, &list, cursor.0.as_deref())?;
        let page = groups::list_members(&app, &caller, id.0, after.as_ref(), limit).await?;
        let next = paging::seal(&app, &list, page.next.as_ref())?;
        let link = paging::link(uri, next.as_deref());
        let body = UserList {
            items: page.items.iter().map(Into::into).collect(),
            next,
            total: None,
        };
        Ok(Listed::Ok(Json(body), link))
    }

    /// Put a user into a group
    ///
    /// One who is in it stays in it.
    #[oai(
        path = "/groups/:id/members/:user",
        method = "put",
        operation_id = "add_group_member"
    )]
    async fn add_group_member(
        &self,
        auth: Authorized<ChangeGroups>,
        /// The group's id.
        id: Path<Uuid>,
        /// The user's id.
        user: Path<Uuid>,
    ) -> Answer<Done> {
        auth.change(move |change| {
            async move { groups::add_member(change, id.0, user.0).await }.boxed()
        })
        .await?;
        Ok(Done::NoContent)
    }

    /// Take a user out of a group
    ///
    /// One who is not in it stays out of it.
    #[oai(
        path = "/groups/:id/members/:user",
        method = "delete",
        operation_id = "remove_group_member"
    )]
    async fn remove_group_member(
        &self,
        auth: Authorized<ChangeGroups>,
        /// The group's id.
        id: Path<Uuid>,
        /// The user's id.
        user: Path<Uuid>,
    ) -> Answer<Done> {
        auth.change(move |change| {
            async move { groups::remove_member(change, id.0, user.0).await }.boxed()
        })
        .await?;
        Ok(Done::NoContent)
    }
}

fn found(group: &group::Group) -> Found<Group> {
    Found::Ok(Json(Group::from(group)), etag::of(group.version))
}
