//! Bad input: all that is wrong with it is said at once, and nothing of it does harm.

use reqwest::Method;
use serde_json::json;

use crate::support::{Server, client_path, on_both_databases};

on_both_databases! {
    all_that_is_wrong_is_said_at_once,
    what_cannot_be_read_is_400_with_pointers,
    an_unknown_field_is_400_with_its_pointer,
    a_body_that_is_not_json_is_415,
    ten_megabytes_are_refused_without_a_reset,
    a_body_without_a_length_is_bounded_as_well,
    deep_json_is_refused,
    hostile_names_are_refused_and_every_script_round_trips,
}

/// Pointers and codes, as an answer has them.
pub(crate) fn pairs(errors: &[(&str, &str)]) -> Vec<(String, String)> {
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
