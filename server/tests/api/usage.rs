//! `/clients/{id}/requests`, `/clients/{id}/usage`, `/usage`: what is remembered of token requests.

use serde_json::{Value, json};

use crate::support::{Account, Actor, Server, client_path, on_both_databases};

on_both_databases! {
    an_accepted_request_counts_for_client_and_credential_without_changing_their_versions,
    the_administrator_learns_the_precise_reason_and_the_caller_does_not,
    an_unknown_client_leaves_a_count_and_no_row,
    the_last_two_hundred_requests_of_a_client_are_remembered,
    requests_come_in_pages_newest_first_and_by_outcome,
    usage_has_every_hour_and_every_day_also_the_idle_ones,
    old_requests_and_counts_are_forgotten,
    requests_and_usage_of_another_tenant_are_not_found,
    what_was_used_survives_a_restart,
}

async fn requests(actor: &Actor, account: &Account, query: &str) -> Vec<Value> {
    let path = format!("{}/requests{query}", client_path(account));
    let reply = actor.get(&path).await.is(200);
    reply.json["items"].as_array().unwrap().clone()
}

/// The reason that is remembered of the last request.
async fn last_reason(server: &Server, actor: &Actor, account: &Account) -> String {
    server.app.write_usage().await.unwrap();
    let all = requests(actor, account, "?limit=1").await;
    all[0]["reason"].as_str().unwrap_or("none").to_owned()
}

async fn an_accepted_request_counts_for_client_and_credential_without_changing_their_versions(
    server: Server,
) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Worker", "member").await;
    let credential = format!(
        "{}/credentials/{}",
        client_path(&account),
        account.credential.unwrap()
    );
    let tags = [
        admin
            .get(&client_path(&account))
            .await
            .header("etag")
            .to_owned(),
        admin.get(&credential).await.header("etag").to_owned(),
    ];
    for _ in 0..3 {
        server.token_of(&account).await;
    }
    server.app.write_usage().await.unwrap();
    let client = admin.get(&client_path(&account)).await;
    let used = admin.get(&credential).await;
    assert_eq!(client.json["last_used_at"], "2026-06-15T12:00:00Z");
    assert_eq!(used.json["last_used_at"], "2026-06-15T12:00:00Z");
    assert_eq!(used.json["last_used_from"], "127.0.0.1");
    assert_eq!(used.json["use_count"], 3);
    assert_eq!(
        [client.header("etag"), used.header("etag")],
        [&tags[0], &tags[1]]
    );
    let all = requests(&admin, &account, "").await;
    assert_eq!(all.len(), 3);
    assert_eq!(all[0]["outcome"], "accepted");
    assert_eq!(all[0]["credential"], json!(account.credential.unwrap()));
}

async fn the_administrator_learns_the_precise_reason_and_the_caller_does_not(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin
        .creates_with(json!({ "expires_at": "2026-06-20T00:00:00Z" }))
        .await;
    let path = client_path(&account);
    let end = json!({ "expires_at": "2026-06-15T12:01:00Z", "description": "short" });
    let short = admin
        .post(&format!("{path}/credentials"), end)
        .await
        .is(201);
    let short = short.json["client_secret"].as_str().unwrap().to_owned();
    let id = &account.client_id;

    let wrong = format!("{}x", account.secret);
    let told = server.ask_for_token(id, &wrong).await.is(401);
    assert_eq!(last_reason(&server, &admin, &account).await, "wrong_secret");

    server.clock.advance(61);
    let expired = server.ask_for_token(id, &short).await.is(401);
    assert_eq!(expired.text, told.text);
    assert_eq!(
        last_reason(&server, &admin, &account).await,
        "secret_expired"
    );

    let method = json!({ "token_endpoint_auth_method": "client_secret_basic" });
    admin.patch(&path, method).await.is(200);
    server.ask_for_token(id, &account.secret).await.is(401);
    assert_eq!(last_reason(&server, &admin, &account).await, "wrong_method");
    admin
        .patch(&path, json!({ "token_endpoint_auth_method": "any" }))
        .await
        .is(200);

    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", id.as_str()),
        ("client_secret", account.secret.as_str()),
        ("scope", "everything"),
    ];
    server.post_form("/oauth2/token", &fields).await.is(400);
    assert_eq!(
        last_reason(&server, &admin, &account).await,
        "unknown_scope"
    );

    admin.does(&format!("{path}/deactivate")).await.is(200);
    server.ask_for_token(id, &account.secret).await.is(401);
    assert_eq!(
        last_reason(&server, &admin, &account).await,
        "client_deactivated"
    );
    admin.does(&format!("{path}/reactivate")).await.is(200);

    let credential = format!("{path}/credentials/{}", account.credential.unwrap());
    let kept = admin
        .post(&format!("{path}/credentials"), json!({}))
        .await
        .is(201);
    admin.delete(&credential).await.is(204);
    let revoked = server.ask_for_token(id, &account.secret).await.is(401);
    assert_eq!(revoked.text, told.text);
    assert_eq!(
        last_reason(&server, &admin, &account).await,
        "secret_revoked"
    );

    server.clock.advance(5 * 86_400);
    let operator = server.operator().await;
    let kept = kept.json["client_secret"].as_str().unwrap();
    server.ask_for_token(id, kept).await.is(401);
    assert_eq!(
        last_reason(&server, &operator, &account).await,
        "client_expired"
    );
}

async fn an_unknown_client_leaves_a_count_and_no_row(server: Server) {
    let operator = server.operator().await;
    server.app.write_usage().await.unwrap();
    let rows = "SELECT COUNT(*) FROM token_request";
    let before = server.database.number(rows).await;
    for n in 0..5 {
        server
            .ask_for_token(&format!("nobody-{n}"), "guess")
            .await
            .is(401);
    }
    server.app.write_usage().await.unwrap();
    assert_eq!(server.database.number(rows).await, before);
    let usage = operator.get("/api/v1/usage").await.is(200);
    let unknown = usage.json["unknown_clients"].as_array().unwrap();
    assert_eq!(unknown.last().unwrap()["refused"], 5);
    let admin = server.actor("admin").await;
    let usage = admin.get("/api/v1/usage").await.is(200);
    assert!(usage.json.get("unknown_clients").is_none());
}

async fn the_last_two_hundred_requests_of_a_client_are_remembered(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Busy", "member").await;
    for round in 0..3 {
        for _ in 0..80 {
            server
                .ask_for_token(&account.client_id, &account.secret)
                .await
                .is(200);
        }
        server.clock.advance(1);
        server.app.write_usage().await.unwrap();
        let expected = (80 * (round + 1)).min(200);
        let all = requests(&admin, &account, "?limit=200").await;
        assert_eq!(all.len(), expected);
    }
    let rows = format!(
        "SELECT COUNT(*) FROM token_request WHERE client = {}",
        server.database.uuid(account.id)
    );
    assert_eq!(server.database.number(&rows).await, 200);
    let usage = admin.get(&format!("{}/usage", client_path(&account))).await;
    let hour = usage.json["items"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    assert_eq!(hour["accepted"], 240);
}

async fn requests_come_in_pages_newest_first_and_by_outcome(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Paged", "member").await;
    for n in 0..5 {
        let secret = if n == 2 { "wrong" } else { &account.secret };
        server.ask_for_token(&account.client_id, secret).await;
        server.clock.advance(1);
    }
    server.app.write_usage().await.unwrap();
    let path = format!("{}/requests", client_path(&account));
    let mut seen: Vec<String> = Vec::new();
    let mut next = format!("{path}?limit=2");
    loop {
        let page = admin.get(&next).await.is(200);
        let items = page.json["items"].as_array().unwrap();
        seen.extend(items.iter().map(|it| it["at"].as_str().unwrap().to_owned()));
        let Some(cursor) = page.json["next"].as_str() else {
            break;
        };
        next = format!("{path}?limit=2&cursor={cursor}");
    }
    let mut sorted = seen.clone();
    sorted.sort_by(|a, b| b.cmp(a));
    assert_eq!(seen, sorted);
    assert_eq!(seen.len(), 5);
    let refused = requests(&admin, &account, "?outcome=refused").await;
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0]["reason"], "wrong_secret");
    admin.get(&format!("{path}?outcome=maybe")).await.is(400);
}

async fn usage_has_every_hour_and_every_day_also_the_idle_ones(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Hourly", "member").await;
    server.token_of(&account).await;
    server.clock.advance(2 * 3_600);
    server.token_of(&account).await;
    server
        .ask_for_token(&account.client_id, "wrong")
        .await
        .is(401);
    server.app.write_usage().await.unwrap();
    let path = format!("{}/usage", client_path(&account));
    let since = format!("{path}?per=hour&since=2026-06-15T11:30:00Z");
    let hours = admin.get(&since).await.is(200);
    assert_eq!(
        hours.json["items"],
        json!([
            { "start": "2026-06-15T11:00:00Z", "accepted": 0, "refused": 0 },
            { "start": "2026-06-15T12:00:00Z", "accepted": 1, "refused": 0 },
            { "start": "2026-06-15T13:00:00Z", "accepted": 0, "refused": 0 },
            { "start": "2026-06-15T14:00:00Z", "accepted": 1, "refused": 1 },
        ])
    );
    let days = admin.get(&format!("{path}?per=day")).await.is(200);
    let days = days.json["items"].as_array().unwrap().clone();
    assert_eq!(days.len(), 30);
    assert_eq!(days[29]["accepted"], 2);
    assert_eq!(days[28]["accepted"], 0);
    for bad in [
        "?since=2020-01-01T00:00:00Z",
        "?since=2026-06-16T00:00:00Z",
        "?per=week",
        "?since=yesterday",
    ] {
        admin
            .get(&format!("{path}{bad}"))
            .await
            .is_problem(400, "malformed");
    }
}

async fn old_requests_and_counts_are_forgotten(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Old", "member").await;
    server.token_of(&account).await;
    server.app.write_usage().await.unwrap();
    server.clock.advance(32 * 86_400);
    latchkey::jobs::purge_once(&server.app).await.unwrap();
    let operator = server.operator().await;
    assert!(requests(&operator, &account, "").await.is_empty());
    let path = format!("{}/usage?since=2026-06-15T00:00:00Z", client_path(&account));
    let days = operator.get(&format!("{path}&per=day")).await.is(200);
    assert_eq!(days.json["items"][0]["accepted"], 1);
    let hours = "SELECT COUNT(*) FROM client_usage WHERE span = 'hour' AND start < 1781600000";
    assert_eq!(server.database.number(hours).await, 0);
}

async fn requests_and_usage_of_another_tenant_are_not_found(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Ours", "member").await;
    let stranger = server.super_admin_of("other", None).await;
    for part in ["requests", "usage"] {
        let path = format!("{}/{part}", client_path(&account));
        stranger.get(&path).await.is_problem(404, "not-found");
        let member = server.actor("member").await;
        member
            .get(&path)
            .await
            .is_problem(403, "missing-permission");
    }
    server.token_of(&account).await;
    server.app.write_usage().await.unwrap();
    let usage = stranger.get("/api/v1/usage").await.is(200);
    let hours = usage.json["items"].as_array().unwrap();
    let all: i64 = hours
        .iter()
        .map(|it| it["accepted"].as_i64().unwrap())
        .sum();
    assert_eq!(all, 1, "only its own sign-in");
}

async fn what_was_used_survives_a_restart(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Restarted", "member").await;
    server.token_of(&account).await;
    // As `serve` does when it is told to stop.
    server.app.write_usage().await.unwrap();
    let server = server.restart().await;
    let operator = server.operator().await;
    assert_eq!(requests(&operator, &account, "").await.len(), 1);
}
