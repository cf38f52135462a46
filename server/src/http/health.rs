//! Signs of life, for whoever keeps the server running.

use poem::{Response, handler, http::StatusCode, web::Data};

use crate::app::App;

/// The process answers.
#[handler]
pub(super) fn healthz() -> &'static str {
    "ok\n"
}

/// The process can do its work: the database answers.
#[handler]
pub(super) async fn readyz(app: Data<&App>) -> Response {
    match app.store.ping().await {
        Ok(()) => Response::builder().body("ready\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            Response::builder()
                .status(StatusCode::SERVICE_UNAVAILABLE)
                .header("Retry-After", 2)
                .body("the database is not available\n")
        }
    }
}
