//! `/overview` and `/clients/{id}/token-preview`: what needs a person, and what a token would say.

use serde_json::{Value, json};

use crate::support::{Actor, Server, client_path, on_both_databases};

on_both_databases! {
    what_ends_soon_is_counted_by_client_and_by_secret,
    a_secret_on_its_way_out_needs_nobody,
    clients_without_an_owner_are_counted_and_listed,
    a_client_that_is_refused_is_counted_and_listed_for_as_long_as_asked,
    unused_and_expired_clients_are_counted,
    each_count_is_that_of_its_filter,
    whoever_sees_one_kind_of_client_counts_that_kind_only,
    a_preview_says_what_the_next_token_will_say,
    a_preview_leaves_no_trace_of_use,
    a_preview_refuses_the_scope_that_the_token_endpoint_would_refuse,
    an_app_has_no_token_of_its_own_to_preview,
}

async fn overview(actor: &Actor) -> Value {
    actor.get("/api/v1/overview").await.is(200).json
}

async fn listed(actor: &Actor, filter: &str) -> Vec<String> {
    let path = format!("/api/v1/clients?total=true&{filter}");
    let reply = actor.get(&path).await.is(200);
    let names: Vec<String> = reply.each("name").into_iter().map(str::to_owned).collect();
    assert_eq!(reply.json["total"]["count"], names.len(), "{filter}");
    names
}

fn expiring(overview: &Value) -> Vec<u64> {
    let all = overview["expiring"].as_array().unwrap().iter();
    all.map(|it| it["clients"]["count"].as_u64().unwrap())
        .collect()
}

/// The clock stands at 2026-06-15T12:00:00Z.
async fn what_ends_soon_is_counted_by_client_and_by_secret(server: Server) {
    let admin = server.actor("admin").await;
    let before = expiring(&overview(&admin).await);
    assert_eq!(before, [0, 0, 0, 0]);
    admin
        .creates_with(json!({ "name": "Ends itself", "expires_at": "2026-06-20T00:00:00Z" }))
        .await;
    let account = admin.creates("Secret ends", "member").await;
    let path = format!("{}/credentials", client_path(&account));
    let soon = json!({ "expires_at": "2026-06-15T20:00:00Z" });
    admin.post(&path, soon).await.is(201);
    admin.creates("Never ends", "member").await;
    assert_eq!(expiring(&overview(&admin).await), [1, 2, 2, 2]);
    assert_eq!(listed(&admin, "expires_within=1").await, ["Secret ends"]);
    assert_eq!(
        listed(&admin, "expires_within=7").await,
        ["Ends itself", "Secret ends"]
    );
    admin
        .does(&format!("{}/deactivate", client_path(&account)))
        .await
        .is(200);
    assert_eq!(expiring(&overview(&admin).await), [0, 1, 1, 1]);
    admin
        .get("/api/v1/clients?expires_within=0")
        .await
        .is_problem(400, "malformed");
}

async fn a_secret_on_its_way_out_needs_nobody(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Rotated", "member").await;
    let path = format!("{}/credentials", client_path(&account));
    let made = admin
        .post(&path, json!({ "expires_at": "2026-06-20T00:00:00Z" }))
        .await
        .is(201);
    assert_eq!(listed(&admin, "expires_within=7").await, ["Rotated"]);
    let id = made.json["credential"]["id"].as_str().unwrap();
    let rotate = json!({ "grace": "1d", "expires_at": "never" });
    admin
        .post(&format!("{path}/{id}/rotate"), rotate)
        .await
        .is(201);
    assert_eq!(
        listed(&admin, "expires_within=7").await,
        Vec::<String>::new()
    );
}

async fn clients_without_an_owner_are_counted_and_listed(server: Server) {
    let admin = server.actor("admin").await;
    let before = overview(&admin).await["unowned"]["count"].as_u64().unwrap();
    admin.creates("Orphan", "member").await;
    admin
        .creates_with(json!({ "name": "Owned", "owner": "Billing" }))
        .await;
    let after = overview(&admin).await["unowned"]["count"].as_u64().unwrap();
    assert_eq!(after, before + 1);
    let names = listed(&admin, "unowned=true").await;
    assert!(names.contains(&"Orphan".to_owned()) && !names.contains(&"Owned".to_owned()));
}

async fn a_client_that_is_refused_is_counted_and_listed_for_as_long_as_asked(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Misconfigured", "member").await;
    let good = admin.creates("Fine", "member").await;
    server.token_of(&good).await;
    for _ in 0..12 {
        server
            .ask_for_token(&account.client_id, "wrong")
            .await
            .is(401);
    }
    server.app.write_usage().await.unwrap();
    let seen = overview(&admin).await;
    assert_eq!(seen["refused"], json!({ "count": 1, "exact": true }));
    assert_eq!(
        seen["refusals"],
        json!({ "last_day": 12, "usual_per_day": 0, "jumped": true })
    );
    assert_eq!(listed(&admin, "refused_within=1").await, ["Misconfigured"]);
    server.clock.advance(2 * 86_400);
    let operator = server.operator().await;
    let seen = overview(&operator).await;
    assert_eq!(seen["refused"]["count"], 0);
    assert_eq!(
        seen["refusals"],
        json!({ "last_day": 0, "usual_per_day": 2, "jumped": false })
    );
    assert_eq!(
        listed(&operator, "refused_within=7").await,
        ["Misconfigured"]
    );
    // Also if it was refused in several hours.
    server
        .ask_for_token(&account.client_id, "wrong")
        .await
        .is(401);
    server.app.write_usage().await.unwrap();
    let path = "/api/v1/clients?refused_within=7&total=true";
    let page = operator.get(path).await.is(200);
    assert_eq!(page.json["total"], json!({ "count": 1, "exact": true }));
}

async fn unused_and_expired_clients_are_counted(server: Server) {
    let admin = server.actor("admin").await;
    admin
        .creates_with(json!({ "name": "Short", "expires_at": "2026-06-20T00:00:00Z" }))
        .await;
    server.clock.advance(100 * 86_400);
    let operator = server.operator().await;
    let seen = overview(&operator).await;
    assert_eq!(seen["expired"]["count"], 1);
    let since = seen["unused_since"].as_str().unwrap();
    let unused = listed(&operator, &format!("unused_since={since}")).await;
    assert_eq!(seen["unused"]["count"], unused.len());
    assert!(unused.contains(&"Short".to_owned()));
}

async fn each_count_is_that_of_its_filter(server: Server) {
    let admin = server.actor("admin").await;
    for number in 0..3 {
        let name = format!("Number {number}");
        admin
            .creates_with(json!({ "name": name, "expires_at": "2026-07-01T00:00:00Z" }))
            .await;
    }
    let seen = overview(&admin).await;
    let since = seen["unused_since"].as_str().unwrap();
    let filters = [
        (&seen["clients"], "sort=name".to_owned()),
        (
            &seen["expiring"][2]["clients"],
            "expires_within=30".to_owned(),
        ),
        (&seen["expired"], "effective_status=expired".to_owned()),
        (
            &seen["without_credential"],
            "effective_status=no_credential".to_owned(),
        ),
        (&seen["unused"], format!("unused_since={since}")),
        (&seen["unowned"], "unowned=true".to_owned()),
        (&seen["refused"], "refused_within=1".to_owned()),
    ];
    for (count, filter) in filters {
        let names = listed(&admin, &filter).await;
        assert_eq!(count["count"], names.len(), "{filter}");
    }
}

async fn whoever_sees_one_kind_of_client_counts_that_kind_only(server: Server) {
    let admin = server.actor("admin").await;
    let robot = json!({ "name": "Robot", "expires_at": "2026-06-20T00:00:00Z" });
    admin.creates_with(robot).await;
    let wanted = json!({
        "profile": "api_access", "client_id": "partner", "expires_at": "2026-06-20T00:00:00Z",
        "permissions": ["api_access:view"],
    });
    let made = admin.post("/api/v1/clients", wanted).await.is(201);
    let partner = server
        .sign_in(&crate::support::Account::of(&made.json))
        .await;
    let seen = overview(&partner).await;
    assert_eq!(seen["clients"]["count"], 1);
    assert_eq!(expiring(&seen), [0, 1, 1, 1]);
    assert_eq!(seen["refusals"], Value::Null);
}

async fn a_preview_says_what_the_next_token_will_say(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let path = format!("{}/token-preview", client_path(&account));
    let preview = admin.get(&path).await.is(200);
    let token = server.token_of(&account).await;
    let said = server.introspect(&account, &token).await;
    let claims = preview.json["claims"].as_array().unwrap();
    let claim = |name: &str| {
        let found = claims.iter().find(|it| it["name"] == name);
        found.unwrap_or_else(|| panic!("{name} is missing"))["value"].clone()
    };
    for name in ["iss", "sub", "aud", "client_id", "exp", "iat", "tenant"] {
        assert_eq!(claim(name), said[name], "{name}");
    }
    assert_ne!(claim("jti"), said["jti"]);
    assert_eq!(preview.json["expires_in"], 86_400);
    assert_eq!(preview.json["format"], "jwt");
}

async fn a_preview_leaves_no_trace_of_use(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let path = client_path(&account);
    admin.get(&format!("{path}/token-preview")).await.is(200);
    server.app.write_usage().await.unwrap();
    assert_eq!(admin.get(&path).await.json["last_used_at"], Value::Null);
    let requests = admin.get(&format!("{path}/requests")).await.is(200);
    assert_eq!(requests.json["items"], json!([]));
}

async fn a_preview_refuses_the_scope_that_the_token_endpoint_would_refuse(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let path = format!("{}/token-preview", client_path(&account));
    for (query, pointer) in [
        ("scope=tenant:elsewhere", "scope"),
        ("resource=https://elsewhere.example", "resource"),
    ] {
        let reply = admin.get(&format!("{path}?{query}")).await;
        let reply = reply.is_problem(422, "invalid");
        assert_eq!(reply.json["errors"][0]["pointer"], pointer);
    }
}

async fn an_app_has_no_token_of_its_own_to_preview(server: Server) {
    let admin = server.actor("admin").await;
    let app = json!({
        "profile": "app", "name": "Portal", "redirect_uris": ["https://portal.example/cb"],
    });
    let made = admin.post("/api/v1/clients", app).await.is(201);
    let id = made.json["client"]["id"].as_str().unwrap();
    let path = format!("/api/v1/clients/{id}/token-preview");
    admin.get(&path).await.is_problem(409, "no_own_tokens");
}
