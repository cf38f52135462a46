//! Rules a form can check before anything is sent. The server checks them again and has the last word.

pub(crate) mod client_draft;
pub(crate) mod client_fields;
pub(crate) mod field_errors;
pub(crate) mod lines;
pub(crate) mod once;
pub(crate) mod profiles;
pub(crate) mod redirect_uris;
