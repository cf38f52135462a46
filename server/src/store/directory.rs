//! The clients that tenants show to their communities.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::OnConflict,
};
use uuid::Uuid;

use super::{
    Result, Store, Transaction,
    client::read,
    entity::{client, community_client},
};
use crate::domain::{
    community::SharedClient,
    page::{Limit, Page},
    timestamp::Timestamp,
};

impl Store {
    /// A page of the clients in the directory of a community, after the one with the uuid `after`.
    pub async fn list_shared_clients(
        &self,
        community_id: Uuid,
        after: Option<Uuid>,
        limit: Limit,
    ) -> Result<Page<SharedClient, Uuid>> {
        let mut query = community_client::Entity::find()
            .filter(community_client::Column::CommunityId.eq(community_id));
        if let Some(client) = after {
            query = query.filter(community_client::Column::Client.gt(client));
        }
        let rows = query
            .order_by_asc(community_client::Column::Client)
            .limit(limit.rows() + 1)
            .all(&self.reads)
            .await?;
        let page = Page::of(rows, limit, |it| it.client);
        let ids = page.items.iter().map(|it| it.client);
        let found = client::Entity::find()
            .filter(client::Column::Id.is_in(ids))
            .filter(client::Column::DeletedAt.is_null())
            .all(&self.reads)
            .await?;
        let tenants = found.iter().map(|it| it.tenant_id).collect();
        let tenants = self.list_tenants_by_id(tenants).await?;
        let mut items = Vec::with_capacity(found.len());
        for row in found {
            let shared = page.items.iter().find(|it| it.client == row.id);
            if let (Some(shared), Some(tenant)) = (shared, tenants.get(&row.tenant_id)) {
                items.push(SharedClient {
                    client: read(row)?,
                    tenant: tenant.clone(),
                    shared_at: Timestamp::from_unix_clamped(shared.shared_at),
                });
            }
        }
        items.sort_unstable_by_key(|it| it.client.id);
        Ok(Page {
            items,
            next: page.next,
            total: None,
        })
    }
}

impl Transaction {
    /// Puts a client into the directory of a community, and gives whether it was not there before.
    pub async fn insert_shared_client(
        &self,
        community_id: Uuid,
        client: Uuid,
        tenant_id: Uuid,
        now: Timestamp,
    ) -> Result<bool> {
        let row = community_client::ActiveModel {
            community_id: Set(community_id),
            client: Set(client),
            tenant_id: Set(tenant_id),
            shared_at: Set(now.unix()),
        };
        let there = OnConflict::columns([
            community_client::Column::CommunityId,
            community_client::Column::Client,
        ])
        .do_nothing()
        .to_owned();
        let added = community_client::Entity::insert(row)
            .on_conflict(there)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(added > 0)
    }

    /// Takes a client out of the directory of a community, and gives whether it was there.
    pub async fn delete_shared_client(&self, community_id: Uuid, client: Uuid) -> Result<bool> {
        let removed = community_client::Entity::delete_by_id((community_id, client))
            .exec(&self.inner)
            .await?;
        Ok(removed.rows_affected > 0)
    }
}
