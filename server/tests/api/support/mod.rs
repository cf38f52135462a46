//! What the tests stand on.

mod actor;
mod browser;
mod cluster;
pub(crate) mod database;
pub(crate) mod described;
mod key_pair;
pub(crate) mod listing;
mod many;
mod person;
pub(crate) mod plain_filter;
mod publisher;
mod server;
mod sink;
mod visitor;
mod wire;

pub(crate) use actor::{Account, Actor, claims_of, client_path};
pub(crate) use browser::{Browser, form_token};
pub(crate) use database::Kind;
pub(crate) use key_pair::{ASSERTION_TYPE, KeyPair, ask_by, with_assertion};
pub(crate) use person::{PASSWORD, link_form, path_of};
pub(crate) use publisher::Publisher;
pub(crate) use server::{Server, eventually};
pub(crate) use sink::Sink;
pub(crate) use visitor::{CALLBACK, Signer, VERIFIER, Visitor, authorize_path, challenge, told};
pub(crate) use wire::{Reply, Wire};

/// Runs a test on a throw-away database of this kind. Where there is no PostgreSQL, its half is skipped with a line
/// that says so.
pub(crate) fn run(kind: Kind, test: impl AsyncFnOnce(Server)) {
    if_there(kind, async || {
        let server = Server::start(kind).await;
        let database = server.database.clone();
        test(server).await;
        database.remove().await;
    });
}

/// As [`run`], without a server.
pub(crate) fn if_there(kind: Kind, test: impl AsyncFnOnce()) {
    if !database::is_there(kind) {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(test());
}

/// Makes two tests of each named function, one for each database: `a_rule::sqlite` and `a_rule::postgres`.
macro_rules! on_both_databases {
    ($($rule:ident),+ $(,)?) => { $(
        mod $rule {
            #[test]
            fn sqlite() {
                crate::support::run(crate::support::Kind::Sqlite, super::$rule);
            }

            #[test]
            fn postgres() {
                crate::support::run(crate::support::Kind::Postgres, super::$rule);
            }
        }
    )+ };
}
pub(crate) use on_both_databases;
