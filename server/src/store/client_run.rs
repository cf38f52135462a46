//! Search in the order in which clients were made, on SQLite, whose index of searches gives those who have a text as they
//! were written: hardly ever in another order.
//!
//! So a page is read off that index, and what was made out of turn (by a clock that was wrong, or while another client
//! was being made) is found by the runs: of so many clients written one after the other each run knows when the first and
//! when the last of them was made, or that it was sooner, or later. Every client of the page is among those read off the
//! index, or in one of the other runs that may have been made as soon. Where those are many, the list is found otherwise.
//!
//! Clients that were never used stand in the order in which they were made, before all others.

use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait, SelectStatement, UnionType},
};
use uuid::Uuid;

use super::{
    Kind, Result, Store,
    client_filter::{ClientFilter, Through, Use, column},
    client_list::ClientPage,
    client_order::{ClientColumn, ClientKey, ClientSort, KeyValue},
    client_row::ClientRow,
    client_search,
    client_way::Asked,
    entity::{
        client_entry::{Column, Entity},
        client_run::{Column as Run, Entity as Runs},
    },
};

/// As many clients that contain what is searched for are gathered and sorted; a page of more is sooner found here.
pub(super) const FEW: u64 = 200;

/// A client's run is its number in the order of writing, divided by this.
const RUN: i64 = 128;

/// So many clients who contain what is searched for are checked for all else.
const CHECKED: u64 = 1_000;

/// So many clients more than a page are read, of which each may have been made out of turn.
const STRAYS: u64 = 16;

/// So many runs are looked through besides.
const OTHERS: u64 = 8;

/// Whether a list may be found here.
pub(super) fn may_be_found(filter: &ClientFilter, sort: ClientSort, kind: Kind) -> bool {
    let search = filter.search.as_deref();
    let made = match sort.by {
        ClientColumn::CreatedAt => true,
        ClientColumn::LastUsedAt => !sort.descending,
        ClientColumn::Name | ClientColumn::UsableUntil => false,
    };
    kind == Kind::Sqlite && made && search.is_some_and(|it| !client_search::is_short(it))
}

/// A client who meets all conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    created_at: i64,
    id: Uuid,
    seq: i64,
}

/// Where a page begins.
#[derive(Clone, Copy, Debug)]
struct Start {
    seq: i64,
    created_at: i64,
}

impl Store {
    /// The rows of a page and of one client more, if they are to be had from those read off the index of searches.
    pub(super) async fn in_runs(
        &self,
        asked: &Asked<'_>,
        page: ClientPage<'_>,
    ) -> Result<Option<Vec<ClientRow>>> {
        let most = usize::try_from(page.limit.rows() + 1).unwrap_or(usize::MAX);
        let start = match page.after {
            None => None,
            Some(key) => match self.start(key).await? {
                None => return Ok(None),
                start => start,
            },
        };
        let in_order = |mut found: Vec<Found>| {
            found.sort_unstable();
            if page.sort.descending {
                found.reverse();
            }
            found
        };
        let line = client_search::among(meeting(asked, page, self.kind), line(asked, page, start))
            .limit(page.limit.rows() + 1 + STRAYS);
        let line = self.found_so(line).await?;
        let Some(end) = line.last().map(|it| it.seq) else {
            return Ok(None);
        };
        let line = in_order(line);
        let Some(last) = line.get(most - 1) else {
            return Ok(None);
        };
        let others = other_runs(page.sort, start, end, last.created_at);
        let others: Vec<i64> = others.into_tuple().all(&self.reads).await?;
        if others.len() as u64 > OTHERS {
            return Ok(None);
        }
        let mut found = line;
        if let Some(hits) = hits_in(asked, &others) {
            let found_there = self
                .found_so(client_search::among(meeting(asked, page, self.kind), hits))
                .await?;
            found.extend(found_there);
            found = in_order(found);
            found.dedup();
        }
        let ids = found.iter().take(most).map(|it| it.id);
        let page_of = meeting(asked, page, self.kind)
            .select_only()
            .column(Column::Id)
            .filter(Column::Id.is_in(ids));
        let rows = self.rows(&page_of.into_query(), page).await?;
        // Fewer where one was changed or deleted meanwhile: then this is not the page.
        Ok(Some(rows).filter(|it| it.len() == most))
    }

    /// Where the client with a key stands, if it is still there and stands in the order in which it was made.
    async fn start(&self, key: &ClientKey) -> Result<Option<Start>> {
        let created_at = match (&key.value, key.created_at) {
            (KeyValue::Number(created_at), None) => *created_at,
            (KeyValue::Number(0), Some(created_at)) => created_at,
            _ => return Ok(None),
        };
        let seq: Option<i64> = Entity::find()
            .select_only()
            .column(Column::Seq)
            .filter(Column::Id.eq(key.id))
            .into_tuple()
            .one(&self.reads)
            .await?;
        Ok(seq.map(|seq| Start { seq, created_at }))
    }

    async fn found_so(&self, clients: Select<Entity>) -> Result<Vec<Found>> {
        let found: Vec<(i64, Uuid, i64)> = clients
            .select_only()
            .columns([Column::CreatedAt, Column::Id, Column::Seq])
            .into_tuple()
            .all(&self.reads)
            .await?;
        let found = found.into_iter().map(|(created_at, id, seq)| Found {
            created_at,
            id,
            seq,
        });
        Ok(found.collect())
    }
}

/// Clients who meet all conditions and stand behind the page before.
fn meeting(asked: &Asked<'_>, page: ClientPage<'_>, kind: Kind) -> Select<Entity> {
    let behind = page.after.map(|it| page.sort.behind(it, Use::Check));
    let never_used = (page.sort.by == ClientColumn::LastUsedAt)
        .then(|| column(Column::LastUsedAt, Use::Check).eq(0));
    asked
        .filter
        .of_tenant(asked.tenant_id, Through::Other)
        .filter(asked.met(kind))
        .filter(Condition::all().add_option(behind).add_option(never_used))
}

/// Who contains what is searched for, from the beginning of a page on, as they were written.
fn line(asked: &Asked<'_>, page: ClientPage<'_>, start: Option<Start>) -> SelectStatement {
    let mut hits = hits(asked);
    if let Some(start) = start {
        let seq = Expr::col(client_search::SEQ);
        hits.and_where(if page.sort.descending {
            seq.lte(start.seq)
        } else {
            seq.gte(start.seq)
        });
    }
    hits.order_by(client_search::SEQ, page.sort.order())
        .limit(CHECKED)
        .to_owned()
}

fn hits(asked: &Asked<'_>) -> SelectStatement {
    client_search::hits(asked.filter.search.as_deref().unwrap_or_default())
}

/// The runs that were not read as a whole from the beginning of a page to the client with the number `end`, and may have
/// a client who stands between the beginning and one made at `last`.
fn other_runs(sort: ClientSort, start: Option<Start>, end: i64, last: i64) -> Select<Runs> {
    let (seq, made) = (start.map(|it| it.seq), start.map(|it| it.created_at));
    let (lowest, highest) = if sort.descending {
        (end, seq.unwrap_or(i64::MAX - 1))
    } else {
        (seq.unwrap_or(0), end)
    };
    let (earliest, latest) = if sort.descending {
        (Some(last), made)
    } else {
        (made, Some(last))
    };
    let (first_read, last_read) = ((lowest + RUN - 1) / RUN, (highest + 1) / RUN - 1);
    let meets = Condition::all()
        .add(Run::Number.not_between(first_read, last_read))
        .add_option(earliest.map(|it| Run::LastMade.gte(it)))
        .add_option(latest.map(|it| Run::FirstMade.lte(it)));
    Runs::find()
        .select_only()
        .column(Run::Number)
        .filter(meets)
        .limit(OTHERS + 1)
}

/// Who contains what is searched for in some runs.
fn hits_in(asked: &Asked<'_>, runs: &[i64]) -> Option<SelectStatement> {
    let in_run = |run: &i64| {
        let first = run * RUN;
        let seq = Expr::col(client_search::SEQ);
        hits(asked)
            .and_where(seq.between(first, first + RUN - 1))
            .to_owned()
    };
    let mut all = runs.iter().map(in_run);
    let mut hits = all.next()?;
    for part in all {
        hits.union(UnionType::All, part);
    }
    Some(hits)
}
