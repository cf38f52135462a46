//! Pages of lists at many clients, as the server answers them over HTTP, on both databases.
//!
//! The servers of all counts are up at once, and their pages take turns. Each is asked for several times in a row, so
//! that most answers find what the server keeps for some seconds: not the clients, but in which way they are found.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use latchkey::clock::Clock;

use crate::{
    Arguments, Outcome,
    pages::pages,
    postgres::Cluster,
    processor::processor_time,
    report::Report,
    rows,
    server::{Operator, Server},
    start::restarts,
    tokens::operator_token,
    visits::{Pace, Page, Subject, rounds},
};

/// What a page at a million clients may take, in ms, and how many times what it takes at a thousand.
const MOST: f64 = 5.0;
const TIMES: f64 = 3.0;

/// Measures, and prints what was found.
pub(crate) async fn measure(arguments: &Arguments, report: &mut Report) -> Outcome<()> {
    let counts = match (arguments.rows.is_empty(), arguments.quick) {
        (false, _) => arguments.rows.clone(),
        (true, true) => vec![1_000, 20_000],
        (true, false) => vec![1_000, 100_000, 1_000_000],
    };
    let folder = tempfile::tempdir()?;
    let folder = arguments.keep.as_deref().unwrap_or(folder.path());
    std::fs::create_dir_all(folder)?;
    let mut sqlite = Vec::new();
    for &count in &counts {
        let data = folder.join(format!("sqlite-{count}"));
        let url = format!("sqlite://{}", data.join("latchkey.db").display());
        sqlite.push(List {
            count,
            data,
            url,
            cluster: None,
        });
    }
    let found = compare(&sqlite, arguments).await?;
    show(report, "SQLite", &counts, &found);
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
        postgres.push(List {
            count,
            data: folder.join(format!("postgres-{count}")),
            url: cluster.database(&format!("latchkey_{count}")).await?,
            cluster: Some(&cluster),
        });
    }
    let found = compare(&postgres, arguments).await?;
    show(report, "PostgreSQL", &counts, &found);
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

impl From<&Page> for Taken {
    fn from(page: &Page) -> Self {
        Self {
            name: page.name.clone(),
            middle: page.time(),
            cost: page.cost(),
            full: page.full,
        }
    }
}

/// So many clients, and where they are.
struct List<'a> {
    count: u64,
    data: PathBuf,
    url: String,
    cluster: Option<&'a Cluster>,
}

impl<'a> List<'a> {
    fn start(&self) -> Outcome<Server> {
        let database = self.cluster.map(|_| self.url.as_str());
        Server::latchkey(&self.data, database)
    }

    fn operator(&self) -> PathBuf {
        self.data.join("operator.json")
    }

    /// Writes the clients, unless they are kept from another run.
    async fn fill(&self, now: i64) -> Outcome<()> {
        if self.operator().exists() {
            return Ok(());
        }
        let first = self.start()?;
        let operator = first.operator.clone().ok_or("not the first start")?;
        drop(first);
        let started = Instant::now();
        rows::fill(&self.url, self.count, now).await?;
        let seconds = started.elapsed().as_secs_f64();
        eprintln!("{} rows in {seconds:.1} s", self.count);
        std::fs::write(self.operator(), serde_json::to_vec(&operator)?)?;
        Ok(())
    }

    /// Starts once more than is measured: the first start after so many rows records what ended meanwhile, and reads all
    /// zones.
    async fn settle(&self) -> Outcome<()> {
        let started = Instant::now();
        let server = self.start()?;
        settle(&server, self.cluster).await?;
        drop(server);
        rows::settle(&self.url).await?;
        eprintln!("settled after {:.1} s", started.elapsed().as_secs_f64());
        Ok(())
    }

    /// Starts the server that is measured.
    async fn serve(&self) -> Outcome<Subject<'a>> {
        let server = self.start()?;
        let operator: Operator = serde_json::from_slice(&std::fs::read(self.operator())?)?;
        Ok(Subject {
            token: operator_token(server.address, &operator).await?,
            server,
            cluster: self.cluster,
            pages: Vec::new(),
        })
    }
}

/// What all pages take at each of several counts on one database.
async fn compare(lists: &[List<'_>], arguments: &Arguments) -> Outcome<Vec<Vec<Taken>>> {
    let now = Clock::system().now().unix();
    for list in lists {
        list.fill(now).await?;
    }
    for list in lists {
        list.settle().await?;
    }
    let mut subjects = Vec::new();
    for list in lists {
        subjects.push(list.serve().await?);
    }
    for subject in &mut subjects {
        for (name, query) in pages(now) {
            subject.add(name, &query);
        }
        for sort in ["name", "-created_at", "usable_until", "-last_used_at"] {
            subject.add_deep(sort).await?;
        }
    }
    let pace = if arguments.quick {
        Pace {
            rounds: 3,
            requests: 2,
        }
    } else {
        Pace {
            rounds: 15,
            requests: 5,
        }
    };
    rounds(&mut subjects, pace, arguments.seed).await?;
    let mut found: Vec<Vec<Taken>> = subjects
        .iter()
        .map(|it| it.pages.iter().map(Taken::from).collect())
        .collect();
    drop(subjects);
    let starts = if arguments.quick { 5 } else { 7 };
    for (list, found) in lists.iter().zip(&mut found) {
        found.push(Taken {
            name: "start to ready".to_owned(),
            middle: restarts(starts, || list.start())?,
            cost: f64::NAN,
            full: true,
        });
    }
    Ok(found)
}

/// Waits until nothing is done any more beside the requests, which would be measured with them.
async fn settle(server: &Server, cluster: Option<&Cluster>) -> Outcome<()> {
    const QUIET: Duration = Duration::from_millis(30);
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_mins(15) {
        let before = processor_time(server, cluster)?;
        tokio::time::sleep(Duration::from_secs(2)).await;
        if processor_time(server, cluster)?.saturating_sub(before) < QUIET {
            return Ok(());
        }
    }
    Err("the server is still busy with itself after a quarter of an hour".into())
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
