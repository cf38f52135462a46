//! `/tenants`: for operators; everybody else sees the tenant they act in.

use futures_util::FutureExt;
use poem::http::Uri;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};

use super::{
    Tag,
    auth::{AnyCaller, Authorized, ChangeTenant, OperatorsOnly},
    body::{Body, merged},
    etag, idempotency,
    json::Json,
    paging,
    problem::ApiError,
    reply::{Done, Found, Listed, Made},
    tenant_dto::{CreateAdministrator, CreateTenant, Tenant, TenantForm, TenantList},
    user_dto::{CreatedUser, OneTimeLink, User},
    user_links::deliver,
};
use crate::{
    access::tenants::{self, NewTenant},
    domain::{
        one_time_link::LinkPurpose,
        role::LadderRole,
        tenant::{self, TenantDraft},
    },
    people::{form::UserDraft, links},
};

type Answer<T> = Result<T, ApiError>;

/// The routes below `/tenants`.
pub struct TenantsApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Tenants")]
impl TenantsApi {
    /// List tenants
    ///
    /// A page of all tenants for operators, by key; the tenant that the token acts in for everybody else. Follow `next`
    /// (or the `Link` header) for more.
    #[oai(path = "/tenants", method = "get", operation_id = "list_tenants")]
    async fn list_tenants(
        &self,
        auth: Authorized<AnyCaller>,
        uri: &Uri,
        /// How many to show, 1 to 200; 50 unless given.
        limit: Query<Option<i64>>,
        /// Where the page begins: `next` of the page before.
        cursor: Query<Option<String>>,
    ) -> Answer<Listed<TenantList>> {
        let limit = paging::limit(limit.0)?;
        let Authorized { app, caller, .. } = auth;
        let after: Option<String> = paging::open(&app, "tenants", cursor.0.as_deref())?;
        let page = tenants::list_tenants(&app, &caller, after.as_deref(), limit).await?;
        let next = paging::seal(&app, "tenants", page.next.as_ref())?;
        let link = paging::link(uri, next.as_deref());
        let items = page.items.iter().map(Into::into).collect();
        Ok(Listed::Ok(Json(TenantList { items, next }), link))
    }

    /// Create a tenant
    ///
    /// For operators. The built-in roles, the profiles and the admin screens are there for it at once. Make its first
    /// administrator next: a person by `/tenants/{id}/administrators`, or a client with a token that an operator got
    /// with `scope=tenant:<key>`. The key of a deleted tenant cannot be used again.
    #[oai(path = "/tenants", method = "post", operation_id = "create_tenant")]
    async fn create_tenant(
        &self,
        auth: Authorized<OperatorsOnly>,
        /// Makes a repeated request safe: the same key and body give the same answer for 24 hours.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
        body: Body<CreateTenant>,
    ) -> Answer<Made<Tenant>> {
        let key = idempotency::read(idempotency_key.0.as_deref(), body.request)?;
        let new = NewTenant {
            key: body.value.key,
            draft: TenantDraft {
                name: Some(body.value.name),
                external_key: body.value.external_key,
            },
        };
        let made = auth
            .change_once(key, move |change| {
                async move { Ok(Tenant::from(&tenants::create_tenant(change, &new).await?)) }
                    .boxed()
            })
            .await?;
        Ok(Made::at(
            format!("/api/v1/tenants/{}", made.id),
            made.version,
            made,
        ))
    }

    /// Read a tenant
    ///
    /// Any tenant for operators, the one that the token acts in for everybody else.
    #[oai(path = "/tenants/:id", method = "get", operation_id = "get_tenant")]
    async fn get_tenant(
        &self,
        auth: Authorized<AnyCaller>,
        /// The tenant's uuid or key.
        id: Path<String>,
    ) -> Answer<Found<Tenant>> {
        let tenant = tenants::get_tenant(&auth.app, &auth.caller, &id.0).await?;
        Ok(found(&tenant))
    }

    /// Replace a tenant
    ///
    /// Super admins rename their own tenant; operators change every tenant, and the external key. `If-Match` is
    /// required.
    #[oai(path = "/tenants/:id", method = "put", operation_id = "replace_tenant")]
    async fn replace_tenant(
        &self,
        auth: Authorized<ChangeTenant>,
        /// The tenant's uuid or key.
        id: Path<String>,
        /// The ETag of the state this replaces.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<TenantForm>,
    ) -> Answer<Found<Tenant>> {
        let expected = etag::required(if_match.0.as_deref())?;
        let draft: TenantDraft = body.value.into();
        let tenant = auth.change(move |change| {
                async move { tenants::replace_tenant(change, &id.0, &expected, |_| Ok(draft)).await }
                    .boxed()
            })
            .await?;
        Ok(found(&tenant))
    }

    /// Change a tenant
    ///
    /// A merge-patch (RFC 7396): what is left out stays, `null` clears. Super admins rename their own tenant; operators
    /// change every tenant, and the external key. `If-Match` is honoured.
    #[oai(
        path = "/tenants/:id",
        method = "patch",
        operation_id = "update_tenant"
    )]
    async fn update_tenant(
        &self,
        auth: Authorized<ChangeTenant>,
        /// The tenant's uuid or key.
        id: Path<String>,
        /// The ETag of the state this was made for.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<TenantForm>,
    ) -> Answer<Found<Tenant>> {
        let expected = etag::honoured(if_match.0.as_deref())?;
        let patch = body.json;
        let tenant = auth
            .change(move |change| {
                async move {
                    let merge = |form: &tenant::TenantForm| {
                        Ok(merged(&TenantForm::from(form), &patch)?.into())
                    };
                    tenants::replace_tenant(change, &id.0, &expected, merge).await
                }
                .boxed()
            })
            .await?;
        Ok(found(&tenant))
    }

    /// Delete a tenant
    ///
    /// For operators, and only when nothing depends on it: all its clients are deleted, and all its people but the super
    /// admins deactivated; else 409. It cannot be taken back, and the key is never used again. Its audit trail is kept.
    /// `If-Match` is required.
    #[oai(
        path = "/tenants/:id",
        method = "delete",
        operation_id = "delete_tenant"
    )]
    async fn delete_tenant(
        &self,
        auth: Authorized<ChangeTenant>,
        /// The tenant's uuid or key.
        id: Path<String>,
        /// The ETag of the state this deletes.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Answer<Done> {
        let expected = etag::required(if_match.0.as_deref())?;
        auth.change(move |change| {
            async move { tenants::delete_tenant(change, &id.0, &expected).await }.boxed()
        })
        .await?;
        Ok(Done::NoContent)
    }

    /// Make an administrator of a tenant
    ///
    /// For operators: invites a person as a super admin of the tenant, who does everything else there. The invitation is
    /// mailed where mail is configured; else it is in this answer, and never again.
    #[oai(
        path = "/tenants/:id/administrators",
        method = "post",
        operation_id = "create_tenant_administrator"
    )]
    async fn create_tenant_administrator(
        &self,
        auth: Authorized<ChangeTenant>,
        /// The tenant's uuid or key.
        id: Path<String>,
        /// Makes a repeated request safe: the same key and body give the same answer for 24 hours.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
        body: Body<CreateAdministrator>,
    ) -> Answer<Made<CreatedUser>> {
        let key = idempotency::read(idempotency_key.0.as_deref(), body.request)?;
        let draft = UserDraft {
            email: Some(body.value.email),
            name: Some(body.value.name),
            role: Some(LadderRole::SuperAdmin.to_string()),
        };
        let app = auth.app.clone();
        let mut made = auth
            .change_once(key, move |change| {
                async move {
                    let user = tenants::create_administrator(change, &id.0, &draft).await?;
                    let link = links::make(change, &user, LinkPurpose::Invitation).await?;
                    Ok(CreatedUser {
                        user: User::from(&user),
                        invitation: Some(OneTimeLink::shown(&link)),
                    })
                }
                .boxed()
            })
            .await?;
        if let Some(link) = &mut made.invitation {
            deliver(&app, made.user.id, LinkPurpose::Invitation, link).await?;
        }
        Ok(Made::at(
            format!("/api/v1/users/{}", made.user.id),
            made.user.version,
            made,
        ))
    }
}

fn found(tenant: &tenant::Tenant) -> Found<Tenant> {
    Found::Ok(Json(tenant.into()), etag::of(tenant.version))
}
