//! What is remembered of token requests: the last ones of each client, and counts per hour and day. Written in batches
//! beside the changes, so nothing here makes cached state stale.

use std::collections::HashSet;

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict, Query},
};
use uuid::Uuid;

use super::{
    Result, Store, Transaction,
    entity::{client, client_usage, credential, tenant_usage, token_request},
};
use crate::domain::{
    page::{Limit, Page},
    timestamp::Timestamp,
    token_request::{Outcome, REMEMBERED, TokenRequest},
    usage::{Counts, CredentialUse, Span, UsageBatch},
};

/// How many rows go into one statement: databases bound the number of parameters.
const ROWS: usize = 500;

/// A token request as it was written down.
#[derive(Clone, Debug)]
pub struct TokenRequestRow {
    /// Its id; ids of later requests are greater.
    pub id: Uuid,
    /// When it was answered.
    pub at: Timestamp,
    /// The credential that was used, where one was recognised.
    pub credential: Option<Uuid>,
    /// `accepted` or `refused`.
    pub outcome: String,
    /// Precisely why it was refused.
    pub reason: Option<String>,
    /// The address it came from.
    pub ip: Option<String>,
    /// What the program said it is.
    pub user_agent: Option<String>,
    /// The id of the request.
    pub request_id: String,
}

impl From<token_request::Model> for TokenRequestRow {
    fn from(row: token_request::Model) -> Self {
        Self {
            id: row.id,
            at: Timestamp::from_unix_clamped(row.at),
            credential: row.credential,
            outcome: row.outcome,
            reason: row.reason,
            ip: row.ip,
            user_agent: row.user_agent,
            request_id: row.request_id,
        }
    }
}

fn to_row(client: Uuid, request: &TokenRequest) -> token_request::ActiveModel {
    let reason = match request.outcome {
        Outcome::Accepted => None,
        Outcome::Refused(because) => Some(because.as_str().to_owned()),
    };
    token_request::ActiveModel {
        id: Set(Uuid::now_v7()),
        client: Set(client),
        credential: Set(request.about.and_then(|it| it.credential)),
        at: Set(request.at.unix()),
        outcome: Set(request.outcome.as_str().to_owned()),
        reason: Set(reason),
        ip: Set(request.source.map(|it| it.to_string())),
        user_agent: Set(request.user_agent.clone()),
        request_id: Set(request.request_id.clone()),
    }
}

impl Store {
    /// Token requests of a client, newest first. The key of a page's end is the id of its last request.
    pub async fn list_token_requests(
        &self,
        client: Uuid,
        outcome: Option<&str>,
        after: Option<Uuid>,
        limit: Limit,
    ) -> Result<Page<TokenRequestRow, Uuid>> {
        let mut query =
            token_request::Entity::find().filter(token_request::Column::Client.eq(client));
        if let Some(outcome) = outcome {
            query = query.filter(token_request::Column::Outcome.eq(outcome));
        }
        if let Some(after) = after {
            query = query.filter(token_request::Column::Id.lt(after));
        }
        let rows = query
            .order_by_desc(token_request::Column::Id)
            .limit(limit.rows() + 1)
            .all(&self.reads)
            .await?;
        let items: Vec<TokenRequestRow> = rows.into_iter().map(Into::into).collect();
        Ok(Page::of(items, limit, |it| it.id))
    }

    /// The counts of a client in the spans from `first` to `last`, in order.
    pub async fn list_client_usage(
        &self,
        client: Uuid,
        span: Span,
        first: Timestamp,
        last: Timestamp,
    ) -> Result<Vec<(Timestamp, Counts)>> {
        use client_usage::{Column, Entity};
        let rows = Entity::find()
            .filter(Column::Client.eq(client))
            .filter(Column::Span.eq(span.as_str()))
            .filter(Column::Start.between(first.unix(), last.unix()))
            .order_by_asc(Column::Start)
            .all(&self.reads)
            .await?;
        let read = |it: client_usage::Model| counts(it.start, it.accepted, it.refused);
        Ok(rows.into_iter().map(read).collect())
    }

    /// The counts of a tenant in the spans from `first` to `last`, in order.
    pub async fn list_tenant_usage(
        &self,
        tenant_id: Uuid,
        span: Span,
        first: Timestamp,
        last: Timestamp,
    ) -> Result<Vec<(Timestamp, Counts)>> {
        use tenant_usage::{Column, Entity};
        let rows = Entity::find()
            .filter(Column::TenantId.eq(tenant_id))
            .filter(Column::Span.eq(span.as_str()))
            .filter(Column::Start.between(first.unix(), last.unix()))
            .order_by_asc(Column::Start)
            .all(&self.reads)
            .await?;
        let read = |it: tenant_usage::Model| counts(it.start, it.accepted, it.refused);
        Ok(rows.into_iter().map(read).collect())
    }
}

fn counts(start: i64, accepted: i64, refused: i64) -> (Timestamp, Counts) {
    let start = Timestamp::from_unix_clamped(start);
    (start, Counts { accepted, refused })
}

impl Transaction {
    /// Writes what was gathered, in the order of ids, so that two nodes never wait for each other in a circle. What
    /// belongs to clients that are gone for good is left out.
    pub async fn add_usage(&self, batch: &UsageBatch) -> Result<()> {
        let ids: Vec<Uuid> = batch.clients.keys().copied().collect();
        let mut there = HashSet::new();
        for some in ids.chunks(ROWS) {
            let found: Vec<Uuid> = client::Entity::find()
                .select_only()
                .column(client::Column::Id)
                .filter(client::Column::Id.is_in(some.iter().copied()))
                .into_tuple()
                .all(&self.inner)
                .await?;
            there.extend(found);
        }
        for (id, seen) in batch.clients.iter().filter(|it| there.contains(it.0)) {
            if let Some(at) = seen.last_used_at {
                client::Entity::update_many()
                    .col_expr(client::Column::LastUsedAt, Expr::val(at.unix()))
                    .filter(client::Column::Id.eq(*id))
                    .filter(client::Column::LastUsedAt.lt(at.unix()))
                    .exec(&self.inner)
                    .await?;
            }
        }
        for (id, used) in &batch.credentials {
            if there.contains(&used.client) {
                self.add_credential_use(*id, used).await?;
            }
        }
        self.add_client_counts(batch, &there).await?;
        self.add_tenant_counts(batch).await?;
        self.add_requests(batch, &there).await
    }

    async fn add_credential_use(&self, id: Uuid, used: &CredentialUse) -> Result<()> {
        use credential::Column;
        credential::Entity::update_many()
            .col_expr(
                Column::UseCount,
                Expr::col(Column::UseCount).add(used.count),
            )
            .filter(Column::Id.eq(id))
            .exec(&self.inner)
            .await?;
        // Another node may have seen it later.
        credential::Entity::update_many()
            .col_expr(Column::LastUsedAt, Expr::val(used.last_used_at.unix()))
            .col_expr(Column::LastUsedFrom, Expr::val(used.last_used_from.clone()))
            .filter(Column::Id.eq(id))
            .filter(
                Column::LastUsedAt
                    .is_null()
                    .or(Column::LastUsedAt.lte(used.last_used_at.unix())),
            )
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    async fn add_client_counts(&self, batch: &UsageBatch, there: &HashSet<Uuid>) -> Result<()> {
        use client_usage::{ActiveModel, Column, Entity};
        let rows: Vec<ActiveModel> = batch
            .clients
            .iter()
            .filter(|it| there.contains(it.0))
            .flat_map(|(id, seen)| {
                seen.counts.iter().map(|((span, start), it)| ActiveModel {
                    client: Set(*id),
                    span: Set(span.as_str().to_owned()),
                    start: Set(start.unix()),
                    accepted: Set(it.accepted),
                    refused: Set(it.refused),
                })
            })
            .collect();
        let sum = |column: Column, name: &str| {
            Expr::col((Entity, column)).add(Expr::col(("excluded", name.to_owned())))
        };
        for some in rows.chunks(ROWS) {
            Entity::insert_many(some.iter().cloned())
                .on_conflict(
                    OnConflict::columns([Column::Client, Column::Span, Column::Start])
                        .value(Column::Accepted, sum(Column::Accepted, "accepted"))
                        .value(Column::Refused, sum(Column::Refused, "refused"))
                        .to_owned(),
                )
                .exec_without_returning(&self.inner)
                .await?;
        }
        Ok(())
    }

    async fn add_tenant_counts(&self, batch: &UsageBatch) -> Result<()> {
        use tenant_usage::{ActiveModel, Column, Entity};
        let rows: Vec<ActiveModel> = batch
            .tenants
            .iter()
            .map(|((tenant, span, start), it)| ActiveModel {
                tenant_id: Set(*tenant),
                span: Set(span.as_str().to_owned()),
                start: Set(start.unix()),
                accepted: Set(it.accepted),
                refused: Set(it.refused),
            })
            .collect();
        let sum = |column: Column, name: &str| {
            Expr::col((Entity, column)).add(Expr::col(("excluded", name.to_owned())))
        };
        for some in rows.chunks(ROWS) {
            Entity::insert_many(some.iter().cloned())
                .on_conflict(
                    OnConflict::columns([Column::TenantId, Column::Span, Column::Start])
                        .value(Column::Accepted, sum(Column::Accepted, "accepted"))
                        .value(Column::Refused, sum(Column::Refused, "refused"))
                        .to_owned(),
                )
                .exec_without_returning(&self.inner)
                .await?;
        }
        Ok(())
    }

    async fn add_requests(&self, batch: &UsageBatch, there: &HashSet<Uuid>) -> Result<()> {
        use token_request::{Column, Entity};
        let rows: Vec<token_request::ActiveModel> = batch
            .clients
            .iter()
            .filter(|it| there.contains(it.0))
            .flat_map(|(id, seen)| seen.requests.iter().map(|it| to_row(*id, it)))
            .collect();
        for some in rows.chunks(ROWS) {
            Entity::insert_many(some.iter().cloned())
                .exec_without_returning(&self.inner)
                .await?;
        }
        for (id, seen) in batch.clients.iter().filter(|it| there.contains(it.0)) {
            if seen.requests.is_empty() {
                continue;
            }
            let mut first_too_many = Query::select();
            first_too_many
                .column(Column::Id)
                .from(Entity)
                .and_where(Column::Client.eq(*id))
                .order_by(Column::Id, sea_orm::Order::Desc)
                .limit(1)
                .offset(REMEMBERED as u64);
            Entity::delete_many()
                .filter(Column::Client.eq(*id))
                .filter(
                    Expr::col(Column::Id)
                        .lte(Expr::SubQuery(None, Box::new(first_too_many.into()))),
                )
                .exec(&self.inner)
                .await?;
        }
        Ok(())
    }

    /// Forgets token requests from before `before`.
    pub async fn delete_old_token_requests(&self, before: Timestamp) -> Result<()> {
        token_request::Entity::delete_many()
            .filter(token_request::Column::At.lt(before.unix()))
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    /// Forgets counts over `span` from before `before`.
    pub async fn delete_old_usage(&self, span: Span, before: Timestamp) -> Result<()> {
        client_usage::Entity::delete_many()
            .filter(client_usage::Column::Span.eq(span.as_str()))
            .filter(client_usage::Column::Start.lt(before.unix()))
            .exec(&self.inner)
            .await?;
        tenant_usage::Entity::delete_many()
            .filter(tenant_usage::Column::Span.eq(span.as_str()))
            .filter(tenant_usage::Column::Start.lt(before.unix()))
            .exec(&self.inner)
            .await?;
        Ok(())
    }
}
