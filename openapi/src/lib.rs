//! A client of Latchkey's HTTP API, made from `openapi.json`: a method for each operation, named by its `operationId`,
//! and a type for each schema in [`types`].
//!
//! The server's code is not known here, only its document. `native` is a client over reqwest; `browser` has the same
//! operations and leaves sending to its owner.

#[cfg(feature = "browser")]
pub mod browser;
#[cfg(feature = "native")]
mod native;

include!(concat!(env!("OUT_DIR"), "/types.rs"));

#[cfg(feature = "native")]
pub use self::native::*;
#[cfg(feature = "native")]
pub use progenitor_client as client;
