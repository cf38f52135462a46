//! Who holds roles in a community.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Result, Store, Transaction,
    entity::{assignment, client, group, role, user},
};
use crate::domain::{
    community::{CommunityMember, Principal},
    page::{Limit, Page},
    user::UserStatus,
};

/// Where a page of the members of a community ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberKey {
    /// What holds the roles.
    pub principal: Uuid,
    /// The tenant it comes from.
    pub tenant: Uuid,
}

fn of_community(community_id: Uuid) -> Select<assignment::Entity> {
    assignment::Entity::find()
        .filter(assignment::Column::CommunityId.eq(community_id))
        .filter(assignment::Column::Role.is_not_null())
}

impl Store {
    /// A page of those who hold roles in a community, in no order that means anything.
    pub async fn list_community_members(
        &self,
        community_id: Uuid,
        after: Option<&MemberKey>,
        limit: Limit,
    ) -> Result<Page<CommunityMember, MemberKey>> {
        let columns = [assignment::Column::Principal, assignment::Column::TenantId];
        let mut query = of_community(community_id)
            .select_only()
            .columns(columns)
            .distinct();
        if let Some(key) = after {
            let here = Expr::tuple(columns.map(Expr::col));
            let there = Expr::tuple([Expr::val(key.principal), Expr::val(key.tenant)]);
            query = query.filter(here.gt(there));
        }
        let keys: Vec<(Uuid, Uuid)> = query
            .order_by_asc(assignment::Column::Principal)
            .order_by_asc(assignment::Column::TenantId)
            .limit(limit.rows() + 1)
            .into_tuple()
            .all(&self.reads)
            .await?;
        let page = Page::of(keys, limit, |(principal, tenant)| MemberKey {
            principal: *principal,
            tenant: *tenant,
        });
        let principals: Vec<Uuid> = page.items.iter().map(|it| it.0).collect();
        let roles = self.community_roles(community_id, &principals).await?;
        let names = self.principals(&principals).await?;
        let tenants = page.items.iter().map(|it| it.1).collect();
        let tenants = self.list_tenants_by_id(tenants).await?;
        let member = |(principal, tenant): &(Uuid, Uuid)| {
            // Who was deleted since holds nothing.
            let (what, name) = names.get(principal)?;
            Some(CommunityMember {
                principal: *what,
                name: name.clone(),
                tenant: tenants.get(tenant)?.clone(),
                roles: roles.get(&(*principal, *tenant))?.clone(),
            })
        };
        Ok(Page {
            items: page.items.iter().filter_map(member).collect(),
            next: page.next,
            total: page.total,
        })
    }

    /// The keys of the roles of each of these in a community, in order.
    async fn community_roles(
        &self,
        community_id: Uuid,
        principals: &[Uuid],
    ) -> Result<HashMap<(Uuid, Uuid), Vec<String>>> {
        let held = of_community(community_id)
            .filter(assignment::Column::Principal.is_in(principals.iter().copied()))
            .all(&self.reads)
            .await?;
        let ids = held.iter().filter_map(|it| it.role);
        let keys: HashMap<Uuid, String> = role::Entity::find()
            .filter(role::Column::Id.is_in(ids))
            .all(&self.reads)
            .await?
            .into_iter()
            .map(|it| (it.id, it.key))
            .collect();
        let mut roles: HashMap<(Uuid, Uuid), Vec<String>> = HashMap::new();
        for row in held {
            let key = row.role.and_then(|it| keys.get(&it)).cloned();
            let all = roles.entry((row.principal, row.tenant_id)).or_default();
            all.extend(key);
            all.sort_unstable();
        }
        Ok(roles)
    }

    /// What these are, with their names.
    pub(super) async fn principals(
        &self,
        ids: &[Uuid],
    ) -> Result<HashMap<Uuid, (Principal, String)>> {
        let all = || ids.iter().copied();
        let clients = client::Entity::find()
            .select_only()
            .columns([
                client::Column::Id,
                client::Column::ServiceUserId,
                client::Column::Name,
            ])
            .filter(client::Column::ServiceUserId.is_in(all()))
            .filter(client::Column::DeletedAt.is_null())
            .into_tuple::<(Uuid, Uuid, String)>()
            .all(&self.reads)
            .await?;
        let users = user::Entity::find()
            .select_only()
            .columns([user::Column::Id, user::Column::Name])
            .filter(user::Column::Id.is_in(all()))
            .into_tuple::<(Uuid, String)>()
            .all(&self.reads)
            .await?;
        let groups = group::Entity::find()
            .select_only()
            .columns([group::Column::Id, group::Column::Name])
            .filter(group::Column::Id.is_in(all()))
            .into_tuple::<(Uuid, String)>()
            .all(&self.reads)
            .await?;
        let mut found = HashMap::new();
        for (client, service_user, name) in clients {
            let principal = Principal::Client {
                client,
                service_user,
            };
            found.insert(service_user, (principal, name));
        }
        found.extend(
            users
                .into_iter()
                .map(|(id, name)| (id, (Principal::User(id), name))),
        );
        found.extend(
            groups
                .into_iter()
                .map(|(id, name)| (id, (Principal::Group(id), name))),
        );
        Ok(found)
    }
}

impl Transaction {
    /// The client, person or group with this id: what it is, its name, and its tenant. One that is gone is not found.
    pub async fn find_principal(&self, id: Uuid) -> Result<Option<(Principal, String, Uuid)>> {
        let found = client::Entity::find_by_id(id)
            .filter(client::Column::DeletedAt.is_null())
            .one(&self.inner)
            .await?;
        if let Some(row) = found {
            let principal = Principal::Client {
                client: row.id,
                service_user: row.service_user_id,
            };
            return Ok(Some((principal, row.name, row.tenant_id)));
        }
        let gone = UserStatus::Anonymized.as_str();
        let found = user::Entity::find_by_id(id)
            .filter(user::Column::Status.ne(gone))
            .one(&self.inner)
            .await?;
        if let Some(row) = found {
            return Ok(Some((Principal::User(row.id), row.name, row.tenant_id)));
        }
        let found = group::Entity::find_by_id(id).one(&self.inner).await?;
        Ok(found.map(|row| (Principal::Group(row.id), row.name, row.tenant_id)))
    }
}
