//! Pages of a list.

/// How many items a page may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(u16);

/// A limit outside 1 to 200.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("limit must be a number from 1 to 200")]
pub struct LimitProblem;

impl Limit {
    /// The page size when none is asked for.
    pub const DEFAULT: Self = Self(50);

    /// 1 to 200.
    ///
    /// # Errors
    /// [`LimitProblem`] outside of it.
    pub fn parse(number: i64) -> Result<Self, LimitProblem> {
        u16::try_from(number)
            .ok()
            .filter(|it| (1..=200).contains(it))
            .map(Self)
            .ok_or(LimitProblem)
    }

    /// As a number of rows.
    pub const fn rows(self) -> u64 {
        self.0 as u64
    }
}

/// One page, and where the next one begins.
#[derive(Clone, Debug)]
pub struct Page<T, K> {
    /// The items, in order.
    pub items: Vec<T>,
    /// The key of the last item, when more follow.
    pub next: Option<K>,
    /// How many there are in all, when asked for.
    pub total: Option<Total>,
}

impl<T, K> Page<T, K> {
    /// The first `limit` of `items`, and the key of the last of them where there was one more.
    pub fn of(mut items: Vec<T>, limit: Limit, key: impl Fn(&T) -> K) -> Self {
        let most = usize::from(limit.0);
        let more = items.len() > most;
        items.truncate(most);
        Self {
            next: items.last().filter(|_| more).map(key),
            items,
            total: None,
        }
    }
}

/// How many items a list has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Total {
    /// The number counted.
    pub count: u64,
    /// Whether counting went to the end; otherwise there are at least so many.
    pub exact: bool,
}

impl Total {
    /// Where counting stops, since counting a million rows for a number nobody reads is waste.
    pub const MOST: u64 = 5_000;

    /// From a count that went to at most [`Total::MOST`] + 1.
    pub const fn from_bounded(count: u64) -> Self {
        Self {
            count: if count > Self::MOST {
                Self::MOST
            } else {
                count
            },
            exact: count <= Self::MOST,
        }
    }
}
