//! `/me/applications` and `/clients/{id}/grants`: what people allowed apps, and taking it back.

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
    auth::{AnyCaller, Authorized, ChangeClients, ViewClients, themselves},
    json::Json,
    paging,
    problem::ApiError,
    reply::{Done, Listed},
};
use crate::oauth::allowed;

/// An app that the caller allowed to act for them.
#[derive(Clone, Debug, Object, Serialize)]
pub struct Application {
    /// The app's uuid.
    pub id: Uuid,
    /// Its wire id.
    pub client_id: String,
    /// What people call it.
    pub name: String,
    /// What was allowed, such as `openid` or `users:view`.
    pub scopes: Vec<String>,
    /// When it was allowed first.
    pub allowed_at: String,
    /// When it was last allowed more.
    pub updated_at: String,
}

/// What the caller allowed.
#[derive(Clone, Debug, Object, Serialize)]
pub struct ApplicationList {
    /// The apps, the one allowed first first.
    pub items: Vec<Application>,
}

/// What a person let an app do, once: its end kills the tokens that came of it.
#[derive(Clone, Debug, Object, Serialize)]
pub struct Grant {
    /// Its id.
    pub id: Uuid,
    /// The person's id.
    pub user_id: Uuid,
    /// The person's name, while they are there.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
    /// What was allowed.
    pub scopes: Vec<String>,
    /// When the app got its code.
    pub created_at: String,
    /// When nothing can come of it any more, unless it is used before.
    pub expires_at: String,
}

/// A page of grants, newest first.
#[derive(Clone, Debug, Object, Serialize)]
pub struct GrantList {
    /// The grants.
    pub items: Vec<Grant>,
    /// The cursor of the next page, when more follow.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

type Answer<T> = Result<T, ApiError>;

/// The routes of what people allowed.
pub struct ApplicationsApi;

#[OpenApi(prefix_path = "/api/v1")]
impl ApplicationsApi {
    /// List the applications I have allowed
    ///
    /// The apps that may act for the caller, with what was allowed. For people themselves, by the admin screens.
    #[oai(
        path = "/me/applications",
        method = "get",
        operation_id = "list_my_applications",
        tag = "Tag::Me"
    )]
    async fn list_my_applications(
        &self,
        auth: Authorized<AnyCaller>,
    ) -> Answer<Listed<ApplicationList>> {
        themselves(&auth.caller)?;
        let items = allowed::list_own(&auth.app, &auth.caller).await?;
        let items = items
            .into_iter()
            .map(|it| Application {
                id: it.client.id,
                client_id: it.client.client_id.to_string(),
                name: it.client.form.name,
                scopes: it.consent.scope.iter().map(str::to_owned).collect(),
                allowed_at: it.consent.created_at.to_string(),
                updated_at: it.consent.updated_at.to_string(),
            })
            .collect();
        Ok(Listed::Ok(Json(ApplicationList { items }), None))
    }

    /// Take back what I allowed an application
    ///
    /// All its tokens that act for the caller are dead at once, and it has to ask again.
    #[oai(
        path = "/me/applications/:id",
        method = "delete",
        operation_id = "revoke_my_application",
        tag = "Tag::Me"
    )]
    async fn revoke_my_application(
        &self,
        auth: Authorized<AnyCaller>,
        /// The app's uuid.
        id: Path<Uuid>,
    ) -> Answer<Done> {
        themselves(&auth.caller)?;
        auth.change(move |change| async move { allowed::withdraw_own(change, id.0).await }.boxed())
            .await?;
        Ok(Done::NoContent)
    }

    /// List what people allowed a client
    ///
    /// The live grants of people to an app, newest first.
    #[oai(
        path = "/clients/:id/grants",
        method = "get",
        operation_id = "list_client_grants",
        tag = "Tag::Clients"
    )]
    async fn list_client_grants(
        &self,
        auth: Authorized<ViewClients>,
        uri: &Uri,
        /// The client's uuid or wire id.
        id: Path<String>,
        /// How many to show, 1 to 200; 50 unless given.
        limit: Query<Option<i64>>,
        /// Where the page begins: `next` of the page before.
        cursor: Query<Option<String>>,
    ) -> Answer<Listed<GrantList>> {
        let limit = paging::limit(limit.0)?;
        let list = format!("client grants {}", id.0);
        let after = paging::open(&auth.app, &list, cursor.0.as_deref())?;
        let page = allowed::list_grants(&auth.app, &auth.caller, &id.0, after, limit).await?;
        let next = paging::seal(&auth.app, &list, page.next.as_ref())?;
        let link = paging::link(uri, next.as_deref());
        let items = page
            .items
            .into_iter()
            .map(|(grant, user)| Grant {
                id: grant.id,
                user_id: grant.user,
                user_name: user.map(|it| it.form.name),
                scopes: grant.scope.iter().map(str::to_owned).collect(),
                created_at: grant.created_at.to_string(),
                expires_at: grant.expires_at.to_string(),
            })
            .collect();
        Ok(Listed::Ok(Json(GrantList { items, next }), link))
    }

    /// Take back what a person allowed a client
    ///
    /// Ends every grant of the person to this client: all tokens that act for them are dead at once, and the app has
    /// to ask again.
    #[oai(
        path = "/clients/:id/grants/:grant",
        method = "delete",
        operation_id = "revoke_client_grant",
        tag = "Tag::Clients"
    )]
    async fn revoke_client_grant(
        &self,
        auth: Authorized<ChangeClients>,
        /// The client's uuid or wire id.
        id: Path<String>,
        /// The grant's id.
        grant: Path<Uuid>,
    ) -> Answer<Done> {
        auth.change(move |change| {
            async move { allowed::revoke_grant(change, &id.0, grant.0).await }.boxed()
        })
        .await?;
        Ok(Done::NoContent)
    }
}
