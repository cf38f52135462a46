//! Lists of clients: filters, sort and total.

use std::collections::BTreeSet;

use serde_json::json;

use crate::support::{
    Server, client_path,
    listing::{fill, ids, names},
    on_both_databases,
};

on_both_databases! {
    each_filter_narrows_the_list,
    effective_status_is_the_same_in_the_filter_and_in_the_client,
    the_total_is_counted_on_request_only,
    names_are_sorted_without_regard_to_case,
    what_looks_like_sql_in_a_filter_finds_nothing,
    deleted_clients_are_listed_apart,
}

async fn each_filter_narrows_the_list(server: Server) {
    let operator = server.operator().await;
    operator
        .creates_with(
            json!({ "name": "one", "owner": "Team A", "labels": { "env": "live", "tier": "1" } }),
        )
        .await;
    server.clock.advance(60);
    let used = operator.creates_with(json!({ "name": "two", "role": "admin", "owner": "Team B", "labels": { "env": "test" } })).await;
    server.clock.advance(60);
    operator
        .creates_with(
            json!({ "name": "three", "expires_at": "2026-08-01", "labels": { "other": "" } }),
        )
        .await;
    operator
        .post(
            "/api/v1/clients",
            json!({ "profile": "short_lived", "name": "four" }),
        )
        .await
        .is(201);
    for (name, value, found) in [
        ("profile", "short_lived", vec!["four"]),
        ("role", "admin", vec!["two"]),
        ("owner", "Team A", vec!["one"]),
        ("label", "env", vec!["one", "two"]),
        ("label", "env:live", vec!["one"]),
        ("label", "env:", vec![]),
        ("label", "other:", vec!["three"]),
        ("expires_before", "2026-09-01", vec!["three"]),
        ("expires_before", "2026-08-01", vec![]),
        (
            "created_after",
            "2026-06-15T12:01:00Z",
            vec!["four", "three", "two"],
        ),
        (
            "created_after",
            "2026-06-15T12:01:01Z",
            vec!["four", "three"],
        ),
        (
            "unused_since",
            "2026-06-15T12:01:00Z",
            vec!["one", "Operator"],
        ),
        ("effective_status", "inactive", vec![]),
    ] {
        assert_eq!(
            names(&operator, &[(name, value)]).await,
            found,
            "{name}={value}"
        );
    }
    let both = [("label", "env"), ("owner", "Team B")];
    assert_eq!(names(&operator, &both).await, ["two"]);
    operator
        .does(&format!("{}/deactivate", client_path(&used)))
        .await
        .is(200);
    assert_eq!(
        names(&operator, &[("effective_status", "inactive")]).await,
        ["two"]
    );
    for (name, value) in [
        ("effective_status", "asleep"),
        ("expires_before", "soon"),
        ("unused_since", "2026-13-01"),
        ("sort", "color"),
        ("sort", "--name"),
        ("total", "perhaps"),
        ("deleted", "7"),
    ] {
        let wire = operator.request(reqwest::Method::GET, "/api/v1/clients");
        wire.query(&[(name, value)])
            .send()
            .await
            .is_problem(400, "malformed");
    }
}

async fn effective_status_is_the_same_in_the_filter_and_in_the_client(server: Server) {
    let admin = server.actor("admin").await;
    admin
        .creates_with(json!({ "expires_at": "2026-06-15T12:30:00Z" }))
        .await;
    admin
        .creates_with(json!({ "expires_at": "2026-07-01" }))
        .await;
    admin
        .creates_with(json!({ "expires_at": "2026-07-15T13:00:00Z" }))
        .await;
    admin
        .creates_with(json!({ "expires_at": "2026-07-15T13:00:01Z" }))
        .await;
    admin
        .creates_with(json!({ "credential": { "expires_at": "2026-06-15T12:30:00Z" } }))
        .await;
    admin
        .creates_with(json!({ "credential": { "expires_at": "2026-07-01" } }))
        .await;
    let off = admin.creates("Off", "member").await;
    admin
        .does(&format!("{}/deactivate", client_path(&off)))
        .await
        .is(200);
    admin
        .post(
            "/api/v1/clients",
            json!({ "profile": "tenant_client", "name": "Bare" }),
        )
        .await
        .is(201);
    server.clock.advance(3600);
    let all = admin.get("/api/v1/clients?limit=200").await.is(200);
    let mut seen = 0;
    for status in [
        "active",
        "inactive",
        "expired",
        "no_credential",
        "expiring_soon",
    ] {
        let expected: BTreeSet<String> = all.json["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|it| it["effective_status"] == status)
            .map(|it| it["id"].as_str().unwrap().to_owned())
            .collect();
        let filtered: BTreeSet<String> = ids(&admin, &[("effective_status", status)])
            .await
            .into_iter()
            .collect();
        assert_eq!(filtered, expected, "{status}");
        assert!(!filtered.is_empty(), "{status}");
        seen += filtered.len();
    }
    assert_eq!(seen, all.each("id").len());
}

async fn the_total_is_counted_on_request_only(server: Server) {
    let admin = server.actor("admin").await;
    fill(&server, &admin).await;
    let without = admin.get("/api/v1/clients?limit=2").await.is(200);
    assert!(without.json.get("total").is_none());
    let with = admin
        .get("/api/v1/clients?limit=2&total=true")
        .await
        .is(200);
    assert_eq!(with.json["total"], json!({ "count": 14, "exact": true }));
    let some = admin
        .get("/api/v1/clients?limit=2&total=true&q=client%203")
        .await
        .is(200);
    assert_eq!(some.json["total"]["count"], 2);
}

async fn names_are_sorted_without_regard_to_case(server: Server) {
    let admin = server.actor("admin").await;
    for name in ["sort Beta", "SORT alpha", "Sort GAMMA", "sort ärger"] {
        admin.creates(name, "member").await;
    }
    let found = names(&admin, &[("q", "sort")]).await;
    assert_eq!(
        found,
        ["SORT alpha", "sort Beta", "Sort GAMMA", "sort ärger"]
    );
}

async fn what_looks_like_sql_in_a_filter_finds_nothing(server: Server) {
    let admin = server.actor("admin").await;
    admin
        .creates_with(json!({ "owner": "Team A", "labels": { "env": "live" } }))
        .await;
    for text in [
        "' OR '1'='1",
        "\" OR 1=1 --",
        "%",
        "_",
        "1; DELETE FROM client",
        "$1",
        "?",
        "\\",
        "*",
        "{\"$ne\":1}",
    ] {
        for name in ["profile", "role", "owner", "label"] {
            let wire = admin.request(reqwest::Method::GET, "/api/v1/clients");
            let reply = wire.query(&[(name, text)]).send().await;
            if reply.status == 200 {
                assert!(reply.each("id").is_empty(), "{name}={text}");
            } else {
                reply.is_problem(400, "malformed");
            }
        }
        let wire = admin.request(reqwest::Method::GET, "/api/v1/audit");
        let reply = wire.query(&[("action", text)]).send().await;
        assert!(reply.status == 400 || reply.each("id").is_empty(), "{text}");
    }
    assert_eq!(ids(&admin, &[]).await.len(), 3);
}

async fn deleted_clients_are_listed_apart(server: Server) {
    let admin = server.actor("admin").await;
    let kept = admin.creates("Kept", "member").await;
    let gone = admin.creates("Gone", "member").await;
    admin.delete(&client_path(&gone)).await.is(204);
    let there = ids(&admin, &[]).await;
    assert!(there.contains(&kept.id.to_string()) && !there.contains(&gone.id.to_string()));
    assert_eq!(
        ids(&admin, &[("deleted", "true")]).await,
        [gone.id.to_string()]
    );
    assert_eq!(
        names(
            &admin,
            &[("deleted", "true"), ("q", "gone"), ("sort", "-created_at")]
        )
        .await,
        ["Gone"]
    );
}
