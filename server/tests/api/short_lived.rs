//! Short-lived clients, as the document 003 client credentials flow tells it: the API side.

use figment::{Figment, providers::Serialized};
use reqwest::Method;
use serde_json::json;

use crate::support::{Account, Actor, Kind, Server, client_path, if_there, on_both_databases};

on_both_databases! {
    its_tokens_live_three_minutes_unless_told_otherwise,
    a_lifetime_of_its_own_comes_before_the_setting,
    redirect_uris_bring_the_grants_by_which_people_sign_in,
    it_needs_the_grant_an_authentication_method_and_a_secret,
    its_attributes_are_changed_and_its_secret_is_reset_by_the_api,
    it_authenticates_as_it_is_registered,
    a_scope_picks_its_tenant_and_is_said_in_the_answer,
    a_preferred_id_is_checked,
}

async fn make(admin: &Actor, extra: serde_json::Value) -> Account {
    let mut fields = json!({ "profile": "short_lived", "name": "Batch" });
    for (name, value) in extra.as_object().unwrap() {
        fields[name] = value.clone();
    }
    let made = admin.post("/api/v1/clients", fields).await.is(201);
    Account::of(&made.json)
}

async fn its_tokens_live_three_minutes_unless_told_otherwise(server: Server) {
    let admin = server.actor("admin").await;
    let account = make(&admin, json!({})).await;
    let reply = server
        .ask_for_token(&account.client_id, &account.secret)
        .await
        .is(200);
    assert_eq!(reply.json["token_type"], "Bearer");
    assert_eq!(reply.json["expires_in"], 180);
    let token = reply.json["access_token"].as_str().unwrap().to_owned();
    let robot = server.with_token(account, token);
    server.clock.advance(179);
    robot.get("/api/v1/me").await.is(200);
    server.clock.advance(1);
    robot.get("/api/v1/me").await.is(401);
}

#[test]
fn the_setting_changes_how_long_its_tokens_live() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        if_there(kind, async || {
            let settings = Figment::from(Serialized::default("client_credentials_lifetime", "10m"));
            let server = Server::start_with(kind, settings).await;
            let admin = server.actor("admin").await;
            let account = make(&admin, json!({})).await;
            let reply = server
                .ask_for_token(&account.client_id, &account.secret)
                .await
                .is(200);
            assert_eq!(reply.json["expires_in"], 600);
            // Other profiles have their own.
            let other = admin.creates("Robot", "member").await;
            let reply = server
                .ask_for_token(&other.client_id, &other.secret)
                .await
                .is(200);
            assert_eq!(reply.json["expires_in"], 86_400);
        });
    }
}

async fn a_lifetime_of_its_own_comes_before_the_setting(server: Server) {
    let admin = server.actor("admin").await;
    let account = make(&admin, json!({ "token_lifetime": 60 })).await;
    let lifetime = async || {
        let reply = server
            .ask_for_token(&account.client_id, &account.secret)
            .await;
        reply.is(200).json["expires_in"].clone()
    };
    assert_eq!(lifetime().await, 60);
    let path = client_path(&account);
    admin
        .patch(&path, json!({ "token_lifetime": 86_400 }))
        .await
        .is(200);
    assert_eq!(lifetime().await, 86_400);
    admin
        .patch(&path, json!({ "token_lifetime": null }))
        .await
        .is(200);
    assert_eq!(lifetime().await, 180);
}

async fn redirect_uris_bring_the_grants_by_which_people_sign_in(server: Server) {
    let admin = server.actor("admin").await;
    let grants = async |extra| {
        let account = make(&admin, extra).await;
        let read = admin.get(&client_path(&account)).await.is(200);
        read.json["grant_types"].clone()
    };
    assert_eq!(grants(json!({})).await, json!(["client_credentials"]));
    let uris = json!(["https://app.example/cb"]);
    assert_eq!(
        grants(json!({ "redirect_uris": uris })).await,
        json!(["client_credentials", "authorization_code", "refresh_token"])
    );
    // What is named is what there is.
    let named = json!({ "redirect_uris": uris, "grant_types": ["client_credentials"] });
    assert_eq!(grants(named).await, json!(["client_credentials"]));
}

async fn it_needs_the_grant_an_authentication_method_and_a_secret(server: Server) {
    let admin = server.actor("admin").await;
    let code_only = json!({ "grant_types": ["authorization_code"], "redirect_uris": ["https://app.example/cb"] });
    let account = make(&admin, code_only).await;
    let refused = server
        .ask_for_token(&account.client_id, &account.secret)
        .await
        .is(400);
    assert_eq!(refused.json["error"], "unauthorized_client");
    let both = json!({ "grant_types": ["client_credentials", "authorization_code"] });
    admin.patch(&client_path(&account), both).await.is(200);
    server.token_of(&account).await;
    let none = json!({ "grant_types": [] });
    let refused = admin.patch(&client_path(&account), none).await.is(422);
    assert_eq!(
        refused.errors(),
        [("/grant_types".to_owned(), "required".to_owned())]
    );
    let credential = format!(
        "{}/credentials/{}",
        client_path(&account),
        account.credential.unwrap()
    );
    admin.delete(&credential).await.is(204);
    server
        .ask_for_token(&account.client_id, &account.secret)
        .await
        .is(401);
}

async fn its_attributes_are_changed_and_its_secret_is_reset_by_the_api(server: Server) {
    let admin = server.actor("admin").await;
    let account = make(&admin, json!({ "client_id": "batch-01" })).await;
    let path = "/api/v1/clients/batch-01";
    let changed = admin
        .patch(path, json!({ "name": "Batch 1", "owner": "Team A" }))
        .await
        .is(200);
    assert_eq!(changed.json["client_id"], "batch-01");
    let reset = admin
        .does(&format!("{path}/regenerate-secret"))
        .await
        .is(201);
    server
        .ask_for_token("batch-01", &account.secret)
        .await
        .is(401);
    let fresh = reset.json["client_secret"].as_str().unwrap();
    server.ask_for_token("batch-01", fresh).await.is(200);
}

async fn it_authenticates_as_it_is_registered(server: Server) {
    let admin = server.actor("admin").await;
    let account = make(&admin, json!({})).await;
    let pair = format!("{}:{}", account.client_id, account.secret);
    let header = format!("Basic {}", data_encoding::BASE64.encode(pair.as_bytes()));
    let basic = async || {
        let wire = server
            .request(Method::POST, "/oauth2/token")
            .header("Authorization", &header);
        wire.form(&[("grant_type", "client_credentials")])
            .send()
            .await
            .status
    };
    let post = async || {
        server
            .ask_for_token(&account.client_id, &account.secret)
            .await
            .status
    };
    assert_eq!((basic().await, post().await), (200, 200));
    let path = client_path(&account);
    for (method, expected) in [
        ("client_secret_basic", (200, 401)),
        ("client_secret_post", (401, 200)),
        ("any", (200, 200)),
    ] {
        admin
            .patch(&path, json!({ "token_endpoint_auth_method": method }))
            .await
            .is(200);
        assert_eq!((basic().await, post().await), expected, "{method}");
    }
}

async fn a_scope_picks_its_tenant_and_is_said_in_the_answer(server: Server) {
    let admin = server.actor("admin").await;
    let account = make(&admin, json!({})).await;
    server.super_admin_of("elsewhere", None).await;
    let ask = async |scope: &str| {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", account.client_id.as_str()),
            ("client_secret", account.secret.as_str()),
            ("scope", scope),
        ];
        server.post_form("/oauth2/token", &fields).await
    };
    assert_eq!(
        ask("tenant:default").await.is(200).json["scope"],
        "tenant:default"
    );
    assert!(ask("").await.is(200).json.get("scope").is_none());
    for wrong in [
        "tenant:elsewhere",
        "tenant:none",
        "tenant:default tenant:elsewhere",
        "tenant:",
        "admin",
    ] {
        let refused = ask(wrong).await.is(400);
        assert_eq!(refused.json["error"], "invalid_scope", "{wrong}");
    }
}

async fn a_preferred_id_is_checked(server: Server) {
    let admin = server.actor("admin").await;
    for wrong in [
        "abc",
        "with space",
        "ümlaut",
        "a/b/c/d",
        &"x".repeat(65),
        "",
        "a.b.c.d",
    ] {
        let body = json!({ "profile": "short_lived", "name": "A", "client_id": wrong });
        let reply = admin
            .post("/api/v1/clients", body)
            .await
            .is_problem(422, "invalid");
        assert_eq!(
            reply.errors(),
            [("/client_id".to_owned(), "invalid".to_owned())],
            "{wrong}"
        );
    }
    for right in ["abcd", "With-Both_1", &"x".repeat(64)] {
        let account = make(&admin, json!({ "client_id": right })).await;
        assert_eq!(account.client_id, right);
    }
    let generated = make(&admin, json!({})).await;
    assert!(generated.client_id.starts_with("lkc_"));
}
