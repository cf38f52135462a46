//! APIs, and what hangs on the permissions that they have.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use serde_json::json;
use uuid::Uuid;

use super::{
    NameKey, Result, Store, StoreError, Transaction, actor,
    entity::{api, app_grant, assignment, client},
    group::page,
    user::contains,
};
use crate::domain::{
    api::{Api, ApiForm, Chosen},
    audience::Audience,
    lifetime::TokenLifetime,
    page::{Limit, Page},
    timestamp::Timestamp,
    version::Version,
};

fn read(row: api::Model) -> Result<Api> {
    let unreadable = || StoreError::unreadable("api");
    let lifetime = row.token_lifetime.map(u32::try_from).transpose();
    Ok(Api {
        id: row.id,
        tenant_id: row.tenant_id,
        key: row.key,
        form: ApiForm {
            audience: Audience::from_row(row.audience),
            name: row.name,
            description: row.description,
            permissions: serde_json::from_value(row.permissions).map_err(|_| unreadable())?,
            token_format: row.token_format.parse().map_err(|_| unreadable())?,
            token_lifetime: lifetime
                .map_err(|_| unreadable())?
                .map(TokenLifetime::of_seconds),
            chosen: if row.is_default {
                Chosen::ByDefault
            } else {
                Chosen::ByName
            },
            introspection_clients: serde_json::from_value(row.introspection_clients)
                .map_err(|_| unreadable())?,
        },
        created_at: Timestamp::from_unix_clamped(row.created_at),
        created_by: actor::from_row(row.created_by),
        updated_at: Timestamp::from_unix_clamped(row.updated_at),
        updated_by: actor::from_row(row.updated_by),
        version: Version(row.version),
    })
}

fn to_row(it: &Api) -> api::ActiveModel {
    let form = &it.form;
    let lifetime = form.token_lifetime.map(TokenLifetime::seconds);
    api::ActiveModel {
        id: Set(it.id),
        tenant_id: Set(it.tenant_id),
        key: Set(it.key.clone()),
        audience: Set(form.audience.to_string()),
        name: Set(form.name.clone()),
        name_key: Set(form.name.to_lowercase()),
        description: Set(form.description.clone()),
        permissions: Set(json!(form.permissions)),
        token_format: Set(form.token_format.to_string()),
        token_lifetime: Set(lifetime.and_then(|it| i32::try_from(it).ok())),
        is_default: Set(form.chosen == Chosen::ByDefault),
        introspection_clients: Set(json!(form.introspection_clients)),
        created_at: Set(it.created_at.unix()),
        created_by: Set(actor::to_row(&it.created_by)),
        updated_at: Set(it.updated_at.unix()),
        updated_by: Set(actor::to_row(&it.updated_by)),
        version: Set(it.version.0),
    }
}

/// Its own APIs and the management API.
fn seen_by(tenant_id: Uuid) -> Condition {
    Condition::any()
        .add(api::Column::TenantId.eq(tenant_id))
        .add(api::Column::TenantId.is_null())
}

/// The API that a uuid or a key names in a tenant.
fn named(tenant_id: Uuid, reference: &str) -> Select<api::Entity> {
    let query = api::Entity::find().filter(seen_by(tenant_id));
    match Uuid::try_parse(reference) {
        Ok(id) => query.filter(api::Column::Id.eq(id)),
        Err(_) => query.filter(api::Column::Key.eq(reference)),
    }
}

async fn all(tenant_id: Uuid, on: &impl ConnectionTrait) -> Result<Vec<Api>> {
    let rows = api::Entity::find()
        .filter(seen_by(tenant_id))
        .order_by_asc(api::Column::NameKey)
        .order_by_asc(api::Column::Id)
        .all(on)
        .await?;
    rows.into_iter().map(read).collect()
}

impl Store {
    /// The API that a uuid or a key names in a tenant.
    pub async fn find_api(&self, tenant_id: Uuid, reference: &str) -> Result<Option<Api>> {
        let row = named(tenant_id, reference).one(&self.reads).await?;
        row.map(read).transpose()
    }

    /// Every API that a tenant sees, by name: its own and the management API.
    pub async fn list_all_apis(&self, tenant_id: Uuid) -> Result<Vec<Api>> {
        all(tenant_id, &self.reads).await
    }

    /// Whether the tenant has an API for tokens whose request names none.
    pub async fn has_default_api(&self, tenant_id: Uuid) -> Result<bool> {
        let row = api::Entity::find()
            .filter(api::Column::TenantId.eq(tenant_id))
            .filter(api::Column::IsDefault.eq(true))
            .one(&self.reads)
            .await?;
        Ok(row.is_some())
    }

    /// A page of the APIs that a tenant sees, by name; those whose name, key or audience contains `search`, which
    /// stands in lower case.
    pub async fn list_apis(
        &self,
        tenant_id: Uuid,
        search: Option<&str>,
        after: Option<&NameKey>,
        limit: Limit,
    ) -> Result<Page<Api, NameKey>> {
        let mut query = api::Entity::find().filter(seen_by(tenant_id));
        if let Some(text) = search {
            query = query.filter(
                Condition::any()
                    .add(contains(self.kind, "name_key", text))
                    .add(contains(self.kind, "key", text))
                    .add(contains(self.kind, "lower(audience)", text)),
            );
        }
        if let Some(key) = after {
            let here = Expr::tuple([Expr::col(api::Column::NameKey), Expr::col(api::Column::Id)]);
            query = query.filter(here.gt(Expr::tuple([Expr::val(&key.name), Expr::val(key.id)])));
        }
        let rows = query
            .order_by_asc(api::Column::NameKey)
            .order_by_asc(api::Column::Id)
            .limit(limit.rows() + 1)
            .all(&self.reads)
            .await?;
        let apis = rows.into_iter().map(read).collect::<Result<Vec<_>>>()?;
        Ok(page(apis, limit, |it: &Api| NameKey {
            name: it.form.name.to_lowercase(),
            id: it.id,
        }))
    }
}

impl Transaction {
    /// As [`Store::find_api`], locked until the transaction ends.
    pub async fn find_api_for_change(
        &self,
        tenant_id: Uuid,
        reference: &str,
    ) -> Result<Option<Api>> {
        let query = named(tenant_id, reference).lock_exclusive();
        query.one(&self.inner).await?.map(read).transpose()
    }

    /// As [`Store::list_all_apis`].
    pub async fn list_all_apis(&self, tenant_id: Uuid) -> Result<Vec<Api>> {
        all(tenant_id, &self.inner).await
    }

    /// Adds an API.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when its audience or its key is.
    pub async fn insert_api(&self, it: &Api) -> Result<()> {
        api::Entity::insert(to_row(it))
            .exec_without_returning(&self.inner)
            .await?;
        self.touch_all();
        Ok(())
    }

    /// Makes the management API, or brings it up to date.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when another API has its audience.
    pub async fn settle_management_api(&self, it: &Api) -> Result<()> {
        let update = OnConflict::column(api::Column::Id)
            .update_columns([
                api::Column::Audience,
                api::Column::Name,
                api::Column::NameKey,
                api::Column::Description,
            ])
            .to_owned();
        api::Entity::insert(to_row(it))
            .on_conflict(update)
            .exec_without_returning(&self.inner)
            .await?;
        self.touch_all();
        Ok(())
    }

    /// Writes the changed state of an API that was found for change.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when its audience is.
    pub async fn replace_api(&self, it: &Api) -> Result<()> {
        api::Entity::update(to_row(it))
            .validate()?
            .exec_without_returning(&self.inner)
            .await?;
        self.touch_all();
        Ok(())
    }

    /// Removes an API, and ends what people allowed apps to do there.
    pub async fn delete_api(&self, id: Uuid, now: Timestamp) -> Result<()> {
        app_grant::Entity::update_many()
            .col_expr(app_grant::Column::RevokedAt, Expr::val(now.unix()))
            .filter(app_grant::Column::Api.eq(id))
            .filter(app_grant::Column::RevokedAt.is_null())
            .exec(&self.inner)
            .await?;
        api::Entity::delete_by_id(id).exec(&self.inner).await?;
        self.touch_all();
        Ok(())
    }

    /// Takes permissions from everybody in a tenant who was given them directly. Clients that lose one count it as a
    /// change of theirs.
    pub async fn withdraw_permissions(
        &self,
        tenant_id: Uuid,
        permissions: &[String],
    ) -> Result<()> {
        if permissions.is_empty() {
            return Ok(());
        }
        let given = Condition::all()
            .add(assignment::Column::TenantId.eq(tenant_id))
            .add(assignment::Column::Permission.is_in(permissions));
        let holders = assignment::Entity::find()
            .select_only()
            .column(assignment::Column::Principal)
            .filter(given.clone())
            .into_query();
        client::Entity::update_many()
            .col_expr(
                client::Column::Version,
                Expr::col(client::Column::Version).add(1),
            )
            .filter(client::Column::ServiceUserId.in_subquery(holders))
            .exec(&self.inner)
            .await?;
        assignment::Entity::delete_many()
            .filter(given)
            .exec(&self.inner)
            .await?;
        self.touch_all();
        Ok(())
    }
}
