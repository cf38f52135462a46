//! The audit trail.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait, Func, SimpleExpr, Value},
};
use serde_json::Value as Json;
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

/// Ids stand in the order of time, but for what was done at nearly the same moment, or on nodes whose clocks differ: by
/// no more than this, in seconds.
const SLACK: i64 = 600;

fn of_tenant(tenant_id: Uuid) -> Select<audit::Entity> {
    audit::Entity::find().filter(audit::Column::TenantId.eq(tenant_id))
}

impl AuditFilter {
    /// All but the time. What the fewest events meet is found by its index, the rest is checked, so that no index is
    /// used for it: a database that does not know which are few may choose the action, of which there are thousands.
    fn condition(&self) -> Condition {
        let mut all = Condition::all();
        let mut is_found = false;
        let wanted = [
            self.object.map(|it| (audit::Column::ObjectId, it.into())),
            self.client.map(|it| (audit::Column::Client, it.into())),
            self.actor.map(|it| (audit::Column::ActorId, it.into())),
            self.action
                .clone()
                .map(|it| (audit::Column::Action, it.into())),
        ];
        for (column, value) in wanted.into_iter().flatten() {
            let value: Value = value;
            let plain = || Expr::col(column);
            all = all.add(if is_found {
                SimpleExpr::from(Func::coalesce([plain(), plain()])).eq(value)
            } else {
                plain().eq(value)
            });
            is_found = true;
        }
        all
    }
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
        let mut query = of_tenant(tenant_id).filter(filter.condition());
        if let Some(since) = filter.since {
            query = query.filter(audit::Column::At.gte(since.unix()));
            let older = audit::Column::At.lt(since.plus(-SLACK).unix());
            if let Some(last) = self.find_event(tenant_id, older, Order::Desc).await? {
                query = query.filter(audit::Column::Id.gt(last));
            }
        }
        if let Some(before) = filter.before {
            query = query.filter(audit::Column::At.lt(before.unix()));
            let newer = audit::Column::At.gte(before.plus(SLACK).unix());
            if let Some(first) = self.find_event(tenant_id, newer, Order::Asc).await? {
                query = query.filter(audit::Column::Id.lt(first));
            }
        }
        if let Some(after) = after {
            query = query.filter(audit::Column::Id.lt(after));
        }
        let rows = query
            .order_by_desc(audit::Column::Id)
            .limit(limit.rows() + 1)
            .all(&self.reads)
            .await?;
        let items = rows.into_iter().map(read).collect::<Result<Vec<_>>>()?;
        Ok(Page::of(items, limit, |it| it.id))
    }

    /// The first event in the order of time, or the last, that meets a condition.
    async fn find_event(
        &self,
        tenant_id: Uuid,
        condition: SimpleExpr,
        order: Order,
    ) -> Result<Option<Uuid>> {
        Ok(of_tenant(tenant_id)
            .select_only()
            .column(audit::Column::Id)
            .filter(condition)
            .order_by(audit::Column::At, order.clone())
            .order_by(audit::Column::Id, order)
            .into_tuple()
            .one(&self.reads)
            .await?)
    }
}

impl Transaction {
    /// Writes an event down.
    pub async fn insert_audit(&self, event: &AuditEvent) -> Result<()> {
        let changes = serde_json::to_value(&event.changes).unwrap_or(Json::Null);
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
            .col_expr(audit::Column::Changes, Expr::value(Json::Array(Vec::new())))
            .filter(audit::Column::TenantId.eq(tenant_id))
            .filter(audit::Column::ObjectId.eq(user_id))
            .exec(&self.inner)
            .await?;
        Ok(())
    }
}
