//! The `latchkey` command as an operator meets it: the real executable, its own folder, its own port.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on ends"
)]

mod command_line;
mod crash;
mod database_away;
mod first_start;
mod full_disk;
mod health;
mod issuer;
mod postgres;
mod settings;
mod shutdown;
mod slow_senders;
mod support;
mod walkthrough;
