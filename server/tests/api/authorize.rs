//! `/oauth2/authorize`: what a request must be (protocol lines 14 to 20).

use serde_json::json;

use crate::support::{CALLBACK, Server, authorize_path, challenge, on_both_databases, told};

on_both_databases! {
    a_mistake_before_the_redirect_uri_is_proven_is_a_page,
    every_other_mistake_goes_back_to_the_app,
    state_comes_back_byte_for_byte_with_the_issuer,
    a_loopback_address_may_come_with_any_port,
    nobody_is_sent_anywhere_before_they_are_signed_in,
    a_hint_says_who_signs_in_and_is_shown_as_text,
    a_pushed_request_works_once,
    a_posted_request_goes_the_same_way,
}

async fn a_hint_says_who_signs_in_and_is_shown_as_text(server: Server) {
    let admin = server.actor("admin").await;
    let app = admin.registers_app(json!({})).await;
    let mut browser = server.visitor();
    let hint = "ada@example.com";
    let page = browser.authorize(&app, &[("login_hint", hint)]).await;
    let page = page.is(200);
    assert!(page.text.contains("value=\"ada@example.com\""));
    let hostile = "\"><script>alert(1)</script>";
    let page = browser.authorize(&app, &[("login_hint", hostile)]).await;
    let page = page.is(200);
    assert!(!page.text.contains("<script"), "{}", page.text);
}

async fn a_mistake_before_the_redirect_uri_is_proven_is_a_page(server: Server) {
    let admin = server.actor("admin").await;
    let app = admin.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    for wrong in [
        "https://app.example/callback",
        "https://app.example/callback?from=latchkey&x=1",
        "https://app.example/callback/?from=latchkey",
        "https://app.example/Callback?from=latchkey",
        "https://app.example:443/callback?from=latchkey",
        "https://www.app.example/callback?from=latchkey",
        "https://me@app.example/callback?from=latchkey",
        "https://app.example/x/../callback?from=latchkey",
        "https://app.example/%63allback?from=latchkey",
        "http://app.example/callback?from=latchkey",
        "javascript:alert(1)",
    ] {
        let page = browser.authorize(&app, &[("redirect_uri", wrong)]).await;
        let page = page.is(400);
        assert_eq!(page.header("location"), "", "{wrong}");
        assert!(page.text.contains("has not registered"), "{wrong}");
    }
    let page = browser.authorize(&app, &[("client_id", "nobody")]).await;
    assert!(page.is(400).text.contains("not known here"));
    let path = authorize_path(&app, &[]);
    browser
        .get(&format!("{path}&state=1&state=2"))
        .await
        .is(400);
    admin
        .does(&format!("/api/v1/clients/{}/deactivate", app.id))
        .await
        .is(200);
    let page = browser.authorize(&app, &[]).await.is(400);
    assert_eq!(page.header("location"), "");
    assert_eq!(page.header("x-frame-options"), "DENY");
    assert!(
        page.header("content-security-policy")
            .contains("frame-ancestors 'none'")
    );
    assert_eq!(page.header("referrer-policy"), "same-origin");
}

async fn every_other_mistake_goes_back_to_the_app(server: Server) {
    let admin = server.actor("admin").await;
    let public = json!({ "public": true, "token_endpoint_auth_method": "none" });
    let app = admin.registers_app(public).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    let long = "x".repeat(2001);
    for (more, error) in [
        (
            &[("response_type", "token")][..],
            "unsupported_response_type",
        ),
        (
            &[("response_type", "code id_token")],
            "unsupported_response_type",
        ),
        (&[("response_mode", "fragment")], "invalid_request"),
        (
            &[("code_challenge", ""), ("code_challenge_method", "")],
            "invalid_request",
        ),
        (&[("code_challenge_method", "S512")], "invalid_request"),
        (&[("code_challenge", "short")], "invalid_request"),
        (&[("prompt", "none login")], "invalid_request"),
        (&[("max_age", "-1")], "invalid_request"),
        (&[("nonce", long.as_str())], "invalid_request"),
        (&[("scope", "open\"id")], "invalid_scope"),
        (&[("scope", "tenant:elsewhere")], "invalid_scope"),
        (&[("resource", "https://other.example")], "invalid_target"),
        (&[("request", "eyJ")], "request_not_supported"),
        (
            &[("request_uri", "https://app.example/r")],
            "request_uri_not_supported",
        ),
    ] {
        let mut all = vec![("state", "a b")];
        all.extend(more);
        let asked = told(&browser.authorize(&app, &all).await);
        assert!(
            asked.address.starts_with(&format!("{CALLBACK}&error=")),
            "{}",
            asked.address
        );
        assert_eq!(asked.one("error"), error, "{more:?}");
        assert_eq!(asked.one("state"), "a b");
        assert_eq!(asked.one("iss"), server.url);
    }
}

async fn state_comes_back_byte_for_byte_with_the_issuer(server: Server) {
    let admin = server.actor("admin").await;
    let app = admin.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    // As in the oldest examples: no response_type, no PKCE, no scope.
    let state = "ü/+ %&=#?\"<\u{1F511}>\\";
    let plain = [
        ("response_type", ""),
        ("scope", ""),
        ("code_challenge", ""),
        ("code_challenge_method", ""),
        ("state", state),
    ];
    let asked = browser.allows(&app, &plain).await;
    assert_eq!(asked.one("state"), state);
    assert_eq!(asked.one("iss"), server.url);
    assert_eq!(asked.one("from"), "latchkey");
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &asked.code()),
        ("redirect_uri", CALLBACK),
    ];
    let reply = server.token(&app, &fields).await.is(200);
    assert_eq!(reply.json["token_type"], "Bearer");
    assert_eq!(reply.json["expires_in"], 3600);
    assert!(reply.json["refresh_token"].is_string());
    assert!(reply.json.get("id_token").is_none());
    assert_eq!(reply.header("cache-control"), "no-store");
}

async fn a_loopback_address_may_come_with_any_port(server: Server) {
    let admin = server.actor("admin").await;
    let uris = json!({ "redirect_uris": ["http://127.0.0.1/cb", "http://localhost:3000/cb"] });
    let app = admin.registers_app(uris).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    let native = [("redirect_uri", "http://127.0.0.1:51234/cb")];
    let asked = browser.allows(&app, &native).await;
    assert!(asked.address.starts_with("http://127.0.0.1:51234/cb?code="));
    for wrong in [
        "http://127.0.0.1:51234/cb2",
        "http://localhost:3001/cb",
        "http://127.0.0.2/cb",
    ] {
        let page = browser.authorize(&app, &[("redirect_uri", wrong)]).await;
        assert_eq!(page.is(400).header("location"), "", "{wrong}");
    }
}

async fn nobody_is_sent_anywhere_before_they_are_signed_in(server: Server) {
    let admin = server.actor("admin").await;
    let app = admin.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor();
    let first = browser.get(&authorize_path(&app, &[])).await.is(303);
    assert!(first.header("location").starts_with("/sign-in?continue="));
    let page = browser.get(first.header("location")).await.is(200);
    let reply = browser.sign_in(&page, &person).await.is(303);
    let page = browser.visit(reply.header("location")).await.is(200);
    assert!(page.text.contains("Timesheets") && page.text.contains("ada@example.com"));
    let asked = told(&browser.answers(&page, "allow").await);
    server.redeem(&app, &asked.code()).await.is(200);
}

async fn a_pushed_request_works_once(server: Server) {
    let admin = server.actor("admin").await;
    let app = admin.registers_app(json!({})).await;
    let other = admin.registers_app(json!({ "name": "Other" })).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    let challenge = challenge();
    let push = async |fields: &[(&str, &str)]| {
        let mut all = vec![
            ("client_id", app.client_id.as_str()),
            ("client_secret", &app.secret),
            ("response_type", "code"),
            ("scope", "openid"),
            ("state", "pushed"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        all.extend(fields);
        server.post_form("/oauth2/par", &all).await
    };
    let wrong = push(&[("redirect_uri", "https://evil.example/")])
        .await
        .is(400);
    assert_eq!(wrong.json["error"], "invalid_request");
    let unproven = [("client_id", app.client_id.as_str())];
    server.post_form("/oauth2/par", &unproven).await.is(401);
    let pushed = push(&[("redirect_uri", CALLBACK)]).await.is(201);
    assert_eq!(pushed.json["expires_in"], 600);
    let uri = pushed.json["request_uri"].as_str().unwrap();
    let path = |client: &str| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("client_id", client)
            .append_pair("request_uri", uri);
        format!("/oauth2/authorize?{}", query.finish())
    };
    browser.get(&path(&other.client_id)).await.is(400);
    let page = browser.visit(&path(&app.client_id)).await.is(200);
    let asked = told(&browser.answers(&page, "allow").await);
    assert_eq!(asked.one("state"), "pushed");
    server.redeem(&app, &asked.code()).await.is(200);
    browser.get(&path(&app.client_id)).await.is(400);
}

async fn a_posted_request_goes_the_same_way(server: Server) {
    let admin = server.actor("admin").await;
    let app = admin.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    let fields = [
        ("client_id", app.client_id.as_str()),
        ("redirect_uri", CALLBACK),
    ];
    // Another site's form comes without the cookie, and must not lose the person theirs.
    let reply = server.post_form("/oauth2/authorize", &fields).await.is(303);
    assert_eq!(reply.header("set-cookie"), "");
    let page = browser.visit(reply.header("location")).await.is(200);
    assert!(
        !told(&browser.answers(&page, "allow").await)
            .code()
            .is_empty()
    );
}
