//! The tables, as sea-orm sees them. Only this room's neighbours in `store` use them.

pub(super) mod app_grant;
pub(super) mod audit;
pub(super) mod authorization_code;
pub(super) mod authorization_request;
pub(super) mod client;
pub(super) mod client_label;
pub(super) mod client_usage;
pub(super) mod consent;
pub(super) mod credential;
pub(super) mod expiry_mark;
pub(super) mod group;
pub(super) mod group_member;
pub(super) mod idempotent_request;
pub(super) mod one_time_link;
pub(super) mod outbox;
pub(super) mod profile;
pub(super) mod refresh_token;
pub(super) mod revoked_token;
pub(super) mod session;
pub(super) mod signing_key;
pub(super) mod sweep;
pub(super) mod tenant;
pub(super) mod tenant_usage;
pub(super) mod token_request;
pub(super) mod user;
