//! When the database goes away: 503 that says when to try again, nothing half done, and recovery by itself.

use serde_json::json;

use crate::support::{Kind, Server, client_path, eventually, run};

#[test]
fn a_database_that_goes_away_gives_503_and_the_server_recovers_by_itself() {
    run(Kind::Postgres, async |server: Server| {
        let admin = server.actor("admin").await;
        let account = admin.creates("Robot", "member").await;
        let path = client_path(&account);
        server.database.shut(true).await;
        eventually(async || server.get("/readyz").await.status == 503).await;
        for reply in [
            admin.get("/api/v1/clients").await,
            admin.patch(&path, json!({ "name": "Lost" })).await,
            admin.does(&format!("{path}/deactivate")).await,
        ] {
            let reply = reply.is_problem(503, "unavailable");
            assert!(!reply.header("retry-after").is_empty());
            assert!(!reply.text.contains("postgres"), "{}", reply.text);
        }
        let token = server
            .ask_for_token(&account.client_id, &account.secret)
            .await
            .is(503);
        assert_eq!(token.json["error"], "temporarily_unavailable");
        assert!(!token.header("retry-after").is_empty());
        // The process itself is well.
        server.get("/healthz").await.is(200);

        server.database.shut(false).await;
        eventually(async || server.get("/readyz").await.status == 200).await;
        let read = admin.get(&path).await.is(200);
        assert_eq!(
            (&read.json["name"], &read.json["version"]),
            (&json!("Robot"), &json!(1))
        );
        admin.patch(&path, json!({ "name": "Found" })).await.is(200);
        server.token_of(&account).await;
    });
}

#[test]
fn connections_that_were_cut_are_made_again() {
    run(Kind::Postgres, async |server: Server| {
        let admin = server.actor("admin").await;
        let account = admin.creates("Robot", "member").await;
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
        server.database.execute(cut).await;
        eventually(async || admin.get("/api/v1/clients").await.status == 200).await;
        eventually(async || {
            let reply = admin
                .patch(&client_path(&account), json!({ "name": "Found" }))
                .await;
            reply.status == 200
        })
        .await;
        server.token_of(&account).await;
    });
}
