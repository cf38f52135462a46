//! Clients that prove themselves by what they sign: public keys as credentials, and `private_key_jwt`.

use serde_json::{Value, json};

use crate::support::{
    ASSERTION_TYPE, Account, Actor, KeyPair, Server, client_path, on_both_databases, with_assertion,
};

on_both_databases! {
    a_client_gets_a_token_by_what_it_signs,
    one_way_to_authenticate_at_a_time,
    a_client_is_held_to_the_way_it_is_registered_for,
    a_client_can_change_over_from_a_secret_to_a_key_without_an_outage,
}

/// A client that proves itself by this key.
pub(crate) async fn registered(actor: &Actor, key: &KeyPair) -> Account {
    actor
        .creates_with(json!({
            "token_endpoint_auth_method": "private_key_jwt",
            "credential": key.credential(),
        }))
        .await
}

/// The newest reason why the client got no token.
pub(crate) async fn reason(server: &Server, actor: &Actor, account: &Account) -> Value {
    server.app.write_usage().await.unwrap();
    let path = format!("{}/requests", client_path(account));
    let seen = actor.get(&path).await.is(200);
    seen.json["items"][0]["reason"].clone()
}

async fn a_client_gets_a_token_by_what_it_signs(server: Server) {
    let admin = server.actor("admin").await;
    let key = KeyPair::new();
    let new = json!({
        "profile": "service_account",
        "name": "Robot",
        "role": "member",
        "token_endpoint_auth_method": "private_key_jwt",
        "credential": key.credential(),
    });
    let made = admin.post("/api/v1/clients", new).await.is(201);
    assert!(made.json.get("client_secret").is_none());
    assert_eq!(made.json["credential"]["kind"], "public_key");
    assert_eq!(made.json["credential"]["hint"], key.kid());
    assert_eq!(made.json["credential"]["jwks"]["keys"][0], key.jwk());
    assert_eq!(made.json["client"]["effective_status"], "active");
    let account = Account::of(&made.json);
    let reply = key.asks(&server, &account.client_id).await.is(200);
    let token = reply.json["access_token"].as_str().unwrap().to_owned();
    let itself = server.with_token(account.clone(), token.clone());
    itself.get("/api/v1/me").await.is(200);
    // Everywhere a client proves itself.
    let other = key.asks(&server, &account.client_id).await.is(200);
    let other = other.json["access_token"].as_str().unwrap();
    let form = |assertion: &str| {
        [
            ("token", other.to_owned()),
            ("client_assertion_type", ASSERTION_TYPE.to_owned()),
            ("client_assertion", assertion.to_owned()),
        ]
    };
    for (path, active) in [
        ("/oauth2/introspect", json!(true)),
        ("/oauth2/revoke", Value::Null),
        ("/oauth2/introspect", json!(false)),
    ] {
        let assertion = key.assertion(&server, &account.client_id);
        let fields = form(&assertion);
        let fields: Vec<(&str, &str)> = fields.iter().map(|it| (it.0, it.1.as_str())).collect();
        let reply = server.post_form(path, &fields).await.is(200);
        assert_eq!(reply.json["active"], active, "{path}");
    }
    let pushed = with_assertion(
        &server,
        "/oauth2/par",
        &key.assertion(&server, &account.client_id),
    );
    // The client is known; that it may not send people anywhere is another matter.
    let pushed = pushed.send().await;
    assert_eq!(pushed.status, 400, "{}", pushed.text);
    assert_ne!(pushed.json["error"], "invalid_client");
    server.app.write_usage().await.unwrap();
    let path = format!("{}/credentials", client_path(&account));
    let kept = admin.get(&path).await.is(200);
    assert_eq!(kept.json["items"][0]["use_count"], 2);
    assert_eq!(kept.json["items"][0]["last_used_from"], "127.0.0.1");
}

async fn one_way_to_authenticate_at_a_time(server: Server) {
    let admin = server.actor("admin").await;
    let key = KeyPair::new();
    let account = registered(&admin, &key).await;
    let other = admin.creates("Robot", "member").await;
    let assertion = key.assertion(&server, &account.client_id);
    let base = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion.as_str()),
    ];
    let with = |more: &[(&'static str, &str)]| {
        let mut fields: Vec<(&str, String)> =
            base.iter().map(|it| (it.0, it.1.to_owned())).collect();
        fields.extend(more.iter().map(|it| (it.0, it.1.to_owned())));
        fields
    };
    for more in [
        vec![("client_secret", other.secret.as_str())],
        vec![("client_id", other.client_id.as_str())],
        vec![("client_assertion", assertion.as_str())],
        vec![("client_assertion_type", ASSERTION_TYPE)],
    ] {
        let fields = with(&more);
        let fields: Vec<(&str, &str)> = fields.iter().map(|it| (it.0, it.1.as_str())).collect();
        let reply = server.post_form("/oauth2/token", &fields).await.is(400);
        assert_eq!(reply.json["error"], "invalid_request");
    }
    let basic = server
        .request(reqwest::Method::POST, "/oauth2/token")
        .header("Authorization", "Basic YTpi")
        .form(&base)
        .send()
        .await
        .is(400);
    assert_eq!(basic.json["error"], "invalid_request");
    for fields in [
        vec![base[0], base[1]],
        vec![base[0], base[2]],
        vec![base[0], base[1], ("client_id", account.client_id.as_str())],
    ] {
        server.post_form("/oauth2/token", &fields).await.is(400);
    }
    let other_type = [
        base[0],
        (
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:saml2-bearer",
        ),
        base[2],
    ];
    let reply = server.post_form("/oauth2/token", &other_type).await.is(401);
    assert_eq!(reply.json["error"], "invalid_client");
    // None of this used the assertion up; and naming the client again does no harm.
    let fields = [
        base[0],
        base[1],
        base[2],
        ("client_id", account.client_id.as_str()),
    ];
    server.post_form("/oauth2/token", &fields).await.is(200);
}

async fn a_client_is_held_to_the_way_it_is_registered_for(server: Server) {
    let admin = server.actor("admin").await;
    let key = KeyPair::new();
    let mut by_key = registered(&admin, &key).await;
    let path = format!("{}/credentials", client_path(&by_key));
    let secret = admin.post(&path, json!({})).await.is(201);
    by_key.secret = secret.json["client_secret"].as_str().unwrap().to_owned();
    let reply = server
        .ask_for_token(&by_key.client_id, &by_key.secret)
        .await
        .is(401);
    assert!(reply.text.contains("private_key_jwt"));
    assert_eq!(reason(&server, &admin, &by_key).await, "wrong_method");
    let regenerate = format!("{}/regenerate-secret", client_path(&by_key));
    admin
        .does(&regenerate)
        .await
        .is_problem(409, "not_by_secret");
    for method in ["any", "client_secret_basic", "client_secret_post"] {
        let by_secret = admin
            .creates_with(json!({ "token_endpoint_auth_method": method }))
            .await;
        let path = format!("{}/credentials", client_path(&by_secret));
        admin.post(&path, key.credential()).await.is(201);
        let reply = key.asks(&server, &by_secret.client_id).await.is(401);
        assert_eq!(reply.json["error"], "invalid_client");
        assert_eq!(reason(&server, &admin, &by_secret).await, "wrong_method");
    }
}

async fn a_client_can_change_over_from_a_secret_to_a_key_without_an_outage(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let key = KeyPair::new();
    let path = client_path(&account);
    let credentials = format!("{path}/credentials");
    server.token_of(&account).await;
    admin.post(&credentials, key.credential()).await.is(201);
    server.token_of(&account).await;
    let method = json!({ "token_endpoint_auth_method": "private_key_jwt" });
    admin.patch(&path, method).await.is(200);
    key.asks(&server, &account.client_id).await.is(200);
    let secret = format!("{credentials}/{}", account.credential.unwrap());
    admin.delete(&secret).await.is(204);
    key.asks(&server, &account.client_id).await.is(200);
    // Only what proves it counts.
    let read = admin.get(&path).await.is(200);
    assert_eq!(read.json["effective_status"], "active");
    let back = json!({ "token_endpoint_auth_method": "any" });
    let read = admin.patch(&path, back).await.is(200);
    assert_eq!(read.json["effective_status"], "no_credential");
}
