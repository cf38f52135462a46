//! A PostgreSQL that goes away and comes back.

use serde_json::Value;

use crate::{
    postgres::Cluster,
    support::{Home, complaint, eventually},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_goes_away_is_503_until_it_is_back() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let home = Home::new().with("DATABASE_URL", &cluster.url());
    let server = home.serve(&[]);
    let operator = server.operator();
    let token = server.token(&operator).await;
    let made = server.create_client(&token, "Before").send().await.unwrap();
    assert_eq!(made.status(), 201);

    cluster.vanish();
    for _ in 0..3 {
        let refused = server
            .create_client(&token, "Meanwhile")
            .send()
            .await
            .unwrap();
        assert_eq!(refused.status(), 503, "{}", server.logged());
        assert!(refused.headers().contains_key("retry-after"));
        let problem: Value = refused.json().await.unwrap();
        assert_eq!(problem["type"], "/problems/unavailable");
    }
    let refused = server.token_request(&operator).await;
    assert_eq!(refused.status(), 503, "{}", server.logged());
    assert!(refused.headers().contains_key("retry-after"));
    assert_eq!(refused.headers()["cache-control"], "no-store");
    let error: Value = refused.json().await.unwrap();
    assert_eq!(error["error"], "temporarily_unavailable");
    let ready = server.get("/readyz").await;
    assert_eq!(ready.status(), 503);
    assert!(ready.headers().contains_key("retry-after"));
    assert_eq!(server.get("/healthz").await.status(), 200);
    assert_eq!(server.get("/oauth2/jwks").await.status(), 200);

    cluster.resume();
    eventually("ready again", async || {
        server.get("/readyz").await.status() == 200
    })
    .await;
    let token = server.token(&operator).await;
    let made = server.create_client(&token, "After").send().await.unwrap();
    assert_eq!(made.status(), 201);
    let names: Vec<Value> = server.clients(&token).await;
    assert_eq!(names.len(), 3, "{names:?}");
    server.stop();
}

#[test]
fn a_server_that_finds_no_database_says_so_without_the_password() {
    let home = Home::new().with(
        "DATABASE_URL",
        "postgres://latchkey:hunter2@127.0.0.1:9/latchkey",
    );
    let refused = home.run(&["serve"]);
    assert_eq!(refused.status.code(), Some(1));
    let said = complaint(&refused);
    assert!(
        said.contains("127.0.0.1:9") && said.contains("database"),
        "{said}"
    );
    assert!(!said.contains("hunter2"), "{said}");
}
