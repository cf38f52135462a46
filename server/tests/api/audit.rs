//! The audit trail: who changed what, from where, and what it was before.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Account, Actor, Server, client_path, on_both_databases};

on_both_databases! {
    every_change_writes_one_event_with_what_was_before_and_after,
    a_change_that_changes_nothing_writes_no_event,
    an_event_says_who_from_where_and_in_which_request,
    no_event_holds_a_secret,
    events_are_found_by_actor_client_action_and_time,
    any_span_of_time_is_found_whatever_else_is_asked_for,
    an_event_keeps_the_name_of_its_moment,
    a_refused_request_writes_no_event,
    the_trail_of_a_client_is_its_own,
}

async fn last_event(actor: &Actor, account: &Account) -> Value {
    let trail = format!("{}/audit?limit=1", client_path(account));
    actor.get(&trail).await.is(200).json["items"][0].clone()
}

async fn every_change_writes_one_event_with_what_was_before_and_after(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin
        .creates_with(json!({ "name": "Before", "description": "d" }))
        .await;
    let path = client_path(&account);
    let trail = async || {
        let reply = admin.get(&format!("{path}/audit?limit=200")).await.is(200);
        reply.json["items"].as_array().unwrap().clone()
    };
    assert_eq!(trail().await.len(), 2);
    let change = |field: &str, before: Value, after: Value| json!({ "field": field, "before": before, "after": after });
    let credential = format!("{path}/credentials/{}", account.credential.unwrap());

    admin
        .patch(&path, json!({ "name": "After", "description": null }))
        .await
        .is(200);
    let event = &trail().await[0];
    assert_eq!(event["action"], "client.updated");
    let expected = [
        change("description", json!("d"), Value::Null),
        change("name", json!("Before"), json!("After")),
    ];
    assert_eq!(event["changes"], json!(expected));

    admin
        .patch(
            &credential,
            json!({ "description": "Blue", "expires_at": "2027-01-01" }),
        )
        .await
        .is(200);
    let event = &trail().await[0];
    assert_eq!(event["action"], "credential.updated");
    let expected = [
        change("description", Value::Null, json!("Blue")),
        change("expires_at", Value::Null, json!("2027-01-01T23:59:59Z")),
    ];
    assert_eq!(event["changes"], json!(expected));

    let verbs = [
        (
            "deactivate",
            "client.deactivated",
            json!([change("status", json!("active"), json!("inactive"))]),
        ),
        (
            "reactivate",
            "client.reactivated",
            json!([change("status", json!("inactive"), json!("active"))]),
        ),
        ("revoke-tokens", "client.tokens_revoked", json!([])),
    ];
    for (verb, action, changes) in verbs {
        let count = trail().await.len();
        admin.does(&format!("{path}/{verb}")).await.is(200);
        let events = trail().await;
        assert_eq!(events.len(), count + 1, "{verb}");
        assert_eq!(
            (&events[0]["action"], &events[0]["changes"]),
            (&json!(action), &changes)
        );
    }

    admin
        .does(&format!("{path}/regenerate-secret"))
        .await
        .is(201);
    let events = trail().await;
    let actions: Vec<&str> = events[..2]
        .iter()
        .map(|it| it["action"].as_str().unwrap())
        .collect();
    assert_eq!(actions, ["credential.created", "credential.revoked"]);
    let expected = json!([change("revoked_why", Value::Null, json!("regenerated"))]);
    assert_eq!(events[1]["changes"], expected);

    admin.delete(&path).await.is(204);
    let event = &trail().await[0];
    assert_eq!(event["action"], "client.deleted");
    assert_eq!(
        event["changes"],
        json!([change(
            "deleted_at",
            Value::Null,
            json!("2026-06-15T12:00:00Z")
        )])
    );
    admin.does(&format!("{path}/restore")).await.is(200);
    assert_eq!(trail().await[0]["action"], "client.restored");
}

async fn a_change_that_changes_nothing_writes_no_event(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin
        .creates_with(json!({ "name": "Same", "labels": { "a": "1" } }))
        .await;
    let path = client_path(&account);
    let count = async || {
        admin
            .get(&format!("{path}/audit"))
            .await
            .is(200)
            .each("id")
            .len()
    };
    let before = count().await;
    let read = admin.get(&path).await.is(200);
    admin.patch(&path, json!({})).await.is(200);
    admin
        .patch(
            &path,
            json!({ "name": " Same ", "labels": { "a": "1" }, "description": "" }),
        )
        .await
        .is(200);
    admin
        .put(
            &path,
            json!({ "name": "Same", "role": "member", "labels": { "a": "1" } }),
        )
        .await
        .is(200);
    admin.does(&format!("{path}/reactivate")).await.is(200);
    admin.does(&format!("{path}/restore")).await.is(200);
    let credential = format!("{path}/credentials/{}", account.credential.unwrap());
    admin
        .patch(&credential, json!({ "expires_at": null }))
        .await
        .is(200);
    admin
        .patch(&credential, json!({ "expires_at": "never" }))
        .await
        .is(200);
    assert_eq!(count().await, before);
    let after = admin.get(&path).await.is(200);
    assert_eq!(
        (read.json, read.headers["etag"].clone()),
        (after.json, after.headers["etag"].clone())
    );
    admin.does(&format!("{path}/deactivate")).await.is(200);
    admin.does(&format!("{path}/deactivate")).await.is(200);
    assert_eq!(count().await, before + 1);
}

async fn an_event_says_who_from_where_and_in_which_request(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let wire = admin.request(Method::PATCH, &client_path(&account));
    let wire = wire
        .header("User-Agent", "deploy/1.0")
        .header("X-Request-Id", "build-42");
    wire.header("X-Forwarded-For", "203.0.113.7")
        .json(&json!({ "name": "X" }))
        .send()
        .await
        .is(200);
    let event = last_event(&admin, &account).await;
    assert_eq!(event["actor"]["kind"], "client");
    assert_eq!(event["actor"]["id"], admin.account.id.to_string());
    assert_eq!(event["actor"]["name"], "The admin");
    // No proxy is trusted here, so what the header claims is not believed.
    assert_eq!(event["ip"], "127.0.0.1");
    assert_eq!(event["user_agent"], "deploy/1.0");
    assert_eq!(event["request_id"], "build-42");
    assert_eq!(event["at"], "2026-06-15T12:00:00Z");
    assert_eq!(
        event["object"],
        json!({ "kind": "client", "id": account.id, "name": "X" })
    );
    let first = admin.get("/api/v1/audit?limit=200").await.is(200);
    let first = first.json["items"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    assert_eq!(first["actor"]["kind"], "system");
}

async fn no_event_holds_a_secret(server: Server) {
    let admin = server.actor("admin").await;
    let brought = "a secret brought along";
    let account = admin
        .creates_with(json!({ "credential": { "secret": brought } }))
        .await;
    let path = client_path(&account);
    let fresh = admin
        .does(&format!("{path}/regenerate-secret"))
        .await
        .is(201);
    let fresh = fresh.json["client_secret"].as_str().unwrap();
    for trail in [format!("{path}/audit"), "/api/v1/audit".to_owned()] {
        let text = admin.get(&trail).await.is(200).text;
        for secret in [brought, fresh, &fresh[4..30], admin.token.as_str()] {
            assert!(!text.contains(secret));
        }
    }
}

async fn events_are_found_by_actor_client_action_and_time(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    server.clock.advance(60);
    admin
        .patch(&client_path(&account), json!({ "name": "Renamed" }))
        .await
        .is(200);
    let id = account.id;
    let me = admin.account.id;
    for (query, found) in [
        (
            format!("client={id}"),
            vec!["client.updated", "credential.created", "client.created"],
        ),
        (
            format!("actor={me}"),
            vec!["client.updated", "credential.created", "client.created"],
        ),
        (
            format!("client={id}&action=client.created"),
            vec!["client.created"],
        ),
        (
            format!("client={id}&since=2026-06-15T12:01:00Z"),
            vec!["client.updated"],
        ),
        (
            format!("client={id}&before=2026-06-15T12:01:00Z"),
            vec!["credential.created", "client.created"],
        ),
        (format!("client={id}&since=2026-06-15T12:01:01Z"), vec![]),
        (
            format!("object={id}"),
            vec!["client.updated", "client.created"],
        ),
        ("action=client.eaten".to_owned(), vec![]),
    ] {
        let reply = admin.get(&format!("/api/v1/audit?{query}")).await.is(200);
        assert_eq!(reply.each("action"), found, "{query}");
    }
    for wrong in ["actor=me", "client=x", "object=x", "since=yesterday"] {
        admin
            .get(&format!("/api/v1/audit?{wrong}"))
            .await
            .is_problem(400, "malformed");
    }
}

async fn any_span_of_time_is_found_whatever_else_is_asked_for(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Name 0", "member").await;
    // Some close together, some far apart.
    let waits = [1, 599, 601, 2, 7_200, 30, 3_600];
    let mut moments = Vec::new();
    for (number, wait) in waits.iter().enumerate() {
        server.clock.advance(*wait);
        let name = json!({ "name": format!("Name {}", number + 1) });
        admin.patch(&client_path(&account), name).await.is(200);
        moments.push(server.clock.now());
    }
    let (id, me) = (account.id, admin.account.id);
    for rest in [
        "action=client.updated".to_owned(),
        format!("client={id}&action=client.updated"),
        format!("object={id}&client={id}&actor={me}&action=client.updated"),
        format!("actor={me}&action=client.updated"),
    ] {
        for first in 0..moments.len() {
            for end in first..moments.len() {
                let (since, before) = (moments[first], moments[end]);
                let path = format!("/api/v1/audit?{rest}&since={since}&before={before}");
                let found = admin.get(&path).await.is(200);
                let names = found.json["items"].as_array().unwrap().iter();
                let names: Vec<&str> = names
                    .map(|it| it["object"]["name"].as_str().unwrap())
                    .collect();
                let expected = (first..end).rev();
                let expected: Vec<String> = expected.map(|it| format!("Name {}", it + 1)).collect();
                assert_eq!(names, expected, "{path}");
            }
        }
    }
}

async fn an_event_keeps_the_name_of_its_moment(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("First name", "member").await;
    admin
        .patch(&client_path(&account), json!({ "name": "Second name" }))
        .await
        .is(200);
    admin
        .patch(
            &client_path(&admin.account),
            json!({ "name": "Another admin" }),
        )
        .await
        .is(200);
    let trail = admin
        .get(&format!("{}/audit", client_path(&account)))
        .await
        .is(200);
    let events = trail.json["items"].as_array().unwrap();
    assert_eq!(events[0]["object"]["name"], "Second name");
    assert_eq!(events.last().unwrap()["object"]["name"], "First name");
    assert!(events.iter().all(|it| it["actor"]["name"] == "The admin"));
}

async fn a_refused_request_writes_no_event(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let path = client_path(&account);
    let count = async || server.database.number("SELECT COUNT(*) FROM audit").await;
    let before = count().await;
    admin.patch(&path, json!({ "name": "" })).await.is(422);
    admin.patch(&path, json!({ "nmae": "x" })).await.is(400);
    admin
        .post(
            "/api/v1/clients",
            json!({ "profile": "service_account", "name": "A", "role": "super_admin" }),
        )
        .await
        .is(403);
    admin.get("/api/v1/clients/none").await.is(404);
    let stale = admin
        .request(Method::DELETE, &path)
        .header("If-Match", "\"9\"");
    stale.send().await.is(412);
    server
        .ask_for_token(&account.client_id, "wrong")
        .await
        .is(401);
    server.token_of(&account).await;
    assert_eq!(count().await, before);
}

async fn the_trail_of_a_client_is_its_own(server: Server) {
    let admin = server.actor("admin").await;
    let one = admin.creates("One", "member").await;
    let other = admin.creates("Other", "member").await;
    let trail = admin
        .get(&format!("{}/audit", client_path(&one)))
        .await
        .is(200);
    assert!(!trail.text.contains(&other.id.to_string()));
    assert_eq!(trail.each("id").len(), 2);
}
