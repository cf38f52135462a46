//! Signs of life.

use crate::support::Home;

#[tokio::test]
async fn a_running_server_says_that_it_lives_and_is_ready() {
    let server = Home::new().serve(&[]);
    for path in ["/healthz", "/readyz"] {
        let response = server.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    }
}
