//! The grant `authorization_code` (protocol lines 12, 17 and 18).

use serde_json::json;

use crate::support::{CALLBACK, Server, VERIFIER, on_both_databases};

on_both_databases! {
    a_second_use_of_a_code_ends_what_the_first_gave,
    of_two_exchanges_at_once_one_succeeds,
    a_code_is_bound_to_client_redirect_uri_and_challenge,
    a_code_is_dead_after_ten_minutes,
    a_code_is_dead_with_its_client,
    a_plain_challenge_works,
    a_confidential_client_must_authenticate,
    a_public_client_proves_itself_by_the_verifier_alone,
    a_refused_exchange_is_in_the_requests_of_the_client,
}

async fn a_second_use_of_a_code_ends_what_the_first_gave(server: Server) {
    let admin = server.actor("admin").await;
    let app = admin.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let code = server
        .visitor_of(&person)
        .await
        .allows(&app, &[])
        .await
        .code();
    let first = server.redeem(&app, &code).await.is(200);
    let token = first.json["access_token"].as_str().unwrap();
    assert!(server.is_alive(token).await);
    let second = server.redeem(&app, &code).await.is(400);
    assert_eq!(second.json["error"], "invalid_grant");
    assert!(!server.is_alive(token).await);
    assert_eq!(
        server.introspect(&app, token).await,
        json!({ "active": false })
    );
    let refresh = first.json["refresh_token"].as_str().unwrap();
    let reply = server.refresh(&app, refresh).await.is(400);
    assert_eq!(reply.json["error"], "invalid_grant");
    let trail = admin
        .get(&format!("/api/v1/clients/{}/audit", app.id))
        .await
        .is(200);
    let events = trail.json["items"].as_array().unwrap();
    let last = &events[0];
    assert_eq!(last["action"], "grant.revoked");
    assert_eq!(last["changes"][0]["after"], "code_replayed");
    assert!(!trail.text.contains(&code) && !trail.text.contains(refresh));
}

async fn of_two_exchanges_at_once_one_succeeds(server: Server) {
    let admin = server.actor("admin").await;
    let app = admin.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    for _ in 0..3 {
        let code = browser.allows(&app, &[]).await.code();
        let all = futures_util::future::join_all((0..4).map(|_| server.redeem(&app, &code))).await;
        let good = all.iter().filter(|it| it.status == 200).count();
        assert_eq!(
            good,
            1,
            "{:?}",
            all.iter().map(|it| &it.text).collect::<Vec<_>>()
        );
    }
}

async fn a_code_is_bound_to_client_redirect_uri_and_challenge(server: Server) {
    let admin = server.actor("admin").await;
    let app = admin.registers_app(json!({})).await;
    let other = admin.registers_app(json!({ "name": "Other" })).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    let code = browser.allows(&app, &[]).await.code();
    let refused = async |app, fields: &[(&str, &str)]| {
        let mut all = vec![("grant_type", "authorization_code")];
        all.extend(fields);
        let reply = server.token(app, &all).await.is(400);
        assert_eq!(reply.json["error"], "invalid_grant", "{}", reply.text);
    };
    let (uri, verifier) = (("redirect_uri", CALLBACK), ("code_verifier", VERIFIER));
    let presented = ("code", code.as_str());
    refused(&other, &[presented, uri, verifier]).await;
    refused(&app, &[presented, verifier]).await;
    refused(
        &app,
        &[
            presented,
            ("redirect_uri", "https://app.example/"),
            verifier,
        ],
    )
    .await;
    refused(&app, &[presented, uri]).await;
    refused(&app, &[presented, uri, ("code_verifier", "short")]).await;
    for wrong in [
        "x".repeat(43),
        "x".repeat(42),
        "x".repeat(129),
        " ".repeat(43),
    ] {
        refused(&app, &[presented, uri, ("code_verifier", &wrong)]).await;
    }
    refused(&app, &[("code", "unknown"), uri, verifier]).await;
    // None of these used it up, and none ended anything.
    server.redeem(&app, &code).await.is(200);
    let bare = [("code_challenge", ""), ("code_challenge_method", "")];
    let code = browser.allows(&app, &bare).await.code();
    refused(&app, &[("code", &code), uri, verifier]).await;
}

async fn a_code_is_dead_after_ten_minutes(server: Server) {
    let admin = server.actor("admin").await;
    let app = admin.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    let (one, other) = (
        browser.allows(&app, &[]).await.code(),
        browser.allows(&app, &[]).await.code(),
    );
    server.clock.advance(599);
    server.redeem(&app, &one).await.is(200);
    server.clock.advance(1);
    server.redeem(&app, &other).await.is(400);
}

async fn a_code_is_dead_with_its_client(server: Server) {
    let admin = server.actor("admin").await;
    let app = admin.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let code = server
        .visitor_of(&person)
        .await
        .allows(&app, &[])
        .await
        .code();
    let path = format!("/api/v1/clients/{}", app.id);
    admin.does(&format!("{path}/deactivate")).await.is(200);
    assert_eq!(
        server.redeem(&app, &code).await.is(401).json["error"],
        "invalid_client"
    );
    admin.does(&format!("{path}/reactivate")).await.is(200);
    assert_eq!(
        server.redeem(&app, &code).await.is(400).json["error"],
        "invalid_grant"
    );
}

async fn a_plain_challenge_works(server: Server) {
    let admin = server.actor("admin").await;
    let public = json!({ "public": true, "token_endpoint_auth_method": "none" });
    let app = admin.registers_app(public).await;
    let person = server.somebody("ada@example.com", "member").await;
    let plain = [
        ("code_challenge", VERIFIER),
        ("code_challenge_method", "plain"),
    ];
    let code = server
        .visitor_of(&person)
        .await
        .allows(&app, &plain)
        .await
        .code();
    server.redeem(&app, &code).await.is(200);
}

async fn a_confidential_client_must_authenticate(server: Server) {
    let admin = server.actor("admin").await;
    let app = admin.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let code = server
        .visitor_of(&person)
        .await
        .allows(&app, &[])
        .await
        .code();
    let mut bare = app.clone();
    bare.secret.clear();
    assert_eq!(
        server.redeem(&bare, &code).await.is(401).json["error"],
        "invalid_client"
    );
    let got = server.redeem(&app, &code).await.is(200);
    let refresh = got.json["refresh_token"].as_str().unwrap();
    assert_eq!(
        server.refresh(&bare, refresh).await.is(401).json["error"],
        "invalid_client"
    );
    let public = json!({ "public": true, "token_endpoint_auth_method": "none" });
    let public = admin.registers_app(public).await;
    let reply = server
        .token(&public, &[("grant_type", "client_credentials")])
        .await;
    assert_eq!(reply.is(400).json["error"], "unauthorized_client");
}

async fn a_public_client_proves_itself_by_the_verifier_alone(server: Server) {
    let admin = server.actor("admin").await;
    let public = json!({ "public": true, "token_endpoint_auth_method": "none" });
    let app = admin.registers_app(public).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    let code = browser.allows(&app, &[]).await.code();
    // It has no secret: one that is sent nevertheless is wrong, and nothing is given for it.
    let mut pretending = app.clone();
    "anything".clone_into(&mut pretending.secret);
    let reply = server.redeem(&pretending, &code).await.is(401);
    assert_eq!(reply.json["error"], "invalid_client");
    let bare = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", CALLBACK),
    ];
    let reply = server.token(&app, &bare).await.is(400);
    assert_eq!(reply.json["error"], "invalid_grant");
    server.redeem(&app, &code).await.is(200);
}

async fn a_refused_exchange_is_in_the_requests_of_the_client(server: Server) {
    let admin = server.actor("admin").await;
    let app = admin.registers_app(json!({})).await;
    server.redeem(&app, "unknown").await.is(400);
    server.app.write_usage().await.unwrap();
    let path = format!("/api/v1/clients/{}/requests", app.id);
    let reply = admin.get(&path).await.is(200);
    assert_eq!(
        reply.json["items"][0]["reason"], "grant_over",
        "{}",
        reply.text
    );
}
