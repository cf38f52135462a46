//! One file per screen.

pub(crate) mod account;
pub(crate) mod activity;
pub(crate) mod apis;
pub(crate) mod client;
pub(crate) mod clients;
pub(crate) mod communities;
pub(crate) mod groups;
mod held_roles;
pub(crate) mod listing;
pub(crate) mod new_client;
pub(crate) mod no_rights;
pub(crate) mod not_found;
pub(crate) mod overview;
pub(crate) mod profiles;
pub(crate) mod roles;
mod second_step;
pub(crate) mod settings;
pub(crate) mod signing_in;
pub(crate) mod signing_keys;
#[cfg(feature = "styleguide")]
pub(crate) mod styleguide;
pub(crate) mod tenants;
pub(crate) mod thing;
pub(crate) mod usage;
pub(crate) mod users;
