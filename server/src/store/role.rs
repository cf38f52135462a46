//! Roles.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use serde_json::json;
use uuid::Uuid;

use super::{Result, Store, StoreError, Transaction, entity::role, group::page};
use crate::domain::{
    page::{Limit, Page},
    permission::PermissionSet,
    role::{Role, RoleScope},
    timestamp::Timestamp,
    version::Version,
};

pub(super) fn read(row: role::Model) -> Result<Role> {
    let unreadable = || StoreError::unreadable("role");
    let permissions: Vec<String> =
        serde_json::from_value(row.permissions).map_err(|_| unreadable())?;
    let permissions = permissions
        .iter()
        .map(|it| it.parse())
        .collect::<std::result::Result<PermissionSet, _>>()
        .map_err(|_| unreadable())?;
    Ok(Role {
        id: row.id,
        scope: match row.scope.as_str() {
            "tenant" => RoleScope::Tenant(row.tenant_id),
            "community" => RoleScope::Community(row.community_id),
            "global" => RoleScope::Global,
            _ => return Err(unreadable()),
        },
        key: row.key,
        name: row.name,
        description: row.description,
        permissions,
        built_in: row.built_in,
        created_at: Timestamp::from_unix_clamped(row.created_at),
        updated_at: Timestamp::from_unix_clamped(row.updated_at),
        version: Version(row.version),
    })
}

fn to_row(role: &Role) -> role::ActiveModel {
    let permissions: Vec<String> = role.permissions.iter().map(|it| it.to_string()).collect();
    role::ActiveModel {
        id: Set(role.id),
        tenant_id: Set(match role.scope {
            RoleScope::Tenant(owner) => owner,
            _ => None,
        }),
        community_id: Set(match role.scope {
            RoleScope::Community(owner) => owner,
            _ => None,
        }),
        scope: Set(role.scope.as_str().to_owned()),
        key: Set(role.key.clone()),
        name: Set(role.name.clone()),
        description: Set(role.description.clone()),
        permissions: Set(json!(permissions)),
        built_in: Set(role.built_in),
        created_at: Set(role.created_at.unix()),
        updated_at: Set(role.updated_at.unix()),
        version: Set(role.version.0),
    }
}

/// Which communities' roles are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleReach {
    /// Those of the communities that the tenant is a member of.
    Tenant,
    /// Those of all communities.
    EveryCommunity,
}

/// Where a page of roles ends: built-in ones come last.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RoleKey {
    built_in: bool,
    scope: String,
    key: String,
    /// Decides between those of several communities.
    id: Uuid,
}

/// What roles are listed by.
const ORDER: [role::Column; 4] = [
    role::Column::BuiltIn,
    role::Column::Scope,
    role::Column::Key,
    role::Column::Id,
];

/// The roles of a tenant, those of communities within `reach`, and everybody's.
fn seen_by(tenant_id: Uuid, reach: RoleReach) -> Select<role::Entity> {
    let communities = match reach {
        RoleReach::Tenant => {
            role::Column::CommunityId.in_subquery(super::community::of_tenant(tenant_id))
        }
        RoleReach::EveryCommunity => role::Column::CommunityId.is_not_null(),
    };
    let everybodys = Condition::all()
        .add(role::Column::TenantId.is_null())
        .add(role::Column::CommunityId.is_null());
    let seen = Condition::any()
        .add(role::Column::TenantId.eq(tenant_id))
        .add(communities)
        .add(everybodys);
    let roles = role::Entity::find().filter(seen);
    ORDER.into_iter().fold(roles, QueryOrder::order_by_asc)
}

async fn all(tenant_id: Uuid, reach: RoleReach, on: &impl ConnectionTrait) -> Result<Vec<Role>> {
    let rows = seen_by(tenant_id, reach).all(on).await?;
    rows.into_iter().map(read).collect()
}

async fn find(
    tenant_id: Uuid,
    reach: RoleReach,
    reference: &str,
    on: &impl ConnectionTrait,
) -> Result<Option<Role>> {
    let named = match Uuid::try_parse(reference) {
        Ok(id) => Condition::all().add(role::Column::Id.eq(id)),
        Err(_) => Condition::all()
            .add(role::Column::Key.eq(reference))
            .add(role::Column::CommunityId.is_null())
            .add(role::Column::Scope.ne(RoleScope::Community(None).as_str())),
    };
    let row = seen_by(tenant_id, reach).filter(named).one(on).await?;
    row.map(read).transpose()
}

impl Store {
    /// The roles of a tenant, those of communities within `reach`, and everybody's, page by page: built-in ones last.
    pub async fn list_roles(
        &self,
        tenant_id: Uuid,
        reach: RoleReach,
        after: Option<&RoleKey>,
        limit: Limit,
    ) -> Result<Page<Role, RoleKey>> {
        let behind = after.map(|it| {
            let place = [
                Expr::val(it.built_in),
                Expr::val(&it.scope),
                Expr::val(&it.key),
                Expr::val(it.id),
            ];
            Expr::tuple(ORDER.map(Expr::col)).gt(Expr::tuple(place))
        });
        let rows = seen_by(tenant_id, reach)
            .filter(Condition::all().add_option(behind))
            .limit(limit.rows() + 1)
            .all(&self.reads)
            .await?;
        let roles = rows.into_iter().map(read).collect::<Result<Vec<_>>>()?;
        Ok(page(roles, limit, |it: &Role| RoleKey {
            built_in: it.built_in,
            scope: it.scope.as_str().to_owned(),
            key: it.key.clone(),
            id: it.id,
        }))
    }

    /// As [`list_roles`](Self::list_roles), but all of them.
    pub async fn list_all_roles(&self, tenant_id: Uuid, reach: RoleReach) -> Result<Vec<Role>> {
        all(tenant_id, reach, &self.reads).await
    }

    /// One of them by its uuid, or by its key where the tenant itself gives it.
    pub async fn find_role(
        &self,
        tenant_id: Uuid,
        reach: RoleReach,
        reference: &str,
    ) -> Result<Option<Role>> {
        find(tenant_id, reach, reference, &self.reads).await
    }
}

impl Transaction {
    /// The roles that can be given in a community: its own, and those of every community.
    pub async fn list_roles_of_community(&self, community_id: Uuid) -> Result<Vec<Role>> {
        role::Entity::find()
            .filter(role::Column::Scope.eq(RoleScope::Community(None).as_str()))
            .filter(
                Condition::any()
                    .add(role::Column::CommunityId.is_null())
                    .add(role::Column::CommunityId.eq(community_id)),
            )
            .all(&self.inner)
            .await?
            .into_iter()
            .map(read)
            .collect()
    }

    /// As [`Store::list_all_roles`].
    pub async fn list_all_roles(&self, tenant_id: Uuid, reach: RoleReach) -> Result<Vec<Role>> {
        all(tenant_id, reach, &self.inner).await
    }

    /// As [`Store::find_role`].
    pub async fn find_role(
        &self,
        tenant_id: Uuid,
        reach: RoleReach,
        reference: &str,
    ) -> Result<Option<Role>> {
        find(tenant_id, reach, reference, &self.inner).await
    }

    /// Adds the built-in roles that are missing, and brings those that are there up to date.
    pub async fn insert_built_in_roles(&self, now: Timestamp) -> Result<()> {
        let rows = Role::built_in(now).iter().map(to_row).collect::<Vec<_>>();
        let update = OnConflict::column(role::Column::Id)
            .update_columns([
                role::Column::Name,
                role::Column::Description,
                role::Column::Permissions,
            ])
            .to_owned();
        role::Entity::insert_many(rows)
            .on_conflict(update)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// Adds a role.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when its key is.
    pub async fn insert_role(&self, role: &Role) -> Result<()> {
        role::Entity::insert(to_row(role))
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// Writes the changed state of a role.
    pub async fn replace_role(&self, role: &Role) -> Result<()> {
        role::Entity::update(to_row(role))
            .validate()?
            .exec_without_returning(&self.inner)
            .await?;
        self.touch_all();
        Ok(())
    }

    /// Removes a role from everybody who has it.
    pub async fn delete_role(&self, id: Uuid) -> Result<()> {
        role::Entity::delete_by_id(id).exec(&self.inner).await?;
        self.touch_all();
        Ok(())
    }
}
