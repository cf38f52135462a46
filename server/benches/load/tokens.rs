//! Token issue and introspection beside the baselines, in shuffled rounds.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use latchkey::crypto::random::Random;
use serde_json::json;

use crate::{
    Arguments, Outcome,
    baseline::Kind,
    driver::{ask_json, load, post_form, post_json},
    order::shuffled,
    report::{Report, median},
    server::{Operator, Server},
};

/// How many clients ask.
const CLIENTS: usize = 64;
/// Over how many connections.
const CONNECTIONS: usize = 64;

/// One thing that is measured.
struct Subject<'a> {
    name: &'static str,
    server: &'a Server,
    requests: Arc<[Vec<u8>]>,
    /// Processor µs per request, and requests per second, of each round.
    costs: Vec<f64>,
    rates: Vec<f64>,
}

impl<'a> Subject<'a> {
    fn new(name: &'static str, server: &'a Server, requests: &Arc<[Vec<u8>]>) -> Self {
        Self {
            name,
            server,
            requests: requests.clone(),
            costs: Vec::new(),
            rates: Vec::new(),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
    async fn round(&mut self, count: u64) -> Outcome<()> {
        let before = self.server.processor_time()?;
        let took = load(self.server.address, &self.requests, CONNECTIONS, count).await?;
        let spent = self.server.processor_time()?.saturating_sub(before);
        self.costs.push(micros(spent) / count as f64);
        self.rates.push(count as f64 / took.as_secs_f64());
        Ok(())
    }
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// What `one` costs for each that `other` costs, round by round.
fn ratio(one: &Subject<'_>, other: &Subject<'_>) -> f64 {
    let pairs: Vec<f64> = one
        .costs
        .iter()
        .zip(&other.costs)
        .map(|(one, other)| one / other)
        .collect();
    median(&pairs)
}

/// Measures, and prints what was found.
pub(crate) async fn measure(arguments: &Arguments, report: &mut Report) -> Outcome<()> {
    let (rounds, count) = if arguments.quick {
        (5, 8_000)
    } else {
        (21, 20_000)
    };
    let rounds = arguments.rounds.unwrap_or(rounds);
    let data = tempfile::tempdir()?;
    let bare = Server::baseline(Kind::Bare)?;
    let signing = Server::baseline(Kind::Signing)?;
    let latchkey = Server::latchkey(data.path(), None)?;
    let operator = latchkey.operator.clone().ok_or("not the first start")?;
    let clients = make_clients(latchkey.address, &operator, CLIENTS).await?;
    let issue: Arc<[Vec<u8>]> = clients.iter().map(token_request).collect();
    let mut asks = Vec::new();
    for (client, request) in clients.iter().zip(issue.iter()) {
        let answer = ask_json(latchkey.address, request).await?;
        let token = answer["access_token"].as_str().unwrap_or_default();
        asks.push(post_form(
            "/oauth2/introspect",
            &[
                ("client_id", &client.client_id),
                ("client_secret", &client.client_secret),
                ("token", token),
            ],
        ));
    }
    let introspect: Arc<[Vec<u8>]> = asks.into();
    let mut subjects = [
        Subject::new("token: (a) bare handler", &bare, &issue),
        Subject::new("token: (b) bare handler and ES256", &signing, &issue),
        Subject::new("token: latchkey", &latchkey, &issue),
        Subject::new("introspection: (a) bare handler", &bare, &introspect),
        Subject::new("introspection: (b) and ES256", &signing, &introspect),
        Subject::new("introspection: latchkey", &latchkey, &introspect),
    ];
    for subject in &mut subjects {
        subject.round(count / 2).await?;
        subject.costs.clear();
        subject.rates.clear();
    }
    let random = Random::seeded(arguments.seed);
    for _ in 0..rounds {
        for index in shuffled(&random, subjects.len())? {
            subjects[index].round(count).await?;
        }
    }
    print(report, &subjects, rounds, arguments.seed);
    drop(latchkey);
    memory(arguments, report).await
}

fn print(report: &mut Report, subjects: &[Subject<'_>; 6], rounds: usize, seed: u64) {
    let rows: Vec<(String, Vec<f64>)> = subjects
        .iter()
        .enumerate()
        .map(|(index, it)| {
            let first = index / 3 * 3;
            let numbers = vec![
                median(&it.costs),
                median(&it.rates),
                ratio(&subjects[first], it),
                ratio(&subjects[first + 1], it),
            ];
            (it.name.to_owned(), numbers)
        })
        .collect();
    report.table(
        &format!(
            "Processor time ({rounds} shuffled rounds, seed {seed}, {CONNECTIONS} connections)"
        ),
        &["request", "µs", "per second", "(a) / it", "(b) / it"],
        &rows,
    );
}

/// The memory after 100,000 tokens, in a process of its own, on a database that is there already: migrations and the
/// first password leave their mark on a first start only.
async fn memory(arguments: &Arguments, report: &mut Report) -> Outcome<()> {
    let tokens = if arguments.quick { 20_000 } else { 100_000 };
    let data = tempfile::tempdir()?;
    let first = Server::latchkey(data.path(), None)?;
    let operator = first.operator.clone().ok_or("not the first start")?;
    let first_idle = first.resident()?;
    let clients = make_clients(first.address, &operator, CLIENTS).await?;
    drop(first);
    let server = Server::latchkey(data.path(), None)?;
    let idle = server.resident()?;
    let issue: Arc<[Vec<u8>]> = clients.iter().map(token_request).collect();
    load(server.address, &issue, CONNECTIONS, tokens).await?;
    let after = server.resident()?;
    let rows = [
        ("first start, when ready".to_owned(), vec![first_idle]),
        ("existing database, when ready".to_owned(), vec![idle]),
        (
            format!("existing database, after {tokens} tokens"),
            vec![after],
        ),
    ];
    report.table("Resident memory", &["when", "MiB"], &rows);
    Ok(())
}

/// Asks for a token by id and secret in the form.
pub(crate) fn token_request(client: &Operator) -> Vec<u8> {
    post_form(
        "/oauth2/token",
        &[
            ("grant_type", "client_credentials"),
            ("client_id", &client.client_id),
            ("client_secret", &client.client_secret),
        ],
    )
}

/// A token of the operator.
pub(crate) async fn operator_token(address: SocketAddr, operator: &Operator) -> Outcome<String> {
    let answer = ask_json(address, &token_request(operator)).await?;
    let token = answer["access_token"].as_str();
    Ok(token.ok_or("no token")?.to_owned())
}

async fn make_clients(
    address: SocketAddr,
    operator: &Operator,
    count: usize,
) -> Outcome<Vec<Operator>> {
    let token = operator_token(address, operator).await?;
    let mut clients = Vec::new();
    for number in 0..count {
        let body = json!({
            "profile": "service_account", "name": format!("Worker {number}"), "role": "member",
            "expires_at": "2099-01-01T00:00:00Z", "credential": { "expires_at": "2098-01-01T00:00:00Z" }
        });
        let made = ask_json(address, &post_json("/api/v1/clients", &token, &body)).await?;
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        clients.push(Operator {
            client_id: text(&made["client"]["client_id"]),
            client_secret: text(&made["client_secret"]),
        });
    }
    Ok(clients)
}
