//! The grant `refresh_token` (protocol lines 24 and 25).

use serde_json::json;

use crate::support::{Account, Server, on_both_databases};

on_both_databases! {
    a_confidential_app_uses_its_refresh_token_for_ninety_days,
    a_public_app_gets_another_one_each_time,
    an_old_one_of_a_public_app_ends_the_family,
    of_two_refreshes_at_once_never_two_families_live,
    no_more_scope_than_was_granted,
    a_refresh_token_is_bound_to_its_client,
    a_refresh_token_is_dead_with_its_client,
    a_refresh_token_is_dead_while_its_person_is_inactive,
    a_refresh_token_is_dead_with_an_anonymized_person,
    revoking_a_refresh_token_kills_its_access_tokens,
    a_public_app_needs_no_secret_to_revoke_and_cannot_introspect,
    a_refresh_by_a_confidential_app_writes_nothing,
}

/// An app, and the tokens that somebody let it have.
struct Connected {
    app: Account,
    access: String,
    refresh: String,
}

async fn connected(server: &Server, fields: serde_json::Value) -> Connected {
    let admin = server.actor("admin").await;
    let app = admin.registers_app(fields).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    let scope = [("scope", "openid email offline_access")];
    let code = browser.allows(&app, &scope).await.code();
    let got = server.redeem(&app, &code).await.is(200);
    assert_eq!(got.json["scope"], "email offline_access openid");
    let text = |name: &str| got.json[name].as_str().unwrap().to_owned();
    Connected {
        app,
        access: text("access_token"),
        refresh: text("refresh_token"),
    }
}

fn public() -> serde_json::Value {
    json!({ "public": true, "token_endpoint_auth_method": "none" })
}

async fn a_confidential_app_uses_its_refresh_token_for_ninety_days(server: Server) {
    let it = connected(&server, json!({})).await;
    for days in [1, 44, 44] {
        server.clock.advance(days * 86_400);
        let got = server.refresh(&it.app, &it.refresh).await.is(200);
        assert_eq!(got.json["refresh_token"], it.refresh);
        assert!(
            server
                .is_alive(got.json["access_token"].as_str().unwrap())
                .await
        );
    }
    server.clock.advance(86_399);
    server.refresh(&it.app, &it.refresh).await.is(200);
    server.clock.advance(1);
    let over = server.refresh(&it.app, &it.refresh).await.is(400);
    assert_eq!(over.json["error"], "invalid_grant");
}

async fn a_public_app_gets_another_one_each_time(server: Server) {
    let it = connected(&server, public()).await;
    let mut refresh = it.refresh.clone();
    for _ in 0..3 {
        server.clock.advance(80 * 86_400);
        let got = server.refresh(&it.app, &refresh).await.is(200);
        let next = got.json["refresh_token"].as_str().unwrap().to_owned();
        assert_ne!(next, refresh);
        assert!(
            server
                .is_alive(got.json["access_token"].as_str().unwrap())
                .await
        );
        refresh = next;
    }
}

async fn an_old_one_of_a_public_app_ends_the_family(server: Server) {
    let it = connected(&server, public()).await;
    let next = server.refresh(&it.app, &it.refresh).await.is(200);
    let access = next.json["access_token"].as_str().unwrap();
    let reply = server.refresh(&it.app, &it.refresh).await.is(400);
    assert_eq!(reply.json["error"], "invalid_grant");
    let newest = next.json["refresh_token"].as_str().unwrap();
    server.refresh(&it.app, newest).await.is(400);
    assert!(!server.is_alive(access).await);
    assert!(!server.is_alive(&it.access).await);
}

async fn of_two_refreshes_at_once_never_two_families_live(server: Server) {
    let it = connected(&server, public()).await;
    let all = (0..4).map(|_| server.refresh(&it.app, &it.refresh));
    let all = futures_util::future::join_all(all).await;
    let good: Vec<_> = all.iter().filter(|it| it.status == 200).collect();
    assert!(good.len() <= 1, "{good:?}");
    for got in good {
        let next = got.json["refresh_token"].as_str().unwrap();
        server.refresh(&it.app, next).await.is(400);
    }
}

async fn no_more_scope_than_was_granted(server: Server) {
    let it = connected(&server, json!({})).await;
    let ask = async |scope| {
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", it.refresh.as_str()),
            ("scope", scope),
        ];
        server.token(&it.app, &fields).await
    };
    let more = ask("openid profile").await.is(400);
    assert_eq!(more.json["error"], "invalid_scope");
    let less = ask("openid").await.is(200);
    assert_eq!(less.json["scope"], "openid");
    let all = server.refresh(&it.app, &it.refresh).await.is(200);
    assert_eq!(all.json["scope"], "email offline_access openid");
}

async fn a_refresh_token_is_bound_to_its_client(server: Server) {
    let it = connected(&server, json!({})).await;
    let admin = server.actor("admin").await;
    let other = admin.registers_app(json!({ "name": "Other" })).await;
    let reply = server.refresh(&other, &it.refresh).await.is(400);
    assert_eq!(reply.json["error"], "invalid_grant");
    let fields = [
        ("token", it.refresh.as_str()),
        ("client_id", &other.client_id),
        ("client_secret", &other.secret),
    ];
    server.post_form("/oauth2/revoke", &fields).await.is(400);
    server.refresh(&it.app, &it.refresh).await.is(200);
}

async fn a_refresh_token_is_dead_with_its_client(server: Server) {
    let it = connected(&server, json!({})).await;
    let admin = server.actor("admin").await;
    let path = format!("/api/v1/clients/{}", it.app.id);
    admin.does(&format!("{path}/deactivate")).await.is(200);
    server.refresh(&it.app, &it.refresh).await.is(401);
    assert!(!server.is_alive(&it.access).await);
    admin.does(&format!("{path}/reactivate")).await.is(200);
    let reply = server.refresh(&it.app, &it.refresh).await.is(400);
    assert_eq!(reply.json["error"], "invalid_grant");
    assert!(!server.is_alive(&it.access).await);
}

async fn a_refresh_token_is_dead_while_its_person_is_inactive(server: Server) {
    let it = connected(&server, json!({})).await;
    server
        .database
        .execute("UPDATE \"user\" SET status = 'inactive' WHERE email = 'ada@example.com'")
        .await;
    let reply = server.refresh(&it.app, &it.refresh).await.is(400);
    assert_eq!(reply.json["error"], "invalid_grant");
    assert!(!server.is_alive(&it.access).await);
    assert_eq!(
        server.introspect(&it.app, &it.access).await,
        json!({ "active": false })
    );
    assert_eq!(
        server.introspect(&it.app, &it.refresh).await,
        json!({ "active": false })
    );
}

async fn revoking_a_refresh_token_kills_its_access_tokens(server: Server) {
    let it = connected(&server, json!({})).await;
    let said = server.introspect(&it.app, &it.refresh).await;
    assert_eq!(
        (&said["active"], &said["scope"]),
        (&json!(true), &json!("email offline_access openid"))
    );
    for _ in 0..2 {
        let fields = [
            ("token", it.refresh.as_str()),
            ("token_type_hint", "access_token"),
            ("client_id", &it.app.client_id),
            ("client_secret", &it.app.secret),
        ];
        server.post_form("/oauth2/revoke", &fields).await.is(200);
        assert!(!server.is_alive(&it.access).await);
        server.refresh(&it.app, &it.refresh).await.is(400);
        for token in [&it.access, &it.refresh] {
            let said = server.introspect(&it.app, token).await;
            assert_eq!(said, json!({ "active": false }));
        }
    }
}

async fn a_public_app_needs_no_secret_to_revoke_and_cannot_introspect(server: Server) {
    let it = connected(&server, public()).await;
    let fields = [("token", &*it.refresh), ("client_id", &it.app.client_id)];
    let refused = server.post_form("/oauth2/introspect", &fields).await;
    assert_eq!(refused.is(401).json["error"], "invalid_client");
    assert!(server.is_alive(&it.access).await);
    server.post_form("/oauth2/revoke", &fields).await.is(200);
    assert!(!server.is_alive(&it.access).await);
    let admin = server.actor("admin").await;
    let said = server.introspect(&admin.account, &it.access).await;
    assert_eq!(said, json!({ "active": false }));
    let over = server.refresh(&it.app, &it.refresh).await.is(400);
    assert_eq!(over.json["error"], "invalid_grant");
}

async fn a_refresh_token_is_dead_with_an_anonymized_person(server: Server) {
    let it = connected(&server, public()).await;
    let operator = server.operator().await;
    let found = operator.get("/api/v1/users?q=ada@example.com").await;
    let id = found.is(200).json["items"][0]["id"].clone();
    let path = format!("/api/v1/users/{}/anonymize", id.as_str().unwrap());
    operator.does(&path).await.is(200);
    let over = server.refresh(&it.app, &it.refresh).await.is(400);
    assert_eq!(over.json["error"], "invalid_grant");
    assert!(!server.is_alive(&it.access).await);
}

async fn a_refresh_by_a_confidential_app_writes_nothing(server: Server) {
    let it = connected(&server, json!({})).await;
    let rows = async || {
        let mut counts = Vec::new();
        for table in ["audit", "app_grant", "refresh_token", "authorization_code"] {
            let query = format!("SELECT COUNT(*) FROM {table}");
            counts.push(server.database.number(&query).await);
        }
        counts
    };
    let before = rows().await;
    // On SQLite nobody else can write while this is open: a write would wait until it fails.
    let transaction = server.app.store.begin().await.unwrap();
    server.refresh(&it.app, &it.refresh).await.is(200);
    drop(transaction);
    assert_eq!(rows().await, before);
}
