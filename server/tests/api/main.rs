//! The tests of Latchkey at its outermost layer: a real server on a real socket, a clock that can be moved, and a
//! throw-away database for each test, once on SQLite and once on PostgreSQL.
//!
//! `support` has the databases, the server and the actors; every other file tests one resource.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what is wrong by panicking, in its helpers, too"
)]

mod api_access;
mod audit;
mod clients;
mod contract;
mod credentials;
mod custom_roles;
mod idempotency;
mod lists;
mod roles;
mod rotation;
mod support;
mod usage;
