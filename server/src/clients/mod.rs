//! The life of a client: create, change, switch off and on, end, delete, restore; and its credentials.
//!
//! Each use case runs inside a [`Change`](crate::app::Change): what it does and its audit rows are one transaction.

pub mod api_keys;
pub mod breaking;
pub mod built_in;
pub mod cache;
pub mod ceiling;
pub mod change;
pub mod create;
pub mod credential_form;
pub mod credentials;
pub mod expiry;
pub mod form;
pub mod holding;
pub mod lifecycle;
pub mod new_credential;
pub mod overview;
pub mod permissions;
pub mod profile_form;
pub mod profiles;
pub mod read;
pub mod roles;
pub mod rotation;
pub mod snapshot;
pub mod tenants;
pub mod usage;
