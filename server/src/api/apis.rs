//! `/apis`: what accepts the tokens of this server.

use futures_util::FutureExt;
use poem::http::Uri;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};

use super::{
    Tag,
    api_dto::{Api, ApiForm, ApiList, CreateApi},
    auth::{Authorized, ChangeApis, ViewApis},
    body::{Body, merged},
    etag, idempotency,
    json::Json,
    paging,
    problem::ApiError,
    reply::{Done, Found, Listed, Made},
};
use crate::{
    access::apis::{self, NewApi},
    domain::{api, violation::Violations},
};

type Answer<T> = Result<T, ApiError>;

/// The routes below `/apis`.
pub struct ApisApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Access")]
impl ApisApi {
    /// List APIs
    ///
    /// A page of the tenant's APIs and this server's own, by name. Follow `next` (or the `Link` header) for more.
    #[oai(path = "/apis", method = "get", operation_id = "list_apis")]
    async fn list_apis(
        &self,
        auth: Authorized<ViewApis>,
        uri: &Uri,
        /// How many to show, 1 to 200; 50 unless given.
        limit: Query<Option<i64>>,
        /// Where the page begins: `next` of the page before.
        cursor: Query<Option<String>>,
        /// Part of the name, key or audience, without regard to case.
        q: Query<Option<String>>,
    ) -> Answer<Listed<ApiList>> {
        let limit = paging::limit(limit.0)?;
        let mut wrong = Violations::none();
        let search = paging::search(&mut wrong, q.0);
        if !wrong.is_empty() {
            return Err(ApiError::violations(400, &wrong));
        }
        let Authorized { app, caller, .. } = auth;
        let list = format!("apis {search:?}");
        let after = paging::open(&app, &list, cursor.0.as_deref())?;
        let page = apis::list_apis(&app, &caller, search.as_deref(), after.as_ref(), limit).await?;
        let next = paging::seal(&app, &list, page.next.as_ref())?;
        let link = paging::link(uri, next.as_deref());
        let items = page.items.iter().map(Into::into).collect();
        Ok(Listed::Ok(Json(ApiList { items, next }), link))
    }

    /// Register an API
    ///
    /// Clients then get tokens for it by `resource` (RFC 8707), and roles and clients can be given its permissions,
    /// which are written `<key>/<permission>:view` and `<key>/<permission>:change`.
    #[oai(path = "/apis", method = "post", operation_id = "create_api")]
    async fn create_api(
        &self,
        auth: Authorized<ChangeApis>,
        /// Makes a repeated request safe: the same key and body give the same answer for 24 hours.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
        body: Body<CreateApi>,
    ) -> Answer<Made<Api>> {
        let key = idempotency::read(idempotency_key.0.as_deref(), body.request)?;
        let new = NewApi {
            key: body.value.key.clone(),
            draft: body.value.into(),
        };
        let made = auth
            .change_once(key, move |change| {
                async move { Ok(Api::from(&apis::create_api(change, &new).await?)) }.boxed()
            })
            .await?;
        Ok(Made::at(
            format!("/api/v1/apis/{}", made.id),
            made.version,
            made,
        ))
    }

    /// Read an API
    ///
    /// One of the tenant, or this server's own, whose key is `management`.
    #[oai(path = "/apis/:id", method = "get", operation_id = "get_api")]
    async fn get_api(
        &self,
        auth: Authorized<ViewApis>,
        /// The API's uuid or key.
        id: Path<String>,
    ) -> Answer<Found<Api>> {
        let api = apis::get_api(&auth.app, &auth.caller, &id.0).await?;
        Ok(found(&api))
    }

    /// Replace an API
    ///
    /// Replaces the whole editable part. A permission that is left out is taken from every role and client that had it.
    /// `If-Match` is required.
    #[oai(path = "/apis/:id", method = "put", operation_id = "replace_api")]
    async fn replace_api(
        &self,
        auth: Authorized<ChangeApis>,
        /// The API's uuid or key.
        id: Path<String>,
        /// The ETag of the state this replaces.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<ApiForm>,
    ) -> Answer<Found<Api>> {
        let expected = etag::required(if_match.0.as_deref())?;
        let draft = body.value.into();
        let api = auth
            .change(move |change| {
                async move { apis::replace_api(change, &id.0, &expected, |_| Ok(draft)).await }
                    .boxed()
            })
            .await?;
        Ok(found(&api))
    }

    /// Change an API
    ///
    /// A merge-patch (RFC 7396) onto the editable part: what is left out stays, `null` clears. A permission that is left
    /// out of a list is taken from every role and client that had it. `If-Match` is honoured.
    #[oai(path = "/apis/:id", method = "patch", operation_id = "update_api")]
    async fn update_api(
        &self,
        auth: Authorized<ChangeApis>,
        /// The API's uuid or key.
        id: Path<String>,
        /// The ETag of the state this was made for.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<ApiForm>,
    ) -> Answer<Found<Api>> {
        let expected = etag::honoured(if_match.0.as_deref())?;
        let patch = body.json;
        let api = auth
            .change(move |change| {
                async move {
                    let merge = |api: &api::Api| Ok(merged(&ApiForm::from(api), &patch)?.into());
                    apis::replace_api(change, &id.0, &expected, merge).await
                }
                .boxed()
            })
            .await?;
        Ok(found(&api))
    }

    /// Delete an API
    ///
    /// Ends its tokens: introspection says so at once, while a service that checks `jwt` tokens by itself takes them
    /// until they expire. Ends what people allowed apps to do there. Takes its permissions from every role and client
    /// that had them. An API of the same key and audience made later inherits nothing. `If-Match` is required.
    #[oai(path = "/apis/:id", method = "delete", operation_id = "delete_api")]
    async fn delete_api(
        &self,
        auth: Authorized<ChangeApis>,
        /// The API's uuid or key.
        id: Path<String>,
        /// The ETag of the state this deletes.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Answer<Done> {
        let expected = etag::required(if_match.0.as_deref())?;
        auth.change(move |change| {
            async move { apis::delete_api(change, &id.0, &expected).await }.boxed()
        })
        .await?;
        Ok(Done::NoContent)
    }
}

fn found(api: &api::Api) -> Found<Api> {
    Found::Ok(Json(api.into()), etag::of(api.version))
}
