//! How much is used: counts per hour and day, and the batch in which they are gathered before they are written.

use std::collections::{BTreeMap, VecDeque};

use uuid::Uuid;

use super::{
    timestamp::{DAY, Timestamp},
    token_request::{Outcome, REMEMBERED, TokenRequest},
};

/// What the counts of unknown clients are filed under.
pub const NO_TENANT: Uuid = Uuid::nil();

/// The length of time that a count covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Span {
    /// An hour in UTC.
    Hour,
    /// A day in UTC.
    Day,
}

impl Span {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Hour, Self::Day];

    /// The word in rows and queries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
        }
    }

    /// Its length in seconds.
    pub const fn seconds(self) -> i64 {
        match self {
            Self::Hour => 3_600,
            Self::Day => DAY,
        }
    }

    /// For how many seconds counts of this length are kept.
    pub const fn kept_for(self) -> i64 {
        match self {
            Self::Hour => 31 * DAY,
            Self::Day => 400 * DAY,
        }
    }

    /// When the span that holds `at` begins.
    pub fn start_of(self, at: Timestamp) -> Timestamp {
        at.plus(-(at.unix() % self.seconds()))
    }
}

/// How many token requests ended which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// By a token.
    pub accepted: i64,
    /// By an error.
    pub refused: i64,
}

impl Counts {
    fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Accepted => self.accepted += 1,
            Outcome::Refused(_) => self.refused += 1,
        }
    }
}

/// Something that was used.
#[derive(Clone, Debug)]
pub enum Use {
    /// The token endpoint.
    Token(TokenRequest),
    /// A client API key.
    ApiKey {
        /// When.
        at: Timestamp,
        /// The client it belongs to.
        client: Uuid,
        /// The key.
        credential: Uuid,
        /// The address it came from.
        source: Option<std::net::IpAddr>,
    },
}

/// What is gathered of a client.
#[derive(Clone, Debug, Default)]
pub struct ClientUse {
    /// When it was last served.
    pub last_used_at: Option<Timestamp>,
    /// Its counts.
    pub counts: BTreeMap<(Span, Timestamp), Counts>,
    /// Its last requests, oldest first.
    pub requests: VecDeque<TokenRequest>,
}

/// What is gathered of a credential.
#[derive(Clone, Debug)]
pub struct CredentialUse {
    /// The client it belongs to.
    pub client: Uuid,
    /// How often it was accepted.
    pub count: i64,
    /// When last.
    pub last_used_at: Timestamp,
    /// From where.
    pub last_used_from: Option<String>,
}

/// What is gathered before it is written. Its size is bounded by the number of clients, not of requests.
#[derive(Clone, Debug, Default)]
pub struct UsageBatch {
    /// By client.
    pub clients: BTreeMap<Uuid, ClientUse>,
    /// By credential.
    pub credentials: BTreeMap<Uuid, CredentialUse>,
    /// By tenant.
    pub tenants: BTreeMap<(Uuid, Span, Timestamp), Counts>,
    listed: usize,
}

/// How many requests one batch lists. Beyond that the accepted ones are only counted, and beyond twice that all are:
/// listing them would cost the database more than it tells anyone.
const MOST_LISTED: usize = 4_000;

impl UsageBatch {
    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.clients.is_empty() && self.credentials.is_empty() && self.tenants.is_empty()
    }

    /// Takes one more in.
    pub fn add(&mut self, it: Use) {
        match it {
            Use::Token(request) => self.add_request(request),
            Use::ApiKey {
                at,
                client,
                credential,
                source,
            } => {
                let seen = self.clients.entry(client).or_default();
                seen.last_used_at = seen.last_used_at.max(Some(at));
                self.used(credential, client, at, source);
            }
        }
    }

    fn add_request(&mut self, request: TokenRequest) {
        let (at, outcome) = (request.at, request.outcome);
        let tenant = request.about.map_or(NO_TENANT, |it| it.tenant);
        for span in Span::ALL {
            let key = (tenant, span, span.start_of(at));
            self.tenants.entry(key).or_default().add(outcome);
        }
        let Some(about) = request.about else {
            return;
        };
        let seen = self.clients.entry(about.client).or_default();
        for span in Span::ALL {
            let key = (span, span.start_of(at));
            seen.counts.entry(key).or_default().add(outcome);
        }
        let room = match outcome {
            Outcome::Accepted => MOST_LISTED,
            Outcome::Refused(_) => 2 * MOST_LISTED,
        };
        let source = request.source;
        if outcome == Outcome::Accepted {
            seen.last_used_at = seen.last_used_at.max(Some(at));
        }
        if seen.requests.len() == REMEMBERED {
            seen.requests.pop_front();
            self.listed -= 1;
        }
        if self.listed < room {
            seen.requests.push_back(request);
            self.listed += 1;
        }
        if let (Outcome::Accepted, Some(credential)) = (outcome, about.credential) {
            self.used(credential, about.client, at, source);
        }
    }

    fn used(
        &mut self,
        credential: Uuid,
        client: Uuid,
        at: Timestamp,
        source: Option<std::net::IpAddr>,
    ) {
        let used = self.credentials.entry(credential).or_insert(CredentialUse {
            client,
            count: 0,
            last_used_at: at,
            last_used_from: None,
        });
        used.count += 1;
        if at >= used.last_used_at {
            used.last_used_at = at;
            used.last_used_from = source.map(|it| it.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::token_request::{About, RefusedBecause};

    fn request(client: u128, outcome: Outcome) -> Use {
        Use::Token(TokenRequest {
            at: Timestamp::from_unix_clamped(90_061),
            about: Some(About {
                tenant: Uuid::from_u128(1),
                client: Uuid::from_u128(client),
                credential: Some(Uuid::from_u128(client)),
            }),
            outcome,
            source: None,
            user_agent: None,
            request_id: "r".to_owned(),
        })
    }

    #[test]
    fn counts_are_exact_while_the_list_of_a_busy_client_is_bounded() {
        let mut batch = UsageBatch::default();
        for _ in 0..1_000 {
            batch.add(request(7, Outcome::Accepted));
        }
        batch.add(request(7, Outcome::Refused(RefusedBecause::WrongSecret)));
        let seen = &batch.clients[&Uuid::from_u128(7)];
        assert_eq!(seen.requests.len(), REMEMBERED);
        let hour = (Span::Hour, Timestamp::from_unix_clamped(90_000));
        let expected = Counts {
            accepted: 1_000,
            refused: 1,
        };
        assert_eq!(seen.counts[&hour], expected);
        assert_eq!(batch.credentials[&Uuid::from_u128(7)].count, 1_000);
    }

    #[test]
    fn refused_requests_are_still_listed_when_accepted_ones_have_filled_the_batch() {
        let mut batch = UsageBatch::default();
        for client in 0..5_000 {
            batch.add(request(client, Outcome::Accepted));
        }
        assert_eq!(batch.listed, MOST_LISTED);
        batch.add(request(9_999, Outcome::Refused(RefusedBecause::Malformed)));
        assert_eq!(batch.clients[&Uuid::from_u128(9_999)].requests.len(), 1);
    }

    #[test]
    fn an_unknown_client_is_only_counted() {
        let mut batch = UsageBatch::default();
        let Use::Token(unknown) = request(7, Outcome::Refused(RefusedBecause::UnknownClient))
        else {
            panic!("a token request");
        };
        batch.add(Use::Token(TokenRequest {
            about: None,
            ..unknown
        }));
        assert!(batch.clients.is_empty() && batch.credentials.is_empty());
        assert_eq!(batch.tenants.len(), 2);
    }
}
