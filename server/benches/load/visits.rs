//! Pages in shuffled rounds: each round visits each page at each count of clients once, so that what disturbs the machine
//! for a while falls on all of them alike.

use std::time::{Duration, Instant};

use latchkey::crypto::random::Random;

use crate::{
    Outcome,
    driver::{Connection, ask_json, get},
    order::shuffled,
    postgres::Cluster,
    processor::Spent,
    report::median,
    server::Server,
};

/// A visit asks no further after an answer that took so long.
const LONG: Duration = Duration::from_millis(200);

/// After an answer the server goes on for a moment, and the time of its threads is exact only once they wait again.
const REST: Duration = Duration::from_millis(2);

/// How often pages are asked for.
#[derive(Clone, Copy)]
pub(crate) struct Pace {
    /// Rounds, beside the first one, which warms up.
    pub(crate) rounds: usize,
    /// Requests of a visit.
    pub(crate) requests: usize,
}

/// A running server, and what is asked of it.
pub(crate) struct Subject<'a> {
    /// The server.
    pub(crate) server: Server,
    /// Where its clients are, unless in its own files.
    pub(crate) cluster: Option<&'a Cluster>,
    /// The token that opens its lists.
    pub(crate) token: String,
    /// What is asked for.
    pub(crate) pages: Vec<Page>,
}

/// A page, and what it took.
pub(crate) struct Page {
    /// What it is called.
    pub(crate) name: String,
    /// Whether it had all the clients that a page has.
    pub(crate) full: bool,
    request: Vec<u8>,
    /// Milliseconds of each answer.
    times: Vec<f64>,
    /// Milliseconds of processor time per request, of each visit.
    costs: Vec<f64>,
}

impl Page {
    /// Median milliseconds of an answer.
    pub(crate) fn time(&self) -> f64 {
        median(&self.times)
    }

    /// Median milliseconds of processor time per request, the database's included.
    pub(crate) fn cost(&self) -> f64 {
        median(&self.costs)
    }
}

impl Subject<'_> {
    /// Will ask for a page of clients.
    pub(crate) fn add(&mut self, name: &str, query: &str) {
        self.pages.push(Page {
            name: name.to_owned(),
            full: false,
            request: get(&path(query), &self.token),
            times: Vec::new(),
            costs: Vec::new(),
        });
    }

    /// Will ask for the 200th page of an order, which is found by following `next`.
    pub(crate) async fn add_deep(&mut self, sort: &str) -> Outcome<()> {
        let mut query = format!("sort={sort}");
        for _ in 0..199 {
            let body = ask_json(self.server.address, &get(&path(&query), &self.token)).await?;
            let Some(next) = body["next"].as_str() else {
                break;
            };
            query = format!("sort={sort}&cursor={next}");
        }
        self.add(&format!("200th page, by {sort}"), &query);
        Ok(())
    }

    /// Asks for a page several times.
    async fn visit(
        &mut self,
        connection: &mut Connection,
        page: usize,
        requests: usize,
    ) -> Outcome<()> {
        let page = &mut self.pages[page];
        let before = Spent::read(&self.server, self.cluster)?;
        let mut asked = 0.0;
        for _ in 0..requests {
            let started = Instant::now();
            let answer = connection.ask(&page.request).await?;
            let took = started.elapsed();
            if answer.status != 200 {
                let text = String::from_utf8_lossy(&answer.body);
                let (name, status) = (&page.name, answer.status);
                return Err(format!("{name}: the server answered {status}: {text}").into());
            }
            if page.times.is_empty() {
                let body: serde_json::Value = serde_json::from_slice(&answer.body)?;
                page.full = body["items"].as_array().is_some_and(|it| it.len() == 50);
            }
            page.times.push(millis(took));
            asked += 1.0;
            if took > LONG {
                break;
            }
        }
        tokio::time::sleep(REST).await;
        let spent = Spent::read(&self.server, self.cluster)?.since(&before);
        page.costs.push(millis(spent.div_f64(asked)));
        Ok(())
    }
}

/// Visits all pages of all subjects, in rounds.
pub(crate) async fn rounds(
    subjects: &mut [Subject<'_>],
    Pace { rounds, requests }: Pace,
    seed: u64,
) -> Outcome<()> {
    let mut connections = Vec::new();
    let mut visits = Vec::new();
    for (index, subject) in subjects.iter().enumerate() {
        connections.push(Connection::open(subject.server.address).await?);
        visits.extend((0..subject.pages.len()).map(|page| (index, page)));
    }
    let random = Random::seeded(seed);
    for round in 0..=rounds {
        // The warming round is shuffled as well: a server closes a connection that nobody uses for half a minute.
        for turn in shuffled(&random, visits.len())? {
            let (index, page) = visits[turn];
            subjects[index]
                .visit(&mut connections[index], page, requests)
                .await?;
        }
        if round == 0 {
            for page in subjects.iter_mut().flat_map(|it| &mut it.pages) {
                page.times.clear();
                page.costs.clear();
            }
        }
    }
    Ok(())
}

fn path(query: &str) -> String {
    format!("/api/v1/clients?{query}")
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
