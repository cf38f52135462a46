//! `/users`: the people of a tenant.

use futures_util::{FutureExt, future::BoxFuture};
use poem::http::Uri;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use uuid::Uuid;

use super::{
    Tag,
    auth::{Anonymize, Authorized, ChangeUsers, ViewUsers},
    body::{Body, merged},
    etag,
    group_dto::{Group, GroupList},
    idempotency,
    json::Json,
    paging,
    problem::ApiError,
    reply::{Found, Listed, Made, NO_STORE},
    user_dto::{CreateUser, CreatedUser, OneTimeLink, User, UserForm, UserList, UserStatus},
    user_links::deliver,
};
use crate::{
    app::{App, Change},
    domain::{
        caller::Caller, one_time_link::LinkPurpose, role::LadderRole, user, version::Version,
        violation::Violations,
    },
    error::Result,
    people::{
        create,
        form::UserDraft,
        groups, lifecycle, links,
        read::{self, UserColumn, UserFilter, UserSort},
    },
};

type Answer<T> = std::result::Result<T, ApiError>;

/// The routes below `/users`.
pub struct UsersApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Users")]
impl UsersApi {
    /// Add a user
    ///
    /// Adds a person to the tenant and, unless told not to, makes an invitation: a link that works once, for seven
    /// days, by which the person sets a password. It is mailed where mail is configured; else it is in this answer, and
    /// never again.
    #[oai(path = "/users", method = "post", operation_id = "create_user")]
    async fn create_user(
        &self,
        auth: Authorized<ChangeUsers>,
        /// Makes a repeated request safe: the same key and body give the same answer for 24 hours.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
        body: Body<CreateUser>,
    ) -> Answer<Made<CreatedUser>> {
        let key = idempotency::read(idempotency_key.0.as_deref(), body.request)?;
        let invite = body.value.invite.unwrap_or(true);
        let draft = UserDraft {
            email: body.value.email,
            name: body.value.name,
            role: body.value.role,
        };
        let once = auth
            .app
            .change_once(auth.caller, key, move |change| {
                async move {
                    let user = create::create_user(change, &draft, false).await?;
                    let link = if invite {
                        let made = links::make(change, &user, LinkPurpose::Invitation).await?;
                        Some(OneTimeLink::shown(&made))
                    } else {
                        None
                    };
                    Ok(CreatedUser {
                        user: User::from(&user),
                        invitation: link,
                    })
                }
                .boxed()
            })
            .await?;
        let mut made = idempotency::answer(once)?;
        if let Some(link) = &mut made.invitation {
            deliver(&auth.app, made.user.id, LinkPurpose::Invitation, link).await?;
        }
        let (tag, location) = (
            etag::of(Version(made.user.version)),
            format!("/api/v1/users/{}", made.user.id),
        );
        Ok(Made::Created(
            Json(made),
            tag,
            location,
            NO_STORE.to_owned(),
        ))
    }

    /// List users
    ///
    /// A page of the people of the tenant. Follow `next` (or the `Link` header) for more. Filters are combined by
    /// "and".
    #[oai(path = "/users", method = "get", operation_id = "list_users")]
    #[expect(
        clippy::too_many_arguments,
        reason = "each is a query parameter of the API"
    )]
    async fn list_users(
        &self,
        auth: Authorized<ViewUsers>,
        uri: &Uri,
        /// How many to show, 1 to 200; 50 unless given.
        limit: Query<Option<i64>>,
        /// Where the page begins: `next` of the page before.
        cursor: Query<Option<String>>,
        /// `name`, `email`, `created_at` or `last_sign_in_at`; with a `-` before it, backwards.
        sort: Query<Option<String>>,
        /// Whether to count all that match.
        total: Query<Option<bool>>,
        /// Part of the name or the e-mail address, without regard to case.
        q: Query<Option<String>>,
        /// Only people in this state.
        status: Query<Option<UserStatus>>,
        /// Only people with this role.
        role: Query<Option<String>>,
    ) -> Answer<Listed<UserList>> {
        let limit = paging::limit(limit.0)?;
        let sort = sort.0.unwrap_or_else(|| "name".to_owned());
        let mut wrong = Violations::none();
        let filter = UserFilter {
            status: status.0.map(Into::into),
            role: wrong.take_optional("role", role.0.as_deref(), str::parse::<LadderRole>),
            search: paging::search(&mut wrong, q.0),
        };
        let order = wrong.take("sort", sort_of(&sort));
        let (Some(order), true) = (order, wrong.is_empty()) else {
            return Err(ApiError::violations(400, &wrong));
        };
        let Authorized { app, caller, .. } = auth;
        let list = format!("users {sort} {filter:?}");
        let after = paging::open(&app, &list, cursor.0.as_deref())?;
        let count = total.0.unwrap_or_default();
        let page =
            read::list_users(&app, &caller, &filter, order, after.as_ref(), limit, count).await?;
        let next = paging::seal(&app, &list, page.next.as_ref())?;
        let link = paging::link(uri, next.as_deref());
        let body = UserList {
            items: page.items.iter().map(Into::into).collect(),
            next,
            total: page.total.map(Into::into),
        };
        Ok(Listed::Ok(Json(body), link))
    }

    /// Read a user
    ///
    /// By its id.
    #[oai(path = "/users/:id", method = "get", operation_id = "get_user")]
    async fn get_user(
        &self,
        auth: Authorized<ViewUsers>,
        /// The user's id.
        id: Path<Uuid>,
    ) -> Answer<Found<User>> {
        let user = read::get_user(&auth.app, &auth.caller, id.0).await?;
        Ok(found(&user))
    }

    /// List the groups of a user
    ///
    /// By name.
    #[oai(
        path = "/users/:id/groups",
        method = "get",
        operation_id = "list_groups_of_user"
    )]
    async fn list_groups_of_user(
        &self,
        auth: Authorized<ViewUsers>,
        /// The user's id.
        id: Path<Uuid>,
    ) -> Answer<Listed<GroupList>> {
        let user = read::get_user(&auth.app, &auth.caller, id.0).await?;
        let all = groups::list_groups_of(&auth.app, &user).await?;
        let items = all.iter().map(Group::from).collect();
        Ok(Listed::Ok(Json(GroupList { items, next: None }), None))
    }

    /// Replace a user
    ///
    /// Replaces the whole editable part. `If-Match` is required. Nobody can be given more rights than the caller has.
    #[oai(path = "/users/:id", method = "put", operation_id = "replace_user")]
    async fn replace_user(
        &self,
        auth: Authorized<ChangeUsers>,
        /// The user's id.
        id: Path<Uuid>,
        /// The ETag of the state this replaces.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<UserForm>,
    ) -> Answer<Found<User>> {
        let expected = etag::required(if_match.0.as_deref())?;
        let draft: UserDraft = body.value.into();
        changed(auth.app, auth.caller, move |change| {
            async move { lifecycle::replace_user(change, id.0, &expected, |_| Ok(draft)).await }
                .boxed()
        })
        .await
    }

    /// Change a user
    ///
    /// A merge-patch (RFC 7396) onto the editable part: what is left out stays. `If-Match` is honoured.
    #[oai(path = "/users/:id", method = "patch", operation_id = "update_user")]
    async fn update_user(
        &self,
        auth: Authorized<ChangeUsers>,
        /// The user's id.
        id: Path<Uuid>,
        /// The ETag of the state this was made for.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<UserForm>,
    ) -> Answer<Found<User>> {
        let expected = etag::honoured(if_match.0.as_deref())?;
        let patch = body.json;
        changed(auth.app, auth.caller, move |change| {
            async move {
                let merge = |form: &user::UserForm| merged(&UserForm::from(form), &patch);
                lifecycle::replace_user(change, id.0, &expected, |form| Ok(merge(form)?.into()))
                    .await
            }
            .boxed()
        })
        .await
    }

    /// Deactivate a user
    ///
    /// No sign-in from now on; every session, and every token that acts for the person, is dead at once. The last
    /// active super admin cannot be deactivated.
    #[oai(
        path = "/users/:id/deactivate",
        method = "post",
        operation_id = "deactivate_user"
    )]
    async fn deactivate_user(
        &self,
        auth: Authorized<ChangeUsers>,
        /// The user's id.
        id: Path<Uuid>,
    ) -> Answer<Found<User>> {
        changed(auth.app, auth.caller, move |change| {
            lifecycle::deactivate_user(change, id.0).boxed()
        })
        .await
    }

    /// Reactivate a user
    ///
    /// The person may sign in again, with the password they had. Sessions from before stay over.
    #[oai(
        path = "/users/:id/reactivate",
        method = "post",
        operation_id = "reactivate_user"
    )]
    async fn reactivate_user(
        &self,
        auth: Authorized<ChangeUsers>,
        /// The user's id.
        id: Path<Uuid>,
    ) -> Answer<Found<User>> {
        changed(auth.app, auth.caller, move |change| {
            lifecycle::reactivate_user(change, id.0).boxed()
        })
        .await
    }

    /// Anonymize a user
    ///
    /// Wipes name, e-mail address, password, sessions and memberships for good, also from the audit trail, where the
    /// id stays. It cannot be taken back.
    #[oai(
        path = "/users/:id/anonymize",
        method = "post",
        operation_id = "anonymize_user"
    )]
    async fn anonymize_user(
        &self,
        auth: Authorized<Anonymize>,
        /// The user's id.
        id: Path<Uuid>,
    ) -> Answer<Found<User>> {
        changed(auth.app, auth.caller, move |change| {
            lifecycle::anonymize_user(change, id.0).boxed()
        })
        .await
    }
}

fn found(user: &user::User) -> Found<User> {
    Found::Ok(Json(User::from(user)), etag::of(user.version))
}

async fn changed<F>(app: App, caller: Caller, work: F) -> Answer<Found<User>>
where
    F: for<'a> FnOnce(&'a mut Change) -> BoxFuture<'a, Result<user::User>> + Send + 'static,
{
    let user = app.change(caller, work).await?;
    Ok(found(&user))
}

fn sort_of(text: &str) -> std::result::Result<UserSort, &'static str> {
    let (descending, column) = match text.strip_prefix('-') {
        Some(column) => (true, column),
        None => (false, text),
    };
    let by = match column {
        "name" => UserColumn::Name,
        "email" => UserColumn::Email,
        "created_at" => UserColumn::CreatedAt,
        "last_sign_in_at" => UserColumn::LastSignInAt,
        _ => {
            return Err(
                "must be name, email, created_at or last_sign_in_at, with a - before it for backwards",
            );
        }
    };
    Ok(UserSort { by, descending })
}
