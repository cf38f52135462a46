//! Reading zones: which clients are fresh, which pieces the clients of a zone have, and when they were made. What holds
//! meanwhile, and why, stands in `client_zone`.

use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{
    Kind, Result, Store, Transaction, client_search, client_zone_signature,
    entity::{
        client_entry::{Column, Entity},
        client_fresh, client_zone,
    },
};

/// So many fresh clients are taken up in one transaction.
const FRESH_AT_ONCE: u64 = 500;

/// So many zones are read in one transaction.
const ZONES_AT_ONCE: u64 = 40;

/// How many clients a zone has when it is made, and how many it may grow to.
const SIZE: usize = 128;
const GROWN: usize = 192;

/// Behind every name, which is no longer.
const LAST: char = char::MAX;
const LAST_LENGTH: usize = 400;

/// Any number will do that nothing else locks in this database.
const LOCK: &str = "SELECT pg_try_advisory_xact_lock(4916381570296742) AS locked";

/// What a node did that wanted to read zones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zones {
    /// It read some.
    Read,
    /// It left them to another node, which reads.
    Elsewhere,
}

/// A place in the order of names.
type Place = (String, Uuid);

impl Store {
    /// Whether a client is fresh, or a zone not known.
    pub async fn has_unread_zones(&self) -> Result<bool> {
        let fresh = client_fresh::Entity::find().one(&self.reads).await?;
        if fresh.is_some() {
            return Ok(true);
        }
        let unknown = client_zone::Entity::find()
            .filter(client_zone::Column::Signature.is_null())
            .one(&self.reads)
            .await?;
        Ok(unknown.is_some())
    }
}

impl Transaction {
    /// Takes up some fresh clients and reads some zones again. Of several nodes one does it.
    pub async fn read_zones(&self) -> Result<Zones> {
        if !self.lock_zones().await? {
            return Ok(Zones::Elsewhere);
        }
        if self.take_up_fresh().await? {
            // Zones that hold more of them would be read twice.
            return Ok(Zones::Read);
        }
        for _ in 0..ZONES_AT_ONCE {
            let unknown = client_zone::Entity::find()
                .filter(client_zone::Column::Signature.is_null())
                .order_by_asc(client_zone::Column::Id)
                .one(&self.inner)
                .await?;
            match unknown {
                Some(zone) => self.read_zone(zone).await?,
                None => break,
            }
        }
        Ok(Zones::Read)
    }

    /// Forgets the zones of tenants that are deleted and have no clients. A client that came back after this looked is
    /// fresh.
    pub async fn delete_zones_of_deleted_tenants(&self) -> Result<()> {
        if self.lock_zones().await? {
            self.inner
                .execute_unprepared(
                    "DELETE FROM client_zone WHERE tenant_id IN ( \
                       SELECT tenant.id FROM tenant WHERE tenant.deleted_at IS NOT NULL \
                       AND (SELECT entry.seq FROM client_entry AS entry \
                         WHERE entry.tenant_id = tenant.id AND entry.deleted = FALSE LIMIT 1) IS NULL)",
                )
                .await?;
        }
        Ok(())
    }

    /// Whether this node is the one that writes zones, until the transaction ends.
    async fn lock_zones(&self) -> Result<bool> {
        if self.kind == Kind::Sqlite {
            return Ok(true);
        }
        let backend = self.inner.get_database_backend();
        let statement = Statement::from_string(backend, LOCK);
        let row = self.inner.query_one_raw(statement).await?;
        Ok(row.map_or(Ok(false), |it| it.try_get("", "locked"))?)
    }

    /// Takes the signatures of the zones of some fresh clients; tells whether there may be more.
    async fn take_up_fresh(&self) -> Result<bool> {
        let fresh = client_fresh::Entity::find()
            .order_by_asc(client_fresh::Column::Id)
            .limit(FRESH_AT_ONCE)
            .all(&self.inner)
            .await?;
        if fresh.is_empty() {
            return Ok(false);
        }
        let tenants: Vec<Uuid> = Entity::find()
            .select_only()
            .column(Column::TenantId)
            .distinct()
            .filter(Column::Seq.is_in(fresh.iter().map(|it| it.seq)))
            .into_tuple()
            .all(&self.inner)
            .await?;
        for tenant_id in tenants {
            self.insert_first_zone(tenant_id).await?;
        }
        let seqs: Vec<String> = fresh.iter().map(|it| it.seq.to_string()).collect();
        self.inner
            .execute_unprepared(&format!(
                "UPDATE client_zone SET signature = NULL WHERE id IN ( \
                   SELECT (SELECT zone.id FROM client_zone AS zone WHERE zone.tenant_id = entry.tenant_id \
                     AND (zone.first_key, zone.first_id) <= (entry.name_key, entry.id) \
                     ORDER BY zone.first_key DESC, zone.first_id DESC LIMIT 1) \
                   FROM client_entry AS entry WHERE entry.seq IN ({}))",
                seqs.join(", ")
            ))
            .await?;
        // These and no others: one that was written meanwhile may have a lower number than the last of them.
        client_fresh::Entity::delete_many()
            .filter(client_fresh::Column::Id.is_in(fresh.iter().map(|it| it.id)))
            .exec(&self.inner)
            .await?;
        Ok(fresh.len() as u64 == FRESH_AT_ONCE)
    }

    /// Makes the first zone of a tenant that has none.
    async fn insert_first_zone(&self, tenant_id: Uuid) -> Result<()> {
        let any = client_zone::Entity::find()
            .filter(client_zone::Column::TenantId.eq(tenant_id))
            .one(&self.inner)
            .await?;
        if any.is_some() {
            return Ok(());
        }
        let end: String = std::iter::repeat_n(LAST, LAST_LENGTH).collect();
        self.insert_zone(tenant_id, (String::new(), Uuid::nil()), (end, Uuid::nil()))
            .await
    }

    /// A zone that is not known yet.
    async fn insert_zone(&self, tenant_id: Uuid, first: Place, end: Place) -> Result<()> {
        let zone = client_zone::ActiveModel {
            id: NotSet,
            tenant_id: Set(tenant_id),
            first_key: Set(first.0),
            first_id: Set(first.1),
            end_key: Set(end.0),
            end_id: Set(end.1),
            signature: Set(None),
            first_made: Set(None),
            last_made: Set(None),
        };
        client_zone::Entity::insert(zone)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// Reads which pieces a zone's clients have, and when they were made; where they are too many, those behind the first become a zone of their
    /// own.
    async fn read_zone(&self, zone: client_zone::Model) -> Result<()> {
        let here = || Expr::tuple([Expr::col(Column::NameKey), Expr::col(Column::Id)]);
        let first = Expr::tuple([Expr::val(&zone.first_key), Expr::val(zone.first_id)]);
        let end = Expr::tuple([Expr::val(&zone.end_key), Expr::val(zone.end_id)]);
        let mut clients: Vec<(String, Uuid, i64, String)> = Entity::find()
            .select_only()
            .columns([Column::NameKey, Column::Id, Column::CreatedAt])
            .expr(Expr::cust(client_search::TEXT))
            .filter(Column::TenantId.eq(zone.tenant_id))
            .filter(Column::Deleted.eq(false))
            .filter(here().gte(first))
            .filter(here().lt(end))
            .order_by_asc(Column::NameKey)
            .order_by_asc(Column::Id)
            .limit(GROWN as u64 + 1)
            .into_tuple()
            .all(&self.inner)
            .await?;
        let mut known: client_zone::ActiveModel = zone.clone().into();
        if clients.len() > GROWN
            && let Some((key, id, ..)) = clients.get(SIZE)
        {
            let next = (key.clone(), *id);
            clients.truncate(SIZE);
            known.end_key = Set(next.0.clone());
            known.end_id = Set(next.1);
            self.insert_zone(zone.tenant_id, next, (zone.end_key, zone.end_id))
                .await?;
        }
        let made = || clients.iter().map(|(_, _, made, _)| *made);
        known.first_made = Set(made().min());
        known.last_made = Set(made().max());
        let texts = clients.iter().map(|(.., text)| text.as_str());
        known.signature = Set(Some(client_zone_signature::signature(texts)));
        client_zone::Entity::update(known)
            .validate()?
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }
}
