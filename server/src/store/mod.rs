//! The only room that speaks to the database: one concrete store over SQLite or PostgreSQL, a file per aggregate.
//!
//! Reads are methods of [`Store`], writes are methods of [`Transaction`], so that a change without a transaction
//! cannot be written. Words: `find` gives an `Option`, `list` a page, `insert`, `replace` and `delete` change rows.

mod actor;
mod assignment;
mod audit;
mod change_feed;
mod client;
mod client_filter;
mod client_list;
mod community;
mod connect;
mod credential;
mod entity;
mod error;
mod expiry;
mod idempotency;
mod outbox;
mod profile;
mod revoked_token;
mod role;
mod signing_key;
mod tenant;
mod transaction;
mod usage;

pub use audit::{AuditFilter, AuditRow};
pub use change_feed::ChangeFeed;
pub use client_filter::ClientFilter;
pub use client_list::{ClientColumn, ClientKey, ClientSort, KeyValue};
pub use connect::{DatabaseUrl, Kind, Store};
pub use credential::{StoredCredential, Verifier};
pub use error::StoreError;
pub use expiry::Window;
pub use idempotency::IdempotentRow;
pub use outbox::{Channel, Message};
pub use signing_key::StoredSigningKey;
pub use tenant::Tenant;
pub use transaction::{ALL_CLIENTS, Transaction};
pub use usage::TokenRequestRow;

/// What a store operation gives.
pub type Result<T> = std::result::Result<T, StoreError>;
