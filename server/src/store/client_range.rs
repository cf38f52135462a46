//! Where in an order those who meet a condition can stand: a walk along the order leaves out all others.

use sea_orm::{ColumnTrait, Condition};

use super::{client_filter::Rule, client_order::ClientColumn, entity::client_entry::Column};
use crate::domain::{
    client::{EffectiveStatus, SOON},
    timestamp::Timestamp,
};

/// A client is used after it is made; but the clocks of several nodes differ, if never by so many seconds.
const SKEW: i64 = 86_400;

/// The parts of an order in which those who meet all `rules` stand, one at least. No two overlap.
pub(super) fn ranges(rules: &[Rule<'_>], by: ClientColumn) -> Vec<Condition> {
    rules.iter().fold(vec![Condition::all()], |within, rule| {
        let of_rule = of(rule, by);
        within
            .iter()
            .flat_map(|it| of_rule.iter().map(|more| it.clone().add(more.clone())))
            .collect()
    })
}

fn of(rule: &Rule<'_>, by: ClientColumn) -> Vec<Condition> {
    use ClientColumn::{CreatedAt, LastUsedAt, UsableUntil};
    let all = Condition::all;
    let unix = |it: &Timestamp| it.unix();
    match (rule, by) {
        (Rule::CreatedAfter(moment), CreatedAt) => {
            vec![all().add(Column::CreatedAt.gte(unix(moment)))]
        }
        // Those never used stand first, in the order in which they were made.
        (Rule::CreatedAfter(moment), LastUsedAt) => vec![
            all()
                .add(Column::LastUsedAt.eq(0))
                .add(Column::CreatedAt.gte(unix(moment))),
            all().add(Column::LastUsedAt.gte(Ord::max(unix(moment) - SKEW, 1))),
        ],
        (Rule::UnusedSince(moment), LastUsedAt) => {
            vec![all().add(Column::LastUsedAt.lt(unix(moment)))]
        }
        (Rule::UnusedSince(moment), CreatedAt) => {
            vec![all().add(Column::CreatedAt.lt(unix(moment)))]
        }
        (Rule::ExpiresBefore(moment), UsableUntil) => {
            vec![all().add(Column::UsableUntil.lt(unix(moment)))]
        }
        (Rule::Status(status, now), UsableUntil) => vec![match status {
            EffectiveStatus::Inactive => all(),
            EffectiveStatus::Expired | EffectiveStatus::NoCredential => {
                all().add(Column::UsableUntil.lt(unix(now)))
            }
            EffectiveStatus::ExpiringSoon => all()
                .add(Column::UsableUntil.gte(unix(now)))
                .add(Column::UsableUntil.lte(now.plus(SOON).unix())),
            EffectiveStatus::Active => all().add(Column::UsableUntil.gt(now.plus(SOON).unix())),
        }],
        _ => vec![all()],
    }
}
