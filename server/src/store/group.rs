//! Groups and who is in them.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use uuid::Uuid;

use super::{
    Result, Store, Transaction, actor,
    entity::{group, group_member, user},
    user::read as read_user,
};
use crate::domain::{
    group::{Group, GroupForm},
    page::{Limit, Page},
    timestamp::Timestamp,
    user::User,
    version::Version,
};

/// Where a page of a list by name ends.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct NameKey {
    /// The name in lower case.
    pub name: String,
    /// The id, which decides between equal names.
    pub id: Uuid,
}

fn read(row: group::Model) -> Group {
    Group {
        id: row.id,
        tenant_id: row.tenant_id,
        form: GroupForm {
            name: row.name,
            description: row.description,
        },
        created_at: Timestamp::from_unix_clamped(row.created_at),
        created_by: actor::from_row(row.created_by),
        updated_at: Timestamp::from_unix_clamped(row.updated_at),
        updated_by: actor::from_row(row.updated_by),
        version: Version(row.version),
    }
}

fn to_row(it: &Group) -> group::ActiveModel {
    group::ActiveModel {
        id: Set(it.id),
        tenant_id: Set(it.tenant_id),
        name: Set(it.form.name.clone()),
        name_key: Set(it.form.name.to_lowercase()),
        description: Set(it.form.description.clone()),
        created_at: Set(it.created_at.unix()),
        created_by: Set(actor::to_row(&it.created_by)),
        updated_at: Set(it.updated_at.unix()),
        updated_by: Set(actor::to_row(&it.updated_by)),
        version: Set(it.version.0),
    }
}

fn of_tenant(tenant_id: Uuid, id: Uuid) -> Select<group::Entity> {
    group::Entity::find_by_id(id).filter(group::Column::TenantId.eq(tenant_id))
}

async fn one(query: Select<group::Entity>, on: &impl ConnectionTrait) -> Result<Option<Group>> {
    Ok(query.one(on).await?.map(read))
}

/// The first `limit` of `items`, and the key of the last where there was one more.
pub(super) fn page<T, K>(mut items: Vec<T>, limit: Limit, key: impl Fn(&T) -> K) -> Page<T, K> {
    let most = usize::try_from(limit.rows()).unwrap_or(usize::MAX);
    let more = items.len() > most;
    items.truncate(most);
    Page {
        next: items.last().filter(|_| more).map(key),
        items,
        total: None,
    }
}

async fn ids_of(user_id: Uuid, on: &impl ConnectionTrait) -> Result<Vec<Uuid>> {
    Ok(group_member::Entity::find()
        .select_only()
        .column(group_member::Column::GroupId)
        .filter(group_member::Column::UserId.eq(user_id))
        .into_tuple()
        .all(on)
        .await?)
}

impl Store {
    /// The ids of the groups that a user is in.
    pub async fn list_group_ids_of(&self, user_id: Uuid) -> Result<Vec<Uuid>> {
        ids_of(user_id, &self.reads).await
    }

    /// A group of a tenant.
    pub async fn find_group(&self, tenant_id: Uuid, id: Uuid) -> Result<Option<Group>> {
        one(of_tenant(tenant_id, id), &self.reads).await
    }

    /// A page of a tenant's groups by name; those whose name contains `search`, which stands in lower case.
    pub async fn list_groups(
        &self,
        tenant_id: Uuid,
        search: Option<&str>,
        after: Option<&NameKey>,
        limit: Limit,
    ) -> Result<Page<Group, NameKey>> {
        let mut query = group::Entity::find().filter(group::Column::TenantId.eq(tenant_id));
        if let Some(text) = search {
            query = query.filter(super::user::contains(self.kind, "name_key", text));
        }
        if let Some(key) = after {
            let here = Expr::tuple([
                Expr::col(group::Column::NameKey),
                Expr::col(group::Column::Id),
            ]);
            query = query.filter(here.gt(Expr::tuple([Expr::val(&key.name), Expr::val(key.id)])));
        }
        let rows = query
            .order_by_asc(group::Column::NameKey)
            .order_by_asc(group::Column::Id)
            .limit(limit.rows() + 1)
            .all(&self.reads)
            .await?;
        let groups = rows.into_iter().map(read).collect();
        Ok(page(groups, limit, |it: &Group| NameKey {
            name: it.form.name.to_lowercase(),
            id: it.id,
        }))
    }

    /// The groups that a user is in, by name.
    pub async fn list_groups_of(&self, user_id: Uuid) -> Result<Vec<Group>> {
        let ids = group_member::Entity::find()
            .select_only()
            .column(group_member::Column::GroupId)
            .filter(group_member::Column::UserId.eq(user_id))
            .into_query();
        let rows = group::Entity::find()
            .filter(group::Column::Id.in_subquery(ids))
            .order_by_asc(group::Column::NameKey)
            .all(&self.reads)
            .await?;
        Ok(rows.into_iter().map(read).collect())
    }

    /// A page of the members of a group, by name.
    pub async fn list_members(
        &self,
        group_id: Uuid,
        after: Option<&NameKey>,
        limit: Limit,
    ) -> Result<Page<User, NameKey>> {
        let ids = group_member::Entity::find()
            .select_only()
            .column(group_member::Column::UserId)
            .filter(group_member::Column::GroupId.eq(group_id))
            .into_query();
        let mut query = user::Entity::find().filter(user::Column::Id.in_subquery(ids));
        if let Some(key) = after {
            let here = Expr::tuple([
                Expr::col(user::Column::NameKey),
                Expr::col(user::Column::Id),
            ]);
            query = query.filter(here.gt(Expr::tuple([Expr::val(&key.name), Expr::val(key.id)])));
        }
        let rows = query
            .order_by_asc(user::Column::NameKey)
            .order_by_asc(user::Column::Id)
            .limit(limit.rows() + 1)
            .all(&self.reads)
            .await?;
        let users = rows
            .into_iter()
            .map(read_user)
            .collect::<Result<Vec<_>>>()?;
        Ok(page(users, limit, |it: &User| NameKey {
            name: it.form.name.to_lowercase(),
            id: it.id,
        }))
    }
}

impl Transaction {
    /// As [`Store::list_group_ids_of`].
    pub async fn list_group_ids_of(&self, user_id: Uuid) -> Result<Vec<Uuid>> {
        ids_of(user_id, &self.inner).await
    }

    /// A group of a tenant, locked until the transaction ends.
    pub async fn find_group_for_change(&self, tenant_id: Uuid, id: Uuid) -> Result<Option<Group>> {
        one(of_tenant(tenant_id, id).lock_exclusive(), &self.inner).await
    }

    /// Adds a group.
    ///
    /// # Errors
    /// [`StoreError::Taken`](super::StoreError::Taken) when another group of the tenant has the name.
    pub async fn insert_group(&self, it: &Group) -> Result<()> {
        group::Entity::insert(to_row(it))
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// Writes the changed state of a group that was found for change.
    ///
    /// # Errors
    /// As [`insert_group`](Self::insert_group).
    pub async fn replace_group(&self, it: &Group) -> Result<()> {
        group::Entity::update(to_row(it))
            .validate()?
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// Removes a group; its members stay as people.
    pub async fn delete_group(&self, id: Uuid) -> Result<()> {
        group::Entity::delete_by_id(id).exec(&self.inner).await?;
        Ok(())
    }

    /// Puts a user into a group, and gives whether that is news.
    pub async fn insert_member(
        &self,
        group_id: Uuid,
        user_id: Uuid,
        now: Timestamp,
    ) -> Result<bool> {
        let row = group_member::ActiveModel {
            group_id: Set(group_id),
            user_id: Set(user_id),
            added_at: Set(now.unix()),
        };
        let inserted = group_member::Entity::insert(row)
            .on_conflict(
                OnConflict::columns([group_member::Column::GroupId, group_member::Column::UserId])
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(&self.inner)
            .await?;
        Ok(inserted > 0)
    }

    /// Takes a user out of a group, and gives whether that is news.
    pub async fn delete_member(&self, group_id: Uuid, user_id: Uuid) -> Result<bool> {
        let deleted = group_member::Entity::delete_many()
            .filter(group_member::Column::GroupId.eq(group_id))
            .filter(group_member::Column::UserId.eq(user_id))
            .exec(&self.inner)
            .await?;
        Ok(deleted.rows_affected > 0)
    }

    /// Takes a user out of all groups.
    pub async fn delete_memberships(&self, user_id: Uuid) -> Result<()> {
        group_member::Entity::delete_many()
            .filter(group_member::Column::UserId.eq(user_id))
            .exec(&self.inner)
            .await?;
        Ok(())
    }
}
