//! `/clients/{id}/credentials`: the secrets of a client.

use serde_json::json;

use crate::support::{Account, Actor, Reply, Server, client_path, on_both_databases};

on_both_databases! {
    a_second_secret_works_beside_the_first,
    a_deleted_secret_is_dead_at_once_and_the_others_live_on,
    the_tenth_live_secret_is_accepted_and_the_eleventh_is_not,
    dead_secrets_do_not_count_towards_the_ten,
    a_secret_works_in_its_last_second_and_fails_in_the_next,
    description_and_end_of_a_secret_are_changed_and_cleared,
    a_dead_secret_cannot_be_changed,
    reading_patching_and_replacing_a_client_leave_its_credentials_alone,
    a_client_without_a_live_secret_says_so,
    a_client_whose_last_secret_ends_soon_says_so,
    a_secret_made_in_the_second_step_ends_in_one_year_unless_told_otherwise,
    a_secret_of_another_client_is_not_found_here,
    a_public_client_has_no_secret,
    regenerating_revokes_every_live_secret,
}

/// Adds a secret, and gives the client with it and the answer.
pub(crate) async fn adds(
    actor: &Actor,
    account: &Account,
    body: serde_json::Value,
) -> (Account, Reply) {
    let path = format!("{}/credentials", client_path(account));
    let reply = actor.post(&path, body).await.is(201);
    let text = |it: &serde_json::Value| it.as_str().unwrap().to_owned();
    let account = Account {
        secret: text(&reply.json["client_secret"]),
        credential: Some(text(&reply.json["credential"]["id"]).parse().unwrap()),
        ..account.clone()
    };
    (account, reply)
}

/// Where the credential is that the client was made with.
pub(crate) fn credential_path(account: &Account) -> String {
    let credential = account.credential.unwrap();
    format!("{}/credentials/{credential}", client_path(account))
}

async fn a_second_secret_works_beside_the_first(server: Server) {
    let admin = server.actor("admin").await;
    let first = admin.creates("Robot", "member").await;
    let (second, reply) = adds(&admin, &first, json!({ "description": "Blue" })).await;
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.header("location"), credential_path(&second));
    assert_eq!(reply.json["client_id"], first.client_id.as_str());
    server.token_of(&first).await;
    server.token_of(&second).await;
    let list = admin
        .api()
        .list_credentials(&first.id.to_string())
        .await
        .unwrap();
    assert_eq!(list.items.len(), 2);
    assert_eq!(list.items[1].description.as_deref(), Some("Blue"));
    assert!(second.secret.ends_with(&list.items[1].hint));
}

async fn a_deleted_secret_is_dead_at_once_and_the_others_live_on(server: Server) {
    let admin = server.actor("admin").await;
    let first = admin.creates("Robot", "member").await;
    let (second, _) = adds(&admin, &first, json!({})).await;
    server.token_of(&first).await;
    let without = admin.request(reqwest::Method::DELETE, &credential_path(&first));
    without
        .send()
        .await
        .is_problem(428, "precondition-required");
    admin.delete(&credential_path(&first)).await.is(204);
    server
        .ask_for_token(&first.client_id, &first.secret)
        .await
        .is(401);
    server.token_of(&second).await;
    let dead = admin.get(&credential_path(&first)).await.is(200);
    assert_eq!(dead.json["status"], "revoked");
    assert_eq!(dead.json["revoked_why"], "deleted");
    assert_eq!(dead.json["revoked_by"]["id"], admin.account.id.to_string());
    // Ending a dead one changes nothing.
    let events = trail(&admin, &first).await;
    admin.delete(&credential_path(&first)).await.is(204);
    assert_eq!(trail(&admin, &first).await, events);
}

async fn trail(actor: &Actor, account: &Account) -> usize {
    let path = format!("{}/audit", client_path(account));
    actor.get(&path).await.is(200).each("id").len()
}

async fn the_tenth_live_secret_is_accepted_and_the_eleventh_is_not(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let mut last = account.clone();
    for _ in 2..=10 {
        (last, _) = adds(&admin, &account, json!({})).await;
    }
    server.token_of(&last).await;
    let path = format!("{}/credentials", client_path(&account));
    let refused = admin.post(&path, json!({})).await;
    refused.is_problem(409, "too_many_credentials");
    admin.delete(&credential_path(&account)).await.is(204);
    adds(&admin, &account, json!({})).await;
}

async fn dead_secrets_do_not_count_towards_the_ten(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    for _ in 2..=10 {
        adds(
            &admin,
            &account,
            json!({ "expires_at": "2026-06-15T12:05:00Z" }),
        )
        .await;
    }
    server.clock.advance(301);
    for _ in 2..=10 {
        adds(&admin, &account, json!({})).await;
    }
    let path = format!("{}/credentials", client_path(&account));
    admin.post(&path, json!({})).await.is(409);
}

async fn a_secret_works_in_its_last_second_and_fails_in_the_next(server: Server) {
    let admin = server.actor("admin").await;
    let first = admin.creates("Robot", "member").await;
    let (second, _) = adds(
        &admin,
        &first,
        json!({ "expires_at": "2026-06-15T12:05:00Z" }),
    )
    .await;
    server.clock.advance(300);
    server.token_of(&second).await;
    server.clock.advance(1);
    server
        .ask_for_token(&second.client_id, &second.secret)
        .await
        .is(401);
    server.token_of(&first).await;
    let dead = admin.get(&credential_path(&second)).await.is(200);
    assert_eq!(dead.json["status"], "expired");
}

async fn description_and_end_of_a_secret_are_changed_and_cleared(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let path = credential_path(&account);
    let change = json!({ "description": "Staging", "expires_at": "2026-12-31" });
    let reply = admin.patch(&path, change).await.is(200);
    assert_eq!(reply.json["description"], "Staging");
    assert_eq!(reply.json["expires_at"], "2026-12-31T23:59:59Z");
    assert_eq!(reply.header("etag"), "\"2\"");
    // Absent keeps, null clears.
    let reply = admin
        .patch(&path, json!({ "expires_at": null }))
        .await
        .is(200);
    assert_eq!(reply.json["description"], "Staging");
    assert!(reply.json.get("expires_at").is_none());
    let stale = admin.request(reqwest::Method::PATCH, &path);
    let stale = stale
        .header("If-Match", "\"1\"")
        .json(&json!({ "description": "x" }));
    stale.send().await.is_problem(412, "stale");
    let past = admin
        .patch(&path, json!({ "expires_at": "2026-06-15T12:00:00Z" }))
        .await;
    assert_eq!(
        past.is(422).errors(),
        [("/expires_at".to_owned(), "past".to_owned())]
    );
    let secret = admin
        .patch(&path, json!({ "secret": "mine now, whatever" }))
        .await;
    assert_eq!(
        secret.is_problem(422, "invalid").errors(),
        [("/secret".to_owned(), "field_immutable".to_owned())]
    );
    server.token_of(&account).await;
}

async fn a_dead_secret_cannot_be_changed(server: Server) {
    let admin = server.actor("admin").await;
    let first = admin.creates("Robot", "member").await;
    let (second, _) = adds(
        &admin,
        &first,
        json!({ "expires_at": "2026-06-15T12:05:00Z" }),
    )
    .await;
    admin.delete(&credential_path(&first)).await.is(204);
    server.clock.advance(301);
    for dead in [first, second] {
        let again = json!({ "expires_at": "2027-01-01" });
        let refused = admin.patch(&credential_path(&dead), again).await;
        refused.is_problem(409, "credential_dead");
        server
            .ask_for_token(&dead.client_id, &dead.secret)
            .await
            .is(401);
    }
}

async fn reading_patching_and_replacing_a_client_leave_its_credentials_alone(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let path = client_path(&account);
    let before = admin.get(&format!("{path}/credentials")).await.is(200);
    let read = admin.get(&path).await.is(200);
    assert!(read.json.get("credentials").is_none());
    admin.patch(&path, json!({ "name": "Other" })).await.is(200);
    admin
        .put(&path, json!({ "name": "Third", "role": "member" }))
        .await
        .is(200);
    for (field, status, code) in [
        ("client_secret", 400, "unknown_field"),
        ("secret", 400, "unknown_field"),
        ("credentials", 400, "unknown_field"),
        // What comes with a new client is known, and no part of it afterwards.
        ("credential", 422, "field_immutable"),
    ] {
        let reply = admin.patch(&path, json!({ field: null })).await.is(status);
        assert_eq!(reply.errors(), [(format!("/{field}"), code.to_owned())]);
    }
    let after = admin.get(&format!("{path}/credentials")).await.is(200);
    assert_eq!(before.json, after.json);
    server.token_of(&account).await;
}

async fn a_client_without_a_live_secret_says_so(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    admin.delete(&credential_path(&account)).await.is(204);
    let read = admin.get(&client_path(&account)).await.is(200);
    assert_eq!(read.json["effective_status"], "no_credential");
    adds(&admin, &account, json!({})).await;
    let read = admin.get(&client_path(&account)).await.is(200);
    assert_eq!(read.json["effective_status"], "active");
}

async fn a_client_whose_last_secret_ends_soon_says_so(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin
        .creates_with(json!({ "credential": { "expires_at": "2026-07-15T12:00:00Z" } }))
        .await;
    let status =
        async || admin.get(&client_path(&account)).await.is(200).json["effective_status"].clone();
    assert_eq!(status().await, "expiring_soon");
    let (_, _) = adds(
        &admin,
        &account,
        json!({ "expires_at": "2026-07-15T12:00:01Z" }),
    )
    .await;
    assert_eq!(status().await, "active");
    let listed = admin
        .get("/api/v1/clients?effective_status=active")
        .await
        .is(200);
    assert!(listed.text.contains(&account.client_id));
}

async fn a_secret_made_in_the_second_step_ends_in_one_year_unless_told_otherwise(server: Server) {
    let admin = server.actor("admin").await;
    let body = json!({ "profile": "tenant_client", "name": "Second step" });
    let made = admin.post("/api/v1/clients", body).await.is(201);
    assert!(made.json.get("client_secret").is_none());
    assert_eq!(made.json["client"]["effective_status"], "no_credential");
    let account = Account::of(&made.json);
    let (first, reply) = adds(&admin, &account, json!({})).await;
    assert_eq!(
        reply.json["credential"]["expires_at"],
        "2027-06-15T12:00:00Z"
    );
    let (_, reply) = adds(&admin, &account, json!({ "expires_at": "never" })).await;
    assert!(reply.json["credential"].get("expires_at").is_none());
    let exact = json!({ "expires_at": "2026-08-01T08:30:00+02:00" });
    let (_, reply) = adds(&admin, &account, exact).await;
    assert_eq!(
        reply.json["credential"]["expires_at"],
        "2026-08-01T06:30:00Z"
    );
    server.token_of(&first).await;
}

async fn a_secret_of_another_client_is_not_found_here(server: Server) {
    let admin = server.actor("admin").await;
    let one = admin.creates("One", "member").await;
    let other = admin.creates("Other", "member").await;
    let path = format!(
        "{}/credentials/{}",
        client_path(&one),
        other.credential.unwrap()
    );
    admin.get(&path).await.is_problem(404, "not-found");
    admin
        .patch(&path, json!({ "description": "x" }))
        .await
        .is_problem(404, "not-found");
    admin.delete(&path).await.is_problem(404, "not-found");
    let nonsense = format!("{}/credentials/nonsense", client_path(&one));
    admin.get(&nonsense).await.is_problem(404, "not-found");
}

async fn a_public_client_has_no_secret(server: Server) {
    let admin = server.actor("admin").await;
    let body = json!({ "profile": "app", "name": "Phone", "public": true, "redirect_uris": ["https://app.example/callback"] });
    let made = admin.post("/api/v1/clients", body).await.is(201);
    assert!(made.json.get("client_secret").is_none());
    assert_eq!(made.json["client"]["token_endpoint_auth_method"], "none");
    let path = client_path(&Account::of(&made.json));
    for verb in ["credentials", "regenerate-secret"] {
        let refused = admin.post(&format!("{path}/{verb}"), json!({})).await;
        refused.is_problem(409, "public_client");
    }
}

async fn regenerating_revokes_every_live_secret(server: Server) {
    let admin = server.actor("admin").await;
    let first = admin.creates("Robot", "member").await;
    let (second, _) = adds(&admin, &first, json!({})).await;
    let path = format!("{}/regenerate-secret", client_path(&first));
    let made = admin
        .post(&path, json!({ "description": "Only one" }))
        .await
        .is(201);
    for old in [&first, &second] {
        server
            .ask_for_token(&old.client_id, &old.secret)
            .await
            .is(401);
    }
    let list = admin
        .get(&format!("{}/credentials", client_path(&first)))
        .await
        .is(200);
    assert_eq!(list.each("status"), ["revoked", "revoked", "active"]);
    assert_eq!(list.json["items"][0]["revoked_why"], "regenerated");
    assert_eq!(list.json["items"][2]["id"], made.json["credential"]["id"]);
}
