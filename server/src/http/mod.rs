//! The server: the map of all URLs, and what every request goes through.

mod arriving;
mod edge;
mod health;
mod routes;
mod serve;

pub use routes::routes;
pub use serve::{Running, serve};
