//! The only room that speaks to the database: one concrete store over SQLite or PostgreSQL, a file per aggregate.
//!
//! Reads are methods of [`Store`], writes are methods of [`Transaction`], so that a change without a transaction
//! cannot be written. Words: `find` gives an `Option`, `list` a page, `insert`, `replace` and `delete` change rows.

mod actor;
mod api;
mod assigned_client;
mod assignment;
mod audit;
mod authorization_code;
mod authorization_request;
mod breach;
mod change_feed;
mod client;
mod client_attention;
mod client_calendar;
mod client_count;
mod client_ended;
mod client_filter;
mod client_list;
mod client_order;
mod client_range;
mod client_run;
mod client_sample;
mod client_search;
mod client_way;
mod client_zone;
mod client_zone_reading;
mod client_zone_signature;
mod community;
mod community_member;
mod connect;
mod consent;
mod credential;
mod directory;
mod entity;
mod error;
mod expiry;
mod forget;
mod grant;
mod group;
mod idempotency;
mod one_time_link;
mod outbox;
mod profile;
mod refresh_token;
mod revoked_token;
mod role;
mod role_holder;
mod sealing_key;
mod session;
mod signing_key;
mod statement;
mod tenant;
mod tenant_settings;
mod transaction;
mod usage;
mod used_assertion;
mod user;
mod user_list;

pub use audit::{AuditFilter, AuditRow};
pub use change_feed::ChangeFeed;
pub use client_filter::ClientFilter;
pub use client_list::ClientPage;
pub use client_order::{ClientColumn, ClientKey, ClientSort, KeyValue};
pub use client_zone_reading::Zones;
pub use community_member::MemberKey;
pub use connect::{DatabaseUrl, Kind, Store};
pub use credential::{StoredCredential, Verifier};
pub use error::StoreError;
pub use expiry::Window;
pub use grant::GrantFilter;
pub use group::NameKey;
pub use idempotency::IdempotentRow;
pub use outbox::{Channel, Message};
pub use profile::Users;
pub use role::{RoleKey, RoleReach};
pub use sealing_key::StoredSealingKey;
pub use session::NewSession;
pub use signing_key::{SIGNING_KEYS, StoredSigningKey};
pub use transaction::{ALL_CLIENTS, Transaction};
pub use usage::TokenRequestRow;
pub use user_list::{UserColumn, UserFilter, UserSort};

/// What a store operation gives.
pub type Result<T> = std::result::Result<T, StoreError>;
