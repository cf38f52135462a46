//! The rules, and nothing else: no input or output, no web framework, no database.
//!
//! Everything here can be tested by calling it. A value of one of these types is right by construction:
//! `parse` either gives the value or says in plain words what to change.

pub mod api;
pub mod assignment;
pub mod audience;
pub mod audit;
pub mod auth_method;
pub mod authorization;
pub mod caller;
pub mod client;
pub mod client_id;
pub mod community;
pub mod credential;
pub mod days;
pub mod email;
pub mod grace;
pub mod grant_type;
pub mod grid;
pub mod group;
pub mod id_token;
pub mod key;
pub mod label;
pub mod lifetime;
pub mod notice;
pub mod one_time_link;
pub mod page;
pub mod password;
pub mod permission;
pub mod pkce;
pub mod profile;
pub mod prompt;
pub mod redirect_uri;
pub mod refusal;
pub mod role;
pub mod scope;
pub mod secret;
pub mod session;
pub mod signing_key;
pub mod text;
pub mod timestamp;
pub mod token_request;
pub mod usage;
pub mod user;
pub mod version;
pub mod violation;
