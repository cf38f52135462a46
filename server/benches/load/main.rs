//! The figures of `just bench`: what a token costs beside a bare handler, how quick lists are at a million clients,
//! how quick the server starts, and how much memory it takes.
//!
//! `cargo bench -p latchkey` runs all of it; `-- --quick` takes less than a minute. The servers are children of this
//! process, so that their processor time is their own; the baselines are this executable once more, and the subject is
//! the real `latchkey` executable.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark is run to be read"
)]

mod baseline;
mod driver;
mod lists;
mod order;
mod pages;
mod postgres;
mod processor;
mod report;
mod rows;
mod server;
mod start;
mod tokens;
mod visits;

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;

use report::Report;

/// As in the server, so that the baselines have the same means.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What goes wrong is shown and ends the run.
type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Measures Latchkey.
#[derive(Debug, Parser)]
struct Arguments {
    /// Fewer rounds and fewer rows, in less than a minute.
    #[arg(long, env = "LATCHKEY_BENCH_QUICK")]
    quick: bool,
    /// Only these parts: tokens, start, lists.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// How many rows the lists have, instead of 1,000, 100,000 and 1,000,000.
    #[arg(long, value_delimiter = ',')]
    rows: Vec<u64>,
    /// Keeps the databases of the lists in this folder, and uses them again.
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Rounds of token requests.
    #[arg(long)]
    rounds: Option<usize>,
    /// Seed of the order of rounds.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Runs as one of the baselines.
    #[arg(long, hide = true)]
    baseline: Option<baseline::Kind>,
    /// Given by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

impl Arguments {
    fn wants(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|it| it == part)
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = if let Some(kind) = arguments.baseline {
        baseline::serve(kind)
    } else {
        measure(&arguments)
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn measure(arguments: &Arguments) -> Outcome<()> {
    let mut report = Report::default();
    if arguments.wants("tokens") {
        tokens::measure(arguments, &mut report).await?;
    }
    if arguments.wants("start") {
        start::measure(arguments, &mut report).await?;
    }
    if arguments.wants("lists") {
        lists::measure(arguments, &mut report).await?;
    }
    let file = report.write()?;
    println!("\nAll figures are in {}.", file.display());
    Ok(())
}
