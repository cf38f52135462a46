//! What the hot path leaves behind: a small record in a bounded buffer, never a write and never a wait. One writer
//! carries it to the database in batches.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{Mutex, mpsc};

use super::read::get_client;
use crate::{
    app::App,
    domain::{
        caller::Caller,
        page::{Limit, Page},
        permission::Access,
        refusal::Refusal,
        timestamp::Timestamp,
        usage::{Counts, NO_TENANT, Span, UsageBatch, Use},
    },
    error::Result,
};

pub use crate::store::TokenRequestRow;

/// How many records wait at most. At twenty thousand requests in a second that is three seconds of them.
const ROOM: usize = 65_536;

/// Records on their way to the database.
pub struct UsageBuffer {
    sender: mpsc::Sender<Use>,
    dropped: AtomicU64,
    /// Held while it is written: whoever writes next goes on where this one ended.
    unwritten: Mutex<Unwritten>,
}

struct Unwritten {
    receiver: mpsc::Receiver<Use>,
    batch: UsageBatch,
}

impl Default for UsageBuffer {
    fn default() -> Self {
        let (sender, receiver) = mpsc::channel(ROOM);
        Self {
            sender,
            dropped: AtomicU64::new(0),
            unwritten: Mutex::new(Unwritten {
                receiver,
                batch: UsageBatch::default(),
            }),
        }
    }
}

impl UsageBuffer {
    /// Leaves a record. Never waits: when the buffer is full the record is dropped, and that is counted.
    pub fn note(&self, it: Use) {
        if self.sender.try_send(it).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Unwritten {
    fn gather(&mut self) {
        while let Ok(it) = self.receiver.try_recv() {
            self.batch.add(it);
        }
    }
}

impl App {
    /// Takes in the records that wait: what is gathered grows with the number of clients, what waits with that of requests.
    pub async fn gather_usage(&self) {
        self.usage.unwritten.lock().await.gather();
    }

    /// Writes what was gathered until now. What cannot be written is kept for the next time; what was sent when the
    /// connection broke may be counted twice. Changes no version and no cached state.
    ///
    /// # Errors
    /// The database being away.
    pub async fn write_usage(&self) -> Result<()> {
        let mut unwritten = self.usage.unwritten.lock().await;
        unwritten.gather();
        let dropped = self.usage.dropped.swap(0, Ordering::Relaxed);
        if dropped > 0 {
            tracing::warn!(
                dropped,
                "token requests were not counted: the buffer was full"
            );
        }
        if unwritten.batch.is_empty() {
            return Ok(());
        }
        let transaction = self.store.begin().await?;
        transaction.add_usage(&unwritten.batch).await?;
        transaction.commit().await?;
        unwritten.batch = UsageBatch::default();
        Ok(())
    }
}

/// The last token requests of a client, newest first.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn list_client_requests(
    app: &App,
    caller: &Caller,
    reference: &str,
    outcome: Option<&str>,
    after: Option<uuid::Uuid>,
    limit: Limit,
) -> Result<Page<TokenRequestRow, uuid::Uuid>> {
    let client = get_client(app, caller, reference).await?;
    let store = &app.store;
    Ok(store
        .list_token_requests(client.id, outcome, after, limit)
        .await?)
}

/// A stretch of time in spans of one length: whole ones, the first and the last included.
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    span: Span,
    first: Timestamp,
    last: Timestamp,
}

/// A stretch that is too long, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StretchProblem {
    /// It ends before it begins.
    #[error("must not be after until")]
    Backwards,
    /// It has more spans than are shown at once.
    #[error(
        "is too far back: at most {} spans are shown at once",
        Stretch::MOST_SPANS
    )]
    TooLong,
}

impl Stretch {
    /// How many spans are shown at once: a month of hours, a year of days.
    pub const MOST_SPANS: i64 = 31 * 24;

    /// From the span that holds `since` to the one that holds `until`.
    ///
    /// # Errors
    /// [`StretchProblem`].
    pub fn parse(
        span: Span,
        since: Option<Timestamp>,
        until: Option<Timestamp>,
        now: Timestamp,
    ) -> std::result::Result<Self, StretchProblem> {
        let last = span.start_of(until.unwrap_or(now));
        let usual = match span {
            Span::Hour => 23,
            Span::Day => 29,
        };
        let first = since.map_or(last.plus(-usual * span.seconds()), |it| span.start_of(it));
        if first > last {
            return Err(StretchProblem::Backwards);
        }
        if (last.unix() - first.unix()) / span.seconds() >= Self::MOST_SPANS {
            return Err(StretchProblem::TooLong);
        }
        Ok(Self { span, first, last })
    }

    /// Every span of it, those without a count too.
    fn fill(self, counted: &[(Timestamp, Counts)]) -> Vec<(Timestamp, Counts)> {
        let mut counted = counted.iter().peekable();
        let mut all = Vec::new();
        let mut start = self.first;
        while start <= self.last {
            let found = counted.next_if(|it| it.0 == start);
            all.push((start, found.map_or_else(Counts::default, |it| it.1)));
            start = start.plus(self.span.seconds());
        }
        all
    }
}

/// How many token requests a client made, span by span.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn list_client_usage(
    app: &App,
    caller: &Caller,
    reference: &str,
    stretch: Stretch,
) -> Result<Vec<(Timestamp, Counts)>> {
    let client = get_client(app, caller, reference).await?;
    let Stretch { span, first, last } = stretch;
    let counted = app
        .store
        .list_client_usage(client.id, span, first, last)
        .await?;
    Ok(stretch.fill(&counted))
}

/// How many token requests the clients of the tenant made, span by span.
///
/// # Errors
/// [`Refusal::MissingPermission`] for one who may not see all clients.
pub async fn list_usage(
    app: &App,
    caller: &Caller,
    stretch: Stretch,
) -> Result<Vec<(Timestamp, Counts)>> {
    if !caller.rights.allow("clients", Access::View) {
        return Err(Refusal::MissingPermission("clients:view".to_owned()).into());
    }
    of_tenant(app, caller.tenant_id, stretch).await
}

/// How many token requests named no client of this server, span by span: for operators only, since they belong to no
/// tenant.
///
/// # Errors
/// The database being away.
pub async fn list_unknown_usage(
    app: &App,
    caller: &Caller,
    stretch: Stretch,
) -> Result<Option<Vec<(Timestamp, Counts)>>> {
    if caller.operator {
        of_tenant(app, NO_TENANT, stretch).await.map(Some)
    } else {
        Ok(None)
    }
}

async fn of_tenant(
    app: &App,
    tenant: uuid::Uuid,
    stretch: Stretch,
) -> Result<Vec<(Timestamp, Counts)>> {
    let Stretch { span, first, last } = stretch;
    let counted = app
        .store
        .list_tenant_usage(tenant, span, first, last)
        .await?;
    Ok(stretch.fill(&counted))
}
