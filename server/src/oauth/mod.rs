//! The protocol: one file per rule or grant. No HTTP here: parameters come in, answers or [`error::OAuthError`] go out.

pub mod access_token;
pub mod allowed;
pub mod api_key;
pub mod authorize;
pub mod basic;
mod client_assertion;
pub mod client_authentication;
pub mod consent;
pub mod error;
pub mod grants;
pub mod held;
pub mod id_token;
pub mod introspection;
pub mod keys;
pub mod logout;
pub mod metadata;
pub mod parameters;
pub mod preview;
pub mod published_keys;
pub mod revocation;
pub mod sealing_keys;
pub mod signing_keys;
pub mod target;
pub mod throttle;
pub mod userinfo;
