//! The tests of Latchkey at its outermost layer: a real server on a real socket, a clock that can be moved, and a
//! throw-away database for each test, once on SQLite and once on PostgreSQL.
//!
//! `support` has the databases, the server and the actors; every other file tests one resource.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::similar_names,
    reason = "a test says what is wrong by panicking, in its helpers, too, and a patch goes to a path"
)]

mod account;
mod allowed_apps;
mod api_access;
mod api_consent;
mod api_keys;
mod api_permissions;
mod api_tokens;
mod apis;
mod apps;
mod architecture;
mod assigned_clients;
mod audit;
mod authorization;
mod authorize;
mod bounds;
mod client_assertions;
mod client_tenants;
mod clients;
mod code;
mod communities;
mod community_members;
mod consent;
mod contract;
mod credentials;
mod custom_roles;
mod deletion;
mod document;
mod editing;
mod ends;
mod expiry;
mod forged_tokens;
mod grid;
mod groups;
mod guessing;
mod hostile_input;
mod idempotency;
mod isolation;
mod list_ended;
mod list_filters;
mod list_plans;
mod list_runs;
mod list_search;
mod list_times;
mod list_zones;
mod lists;
mod mail;
mod me;
mod migrations;
mod nodes;
mod notices;
mod oauth_client_authentication;
mod oauth_metadata;
mod oauth_requests;
mod oauth_revocation;
mod oauth_scopes;
mod oauth_tokens;
mod opaque_tokens;
mod openid;
mod outage;
mod overview;
mod own_secrets;
mod passwords;
mod people_roles;
mod private_key_jwt;
mod profile_form;
mod profile_policy;
mod profiles;
mod public_keys;
mod races;
mod refresh;
mod refused_rights;
mod roles;
mod rotation;
mod rotation_refused;
mod secrecy;
mod secrets_of_people;
mod settings;
mod short_lived;
mod sign_in;
mod signing_keys;
mod strangers;
mod support;
mod tenant_clients;
mod tenants;
mod usage;
mod users;
