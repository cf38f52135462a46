//! Who holds which role or permission where.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, TryGetableFromJson,
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    Result, Store, StoreError, Transaction,
    entity::{assignment, community, role},
    role::read as read_role,
};
use crate::domain::{
    assignment::{Assigned, Assignment, Assignments, CommunityName},
    permission::Permission,
    role::Role,
};

/// What is said of one thing that a principal holds.
#[derive(Deserialize)]
struct Holding {
    tenant_id: Uuid,
    community_id: Option<Uuid>,
    role: Option<Uuid>,
    permission: Option<String>,
}

/// All that a principal holds, as a value of [`HOLDINGS_OF_SQLITE`] or [`HOLDINGS_OF_POSTGRES`].
#[derive(Default, Deserialize)]
pub(super) struct Holdings(Vec<Holding>);

impl TryGetableFromJson for Holdings {}

/// Rows of `assignment` as [`Holdings`]: in the order of the fields of a holding.
pub(super) const HOLDINGS_OF_SQLITE: &str = "json_group_array(json_array(hex(tenant_id), \
    nullif(hex(community_id), ''), nullif(hex(role), ''), permission))";
/// As [`HOLDINGS_OF_SQLITE`].
pub(super) const HOLDINGS_OF_POSTGRES: &str =
    "json_agg(json_build_array(tenant_id, community_id, role, permission))";

/// What each of `principals` holds.
async fn of(
    principals: Vec<Uuid>,
    on: &impl ConnectionTrait,
) -> Result<HashMap<Uuid, Assignments>> {
    let rows = assignment::Entity::find()
        .filter(assignment::Column::Principal.is_in(principals))
        .all(on)
        .await?;
    let mut held: HashMap<Uuid, Holdings> = HashMap::new();
    for row in rows {
        held.entry(row.principal).or_default().0.push(Holding {
            tenant_id: row.tenant_id,
            community_id: row.community_id,
            role: row.role,
            permission: row.permission,
        });
    }
    let (principals, held): (Vec<Uuid>, Vec<Holdings>) = held.into_iter().unzip();
    let held = with_names(held, on).await?;
    Ok(principals.into_iter().zip(held).collect())
}

/// What some principals hold, with its roles and communities.
pub(super) async fn with_names(
    held: Vec<Holdings>,
    on: &impl ConnectionTrait,
) -> Result<Vec<Assignments>> {
    let all = || held.iter().flat_map(|it| &it.0);
    let mut roles: HashMap<Uuid, Role> = HashMap::new();
    let ids: Vec<Uuid> = all().filter_map(|it| it.role).collect();
    if !ids.is_empty() {
        let found = role::Entity::find()
            .filter(role::Column::Id.is_in(ids))
            .all(on)
            .await?;
        for row in found {
            roles.insert(row.id, read_role(row)?);
        }
    }
    let mut communities: HashMap<Uuid, CommunityName> = HashMap::new();
    let ids: Vec<Uuid> = all().filter_map(|it| it.community_id).collect();
    if !ids.is_empty() {
        let found = community::Entity::find()
            .filter(community::Column::Id.is_in(ids))
            .all(on)
            .await?;
        communities.extend(found.into_iter().map(|row| {
            let name = CommunityName {
                id: row.id,
                key: row.key,
            };
            (row.id, name)
        }));
    }
    let named = |it: Holding| {
        let community = it.community_id.and_then(|it| communities.get(&it).cloned());
        let role = it.role.and_then(|it| roles.get(&it).cloned());
        let what = match (role, it.permission) {
            (Some(role), _) => Assigned::Role(role),
            (None, Some(permission)) => Assigned::Permission(
                permission
                    .parse()
                    .map_err(|_| StoreError::unreadable("assignment"))?,
            ),
            (None, None) => Assigned::Tenant,
        };
        Ok(Assignment {
            tenant_id: it.tenant_id,
            community,
            what,
        })
    };
    held.into_iter()
        .map(|it| it.0.into_iter().map(named).collect())
        .collect()
}

async fn of_one(principal: Uuid, on: &impl ConnectionTrait) -> Result<Assignments> {
    let mut all = of(vec![principal], on).await?;
    Ok(all.remove(&principal).unwrap_or_default())
}

fn row(principal: Uuid, tenant_id: Uuid) -> assignment::ActiveModel {
    assignment::ActiveModel {
        id: Set(Uuid::now_v7()),
        principal: Set(principal),
        tenant_id: Set(tenant_id),
        community_id: Set(None),
        role: Set(None),
        permission: Set(None),
    }
}

impl Store {
    /// What a principal holds, everywhere.
    pub async fn list_assignments(&self, principal: Uuid) -> Result<Assignments> {
        of_one(principal, &self.reads).await
    }

    /// What each of these principals holds; one that holds nothing is left out.
    pub async fn list_assignments_of(
        &self,
        principals: Vec<Uuid>,
    ) -> Result<HashMap<Uuid, Assignments>> {
        of(principals, &self.reads).await
    }
}

impl Transaction {
    /// As [`Store::list_assignments_of`].
    pub async fn list_assignments_of(
        &self,
        principals: Vec<Uuid>,
    ) -> Result<HashMap<Uuid, Assignments>> {
        of(principals, &self.inner).await
    }

    /// As [`Store::list_assignments`].
    pub async fn list_assignments(&self, principal: Uuid) -> Result<Assignments> {
        of_one(principal, &self.inner).await
    }

    /// Replaces the permissions given straight to a principal in a tenant. The caller touches the client.
    pub async fn replace_permissions(
        &self,
        principal: Uuid,
        tenant_id: Uuid,
        permissions: impl Iterator<Item = Permission> + Send,
    ) -> Result<()> {
        assignment::Entity::delete_many()
            .filter(assignment::Column::Principal.eq(principal))
            .filter(assignment::Column::TenantId.eq(tenant_id))
            .filter(assignment::Column::Permission.is_not_null())
            .exec(&self.inner)
            .await?;
        let rows: Vec<_> = permissions
            .map(|permission| assignment::ActiveModel {
                permission: Set(Some(permission.to_string())),
                ..row(principal, tenant_id)
            })
            .collect();
        self.insert_assignments(rows).await
    }

    /// Replaces the roles of a principal in a tenant and in the communities it reaches by way of that, each as
    /// community and role. The caller touches the client.
    pub async fn replace_roles(
        &self,
        principal: Uuid,
        tenant_id: Uuid,
        roles: &[(Option<Uuid>, Uuid)],
    ) -> Result<()> {
        assignment::Entity::delete_many()
            .filter(assignment::Column::Principal.eq(principal))
            .filter(assignment::Column::TenantId.eq(tenant_id))
            .filter(assignment::Column::Role.is_not_null())
            .exec(&self.inner)
            .await?;
        let rows: Vec<_> = roles
            .iter()
            .map(|(community_id, role)| assignment::ActiveModel {
                community_id: Set(*community_id),
                role: Set(Some(*role)),
                ..row(principal, tenant_id)
            })
            .collect();
        self.insert_assignments(rows).await
    }

    /// Replaces the tenants of a principal besides `home`, with all that it holds there: each as tenant, community and
    /// role; without a role it is the tenant alone. The caller touches the client.
    pub async fn replace_further_tenants(
        &self,
        principal: Uuid,
        home: Uuid,
        rows: &[(Uuid, Option<Uuid>, Option<Uuid>)],
    ) -> Result<()> {
        assignment::Entity::delete_many()
            .filter(assignment::Column::Principal.eq(principal))
            .filter(assignment::Column::TenantId.ne(home))
            .exec(&self.inner)
            .await?;
        let rows: Vec<_> = rows
            .iter()
            .map(|(tenant_id, community_id, role)| assignment::ActiveModel {
                community_id: Set(*community_id),
                role: Set(*role),
                ..row(principal, *tenant_id)
            })
            .collect();
        self.insert_assignments(rows).await
    }

    /// Takes from a principal all it holds in a tenant. The caller touches the client.
    pub async fn delete_assignments_in(&self, principal: Uuid, tenant_id: Uuid) -> Result<()> {
        assignment::Entity::delete_many()
            .filter(assignment::Column::Principal.eq(principal))
            .filter(assignment::Column::TenantId.eq(tenant_id))
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    /// Replaces the roles of a principal in one community, which it reaches by way of a tenant.
    pub async fn replace_community_roles(
        &self,
        principal: Uuid,
        tenant_id: Uuid,
        community_id: Uuid,
        roles: &[Uuid],
    ) -> Result<()> {
        assignment::Entity::delete_many()
            .filter(assignment::Column::Principal.eq(principal))
            .filter(assignment::Column::TenantId.eq(tenant_id))
            .filter(assignment::Column::CommunityId.eq(community_id))
            .exec(&self.inner)
            .await?;
        let rows: Vec<_> = roles
            .iter()
            .map(|role| assignment::ActiveModel {
                community_id: Set(Some(community_id)),
                role: Set(Some(*role)),
                ..row(principal, tenant_id)
            })
            .collect();
        self.insert_assignments(rows).await
    }

    async fn insert_assignments(&self, rows: Vec<assignment::ActiveModel>) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        assignment::Entity::insert_many(rows)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }
}
