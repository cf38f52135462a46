//! The way in which the clients of a list are found.

use futures_util::future::try_join_all;
use sea_orm::{
    Condition, ConnectionTrait, Select,
    sea_query::{Expr, Query},
};
use uuid::Uuid;

use super::{
    Kind, Result, Store,
    client_filter::{ClientFilter, Probe, Rule, Through, Use},
    client_guess::Question,
    client_search,
    entity::client_entry::Entity,
};
use crate::domain::timestamp::Timestamp;

/// How a list is read. Each way is bounded: by [`Rule::few`], by the page itself, or by how soon it is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// By the index of the condition with this number, which few clients meet; then they are sorted.
    Gather(usize),
    /// Along the index of the condition with this number, which stands in the order that is asked for.
    Follow(usize),
    /// Along the index of the order, until the page is full.
    Walk,
}

/// A list that is asked for, and how many clients meet its conditions, as far as that was counted.
#[derive(Clone)]
pub(super) struct Asked<'a> {
    pub(super) tenant_id: Uuid,
    pub(super) filter: &'a ClientFilter,
    pub(super) rules: Vec<Rule<'a>>,
    /// How far is counted at least.
    pub(super) counted_to: u64,
    counted: Vec<Option<Counted>>,
}

/// So many were found by counting up to `most`, or guessed.
#[derive(Clone, Copy)]
struct Counted {
    number: u64,
    most: u64,
    /// Otherwise there may be fewer, which is enough to know once.
    is_exact: bool,
}

impl<'a> Asked<'a> {
    pub(super) fn new(tenant_id: Uuid, filter: &'a ClientFilter, now: Timestamp) -> Self {
        let rules = filter.rules(now);
        Self {
            tenant_id,
            filter,
            counted_to: 0,
            counted: vec![None; rules.len()],
            rules,
        }
    }

    /// The clients that meet all conditions, to be found this way.
    pub(super) fn meeting(&self, way: Way, store: &Store) -> Select<Entity> {
        let (chosen, through) = match way {
            Way::Gather(chosen) | Way::Follow(chosen) => {
                let rule = self.rules.get(chosen);
                (Some(chosen), rule.map_or(Through::Order, Rule::through))
            }
            Way::Walk => (None, Through::Order),
        };
        let mut found = self.filter.of_tenant(self.tenant_id, through);
        for (index, rule) in self.rules.iter().enumerate() {
            let how = if chosen == Some(index) {
                Use::Index
            } else {
                Use::Check
            };
            found = rule.of(found, self.tenant_id, how, store.kind);
        }
        found
    }

    /// That a client meets all conditions, checked row by row.
    pub(super) fn met(&self, kind: Kind) -> Condition {
        let all = self.rules.iter();
        all.fold(Condition::all(), |met, rule| {
            met.add(rule.condition(self.tenant_id, Use::Check, kind))
        })
    }

    /// Whether those who meet the conditions may well stand together far from the beginning of an order: clients whose
    /// names have a word in common are often made, used and ended together.
    pub(super) fn may_stand_apart(&self) -> bool {
        let mut all = self.rules.iter();
        all.any(|it| matches!(it, Rule::Search(term) if !client_search::is_short(term)))
    }

    /// How many clients contain what is searched for, as far as that was asked.
    pub(super) fn hits(&self) -> Option<u64> {
        let mut all = self.rules.iter().zip(&self.counted);
        all.find_map(|(rule, counted)| match rule {
            Rule::Search(_) => counted.map(|it| it.number),
            _ => None,
        })
    }

    fn known(&self, index: usize, most: u64) -> Option<Counted> {
        let counted = self.counted.get(index).copied().flatten()?;
        (counted.number < counted.most || most <= counted.number).then_some(counted)
    }

    fn remember(&mut self, index: usize, counted: Counted) {
        if let Some(known) = self.counted.get_mut(index) {
            *known = Some(counted);
        }
    }
}

impl Store {
    /// Asks how many clients meet each condition, but for those of which none are `few`, all at once. Where no more than
    /// that meet one, they are gathered by it; by the one that fewest meet, where there are several.
    pub(super) async fn way(
        &self,
        asked: &mut Asked<'_>,
        few: impl Fn(&Rule<'_>) -> u64,
    ) -> Result<Way> {
        let few: Vec<u64> = asked.rules.iter().map(few).collect();
        let numbers = few.iter().enumerate().map(async |(index, few)| match few {
            0 => Ok(None),
            few => {
                let most = Ord::max(*few, asked.counted_to) + 1;
                self.guessed(asked, index, most).await
            }
        });
        let numbers = try_join_all(numbers).await?;
        let mut fewest = None;
        for (index, (counted, few)) in numbers.iter().zip(few).enumerate() {
            let Some(counted) = *counted else {
                continue;
            };
            if counted.is_exact {
                asked.remember(index, counted);
            }
            if counted.number <= few && fewest.is_none_or(|(least, _)| counted.number < least) {
                fewest = Some((counted.number, index));
            }
        }
        Ok(fewest.map_or(Way::Walk, |(_, index)| Way::Gather(index)))
    }

    /// How many clients meet the condition with this number, counting no further than `most`; `None` where its index
    /// does not know them.
    pub(super) async fn number_meeting(
        &self,
        asked: &mut Asked<'_>,
        index: usize,
        most: u64,
    ) -> Result<Option<u64>> {
        let Some(counted) = self.counted(asked, index, most).await? else {
            return Ok(None);
        };
        asked.remember(index, counted);
        Ok(Some(counted.number))
    }

    /// As [`bounded`](Self::bounded), or as it was some seconds ago.
    async fn guessed(&self, asked: &Asked<'_>, index: usize, most: u64) -> Result<Option<Counted>> {
        if let Some(known) = asked.known(index, most) {
            return Ok(Some(known));
        }
        let question = Question {
            tenant_id: asked.tenant_id,
            filter: asked.filter.clone(),
            rule: index,
            most,
        };
        if let Some(number) = self.guesses.number(&question) {
            return Ok(Some(Counted {
                number,
                most,
                // It is no total.
                is_exact: asked.rules.get(index).is_some_and(|it| !it.is_counted()),
            }));
        }
        let counted = self.bounded(asked, index, most).await?;
        if let Some(counted) = counted {
            self.guesses.found(question, counted.number);
        }
        Ok(counted)
    }

    /// As [`counted`](Self::counted), but the number may be too high as long as it is below `most`.
    async fn bounded(&self, asked: &Asked<'_>, index: usize, most: u64) -> Result<Option<Counted>> {
        if let Some(bound) = asked.rules.get(index).and_then(|it| it.bound(most)) {
            let number = self.number(bound).await?;
            if number < most {
                return Ok(Some(Counted {
                    number,
                    most,
                    is_exact: false,
                }));
            }
        }
        self.counted(asked, index, most).await
    }

    async fn counted(&self, asked: &Asked<'_>, index: usize, most: u64) -> Result<Option<Counted>> {
        if let Some(known) = asked.known(index, most) {
            return Ok(Some(known));
        }
        let others = asked.rules.len() > 1;
        let rule = asked.rules.get(index);
        let probe =
            rule.and_then(|it| it.probe(asked.filter, asked.tenant_id, self.kind, most, others));
        let Some(probe) = probe else {
            return Ok(None);
        };
        let number = self.number(probe).await?;
        Ok(Some(Counted {
            number,
            most,
            is_exact: true,
        }))
    }

    pub(super) async fn number(&self, of: Probe) -> Result<u64> {
        let asked = match of {
            Probe::Number(asked) => asked,
            Probe::Rows(rows) => {
                let mut counting = Query::select();
                counting
                    .expr_as(Expr::cust("COUNT(*)"), "number")
                    .from_subquery(*rows, "counted");
                self.reads.get_database_backend().build(&counting)
            }
        };
        let row = self.reads.query_one_raw(asked).await?;
        let number: i64 = row.map_or(Ok(0), |it| it.try_get("", "number"))?;
        Ok(u64::try_from(number).unwrap_or_default())
    }
}
