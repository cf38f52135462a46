//! The order of a round.

use latchkey::crypto::random::Random;

use crate::Outcome;

/// The numbers below `count` in an order of chance.
pub(crate) fn shuffled(random: &Random, count: usize) -> Outcome<Vec<usize>> {
    let mut order: Vec<(u64, usize)> = Vec::new();
    for index in 0..count {
        order.push((u64::from_be_bytes(random.bytes()?), index));
    }
    order.sort_unstable();
    Ok(order.into_iter().map(|(_, index)| index).collect())
}
