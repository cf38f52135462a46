//! The protocol: one file per rule or grant. No HTTP here: parameters come in, answers or [`error::OAuthError`] go out.

pub mod access_token;
pub mod api_key;
pub mod basic;
pub mod client_authentication;
pub mod error;
pub mod grants;
pub mod introspection;
pub mod keys;
pub mod metadata;
pub mod parameters;
pub mod revocation;
pub mod throttle;
