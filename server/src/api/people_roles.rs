//! `/users/{id}/roles` and `/groups/{id}/roles`: the roles of people beside the ladder.

use futures_util::FutureExt;
use poem_openapi::{
    Object, OpenApi,
    param::{Header, Path},
    types::Example,
};
use serde::Serialize;
use uuid::Uuid;

use super::{
    Tag,
    auth::{Authorized, ChangeGroups, ChangeUsers, ViewGroups, ViewUsers},
    body::Body,
    etag,
    json::Json,
    problem::ApiError,
    reply::Found,
};
use crate::{
    app::App,
    domain::caller::Caller,
    people::roles::{self, Held, Holder},
};

type Answer<T> = Result<T, ApiError>;

/// The roles of a person or a group in the tenant.
#[derive(Clone, Debug, Object, Serialize)]
#[oai(example)]
pub struct PeopleRoles {
    /// The keys of the roles; GET /api/v1/roles lists what there is.
    pub roles: Vec<String>,
}

impl Example for PeopleRoles {
    fn example() -> Self {
        Self {
            roles: vec!["support".to_owned()],
        }
    }
}

/// The routes of people's roles.
pub struct PeopleRolesApi;

#[OpenApi(prefix_path = "/api/v1")]
impl PeopleRolesApi {
    /// List the roles of a user
    ///
    /// Those given to the person; what comes of the groups they are in is listed there.
    #[oai(
        path = "/users/:id/roles",
        method = "get",
        operation_id = "get_user_roles",
        tag = "Tag::Users"
    )]
    async fn get_user_roles(
        &self,
        auth: Authorized<ViewUsers>,
        /// The user's id.
        id: Path<Uuid>,
    ) -> Answer<Found<PeopleRoles>> {
        let held = roles::get_roles(&auth.app, &auth.caller, Holder::User(id.0)).await?;
        Ok(shown(held))
    }

    /// Replace the roles of a user
    ///
    /// The person has them beside their rung of the ladder, and follows at once. Nobody can give more rights than they
    /// have. `If-Match` is required: the ETag is the user's.
    #[oai(
        path = "/users/:id/roles",
        method = "put",
        operation_id = "replace_user_roles",
        tag = "Tag::Users"
    )]
    async fn replace_user_roles(
        &self,
        auth: Authorized<ChangeUsers>,
        /// The user's id.
        id: Path<Uuid>,
        /// The ETag of the user this was made for.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<PeopleRoles>,
    ) -> Answer<Found<PeopleRoles>> {
        let holder = Holder::User(id.0);
        replace(auth.app, auth.caller, holder, if_match.0, body.value).await
    }

    /// List the roles of a group
    ///
    /// Every member has them.
    #[oai(
        path = "/groups/:id/roles",
        method = "get",
        operation_id = "get_group_roles",
        tag = "Tag::Groups"
    )]
    async fn get_group_roles(
        &self,
        auth: Authorized<ViewGroups>,
        /// The group's id.
        id: Path<Uuid>,
    ) -> Answer<Found<PeopleRoles>> {
        let held = roles::get_roles(&auth.app, &auth.caller, Holder::Group(id.0)).await?;
        Ok(shown(held))
    }

    /// Replace the roles of a group
    ///
    /// Every member has them beside their own, and follows at once. Nobody can give more rights than they have, nor add
    /// a member to a group that may do more than they. `If-Match` is required: the ETag is the group's.
    #[oai(
        path = "/groups/:id/roles",
        method = "put",
        operation_id = "replace_group_roles",
        tag = "Tag::Groups"
    )]
    async fn replace_group_roles(
        &self,
        auth: Authorized<ChangeGroups>,
        /// The group's id.
        id: Path<Uuid>,
        /// The ETag of the group this was made for.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<PeopleRoles>,
    ) -> Answer<Found<PeopleRoles>> {
        let holder = Holder::Group(id.0);
        replace(auth.app, auth.caller, holder, if_match.0, body.value).await
    }
}

async fn replace(
    app: App,
    caller: Caller,
    holder: Holder,
    if_match: Option<String>,
    wanted: PeopleRoles,
) -> Answer<Found<PeopleRoles>> {
    let expected = etag::required(if_match.as_deref())?;
    let held = app
        .change(caller, move |change| {
            async move { roles::replace_roles(change, holder, &expected, &wanted.roles).await }
                .boxed()
        })
        .await?;
    Ok(shown(held))
}

fn shown(held: Held) -> Found<PeopleRoles> {
    Found::Ok(
        Json(PeopleRoles { roles: held.roles }),
        etag::of(held.version),
    )
}
