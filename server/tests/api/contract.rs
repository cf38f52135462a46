//! What holds for every request: problems, entity tags, merge-patch, media types, request ids, and hostile input.

use figment::{Figment, providers::Serialized};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Kind, Server, client_path, on_both_databases};

on_both_databases! {
    all_that_is_wrong_is_said_at_once,
    what_cannot_be_read_is_400_with_pointers,
    an_unknown_field_is_400_with_its_pointer,
    a_stale_etag_is_refused_and_a_missing_one_where_it_is_required,
    odd_entity_tags_are_refused_or_match_nothing,
    two_people_who_edit_one_client_never_overwrite_each_other,
    null_clears_and_absent_keeps_in_a_patch,
    put_replaces_the_whole_form,
    what_was_read_can_be_put_back_unchanged,
    a_fixed_field_may_be_repeated_but_not_changed,
    a_field_that_is_set_at_creation_only_is_422_in_every_put_and_patch,
    a_body_that_is_not_json_is_415,
    ten_megabytes_are_refused_without_a_reset,
    a_body_without_a_length_is_bounded_as_well,
    deep_json_is_refused,
    hostile_names_are_refused_and_every_script_round_trips,
    a_request_id_goes_in_and_out,
    a_wrong_method_is_405_with_allow,
    an_unknown_address_is_a_problem,
    authentication_is_needed_and_said_how,
    answers_forbid_sniffing_and_caching,
    odd_ids_are_not_found,
}

fn pairs(errors: &[(&str, &str)]) -> Vec<(String, String)> {
    errors
        .iter()
        .map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned()))
        .collect()
}

async fn all_that_is_wrong_is_said_at_once(server: Server) {
    let admin = server.actor("admin").await;
    let body = json!({
        "profile": "service_account",
        "name": "x".repeat(256),
        "description": "d".repeat(501),
        "notes": "n".repeat(4001),
        "role": "king",
        "token_lifetime": 59,
        "expires_at": "yesterday",
        "redirect_uris": ["https://app.example/"],
        "grant_types": ["password", "authorization_code"],
        "token_endpoint_auth_method": "none",
        "contacts": ["nobody", "a@b.example"],
        "labels": { "Not a key": "x" },
        "client_id": "chosen",
        "public": true,
        "credential": { "secret": "kurz-42", "expires_at": "2020-01-01" },
    });
    let reply = admin.post("/api/v1/clients", body).await;
    let reply = reply.is_problem(422, "invalid");
    let pointers: Vec<String> = reply.errors().into_iter().map(|it| it.0).collect();
    for expected in [
        "/client_id",
        "/contacts/0",
        "/description",
        "/expires_at",
        "/grant_types/0",
        "/grant_types/1",
        "/labels",
        "/name",
        "/notes",
        "/public",
        "/redirect_uris",
        "/role",
        "/token_lifetime",
    ] {
        assert!(
            pointers.contains(&expected.to_owned()),
            "{expected}: {pointers:?}"
        );
    }
    for error in reply.json["errors"].as_array().unwrap() {
        assert!(!error["message"].as_str().unwrap().is_empty());
    }
}

async fn what_cannot_be_read_is_400_with_pointers(server: Server) {
    let admin = server.actor("admin").await;
    let path = "/api/v1/clients";
    let body = json!({ "profile": 7, "name": ["a"], "token_lifetime": "long", "labels": { "a": 1 }, "public": null });
    let reply = admin.post(path, body).await.is_problem(400, "malformed");
    let expected = [
        ("/labels/a", "type"),
        ("/name", "type"),
        ("/profile", "type"),
        ("/public", "type"),
        ("/token_lifetime", "type"),
    ];
    assert_eq!(reply.errors(), pairs(&expected));
    let reply = admin.post(path, json!({ "name": "A" })).await;
    let errors = reply.is_problem(400, "malformed").errors();
    assert_eq!(errors, pairs(&[("/profile", "required")]));
    for broken in [
        "{",
        "{\"name\": \"A\",}",
        "nonsense",
        "\u{feff}{}",
        "{\"a\":NaN}",
    ] {
        let wire = admin.request(Method::POST, path);
        let reply = wire.body("application/json", broken).send().await;
        reply.is_problem(400, "malformed");
    }
    for not_an_object in [json!([]), json!("text"), json!(7), json!(null)] {
        admin
            .post(path, not_an_object)
            .await
            .is_problem(400, "malformed");
    }
    let wire = admin.request(Method::POST, path);
    let broken_utf8 = wire.body("application/json", b"{\"name\":\"\xff\"}".to_vec());
    broken_utf8.send().await.is_problem(400, "malformed");
    let twice = r#"{"profile":"service_account","role":"member","name":"A","name":"B"}"#;
    let wire = admin.request(Method::POST, path);
    let reply = wire.body("application/json", twice).send().await;
    assert!(reply.status == 400 || reply.status == 201, "{}", reply.text);
}

async fn an_unknown_field_is_400_with_its_pointer(server: Server) {
    let admin = server.actor("admin").await;
    let body = json!({ "profile": "service_account", "name": "A", "role": "member", "nmae": "B", "a/b~c": 1, "credential": { "secrt": "x" } });
    let reply = admin.post("/api/v1/clients", body).await;
    let errors = reply.is_problem(400, "malformed").errors();
    let expected = [
        ("/a~1b~0c", "unknown_field"),
        ("/credential/secrt", "unknown_field"),
        ("/nmae", "unknown_field"),
    ];
    assert_eq!(errors, pairs(&expected));
    let path = client_path(&admin.account);
    for field in [
        "id",
        "status",
        "version",
        "service_user_id",
        "effective_status",
    ] {
        let errors = admin
            .patch(&path, json!({ field: "x" }))
            .await
            .is(400)
            .errors();
        assert_eq!(errors, pairs(&[(&format!("/{field}"), "unknown_field")]));
    }
}

async fn a_stale_etag_is_refused_and_a_missing_one_where_it_is_required(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let path = client_path(&account);
    let read = admin.get(&path).await.is(200);
    assert_eq!(read.header("etag"), "\"1\"");
    admin
        .patch(&path, json!({ "name": "Second" }))
        .await
        .is(200);
    let form = json!({ "name": "Third", "role": "member" });
    let request = |method: Method| admin.request(method, &path);
    let missing = request(Method::PUT).json(&form).send().await;
    missing.is_problem(428, "precondition-required");
    let missing = request(Method::DELETE).send().await;
    missing.is_problem(428, "precondition-required");
    for method in [Method::PUT, Method::PATCH, Method::DELETE] {
        let stale = request(method).header("If-Match", "\"1\"").json(&form);
        stale.send().await.is_problem(412, "stale");
    }
    let fresh = request(Method::PUT).header("If-Match", "\"2\"").json(&form);
    assert_eq!(fresh.send().await.is(200).header("etag"), "\"3\"");
    let fresh = request(Method::PATCH)
        .header("If-Match", "\"3\"")
        .json(&json!({ "notes": "n" }));
    assert_eq!(fresh.send().await.is(200).header("etag"), "\"4\"");
    let fresh = request(Method::DELETE).header("If-Match", "\"4\"");
    fresh.send().await.is(204);
}

async fn odd_entity_tags_are_refused_or_match_nothing(server: Server) {
    let admin = server.actor("admin").await;
    let path = client_path(&admin.account);
    let patch = |tag: &str| {
        let wire = admin.request(Method::PATCH, &path).header("If-Match", tag);
        wire.json(&json!({ "notes": "n" })).send()
    };
    for odd in ["1", "", "\"1", "'1'"] {
        patch(odd).await.is_problem(400, "malformed");
    }
    // A weak tag never matches, and one that is not ours does not either (RFC 9110, section 13.1.1).
    for other in ["W/\"1\"", "\"abc\"", "\"-1\"", "\"99999999999999999999\""] {
        patch(other).await.is_problem(412, "stale");
    }
    patch("\"7\", \"1\"").await.is(200);
}

async fn two_people_who_edit_one_client_never_overwrite_each_other(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let path = client_path(&account);
    let edits = (0..8).map(|number| {
        let form = json!({ "name": format!("Edit {number}"), "role": "member" });
        let wire = admin.request(Method::PUT, &path);
        wire.header("If-Match", "\"1\"").json(&form).send()
    });
    let replies = futures_util::future::join_all(edits).await;
    let statuses: Vec<u16> = replies.iter().map(|it| it.status).collect();
    assert_eq!(
        statuses.iter().filter(|it| **it == 200).count(),
        1,
        "{statuses:?}"
    );
    assert_eq!(
        statuses.iter().filter(|it| **it == 412).count(),
        7,
        "{statuses:?}"
    );
    let read = admin.get(&path).await.is(200);
    let winner = replies.iter().find(|it| it.status == 200).unwrap();
    assert_eq!(read.json, winner.json);
    assert_eq!(read.json["version"], 2);
}

async fn null_clears_and_absent_keeps_in_a_patch(server: Server) {
    let admin = server.actor("admin").await;
    let full = json!({
        "name": "Robot", "description": "d", "notes": "n", "owner": "o", "managed_by": "m", "token_lifetime": 600,
        "expires_at": "2027-01-01", "contacts": ["a@b.example"], "labels": { "a": "1", "b": "2" },
    });
    let account = admin.creates_with(full).await;
    let path = client_path(&account);
    let kept = admin.patch(&path, json!({})).await.is(200);
    assert_eq!(kept.json["version"], 1);
    for field in [
        "description",
        "notes",
        "owner",
        "managed_by",
        "token_lifetime",
        "expires_at",
    ] {
        let before = admin.get(&path).await.is(200).json;
        let after = admin
            .patch(&path, json!({ field: null }))
            .await
            .is(200)
            .json;
        assert!(after.get(field).is_none(), "{field}");
        for (name, value) in before.as_object().unwrap() {
            let moves = [field, "version", "usable_until", "updated_at", "updated_by"];
            if !moves.contains(&name.as_str()) {
                assert_eq!(&after[name], value, "{field} moved {name}");
            }
        }
    }
    // Within an object, too (RFC 7396).
    let patch = json!({ "labels": { "a": null, "c": "3" } });
    let labels = admin.patch(&path, patch).await.is(200).json["labels"].clone();
    assert_eq!(labels, json!({ "b": "2", "c": "3" }));
    let errors = admin
        .patch(&path, json!({ "name": null, "role": null }))
        .await
        .is(422)
        .errors();
    assert_eq!(
        errors,
        pairs(&[("/name", "required"), ("/role", "required")])
    );
    let merge = admin.request(Method::PATCH, &path);
    let merge = merge.body("application/merge-patch+json", r#"{"notes":"again"}"#);
    assert_eq!(merge.send().await.is(200).json["notes"], "again");
}

async fn put_replaces_the_whole_form(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin
        .creates_with(json!({ "description": "d", "notes": "n", "labels": { "a": "1" }, "token_lifetime": 600 }))
        .await;
    let path = client_path(&account);
    let form = json!({ "name": "Bare", "role": "member" });
    let bare = admin.put(&path, form).await.is(200);
    for field in ["description", "notes", "token_lifetime"] {
        assert!(bare.json.get(field).is_none(), "{field}");
    }
    assert_eq!(bare.json["labels"], json!({}));
    let errors = admin
        .put(&path, json!({}))
        .await
        .is_problem(422, "invalid")
        .errors();
    assert_eq!(
        errors,
        pairs(&[("/name", "required"), ("/role", "required")])
    );
}

async fn what_was_read_can_be_put_back_unchanged(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin
        .creates_with(
            json!({ "description": "d", "expires_at": "2027-01-01", "contacts": ["a@b.example"] }),
        )
        .await;
    let path = client_path(&account);
    let read = admin.get(&path).await.is(200).json;
    let names = [
        "client_id",
        "profile",
        "name",
        "description",
        "notes",
        "expires_at",
        "token_lifetime",
        "redirect_uris",
        "grant_types",
        "token_endpoint_auth_method",
        "role",
        "owner",
        "contacts",
        "labels",
        "managed_by",
    ];
    let form: serde_json::Map<String, Value> = names
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), read.get(*name)?.clone())))
        .collect();
    let back = admin.put(&path, Value::Object(form)).await.is(200);
    assert_eq!(back.json, read);
}

async fn a_fixed_field_may_be_repeated_but_not_changed(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let path = client_path(&account);
    let same = json!({ "client_id": account.client_id, "profile": "service_account" });
    assert_eq!(admin.patch(&path, same).await.is(200).json["version"], 1);
    for other in [
        json!({ "client_id": "another", "profile": "app" }),
        json!({ "client_id": null, "profile": null }),
    ] {
        let reply = admin.patch(&path, other).await.is_problem(422, "invalid");
        let expected = [
            ("/client_id", "field_immutable"),
            ("/profile", "field_immutable"),
        ];
        assert_eq!(reply.errors(), pairs(&expected));
    }
    let form = json!({ "name": "", "role": "member", "client_id": "another" });
    let errors = admin.put(&path, form).await.is(422).errors();
    assert_eq!(
        errors,
        pairs(&[("/client_id", "field_immutable"), ("/name", "invalid")])
    );
}

async fn a_field_that_is_set_at_creation_only_is_422_in_every_put_and_patch(server: Server) {
    let operator = server.operator().await;
    let account = operator.creates("Robot", "member").await;
    let client = client_path(&account);
    let credential = format!("{client}/credentials/{}", account.credential.unwrap());
    let makes = async |collection: &str, body: Value| {
        let made = operator.post(&format!("/api/v1/{collection}"), body).await;
        made.is(201).header("location").to_owned()
    };
    let api = json!({ "key": "orders", "name": "Orders", "audience": "https://orders.example" });
    let role = json!({ "key": "support", "name": "Support", "permissions": [] });
    let tenant = json!({ "key": "north", "name": "North" });
    let community = json!({ "key": "friends", "name": "Friends" });
    let profile = json!({ "key": "device", "name": "Device", "roles": { "kind": "grid" } });
    let all = [
        (client, "public"),
        (makes("apis", api).await, "key"),
        (makes("roles", role.clone()).await, "key"),
        (
            makes(
                "roles",
                json!({ "key": "other", "name": "O", "permissions": [] }),
            )
            .await,
            "scope",
        ),
        (makes("tenants", tenant).await, "key"),
        (makes("communities", community).await, "key"),
        (makes("profiles", profile).await, "key"),
    ];
    let fixed = |field: &str| pairs(&[(&format!("/{field}"), "field_immutable")]);
    for (path, field) in &all {
        let before = operator.get(path).await.is(200);
        for reply in [
            operator.put(path, json!({ *field: "other" })).await,
            operator.patch(path, json!({ *field: "other" })).await,
        ] {
            let errors = reply.is_problem(422, "invalid").errors();
            assert_eq!(errors, fixed(field), "{path}");
        }
        assert_eq!(operator.get(path).await.is(200).json, before.json);
        // A typing mistake besides is what it always was, and both are said.
        let both = json!({ *field: "other", "nmae": "x" });
        let errors = operator.patch(path, both).await.is(400).errors();
        assert_eq!(errors.len(), 2, "{path}");
    }
    let reply = operator
        .patch(&credential, json!({ "kind": "public_key" }))
        .await;
    assert_eq!(reply.is_problem(422, "invalid").errors(), fixed("kind"));
}

async fn a_body_that_is_not_json_is_415(server: Server) {
    let admin = server.actor("admin").await;
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/xml",
        "nonsense",
    ] {
        let wire = admin.request(Method::POST, "/api/v1/clients");
        let reply = wire
            .body(kind, r#"{"profile":"service_account"}"#)
            .send()
            .await;
        reply.is_problem(415, "unsupported-media-type");
    }
    for kind in [
        "application/json; charset=utf-8",
        "APPLICATION/JSON",
        "application/vnd.example+json",
    ] {
        let wire = admin.request(Method::POST, "/api/v1/clients");
        let body = r#"{"profile":"service_account","name":"A","role":"member"}"#;
        wire.body(kind, body).send().await.is(201);
    }
}

async fn ten_megabytes_are_refused_without_a_reset(server: Server) {
    let admin = server.actor("admin").await;
    let big = format!(
        r#"{{"profile":"service_account","notes":"{}"}}"#,
        "n".repeat(10 * 1024 * 1024)
    );
    for method in [Method::POST, Method::PATCH] {
        let path = if method == Method::POST {
            "/api/v1/clients".to_owned()
        } else {
            client_path(&admin.account)
        };
        let wire = admin.request(method, &path);
        let reply = wire.body("application/json", big.clone()).send().await;
        reply.is_problem(413, "too-large");
    }
    // The same from somebody without a token.
    let wire = server.request(Method::POST, "/api/v1/clients");
    let reply = wire.body("application/json", big.clone()).send().await;
    assert!(matches!(reply.status, 401 | 413), "{}", reply.status);
    let wire = server.request(Method::POST, "/oauth2/token");
    let reply = wire
        .body("application/x-www-form-urlencoded", big)
        .send()
        .await;
    reply.is(413);
}

async fn a_body_without_a_length_is_bounded_as_well(server: Server) {
    let admin = server.actor("admin").await;
    let endless = || {
        let piece = || Ok::<_, std::io::Error>("n".repeat(64 * 1024));
        let pieces = std::iter::once(Ok("{\"profile\":\"".to_owned()));
        let pieces = pieces.chain(std::iter::repeat_with(piece).take(160));
        reqwest::Body::wrap_stream(futures_util::stream::iter(pieces))
    };
    let wire = admin.request(Method::POST, "/api/v1/clients");
    let reply = wire.body("application/json", endless()).send().await;
    reply.is_problem(413, "too-large");
    let wire = server.request(Method::POST, "/oauth2/token");
    let form = wire.body("application/x-www-form-urlencoded", endless());
    form.send().await.is(413);
}

async fn deep_json_is_refused(server: Server) {
    let admin = server.actor("admin").await;
    for depth in [100, 200, 100_000] {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let inner = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            let body = format!(r#"{{"profile":"service_account","name":{inner}}}"#);
            let wire = admin.request(Method::POST, "/api/v1/clients");
            let reply = wire.body("application/json", body).send().await;
            assert_eq!(reply.status, 400, "{depth} {}", reply.text);
        }
    }
}

async fn hostile_names_are_refused_and_every_script_round_trips(server: Server) {
    let admin = server.actor("admin").await;
    for bad in [
        "a\u{202E}b",
        "a\u{2066}b",
        "a\u{200B}b",
        "a\u{FEFF}b",
        "a\0b",
        "a\nb",
        "\u{7}",
        "a\u{2028}b",
        "a\u{E0001}b",
    ] {
        let body = json!({ "profile": "service_account", "name": bad, "role": "member" });
        let reply = admin.post("/api/v1/clients", body).await;
        let errors = reply.is_problem(422, "invalid").errors();
        assert_eq!(errors, pairs(&[("/name", "invalid")]), "{bad:?}");
    }
    for good in [
        "夜間請求",
        "مزامنة المستودع",
        "Café Zu\u{308}rich",
        "👩‍👩‍👧 sync",
        "<script>alert(1)</script>",
        "'; DROP TABLE client; --",
        "{{7*7}}",
        "a\\b\"c",
        "%00",
        "नमस्ते",
    ] {
        let account = admin.creates(good, "member").await;
        let read = admin.get(&client_path(&account)).await.is(200);
        assert_eq!(read.json["name"], good);
    }
}

async fn a_request_id_goes_in_and_out(server: Server) {
    let admin = server.actor("admin").await;
    let own = admin
        .request(Method::GET, "/api/v1/me")
        .header("X-Request-Id", "build-42_a.b");
    assert_eq!(
        own.send().await.is(200).header("x-request-id"),
        "build-42_a.b"
    );
    let own = admin
        .request(Method::GET, "/api/v1/clients/none")
        .header("X-Request-Id", "build-43");
    assert_eq!(
        own.send().await.is_problem(404, "not-found").json["request_id"],
        "build-43"
    );
    for odd in ["<script>", "a b", "", &"x".repeat(129)] {
        let wire = admin
            .request(Method::GET, "/api/v1/me")
            .header("X-Request-Id", odd);
        let reply = wire.send().await.is(200);
        assert_eq!(reply.header("x-request-id").len(), 36, "{odd}");
    }
    let one = server.get("/healthz").await.is(200);
    let other = server.get("/healthz").await.is(200);
    assert_ne!(one.header("x-request-id"), other.header("x-request-id"));
}

async fn a_wrong_method_is_405_with_allow(server: Server) {
    let admin = server.actor("admin").await;
    for (method, path, allow) in [
        (Method::PUT, "/api/v1/signing-keys/rotate", "POST"),
        (Method::DELETE, "/api/v1/clients", "GET, POST"),
        (Method::POST, "/api/v1/clients/x", "DELETE, GET, PATCH, PUT"),
        (Method::GET, "/api/v1/clients/x/deactivate", "POST"),
        (Method::PUT, "/api/v1/audit", "GET"),
    ] {
        let reply = admin.request(method, path).send().await;
        let reply = reply.is_problem(405, "method-not-allowed");
        assert_eq!(reply.header("allow"), allow, "{path}");
    }
    let token = server.get("/oauth2/token").await.is(405);
    assert_eq!(token.header("allow"), "POST");
    let health = server
        .request(Method::POST, "/healthz")
        .send()
        .await
        .is(405);
    assert_eq!(health.header("allow"), "GET");
}

async fn an_unknown_address_is_a_problem(server: Server) {
    let admin = server.actor("admin").await;
    for path in [
        "/api/v1/nothing",
        "/api/v2/clients",
        "/api/v1/clients/x/y/z",
        "/api",
    ] {
        admin.get(path).await.is_problem(404, "not-found");
    }
}

async fn authentication_is_needed_and_said_how(server: Server) {
    let admin = server.actor("admin").await;
    let reply = server.get("/api/v1/clients").await;
    let reply = reply.is_problem(401, "unauthorized");
    assert_eq!(
        reply.header("www-authenticate"),
        "Bearer realm=\"latchkey\""
    );
    for header in ["Bearer nonsense", "Bearer a.b.c", "Bearer ", "bearer x"] {
        let wire = server.request(Method::GET, "/api/v1/clients");
        let reply = wire.header("Authorization", header).send().await.is(401);
        let challenge = reply.header("www-authenticate");
        assert!(challenge.starts_with("Bearer "), "{header}: {challenge}");
    }
    let basic = server.request(Method::GET, "/api/v1/clients");
    basic
        .header("Authorization", "Basic abc")
        .send()
        .await
        .is_problem(401, "unauthorized");
    let twice = admin.request(Method::GET, "/api/v1/me");
    let twice = twice.header("Authorization", "Bearer other").send().await;
    twice.is_problem(400, "malformed");
    // A token in the query is not looked at: addresses end up in logs.
    let query = format!("/api/v1/me?access_token={}", admin.token);
    server.get(&query).await.is_problem(401, "unauthorized");
}

async fn answers_forbid_sniffing_and_caching(server: Server) {
    let admin = server.actor("admin").await;
    for path in ["/api/v1/me", "/api/v1/clients", "/api/v1/nothing"] {
        let reply = admin.get(path).await;
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        let caching = reply.header("cache-control");
        assert!(
            caching == "private, no-cache" || caching == "no-store",
            "{caching}"
        );
    }
}

async fn odd_ids_are_not_found(server: Server) {
    let admin = server.actor("admin").await;
    for id in [
        "%00",
        "%2e%2e",
        "'%20OR%201=1",
        "%F0%9F%91%A9",
        "x",
        "00000000-0000-0000-0000-000000000000",
        &"y".repeat(4000),
    ] {
        let path = format!("/api/v1/clients/{id}");
        let reply = admin.get(&path).await;
        assert!(matches!(reply.status, 400 | 404), "{id}: {}", reply.text);
    }
    let broken = admin.get("/api/v1/clients/%ff").await;
    assert!(matches!(broken.status, 400 | 404), "{}", broken.text);
}

mod cors {
    use super::{Figment, Kind, Method, Serialized, Server};

    fn run(settings: Figment, test: impl AsyncFnOnce(Server)) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async { test(Server::start_with(Kind::Sqlite, settings).await).await });
    }

    async fn preflight(server: &Server, origin: &str) -> crate::support::Reply {
        let wire = server.request(Method::OPTIONS, "/api/v1/clients");
        let wire = wire
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "GET");
        wire.send().await
    }

    #[test]
    fn it_is_off_unless_an_origin_is_named() {
        run(Figment::new(), async |server| {
            let reply = preflight(&server, "https://admin.example").await;
            assert_eq!(reply.header("access-control-allow-origin"), "");
        });
    }

    #[test]
    fn it_is_for_the_origins_that_are_named_only() {
        let settings = Figment::from(Serialized::default(
            "cors_origins",
            ["https://admin.example"],
        ));
        run(settings, async |server| {
            let reply = preflight(&server, "https://admin.example").await.is(200);
            assert_eq!(
                reply.header("access-control-allow-origin"),
                "https://admin.example"
            );
            let other = preflight(&server, "https://evil.example").await;
            assert_eq!(other.header("access-control-allow-origin"), "");
            // Never on the OAuth pages.
            let wire = server.request(Method::POST, "/oauth2/token");
            let reply = wire.header("Origin", "https://evil.example").send().await;
            assert_eq!(reply.header("access-control-allow-origin"), "");
        });
    }
}
