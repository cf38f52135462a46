//! The management API: thin. A handler authorizes, reads, calls one use case and shows the outcome.
//!
//! Errors become problems (RFC 9457) in [`problem`] and nowhere else; who may call what is decided in [`auth`] by the
//! type of the handler's first argument, so that a route without a permission cannot be written by accident.

mod access_examples;
pub mod api_dto;
pub mod api_keys;
pub mod apis;
pub mod applications;
pub mod assigned_clients;
pub mod audit;
pub mod auth;
pub mod body;
pub mod changing;
pub mod client_dto;
pub mod client_form_dto;
pub mod client_roles;
pub mod client_tenants;
pub mod clients;
pub mod communities;
pub mod community_dto;
pub mod community_members;
pub mod contract;
pub mod credential_dto;
pub mod credentials;
pub mod document;
pub mod etag;
mod examples;
pub mod group_dto;
pub mod groups;
pub mod idempotency;
pub mod json;
pub mod me;
pub mod overview;
mod overview_examples;
pub mod paging;
mod people_examples;
pub mod people_roles;
pub mod permissions;
mod policy_examples;
pub mod problem;
pub mod profile_dto;
pub mod profile_form_dto;
pub mod profiles;
pub mod rate_limit;
pub mod reply;
pub mod role_holders;
pub mod roles;
pub mod rotation;
pub mod settings;
mod signing_key_examples;
pub mod signing_keys;
mod tenancy_examples;
pub mod tenant_dto;
pub mod tenants;
pub mod token_preview;
pub mod usage;
pub mod user_dto;
pub mod user_links;
pub mod users;

use poem_openapi::Tags;

/// The chapters of the document.
#[derive(Tags)]
pub enum Tag {
    /// Machine clients: create, edit, deactivate, delete.
    Clients,
    /// The secrets by which clients prove themselves.
    Credentials,
    /// Kinds of clients, and the credential policy.
    Profiles,
    /// Permissions, roles and where they hold.
    Access,
    /// Owners of clients, users, roles and APIs.
    Tenants,
    /// Groups of tenants that share roles.
    Communities,
    /// People who sign in: add, invite, edit, deactivate, anonymize.
    Users,
    /// Groups of people.
    Groups,
    /// The keys that sign tokens.
    SigningKeys,
    /// What a tenant sets for itself.
    Settings,
    /// Who changed what.
    Activity,
    /// The caller itself.
    Me,
    /// The OAuth 2.0 endpoints.
    OAuth,
    /// Signs of life.
    Health,
}
