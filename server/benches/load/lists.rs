//! Pages of lists at many clients, as the server answers them over HTTP, on both databases.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use latchkey::clock::Clock;

use crate::{
    Arguments, Outcome,
    driver::{Connection, get},
    pages::pages,
    postgres::Cluster,
    report::{Report, median},
    rows,
    server::Server,
    start::restarts,
    tokens::operator_token,
};

/// What a page at a million clients may take, in ms, and how many times what it takes at a thousand.
const MOST: f64 = 5.0;
const TIMES: f64 = 3.0;

/// For so long a page is asked for again and again, so that processor time, which is counted in hundredths of a second,
/// says something.
const LONG: Duration = Duration::from_millis(300);

/// Measures, and prints what was found.
pub(crate) async fn measure(arguments: &Arguments, report: &mut Report) -> Outcome<()> {
    let counts = match (arguments.rows.is_empty(), arguments.quick) {
        (false, _) => arguments.rows.clone(),
        (true, true) => vec![1_000, 20_000],
        (true, false) => vec![1_000, 100_000, 1_000_000],
    };
    let times = if arguments.quick { 5 } else { 15 };
    let folder = tempfile::tempdir()?;
    let folder = arguments.keep.as_deref().unwrap_or(folder.path());
    std::fs::create_dir_all(folder)?;
    let mut sqlite = Vec::new();
    for &count in &counts {
        let data = folder.join(format!("sqlite-{count}"));
        let file = data.join("latchkey.db");
        let url = format!("sqlite://{}", file.display());
        sqlite.push(list(&data, None, &url, count, times).await?);
    }
    show(report, "SQLite", &counts, &sqlite);
    // In the folder of temporary files, since the user who runs PostgreSQL may not reach any other.
    let own = tempfile::Builder::new()
        .prefix("latchkey-bench")
        .tempdir()?;
    let place = arguments.keep.as_deref().unwrap_or(own.path());
    open_to_all(place)?;
    let Some(cluster) = Cluster::start(&place.join("postgres"))? else {
        println!("\nPostgreSQL is not installed: its lists are not measured.");
        return Ok(());
    };
    let mut postgres = Vec::new();
    for &count in &counts {
        let data = folder.join(format!("postgres-{count}"));
        let url = cluster.database(&format!("latchkey_{count}")).await?;
        postgres.push(list(&data, Some((&cluster, &url)), &url, count, times).await?);
    }
    show(report, "PostgreSQL", &counts, &postgres);
    Ok(())
}

#[cfg(unix)]
fn open_to_all(folder: &Path) -> Outcome<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755))?;
    Ok(())
}

#[cfg(not(unix))]
fn open_to_all(_: &Path) -> Outcome<()> {
    Ok(())
}

/// What a page took.
struct Taken {
    name: String,
    /// Median milliseconds.
    middle: f64,
    /// Milliseconds of processor time, the database's included.
    cost: f64,
    /// Whether it had all the clients that a page has.
    full: bool,
}

/// The server and what it reads from.
struct Subject<'a> {
    server: Server,
    cluster: Option<&'a Cluster>,
    connection: Connection,
    times: usize,
}

async fn list(
    data: &Path,
    postgres: Option<(&Cluster, &str)>,
    url: &str,
    count: u64,
    times: usize,
) -> Outcome<Vec<Taken>> {
    let database = postgres.map(|(_, url)| url);
    let now = Clock::system().now().unix();
    let kept = data.join("operator.json");
    if !kept.exists() {
        let first = Server::latchkey(data, database)?;
        let operator = first.operator.clone().ok_or("not the first start")?;
        drop(first);
        let started = Instant::now();
        rows::fill(url, count, now).await?;
        eprintln!("{count} rows in {:.1} s", started.elapsed().as_secs_f64());
        std::fs::write(&kept, serde_json::to_vec(&operator)?)?;
    }
    let operator = serde_json::from_slice(&std::fs::read(&kept)?)?;
    // Once more than is measured: the first start after so many rows records what ended meanwhile, and reads all zones.
    let started = Instant::now();
    let server = Server::latchkey(data, database)?;
    settle(&server, postgres.map(|(cluster, _)| cluster)).await?;
    drop(server);
    rows::settle(url).await?;
    eprintln!("settled after {:.1} s", started.elapsed().as_secs_f64());
    let server = Server::latchkey(data, database)?;
    let token = operator_token(server.address, &operator).await?;
    let mut subject = Subject {
        connection: Connection::open(server.address).await?,
        cluster: postgres.map(|(cluster, _)| cluster),
        server,
        times,
    };
    let mut found = Vec::new();
    for (name, query) in pages(now) {
        let path = format!("/api/v1/clients?{query}");
        found.push(subject.time(name, &get(&path, &token)).await?);
    }
    for sort in ["name", "-created_at", "usable_until", "-last_used_at"] {
        found.push(subject.deep(sort, &token).await?);
    }
    drop(subject);
    let ready = restarts(times.min(7), || Server::latchkey(data, database))?;
    found.push(Taken {
        name: "start to ready".to_owned(),
        middle: ready,
        cost: f64::NAN,
        full: true,
    });
    Ok(found)
}

/// Waits until nothing is done any more beside the requests, which would be measured with them.
async fn settle(server: &Server, cluster: Option<&Cluster>) -> Outcome<()> {
    const QUIET: Duration = Duration::from_millis(30);
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_mins(5) {
        let before = processor_time(server, cluster)?;
        tokio::time::sleep(Duration::from_secs(2)).await;
        if processor_time(server, cluster)?.saturating_sub(before) < QUIET {
            return Ok(());
        }
    }
    Err("the server is still busy with itself after five minutes".into())
}

/// Of the server and of its database.
fn processor_time(server: &Server, cluster: Option<&Cluster>) -> Outcome<Duration> {
    let database = cluster.map_or(Ok(Duration::ZERO), Cluster::processor_time)?;
    Ok(server.processor_time()? + database)
}

impl Subject<'_> {
    fn processor_time(&self) -> Outcome<Duration> {
        processor_time(&self.server, self.cluster)
    }

    /// Asks the same several times.
    async fn time(&mut self, name: &str, request: &[u8]) -> Outcome<Taken> {
        // The first one warms up.
        let answer = self.connection.ask(request).await?;
        if answer.status != 200 {
            let text = String::from_utf8_lossy(&answer.body);
            return Err(format!("the server answered {}: {text}", answer.status).into());
        }
        let body: serde_json::Value = serde_json::from_slice(&answer.body)?;
        let mut taken = Vec::new();
        let before = self.processor_time()?;
        let begun = Instant::now();
        while taken.len() < self.times || begun.elapsed() < LONG {
            let started = Instant::now();
            self.connection.ask(request).await?;
            taken.push(millis(started.elapsed()));
            // A question that takes long is not asked so often.
            if taken.len() > 2 && begun.elapsed().as_secs() > 2 {
                break;
            }
        }
        let spent = self.processor_time()?.saturating_sub(before);
        Ok(Taken {
            name: name.to_owned(),
            middle: median(&taken),
            cost: millis(spent.div_f64(taken.iter().map(|_| 1.0).sum())),
            full: body["items"].as_array().is_some_and(|it| it.len() == 50),
        })
    }

    /// The 200th page, by following `next`.
    async fn deep(&mut self, sort: &str, token: &str) -> Outcome<Taken> {
        let mut path = format!("/api/v1/clients?sort={sort}");
        for _ in 0..199 {
            let answer = self.connection.ask(&get(&path, token)).await?;
            let body: serde_json::Value = serde_json::from_slice(&answer.body)?;
            let Some(next) = body["next"].as_str() else {
                break;
            };
            path = format!("/api/v1/clients?sort={sort}&cursor={next}");
        }
        self.time(&format!("200th page, by {sort}"), &get(&path, token))
            .await
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Prints all pages, and apart those that miss what is aimed at.
fn show(report: &mut Report, database: &str, counts: &[u64], found: &[Vec<Taken>]) {
    let mut head = vec!["page".to_owned()];
    for count in counts {
        head.push(format!("{count}"));
        head.push("processor".to_owned());
    }
    head.push("last / first".to_owned());
    let (Some(first), Some(last)) = (found.first(), found.last()) else {
        return;
    };
    let plain = first.first().map_or(f64::NAN, |it| it.cost);
    let mut rows = Vec::new();
    let mut missed = Vec::new();
    for (index, (small, large)) in first.iter().zip(last).enumerate() {
        let mut numbers: Vec<f64> = Vec::new();
        for times in found {
            numbers.extend(
                times
                    .get(index)
                    .map_or([f64::NAN; 2], |it| [it.middle, it.cost]),
            );
        }
        // Where few clients meet a condition among a thousand there is no page to compare with but the plain one.
        let compared = if small.full {
            small.cost
        } else {
            small.cost.max(plain)
        };
        let growth = large.cost / compared;
        numbers.push(growth);
        let is_page = !large.cost.is_nan();
        if is_page && (large.cost > MOST || large.middle > MOST || growth > TIMES) {
            missed.push((small.name.clone(), vec![large.middle, large.cost, growth]));
        }
        rows.push((small.name.clone(), numbers));
    }
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    let title = format!(
        "Pages of 50 on {database}: median ms over HTTP, and ms of processor time, the database's included"
    );
    report.table(&title, &head, &rows);
    let title = format!(
        "{} of {} pages on {database} take more than {MOST} ms, or {TIMES} times the processor time of a thousand",
        missed.len(),
        rows.len() - 1
    );
    report.table(
        &title,
        &["page", "ms", "processor", "last / first"],
        &missed,
    );
}
