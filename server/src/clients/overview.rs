//! What needs a person: counts at a glance, each of which a filter of the list of clients spells out.

use super::{
    read::narrow,
    usage::{Stretch, list_usage},
};
use crate::{
    app::App,
    domain::{
        caller::Caller, client::EffectiveStatus, days::Days, page::Total, permission::Access,
        timestamp::Timestamp, usage::Span,
    },
    error::Result,
    store::ClientFilter,
};

/// The windows before an end that are counted.
pub const WINDOWS: [Days; 4] = [Days::ONE, Days::SEVEN, Days::THIRTY, Days::NINETY];

/// After how long a client counts as unused.
pub const UNUSED: Days = Days::NINETY;

/// Over how many days before the last one refusals are averaged.
const USUAL: i64 = 7;

/// So many refusals in a day are looked at, and so many times the usual ones.
const MANY: i64 = 10;
const TIMES: i64 = 2;

/// What needs a person.
#[derive(Clone, Debug)]
pub struct Overview {
    /// All clients.
    pub clients: Total,
    /// Those that end within each of [`WINDOWS`], or a credential of which does.
    pub expiring: Vec<(Days, Total)>,
    /// Those that have expired.
    pub expired: Total,
    /// Those that have nothing to authenticate with.
    pub without_credential: Total,
    /// Those that got no token since [`Overview::unused_since`].
    pub unused: Total,
    /// The end of the day that lies [`UNUSED`] back.
    pub unused_since: Timestamp,
    /// Those that nobody answers for.
    pub unowned: Total,
    /// Those that were refused a token within a day.
    pub refused: Total,
    /// How many requests that were, for whoever may see all clients.
    pub refusals: Option<Refusals>,
}

/// Refused token requests, now and usually.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusals {
    /// In the last 24 hours.
    pub last_day: i64,
    /// On a day of the week before, rounded up.
    pub usual: i64,
}

impl Refusals {
    /// Whether there are far more than usual.
    pub const fn jumped(self) -> bool {
        self.last_day >= MANY && self.last_day > self.usual * TIMES
    }
}

/// Counts what needs a person among the clients that the caller may see.
///
/// # Errors
/// The database being away.
pub async fn read_overview(app: &App, caller: &Caller) -> Result<Overview> {
    let now = app.clock.now();
    let count = |filter: ClientFilter| async move {
        let mut filter = filter;
        narrow(app, caller, &mut filter).await?;
        let counted = app
            .store
            .count_few_clients(caller.tenant_id, &filter, now)
            .await?;
        Result::Ok(counted)
    };
    let of_status = |status| ClientFilter {
        effective_status: Some(status),
        ..ClientFilter::default()
    };
    let mut all = ClientFilter::default();
    narrow(app, caller, &mut all).await?;
    let mut expiring = Vec::with_capacity(WINDOWS.len());
    for days in WINDOWS {
        let filter = ClientFilter {
            expires_within: Some(days),
            ..ClientFilter::default()
        };
        expiring.push((days, count(filter).await?));
    }
    let unused_since = UNUSED.before(now).end_of_day();
    let unused = ClientFilter {
        unused_since: Some(unused_since),
        ..ClientFilter::default()
    };
    let unowned = ClientFilter {
        unowned: true,
        ..ClientFilter::default()
    };
    let refused = ClientFilter {
        refused_within: Some(Days::ONE),
        ..ClientFilter::default()
    };
    Ok(Overview {
        clients: app.store.count_clients(caller.tenant_id, &all, now).await?,
        expiring,
        expired: count(of_status(EffectiveStatus::Expired)).await?,
        without_credential: count(of_status(EffectiveStatus::NoCredential)).await?,
        unused: count(unused).await?,
        unused_since,
        unowned: count(unowned).await?,
        refused: count(refused).await?,
        refusals: refusals(app, caller, now).await?,
    })
}

async fn refusals(app: &App, caller: &Caller, now: Timestamp) -> Result<Option<Refusals>> {
    if !caller.rights.allow("clients", Access::View) {
        return Ok(None);
    }
    let since = now.plus(-(USUAL + 1) * Span::Day.seconds() + Span::Hour.seconds());
    let Ok(stretch) = Stretch::parse(Span::Hour, Some(since), Some(now), now) else {
        return Ok(None);
    };
    let counted = list_usage(app, caller, stretch).await?;
    let (before, last) = counted.split_at(counted.len().saturating_sub(24));
    let refused = |all: &[(Timestamp, crate::domain::usage::Counts)]| -> i64 {
        all.iter().map(|(_, it)| it.refused).sum()
    };
    Ok(Some(Refusals {
        last_day: refused(last),
        usual: (refused(before) + USUAL - 1) / USUAL,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_refusals_are_no_jump_and_neither_are_the_usual_many() {
        let jumped = |last_day, usual| Refusals { last_day, usual }.jumped();
        assert!(!jumped(9, 0));
        assert!(jumped(10, 0));
        assert!(!jumped(200, 100));
        assert!(jumped(201, 100));
    }
}
