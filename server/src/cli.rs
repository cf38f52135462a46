//! The command line.

use std::{fs::DirBuilder, io, path::Path, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::{
    api::document,
    app::App,
    bootstrap::{self, Operator},
    clock::Clock,
    config::{Flags, Settings},
    crypto::{master_key::MasterKey, random::Random, signing},
    error::{Error, Result},
    http::{self, Running},
    jobs,
    store::Store,
    telemetry,
};

/// An OAuth 2.0 server whose one job is the life of machine credentials.
///
/// `latchkey serve` needs no settings: it makes a folder with a SQLite database and its keys, and prints the first
/// sign-in once. Settings come from a file (--config), then the environment (`LATCHKEY_LISTEN`, `LATCHKEY_DATA_DIR`,
/// `LATCHKEY_PUBLIC_URL`, `DATABASE_URL`, ...), then flags; the later wins.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    flags: Flags,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server until it gets SIGTERM or Ctrl-C
    Serve,
    /// Bring the database to this version, and stop
    Migrate,
    /// Print the OpenAPI document
    #[command(name = "openapi")]
    OpenApi,
    /// Print the settings in force, secrets masked
    Config,
    /// Make a new operator client and a person with a one-time password, for someone who is locked out
    Bootstrap {
        /// The person's e-mail address; one who exists is let in again [default: admin@localhost]
        #[arg(long, value_name = "ADDRESS")]
        email: Option<String>,
        /// Print JSON, for scripts
        #[arg(long)]
        json: bool,
    },
}

/// Exit status of a setting that is wrong.
const WRONG_SETTING: u8 = 2;

/// Does what the command line says.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    if let Command::OpenApi = arguments.command {
        print(&document::text());
        return ExitCode::SUCCESS;
    }
    let settings = match Settings::load(&arguments.flags) {
        Ok(settings) => settings,
        Err(problem) => {
            complain(&problem.to_string());
            return ExitCode::from(WRONG_SETTING);
        }
    };
    if let Command::Config = arguments.command {
        let shown = serde_json::to_string_pretty(&settings.shown()).unwrap_or_default();
        print(&(shown + "\n"));
        return ExitCode::SUCCESS;
    }
    telemetry::begin(&settings);
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            complain(&format!("the runtime cannot be started: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let outcome = runtime.block_on(async {
        match arguments.command {
            Command::Serve => serve(settings).await,
            Command::Migrate => migrate(&settings).await,
            Command::Bootstrap { email, json } => bootstrap(settings, email, json).await,
            Command::OpenApi | Command::Config => Ok(()),
        }
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

async fn open(settings: &Settings) -> Result<Store> {
    let folder = &settings.data_dir;
    make_private(folder).map_err(|error| {
        Error::Unexpected(format!(
            "the data folder {} cannot be made: {error}",
            folder.display()
        ))
    })?;
    let store = Store::connect(&settings.database, settings.database_connections).await?;
    store.migrate().await?;
    Ok(store)
}

/// Makes `folder` and what leads to it, for its owner only; one that is there keeps its permissions.
fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

async fn assemble(settings: Settings) -> Result<App> {
    let random = Random::system();
    let store = open(&settings).await?;
    let master_key = MasterKey::load_or_create(&settings.master_key_file, &random)
        .map_err(|it| Error::Unexpected(it.to_string()))?;
    App::assemble(settings, Clock::system(), random, store, &master_key).await
}

async fn migrate(settings: &Settings) -> Result<()> {
    let store = open(settings).await?;
    store.close().await;
    print("The database is up to date.\n");
    Ok(())
}

async fn bootstrap(settings: Settings, email: Option<String>, json: bool) -> Result<()> {
    let app = assemble(settings).await?;
    let email = email.or_else(|| app.settings.bootstrap_email.clone());
    let operator = bootstrap::make_operator(&app, email.as_deref()).await?;
    if json {
        let text = serde_json::to_string_pretty(&operator.as_json()).unwrap_or_default();
        print(&(text + "\n"));
    } else {
        print(&greeting(
            &operator,
            "A new operator client and a person who may sign in:",
        ));
    }
    Ok(())
}

async fn serve(mut settings: Settings) -> Result<()> {
    let stop = stop().map_err(|it| Error::Unexpected(it.to_string()))?;
    // The first random bytes of the process take long: begin now.
    let warm = tokio::task::spawn_blocking(|| signing::warm_up(&Random::system()));
    let address = settings.listen;
    let running = Running::bind(address).await.map_err(|error| {
        Error::Unexpected(format!(
            "cannot listen on {address}: {error}. Is another server there? --listen takes another address"
        ))
    })?;
    settings.listening_on(running.address);
    let app = assemble(settings).await?;
    let warmed = warm.await.map_err(|it| it.to_string());
    warmed
        .and_then(|it| it.map_err(|it| it.to_string()))
        .map_err(Error::Unexpected)?;
    let first = bootstrap::on_first_start(&app).await?;
    let issuer = app.settings.issuer().to_owned();
    if let Some(operator) = first {
        print(&greeting(
            &operator,
            "This is the first start. The operator client and the first person, shown this once:",
        ));
    }
    let listening = match app.settings.public_url {
        Some(_) => format!("; listening on {}", app.settings.listen),
        None => String::new(),
    };
    print(&format!(
        "Latchkey is ready: {issuer}  (admin screens: {issuer}/admin, API: {issuer}/docs{listening})\n"
    ));
    let jobs = jobs::start(&app);
    let served = http::serve(running, app.clone(), stop).await;
    drop(jobs);
    if let Err(error) = app.write_usage().await {
        tracing::warn!(%error, "the last usage could not be written");
    }
    app.store.clone().close().await;
    tracing::info!("stopped");
    served.map_err(|it| Error::Unexpected(it.to_string()))
}

/// SIGTERM or Ctrl-C. It listens from the moment it is made, so that none is missed while the server starts.
#[cfg(unix)]
fn stop() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
        tracing::info!("stopping: requests in flight are finished first");
    })
}

/// Ctrl-C.
#[cfg(not(unix))]
fn stop() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
        tracing::info!("stopping: requests in flight are finished first");
    })
}

fn greeting(operator: &Operator, heading: &str) -> String {
    format!(
        "\n{heading}\n\n  client_id      {}\n  client_secret  {}\n\n  e-mail         {}\n  password       {}\n\n\
         Keep them now: they cannot be shown again. The password is for the first sign-in, within seven days, where you\n\
         choose your own.\n\n",
        operator.client_id,
        operator.reveal_secret(),
        operator.email,
        operator.reveal_password()
    )
}

/// Writes the answer to a command. That nobody reads it to its end (`latchkey openapi | head`) is no mistake.
fn print(text: &str) {
    use std::io::Write;
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

#[expect(clippy::print_stderr, reason = "there may be no log yet")]
fn complain(text: &str) {
    eprintln!("latchkey: {text}");
}
