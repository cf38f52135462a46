//! Revocation (RFC 7009) and introspection (RFC 7662).

use reqwest::Method;
use serde_json::json;

use crate::support::{Account, Reply, Server, client_path, on_both_databases};

on_both_databases! {
    revoking_ends_one_token_and_no_other,
    revoking_what_is_unknown_expired_or_revoked_succeeds,
    a_wrong_hint_does_no_harm,
    another_clients_token_is_refused_and_stays_alive,
    an_empty_success_is_json,
    revoking_writes_one_audit_row,
    introspection_says_what_the_token_says,
    introspection_of_what_is_not_good_says_only_that,
    introspection_is_for_the_client_itself_and_those_who_view_clients,
}

async fn revoke(server: &Server, who: &Account, token: &str, more: &[(&str, &str)]) -> Reply {
    let mut fields = vec![
        ("token", token),
        ("client_id", who.client_id.as_str()),
        ("client_secret", who.secret.as_str()),
    ];
    fields.extend(more);
    server.post_form("/oauth2/revoke", &fields).await
}

async fn revoking_ends_one_token_and_no_other(server: Server) {
    let account = server.actor("member").await.account;
    let (first, second) = (
        server.sign_in(&account).await,
        server.sign_in(&account).await,
    );
    revoke(&server, &account, &first.token, &[]).await.is(200);
    first.get("/api/v1/me").await.is(401);
    assert_eq!(
        server.introspect(&account, &first.token).await,
        json!({ "active": false })
    );
    second.get("/api/v1/me").await.is(200);
    assert_eq!(
        server.introspect(&account, &second.token).await["active"],
        true
    );
    let server = server.restart().await;
    assert_eq!(
        server.introspect(&account, &first.token).await,
        json!({ "active": false })
    );
}

async fn revoking_what_is_unknown_expired_or_revoked_succeeds(server: Server) {
    let operator = server.operator().await;
    let account = operator.creates_with(json!({ "token_lifetime": 60 })).await;
    let token = server.token_of(&account).await;
    for _ in 0..2 {
        revoke(&server, &account, &token, &[]).await.is(200);
    }
    let expired = server.token_of(&account).await;
    server.clock.advance(60);
    for token in [expired.as_str(), "unknown", "a.b.c"] {
        revoke(&server, &account, token, &[]).await.is(200);
    }
}

async fn a_wrong_hint_does_no_harm(server: Server) {
    let account = server.actor("member").await.account;
    for hint in ["refresh_token", "access_token", "pigeon"] {
        let token = server.token_of(&account).await;
        revoke(&server, &account, &token, &[("token_type_hint", hint)])
            .await
            .is(200);
        assert_eq!(
            server.introspect(&account, &token).await,
            json!({ "active": false }),
            "{hint}"
        );
    }
}

async fn another_clients_token_is_refused_and_stays_alive(server: Server) {
    let victim = server.actor("member").await;
    for thief in [
        server.actor("member").await.account,
        server.operator().await.account,
    ] {
        let reply = revoke(&server, &thief, &victim.token, &[]).await.is(400);
        assert_eq!(reply.json["error"], "unauthorized_client");
        victim.get("/api/v1/me").await.is(200);
    }
}

async fn an_empty_success_is_json(server: Server) {
    let account = server.actor("member").await.account;
    let reply = revoke(&server, &account, "unknown", &[]).await.is(200);
    assert!(reply.header("content-type").starts_with("application/json"));
    assert_eq!(reply.json, json!({}));
    assert_eq!(reply.header("cache-control"), "no-store");
}

async fn revoking_writes_one_audit_row(server: Server) {
    let operator = server.operator().await;
    let actor = server.actor("member").await;
    for _ in 0..3 {
        revoke(&server, &actor.account, &actor.token, &[])
            .await
            .is(200);
    }
    let trail = operator
        .get(&format!("{}/audit", client_path(&actor.account)))
        .await
        .is(200);
    let revoked = trail
        .each("action")
        .iter()
        .filter(|it| **it == "token.revoked")
        .count();
    assert_eq!(revoked, 1, "{}", trail.text);
    assert!(!trail.text.contains(&actor.token));
}

async fn introspection_says_what_the_token_says(server: Server) {
    let actor = server.actor("member").await;
    let reply = server
        .request(Method::POST, "/oauth2/introspect")
        .form(&[
            ("token", &actor.token),
            ("token_type_hint", "refresh_token"),
            ("client_id", &actor.account.client_id),
            ("client_secret", &actor.account.secret),
        ])
        .send()
        .await
        .is(200);
    assert_eq!(reply.header("cache-control"), "no-store");
    let now = server.clock.now().unix();
    let said = reply.json;
    assert_eq!(said["active"], true);
    assert_eq!(said["client_id"], actor.account.client_id);
    assert_eq!(said["token_type"], "Bearer");
    assert_eq!(said["iss"], server.url);
    assert_eq!(said["aud"], format!("{}/api/v1", server.url));
    assert_eq!(said["iat"], now);
    assert_eq!(said["exp"], now + 86_400);
    assert!(said["jti"].is_string() && said["sub"].is_string());
    assert!(said.get("scope").is_none(), "nothing is null");
}

async fn introspection_of_what_is_not_good_says_only_that(server: Server) {
    let operator = server.operator().await;
    let account = operator.creates_with(json!({ "token_lifetime": 60 })).await;
    let token = server.token_of(&account).await;
    server.clock.advance(60);
    for token in [
        token.as_str(),
        "unknown",
        "a.b.c",
        &account.secret,
        &account.client_id,
    ] {
        assert_eq!(
            server.introspect(&account, token).await,
            json!({ "active": false })
        );
    }
}

async fn introspection_is_for_the_client_itself_and_those_who_view_clients(server: Server) {
    let member = server.actor("member").await;
    let stranger = server.actor("member").await.account;
    let admin = server.actor("admin").await.account;
    let elsewhere = server.super_admin_of("elsewhere", None).await.account;
    let foreign = json!({ "active": false });
    assert_eq!(
        server.introspect(&member.account, &member.token).await["active"],
        true
    );
    assert_eq!(
        server.introspect(&admin, &member.token).await["active"],
        true
    );
    assert_eq!(server.introspect(&stranger, &member.token).await, foreign);
    assert_eq!(server.introspect(&elsewhere, &member.token).await, foreign);
}
