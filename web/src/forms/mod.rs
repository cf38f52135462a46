//! Rules a form can check before anything is sent. The server checks them again and has the last word.

pub(crate) mod client_draft;
pub(crate) mod client_fields;
pub(crate) mod conflict;
pub(crate) mod draft;
pub(crate) mod editor;
pub(crate) mod field_errors;
pub(crate) mod grid_field;
pub(crate) mod lines;
pub(crate) mod once;
pub(crate) mod profiles;
pub(crate) mod redirect_uris;
pub(crate) mod role_tabs;
