//! Several servers on one PostgreSQL: what one changes, all know.

use serde_json::json;

use crate::support::{Account, Kind, Server, client_path, eventually, run};

/// Whether a node hears of every change and so may use what it remembers.
async fn listening(server: &Server) -> i64 {
    let query = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    server.database.number(query).await
}

#[test]
fn a_change_on_one_node_is_seen_by_the_other_at_once() {
    run(Kind::Postgres, async |one: Server| {
        let other = one.second_node().await;
        eventually(async || listening(&one).await == 2).await;
        let admin = one.actor("admin").await;
        let account = admin.creates("Robot", "member").await;
        let path = client_path(&account);
        // The other node comes to know the client, and its token is good on both.
        let token = other.token_of(&account).await;
        let there = other.with_token(account.clone(), token.clone());
        there.get("/api/v1/me").await.is(200);
        one.with_token(account.clone(), token.clone())
            .get("/api/v1/me")
            .await
            .is(200);

        admin.patch(&path, json!({ "role": "admin" })).await.is(200);
        eventually(async || there.get("/api/v1/clients").await.status == 200).await;
        let fresh = admin
            .does(&format!("{path}/regenerate-secret"))
            .await
            .is(201);
        eventually(async || {
            other
                .ask_for_token(&account.client_id, &account.secret)
                .await
                .status
                == 401
        })
        .await;
        let fresh = fresh.json["client_secret"].as_str().unwrap();
        other.ask_for_token(&account.client_id, fresh).await.is(200);

        admin.does(&format!("{path}/deactivate")).await.is(200);
        eventually(async || there.get("/api/v1/me").await.status == 401).await;
        let seen = other.introspect(&admin.account, &token).await;
        assert_eq!(seen, json!({ "active": false }));
    });
}

#[test]
fn a_node_that_lost_its_listening_connection_reads_rows() {
    run(Kind::Postgres, async |one: Server| {
        let other = one.second_node().await;
        eventually(async || listening(&one).await == 2).await;
        let admin = one.actor("admin").await;
        let account = admin.creates("Robot", "member").await;
        let path = client_path(&account);
        // Nobody hears anything any more, and each tries again after a second: this has to happen before that.
        let deafen = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                      WHERE datname = current_database() AND query LIKE 'LISTEN%'";
        let mut seen_deaf = false;
        for _ in 0..20 {
            let there = other.sign_in(&account).await;
            one.database.execute(deafen).await;
            eventually(async || !other.app.clients.is_complete()).await;
            // What is read now must not be remembered.
            there.get("/api/v1/me").await.is(200);
            admin.does(&format!("{path}/deactivate")).await.is(200);
            let status = there.get("/api/v1/me").await.status;
            seen_deaf = !other.app.clients.is_complete();
            // Heard again, all is as before.
            eventually(async || other.app.clients.is_complete()).await;
            admin.does(&format!("{path}/reactivate")).await.is(200);
            eventually(async || listening(&one).await == 2).await;
            if seen_deaf {
                assert_eq!(status, 401);
                break;
            }
        }
        assert!(seen_deaf, "it heard again too early each time");
        other.token_of(&account).await;
    });
}

#[test]
fn an_idempotency_key_holds_on_every_node() {
    run(Kind::Postgres, async |one: Server| {
        let other = one.second_node().await;
        let admin = one.actor("admin").await;
        let there = other.with_token(admin.account.clone(), admin.token.clone());
        let body = json!({ "profile": "service_account", "name": "Robot", "role": "member" });
        let send = async |actor: &crate::support::Actor| {
            let wire = actor.request(reqwest::Method::POST, "/api/v1/clients");
            let wire = wire.header("Idempotency-Key", "once").json(&body);
            wire.send().await.is(201)
        };
        let (first, second) = tokio::join!(send(&admin), send(&there));
        assert_eq!(first.json, second.json);
        let list = admin.get("/api/v1/clients?q=robot").await.is(200);
        assert_eq!(list.each("id").len(), 1);
    });
}

#[test]
fn a_revoked_token_is_dead_on_every_node() {
    run(Kind::Postgres, async |one: Server| {
        let other = one.second_node().await;
        eventually(async || listening(&one).await == 2).await;
        let robot = one.actor("member").await;
        let there = other.with_token(robot.account.clone(), robot.token.clone());
        there.get("/api/v1/me").await.is(200);
        let fields = [
            ("token", robot.token.as_str()),
            ("client_id", &robot.account.client_id),
            ("client_secret", &robot.account.secret),
        ];
        one.post_form("/oauth2/revoke", &fields).await.is(200);
        robot.get("/api/v1/me").await.is(401);
        eventually(async || there.get("/api/v1/me").await.status == 401).await;
    });
}

#[test]
fn a_role_that_changes_on_one_node_changes_rights_on_the_other() {
    run(Kind::Postgres, async |one: Server| {
        let other = one.second_node().await;
        eventually(async || listening(&one).await == 2).await;
        let admin = one.operator().await;
        let role = json!({ "key": "support", "name": "Support", "permissions": ["audit:view"] });
        let role = admin.post("/api/v1/roles", role).await.is(201);
        let new = json!({ "profile": "short_lived", "name": "Robot", "roles": ["support"] });
        let made = admin.post("/api/v1/clients", new).await.is(201);
        let there = other.sign_in(&Account::of(&made.json)).await;
        there.get("/api/v1/audit").await.is(200);
        let path = format!("/api/v1/roles/{}", role.json["id"].as_str().unwrap());
        let less = json!({ "permissions": [] });
        admin.patch(&path, less).await.is(200);
        eventually(async || there.get("/api/v1/audit").await.status == 403).await;
    });
}

#[test]
fn an_api_that_changes_on_one_node_changes_tokens_on_the_other() {
    run(Kind::Postgres, async |one: Server| {
        let other = one.second_node().await;
        eventually(async || listening(&one).await == 2).await;
        let admin = one.operator().await;
        let audience = "https://orders.example.com";
        let api = json!({
            "key": "orders", "name": "Orders", "audience": audience, "token_format": "opaque",
        });
        let api = admin.post("/api/v1/apis", api).await.is(201);
        let fields = [("grant_type", "client_credentials"), ("resource", audience)];
        let asks = async |server: &Server| server.token(&admin.account, &fields).await;
        eventually(async || asks(&other).await.status == 200).await;
        let token = asks(&other).await.json["access_token"].clone();
        let token = token.as_str().unwrap();
        let here = one.introspect(&admin.account, token).await;
        assert_eq!(here["active"], true, "what one node sealed the other reads");
        admin.delete(api.header("location")).await.is(204);
        eventually(async || {
            let there = other.introspect(&admin.account, token).await;
            there["active"] == false && asks(&other).await.status == 400
        })
        .await;
    });
}

#[test]
fn a_grace_ends_in_its_second_on_a_node_that_remembers_the_old_secret() {
    run(Kind::Postgres, async |one: Server| {
        let other = one.second_node().await;
        eventually(async || listening(&one).await == 2).await;
        let admin = one.actor("admin").await;
        let account = admin.creates("Rotating", "member").await;
        let works = async |node: &Server| {
            let reply = node.ask_for_token(&account.client_id, &account.secret);
            reply.await.status == 200
        };
        assert!(works(&one).await && works(&other).await);
        let old = account.credential.unwrap();
        let path = format!("{}/credentials/{old}/rotate", client_path(&account));
        admin.post(&path, json!({ "grace": 60 })).await.is(201);
        // Whatever the other node has heard by then, it goes by the clock.
        let retiring = async || {
            let reply = other.ask_for_token(&account.client_id, &account.secret);
            let reply = reply.await;
            reply.status == 200 && !reply.header("latchkey-credential-expires").is_empty()
        };
        eventually(retiring).await;
        one.clock.advance(60);
        assert!(works(&one).await && works(&other).await);
        one.clock.advance(1);
        assert!(!works(&one).await && !works(&other).await);
    });
}

#[test]
fn what_nodes_count_adds_up() {
    run(Kind::Postgres, async |one: Server| {
        let other = one.second_node().await;
        let admin = one.actor("admin").await;
        let account = admin.creates("Busy", "member").await;
        for (node, times) in [(&one, 3), (&other, 4), (&one, 2)] {
            for _ in 0..times {
                node.token_of(&account).await;
            }
            one.clock.advance(1);
        }
        let (first, second) = tokio::join!(one.app.write_usage(), other.app.write_usage());
        first.unwrap();
        second.unwrap();
        let path = client_path(&account);
        let usage = admin.get(&format!("{path}/usage")).await.is(200);
        let hours = usage.json["items"].as_array().unwrap();
        let accepted: i64 = hours.iter().filter_map(|it| it["accepted"].as_i64()).sum();
        assert_eq!(accepted, 9);
        let credentials = admin.get(&format!("{path}/credentials")).await.is(200);
        assert_eq!(credentials.json["items"][0]["use_count"], 9);
        let requests = admin.get(&format!("{path}/requests")).await.is(200);
        assert_eq!(requests.each("outcome").len(), 9);
        let read = admin.get(&path).await.is(200);
        assert_eq!(read.json["last_used_at"], "2026-06-15T12:00:02Z");
    });
}
