//! How many clients meet a condition, as it was found some seconds ago.
//!
//! That says how a list is best read and never what is on it, so it may be old: it is not asked again for each page of
//! those who leaf through a list, or ask for the same one over and over.

use std::time::Duration;

use moka::sync::Cache;
use uuid::Uuid;

use super::client_filter::ClientFilter;

/// How old it may be. Meanwhile clients are written, and the wrong way takes longer with each of them.
const LASTS: Duration = Duration::from_secs(5);

/// Of so many questions is the answer kept.
const MOST: u64 = 1_000;

/// What was found out lately.
#[derive(Clone, Debug)]
pub(super) struct Guesses {
    numbers: Cache<Question, u64>,
    fresh: Cache<(), bool>,
}

/// How many clients meet the condition with this number, counting no further than `most`?
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Question {
    pub(super) tenant_id: Uuid,
    pub(super) filter: ClientFilter,
    pub(super) rule: usize,
    pub(super) most: u64,
}

impl Guesses {
    pub(super) fn none() -> Self {
        let numbers = Cache::builder().max_capacity(MOST).time_to_live(LASTS);
        let fresh = Cache::builder().max_capacity(1).time_to_live(LASTS);
        Self {
            numbers: numbers.build(),
            fresh: fresh.build(),
        }
    }

    pub(super) fn number(&self, question: &Question) -> Option<u64> {
        self.numbers.get(question)
    }

    pub(super) fn found(&self, question: Question, number: u64) {
        self.numbers.insert(question, number);
    }

    /// Whether few clients are fresh.
    pub(super) fn few_fresh(&self) -> Option<bool> {
        self.fresh.get(&())
    }

    pub(super) fn found_few_fresh(&self, few: bool) {
        self.fresh.insert((), few);
    }
}
