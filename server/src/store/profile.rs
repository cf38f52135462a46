//! Profiles.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
    sea_query::{LockType, NullOrdering},
};
use uuid::Uuid;

use super::{
    Result, Store, StoreError, Transaction,
    entity::{assignment, client, profile},
};
use crate::domain::{
    permission::Permission, profile::Profile, timestamp::Timestamp, version::Version,
};

fn read(row: profile::Model) -> Result<Profile> {
    let changed = row.updated_at.unwrap_or(row.created_at);
    Ok(Profile {
        id: row.id,
        key: row.key,
        name: row.name,
        description: row.description,
        tenant_id: row.tenant_id,
        rules: serde_json::from_value(row.rules).map_err(|_| StoreError::unreadable("profile"))?,
        created_at: Timestamp::from_unix_clamped(row.created_at),
        updated_at: Timestamp::from_unix_clamped(changed),
        version: Version(row.version),
    })
}

fn to_row(profile: Profile) -> Result<profile::ActiveModel> {
    let rules = serde_json::to_value(profile.rules);
    Ok(profile::ActiveModel {
        id: Set(profile.id),
        tenant_id: Set(profile.tenant_id),
        key: Set(profile.key),
        name: Set(profile.name),
        description: Set(profile.description),
        rules: Set(rules.map_err(|_| StoreError::unreadable("profile"))?),
        created_at: Set(profile.created_at.unix()),
        updated_at: Set(Some(profile.updated_at.unix())),
        version: Set(profile.version.0),
    })
}

/// The profiles a tenant sees: its own and the built-in ones.
fn seen_by(tenant_id: Uuid) -> Condition {
    Condition::any()
        .add(profile::Column::TenantId.eq(tenant_id))
        .add(profile::Column::TenantId.is_null())
}

/// The one row of a key that counts in a tenant: its own goes before a built-in one.
fn named(tenant_id: Uuid, key: &str) -> Select<profile::Entity> {
    profile::Entity::find()
        .filter(seen_by(tenant_id))
        .filter(profile::Column::Key.eq(key))
        .order_by_with_nulls(
            profile::Column::TenantId,
            sea_orm::Order::Asc,
            NullOrdering::Last,
        )
}

async fn one(query: Select<profile::Entity>, on: &impl ConnectionTrait) -> Result<Option<Profile>> {
    query.one(on).await?.map(read).transpose()
}

async fn all(tenant_id: Uuid, on: &impl ConnectionTrait) -> Result<Vec<Profile>> {
    let rows = profile::Entity::find()
        .filter(seen_by(tenant_id))
        .order_by_asc(profile::Column::Key)
        .order_by_with_nulls(
            profile::Column::TenantId,
            sea_orm::Order::Asc,
            NullOrdering::Last,
        )
        .all(on)
        .await?;
    let mut profiles: Vec<Profile> = Vec::new();
    for row in rows {
        // A tenant's own row stands before the built-in one of the same key, and in its place.
        if profiles.last().is_none_or(|it| it.key != row.key) {
            profiles.push(read(row)?);
        }
    }
    Ok(profiles)
}

/// How many clients have a profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Users {
    /// Clients that are there.
    pub live: u64,
    /// Deleted ones that can still be restored.
    pub deleted: u64,
}

impl Store {
    /// The profile that `key` names in a tenant; its own goes before a built-in one.
    pub async fn find_profile(&self, tenant_id: Uuid, key: &str) -> Result<Option<Profile>> {
        one(named(tenant_id, key), &self.reads).await
    }

    /// All profiles that a tenant sees, by key.
    pub async fn list_profiles(&self, tenant_id: Uuid) -> Result<Vec<Profile>> {
        all(tenant_id, &self.reads).await
    }
}

impl Transaction {
    /// As [`Store::find_profile`]; nobody deletes it until the transaction ends.
    pub async fn find_profile(&self, tenant_id: Uuid, key: &str) -> Result<Option<Profile>> {
        let query = named(tenant_id, key).lock(LockType::KeyShare);
        one(query, &self.inner).await
    }

    /// As [`Store::find_profile`], and locked until the transaction ends.
    pub async fn find_profile_for_change(
        &self,
        tenant_id: Uuid,
        key: &str,
    ) -> Result<Option<Profile>> {
        one(named(tenant_id, key).lock_exclusive(), &self.inner).await
    }

    /// As [`Store::list_profiles`].
    pub async fn list_profiles(&self, tenant_id: Uuid) -> Result<Vec<Profile>> {
        all(tenant_id, &self.inner).await
    }

    /// The profiles of all tenants, and the built-in ones.
    pub async fn list_every_profile(&self) -> Result<Vec<Profile>> {
        let rows = profile::Entity::find().all(&self.inner).await?;
        rows.into_iter().map(read).collect()
    }

    /// Adds the built-in profiles that are missing, and gives those that are there the rules of this version.
    pub async fn insert_built_in_profiles(&self, now: Timestamp) -> Result<()> {
        let there = profile::Entity::find()
            .filter(profile::Column::TenantId.is_null())
            .all(&self.inner)
            .await?;
        for mut profile in Profile::built_in(now) {
            let Some(old) = there.iter().find(|it| it.key == profile.key) else {
                profile::Entity::insert(to_row(profile)?)
                    .exec_without_returning(&self.inner)
                    .await?;
                continue;
            };
            let old = read(old.clone())?;
            if old.rules != profile.rules {
                profile.id = old.id;
                profile.created_at = old.created_at;
                profile.version = old.version.next();
                profile::Entity::update(to_row(profile)?)
                    .validate()?
                    .exec_without_returning(&self.inner)
                    .await?;
            }
        }
        Ok(())
    }

    /// Adds a profile of a tenant: a custom one, or its own policy for a built-in one.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the tenant has one with this key.
    pub async fn insert_profile(&self, profile: &Profile) -> Result<()> {
        profile::Entity::insert(to_row(profile.clone())?)
            .exec_without_returning(&self.inner)
            .await?;
        self.touch_all();
        Ok(())
    }

    /// Writes the changed state of a tenant's profile.
    pub async fn replace_profile(&self, profile: &Profile) -> Result<()> {
        profile::Entity::update(to_row(profile.clone())?)
            .validate()?
            .exec_without_returning(&self.inner)
            .await?;
        self.touch_all();
        Ok(())
    }

    /// Removes a tenant's profile that no client has, with the permissions that were given straight to principals for
    /// its clients: a later profile of the same key inherits nothing.
    pub async fn delete_profile(&self, profile: &Profile) -> Result<()> {
        let permissions = [
            Permission::view(&profile.key),
            Permission::change(&profile.key),
        ];
        assignment::Entity::delete_many()
            .filter(assignment::Column::TenantId.eq(profile.tenant_id))
            .filter(assignment::Column::Permission.is_in(permissions.map(|it| it.to_string())))
            .exec(&self.inner)
            .await?;
        profile::Entity::delete_by_id(profile.id)
            .exec(&self.inner)
            .await?;
        self.touch_all();
        Ok(())
    }

    /// How many clients of a tenant have the profile of this key.
    pub async fn count_users_of_profile(&self, tenant_id: Uuid, key: &str) -> Result<Users> {
        let of_profile = client::Entity::find()
            .filter(client::Column::TenantId.eq(tenant_id))
            .filter(client::Column::Profile.eq(key));
        let all = of_profile.clone().count(&self.inner).await?;
        let live = of_profile
            .filter(client::Column::DeletedAt.is_null())
            .count(&self.inner)
            .await?;
        Ok(Users {
            live,
            deleted: all.saturating_sub(live),
        })
    }
}
