//! Latchkey: an OAuth 2.0 server whose one job is the life of machine credentials.
//!
//! # Where things are
//!
//! | room | what is in it |
//! |---|---|
//! | [`domain`] | the rules, without input or output |
//! | [`clients`], [`people`], [`access`], [`oauth`] | the use cases: the life of a client, people and their sessions, who may do what, the protocol |
//! | [`store`], [`crypto`] | the database; hashes, keys and sealing |
//! | [`api`], [`oauth_http`], [`pages`], [`http`] | the management API, the OAuth endpoints, the pages for people, and the map of all URLs |
//! | [`jobs`] | what happens in the background |
//! | [`outbound`] | mails, webhooks, and the fetching of what others publish |
//! | [`app`], [`bootstrap`], [`error`] | what every use case works with, the first start, and how a use case fails |
//! | [`config`], [`clock`], [`telemetry`], [`cli`] | settings, the time, logs, the command line |
//!
//! # Who may know whom
//!
//! ```text
//! cli -> http -> {pages, oauth_http, api} -> {access, clients, oauth, people} -> {store, crypto, outbound} -> domain
//!        jobs -----------------------------> {access, clients, oauth, people}
//! ```
//!
//! The use cases share one level with [`app`], which carries their changes out, and may ask each other. What answers
//! requests asks them and never the database. Only `store` names the database library, only `api`, `oauth_http`,
//! `pages` and `http` name the web framework, only `config` reads the environment, only `clock` asks for the time.
//! `tests/api/architecture.rs` holds all of this, room by room.

pub mod access;
pub mod api;
pub mod app;
pub mod bootstrap;
pub mod cli;
pub mod clients;
pub mod clock;
pub mod config;
pub mod crypto;
pub mod domain;
pub mod error;
pub mod http;
pub mod jobs;
pub mod oauth;
pub mod oauth_http;
pub mod outbound;
pub mod pages;
pub mod people;
pub mod store;
pub mod telemetry;
