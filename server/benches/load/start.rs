//! From the start of the process to its first answer, on a database that is there already.

use crate::{
    Arguments, Outcome,
    report::{Report, median},
    server::Server,
};

/// Measures, and prints what was found.
#[expect(clippy::unused_async, reason = "as its siblings")]
pub(crate) async fn measure(arguments: &Arguments, report: &mut Report) -> Outcome<()> {
    let starts = if arguments.quick { 5 } else { 15 };
    let data = tempfile::tempdir()?;
    let first = Server::latchkey(data.path(), None)?.ready_after;
    let again = restarts(starts, || Server::latchkey(data.path(), None))?;
    let rows = [
        (
            "SQLite, first start".to_owned(),
            vec![first.as_secs_f64() * 1000.0],
        ),
        ("SQLite, existing".to_owned(), vec![again]),
    ];
    report.table("Start to ready", &["start", "ms"], &rows);
    Ok(())
}

/// The median of several starts, in milliseconds.
pub(crate) fn restarts(count: usize, start: impl Fn() -> Outcome<Server>) -> Outcome<f64> {
    let mut times = Vec::new();
    for _ in 0..count {
        times.push(start()?.ready_after.as_secs_f64() * 1000.0);
    }
    Ok(median(&times))
}
