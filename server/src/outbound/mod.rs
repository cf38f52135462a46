//! What this server sends to others: mails, webhooks, and the fetching of key sets. Addresses that others chose are
//! looked at before anything is sent there.

pub mod address;
pub mod mail;
pub mod request;
pub mod webhook;
