//! The tables, as sea-orm sees them. Only this room's neighbours in `store` use them.

pub(super) mod assignment;
pub(super) mod audit;
pub(super) mod client;
pub(super) mod client_label;
pub(super) mod client_usage;
pub(super) mod community;
pub(super) mod community_tenant;
pub(super) mod credential;
pub(super) mod expiry_mark;
pub(super) mod idempotent_request;
pub(super) mod outbox;
pub(super) mod profile;
pub(super) mod revoked_token;
pub(super) mod role;
pub(super) mod signing_key;
pub(super) mod sweep;
pub(super) mod tenant;
pub(super) mod tenant_usage;
pub(super) mod token_request;
