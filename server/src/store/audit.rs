//! The audit trail.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};
use serde_json::Value;
use uuid::Uuid;

use super::{Result, Store, StoreError, Transaction, entity::audit};
use crate::domain::{
    audit::{AuditEvent, FieldChange},
    page::{Limit, Page},
    timestamp::Timestamp,
};

/// Which events a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Only those about this client or a part of it.
    pub client: Option<Uuid>,
    /// Only those by this actor.
    pub actor: Option<Uuid>,
    /// Only those about this object, of any kind.
    pub object: Option<Uuid>,
    /// Only those of this action.
    pub action: Option<String>,
    /// Only those at or after this moment.
    pub since: Option<Timestamp>,
    /// Only those before this moment.
    pub before: Option<Timestamp>,
}

/// An event as it was written down.
#[derive(Clone, Debug)]
pub struct AuditRow {
    /// See [`AuditEvent`].
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// `client`, `user` or `system`.
    pub actor_kind: String,
    /// The actor's id.
    pub actor_id: Uuid,
    /// The actor's name at that moment.
    pub actor_name: String,
    /// From which address.
    pub ip: Option<String>,
    /// By which program.
    pub user_agent: Option<String>,
    /// In which request.
    pub request_id: String,
    /// What was done.
    pub action: String,
    /// The kind of object.
    pub object_kind: String,
    /// The object's id.
    pub object_id: Uuid,
    /// The object's name at that moment.
    pub object_name: String,
    /// The client it belongs to.
    pub client: Option<Uuid>,
    /// The fields that changed.
    pub changes: Vec<FieldChange>,
}

fn read(row: audit::Model) -> Result<AuditRow> {
    Ok(AuditRow {
        id: row.id,
        at: Timestamp::from_unix_clamped(row.at),
        actor_kind: row.actor_kind,
        actor_id: row.actor_id,
        actor_name: row.actor_name,
        ip: row.ip,
        user_agent: row.user_agent,
        request_id: row.request_id,
        action: row.action,
        object_kind: row.object_kind,
        object_id: row.object_id,
        object_name: row.object_name,
        client: row.client,
        changes: serde_json::from_value(row.changes)
            .map_err(|_| StoreError::unreadable("audit event"))?,
    })
}

impl Store {
    /// Events of a tenant, newest first. The key of a page's end is the id of its last event.
    pub async fn list_audit(
        &self,
        tenant_id: Uuid,
        filter: &AuditFilter,
        after: Option<Uuid>,
        limit: Limit,
    ) -> Result<Page<AuditRow, Uuid>> {
        let mut query = audit::Entity::find().filter(audit::Column::TenantId.eq(tenant_id));
        if let Some(client) = filter.client {
            query = query.filter(audit::Column::Client.eq(client));
        }
        if let Some(actor) = filter.actor {
            query = query.filter(audit::Column::ActorId.eq(actor));
        }
        if let Some(object) = filter.object {
            query = query.filter(audit::Column::ObjectId.eq(object));
        }
        if let Some(action) = &filter.action {
            query = query.filter(audit::Column::Action.eq(action));
        }
        if let Some(since) = filter.since {
            query = query.filter(audit::Column::At.gte(since.unix()));
        }
        if let Some(before) = filter.before {
            query = query.filter(audit::Column::At.lt(before.unix()));
        }
        if let Some(after) = after {
            query = query.filter(audit::Column::Id.lt(after));
        }
        let rows = query
            .order_by_desc(audit::Column::Id)
            .limit(limit.rows() + 1)
            .all(&self.reads)
            .await?;
        let more = rows.len() as u64 > limit.rows();
        let items = rows
            .into_iter()
            .take(usize::try_from(limit.rows()).unwrap_or(usize::MAX))
            .map(read)
            .collect::<Result<Vec<_>>>()?;
        Ok(Page {
            next: items.last().filter(|_| more).map(|it| it.id),
            items,
            total: None,
        })
    }
}

impl Transaction {
    /// Writes an event down.
    pub async fn insert_audit(&self, event: &AuditEvent) -> Result<()> {
        let changes = serde_json::to_value(&event.changes).unwrap_or(Value::Null);
        let row = audit::ActiveModel {
            id: Set(event.id),
            tenant_id: Set(event.tenant_id),
            at: Set(event.at.unix()),
            actor_kind: Set(event.actor.kind.as_str().to_owned()),
            actor_id: Set(event.actor.id),
            actor_name: Set(event.actor.name.clone()),
            ip: Set(event.origin.ip.map(|it| it.to_string())),
            user_agent: Set(event.origin.user_agent.clone()),
            request_id: Set(event.origin.request_id.clone()),
            action: Set(event.action.as_str().to_owned()),
            object_kind: Set(event.object.kind.to_owned()),
            object_id: Set(event.object.id),
            object_name: Set(event.object.name.clone()),
            client: Set(event.object.client),
            changes: Set(changes),
        };
        audit::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// Writes `name` over the name of a user in all rows of a tenant, as the one who acted and as what was acted on,
    /// and takes out what told who it was: addresses, programs, and the fields that changed.
    pub async fn forget_person(&self, tenant_id: Uuid, user_id: Uuid, name: &str) -> Result<()> {
        let nothing = Expr::value(None::<String>);
        audit::Entity::update_many()
            .col_expr(audit::Column::ActorName, Expr::value(name))
            .col_expr(audit::Column::Ip, nothing.clone())
            .col_expr(audit::Column::UserAgent, nothing)
            .filter(audit::Column::TenantId.eq(tenant_id))
            .filter(audit::Column::ActorId.eq(user_id))
            .exec(&self.inner)
            .await?;
        audit::Entity::update_many()
            .col_expr(audit::Column::ObjectName, Expr::value(name))
            .col_expr(
                audit::Column::Changes,
                Expr::value(Value::Array(Vec::new())),
            )
            .filter(audit::Column::TenantId.eq(tenant_id))
            .filter(audit::Column::ObjectId.eq(user_id))
            .exec(&self.inner)
            .await?;
        Ok(())
    }
}
