//! Rules a form can check before anything is sent. The server checks them again and has the last word.

pub(crate) mod redirect_uris;
