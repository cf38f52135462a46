//! Pages of lists at many clients, as the server answers them over HTTP, on both databases.

use std::{path::Path, time::Instant};

use latchkey::clock::Clock;

use crate::{
    Arguments, Outcome,
    driver::{Connection, get},
    postgres::Cluster,
    report::{Report, median, quantile},
    rows,
    server::Server,
    start::restarts,
    tokens::operator_token,
};

/// What is asked for. `{soon}` and the like are moments.
const PAGES: &[(&str, &str)] = &[
    ("first page", ""),
    ("by name, backwards", "sort=-name"),
    ("by creation", "sort=created_at"),
    ("by creation, backwards", "sort=-created_at"),
    ("by end", "sort=usable_until"),
    ("by end, backwards", "sort=-usable_until"),
    ("by use", "sort=last_used_at"),
    ("by use, backwards", "sort=-last_used_at"),
    ("status active", "effective_status=active"),
    (
        "status active, by use",
        "effective_status=active&sort=last_used_at",
    ),
    (
        "status active, by end backwards",
        "effective_status=active&sort=-usable_until",
    ),
    ("status inactive", "effective_status=inactive"),
    (
        "status inactive, by creation",
        "effective_status=inactive&sort=created_at",
    ),
    ("status expired", "effective_status=expired"),
    (
        "status expired, by creation backwards",
        "effective_status=expired&sort=-created_at",
    ),
    ("status no_credential", "effective_status=no_credential"),
    (
        "status no_credential, by use",
        "effective_status=no_credential&sort=-last_used_at",
    ),
    ("status expiring_soon", "effective_status=expiring_soon"),
    (
        "status expiring_soon, by creation",
        "effective_status=expiring_soon&sort=created_at",
    ),
    ("role member", "role=member"),
    ("role super_admin", "role=super_admin"),
    (
        "role super_admin, by creation",
        "role=super_admin&sort=-created_at",
    ),
    (
        "role super_admin, by use",
        "role=super_admin&sort=last_used_at",
    ),
    ("owner common", "owner=platform"),
    ("owner common, by use", "owner=platform&sort=-last_used_at"),
    ("owner of some thousands, by name", "owner=team-7"),
    (
        "owner of some thousands, by use",
        "owner=team-7&sort=-last_used_at",
    ),
    ("owner rare", "owner=person-0"),
    ("owner rare, by creation", "owner=person-0&sort=created_at"),
    ("owner unknown", "owner=nobody"),
    ("label common", "label=env:prod"),
    ("label common, by use", "label=env:prod&sort=last_used_at"),
    ("label rare", "label=env:canary"),
    (
        "label rare, by creation",
        "label=env:canary&sort=-created_at",
    ),
    ("label key", "label=env"),
    ("label unknown", "label=zone"),
    ("expires_before soon", "expires_before={soon}"),
    ("expires_before long ago", "expires_before={long_ago}"),
    (
        "expires_before never, by creation",
        "expires_before=9999-01-01&sort=created_at",
    ),
    ("unused_since recently", "unused_since={recently}"),
    ("unused_since long ago", "unused_since={long_ago}"),
    (
        "unused_since long ago, by name backwards",
        "unused_since={long_ago}&sort=-name",
    ),
    ("created_after recently", "created_after={recently}"),
    (
        "created_after recently, by name backwards",
        "created_after={recently}&sort=-name",
    ),
    (
        "created_after long ago, by use (the unused first)",
        "created_after={long_ago}&sort=last_used_at",
    ),
    ("profile common", "profile=service_account"),
    ("profile rare", "profile=tenant_client"),
    (
        "profile rare, by creation",
        "profile=tenant_client&sort=-created_at",
    ),
    ("without an owner", "unowned=true"),
    ("refused within a week", "refused_within=7"),
    ("deleted", "deleted=true"),
    ("search rare", "q=pizza"),
    ("search rare, by use", "q=pizza&sort=-last_used_at"),
    ("search of some thousands", "q=quartz"),
    (
        "search of some thousands, by creation",
        "q=quartz&sort=-created_at",
    ),
    ("search common, late in its order", "q=worker"),
    (
        "search common, by use backwards",
        "q=worker&sort=-last_used_at",
    ),
    ("search none", "q=xylophone"),
    ("search of two letters, common", "q=er"),
    ("search of two letters, rare", "q=zz"),
    ("search of two letters, none", "q=qq"),
    ("search of one letter", "q=z"),
    ("search of one letter, by creation", "q=w&sort=-created_at"),
    (
        "search of some thousands, by use",
        "q=quartz&sort=last_used_at",
    ),
    ("search common and owner rare", "q=worker&owner=person-0"),
    (
        "search rare and status inactive",
        "q=pizza&effective_status=inactive",
    ),
    (
        "search common and status expired, by use",
        "q=worker&effective_status=expired&sort=-last_used_at",
    ),
    (
        "role and profile and label, by creation",
        "role=admin&profile=service_account&label=env:test&sort=-created_at",
    ),
    ("total of all", "total=true"),
    ("total of a search", "q=worker&total=true"),
    ("total of a status", "effective_status=inactive&total=true"),
];

const DAY: i64 = 86_400;

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
        postgres.push(list(&data, Some(&url), &url, count, times).await?);
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

/// Median and worst milliseconds of each page, the start last.
type Times = Vec<(String, f64, f64)>;

async fn list(
    data: &Path,
    database: Option<&str>,
    url: &str,
    count: u64,
    times: usize,
) -> Outcome<Times> {
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
    // Once more than is measured: the first start after so many rows looks at them.
    drop(Server::latchkey(data, database)?);
    let server = Server::latchkey(data, database)?;
    let token = operator_token(server.address, &operator).await?;
    let mut connection = Connection::open(server.address).await?;
    let mut found = Times::new();
    for (name, query) in PAGES {
        let query = moments(query, now);
        let path = format!("/api/v1/clients?{query}");
        let (middle, worst, _) = time(&mut connection, &get(&path, &token), times).await?;
        found.push(((*name).to_owned(), middle, worst));
    }
    for sort in ["name", "-created_at", "usable_until", "-last_used_at"] {
        let (middle, worst) = deep(&mut connection, sort, &token, times).await?;
        found.push((format!("200th page, by {sort}"), middle, worst));
    }
    drop(server);
    let ready = restarts(times.min(7), || Server::latchkey(data, database))?;
    found.push(("start to ready".to_owned(), ready, ready));
    Ok(found)
}

fn moments(query: &str, now: i64) -> String {
    let mut query = query.to_owned();
    for (name, moment) in [
        ("{soon}", now + 10 * DAY),
        ("{recently}", now - 30 * DAY),
        ("{long_ago}", now - 300 * DAY),
    ] {
        let text = latchkey::domain::timestamp::Timestamp::from_unix_clamped(moment).to_string();
        query = query.replace(name, &text);
    }
    query
}

/// Asks the same several times.
async fn time(
    connection: &mut Connection,
    request: &[u8],
    times: usize,
) -> Outcome<(f64, f64, Vec<u8>)> {
    let mut taken = Vec::new();
    let mut body = Vec::new();
    // A question that takes long is not asked so often.
    let begun = Instant::now();
    for turn in 0..=times {
        let started = Instant::now();
        let answer = connection.ask(request).await?;
        if answer.status != 200 {
            let text = String::from_utf8_lossy(&answer.body);
            return Err(format!("the server answered {}: {text}", answer.status).into());
        }
        body = answer.body;
        // The first one warms up.
        if turn > 0 {
            taken.push(started.elapsed().as_secs_f64() * 1000.0);
        }
        if turn > 2 && begun.elapsed().as_secs() > 2 {
            break;
        }
    }
    Ok((median(&taken), quantile(&taken, 1.0), body))
}

/// The 200th page, by following `next`.
async fn deep(
    connection: &mut Connection,
    sort: &str,
    token: &str,
    times: usize,
) -> Outcome<(f64, f64)> {
    let mut path = format!("/api/v1/clients?sort={sort}");
    for _ in 0..199 {
        let answer = connection.ask(&get(&path, token)).await?;
        let body: serde_json::Value = serde_json::from_slice(&answer.body)?;
        let Some(next) = body["next"].as_str() else {
            break;
        };
        path = format!("/api/v1/clients?sort={sort}&cursor={next}");
    }
    let (middle, worst, _) = time(connection, &get(&path, token), times).await?;
    Ok((middle, worst))
}

fn show(report: &mut Report, database: &str, counts: &[u64], found: &[Times]) {
    let mut head = vec!["page".to_owned()];
    for count in counts {
        head.push(format!("{count}"));
        head.push("worst".to_owned());
    }
    head.push("last / first".to_owned());
    let Some(first) = found.first() else { return };
    let mut rows = Vec::new();
    for (index, (name, least, _)) in first.iter().enumerate() {
        let mut numbers = Vec::new();
        let mut last = f64::NAN;
        for times in found {
            if let Some((_, middle, worst)) = times.get(index) {
                numbers.extend([*middle, *worst]);
                last = *middle;
            }
        }
        numbers.push(last / least);
        rows.push((name.clone(), numbers));
    }
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    let title = format!("Pages of 50 on {database}, in ms over HTTP");
    report.table(&title, &head, &rows);
}
