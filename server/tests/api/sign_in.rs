//! The pages: sign in, sign out.

use figment::{Figment, providers::Serialized};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

use crate::support::{Browser, PASSWORD, Server, form_token, on_both_databases};

on_both_databases! {
    a_person_signs_in_by_a_new_session_and_signs_out_on_the_server,
    the_session_id_of_before_sign_in_is_never_that_of_after,
    a_wrong_password_and_an_unknown_address_are_the_same_answer,
    addresses_are_compared_without_regard_to_case,
    a_session_ends_in_its_first_idle_second_and_at_its_absolute_limit,
    failures_are_slowed_for_the_source_and_the_account_alike,
    guesses_made_at_once_are_all_counted,
    a_form_without_our_token_or_from_another_origin_is_refused,
    every_page_forbids_frames_scripts_and_keeping,
    the_cookie_is_of_this_host_alone_and_out_of_reach_of_scripts,
    a_held_request_goes_on_after_sign_in_and_never_elsewhere,
    a_deactivated_person_is_out_at_once_and_told_so_after_a_right_password_only,
    pages_that_are_not_there_are_pages,
}

async fn a_person_signs_in_by_a_new_session_and_signs_out_on_the_server(server: Server) {
    let ada = server.person("ada", "admin").await;
    let browser = Browser::new(&server);
    let reply = browser.sign_in(&ada.email, PASSWORD).await.is(303);
    let set = reply.header("set-cookie").to_owned();
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && set.contains("Path=/"));
    let account = browser.get("/account").await.is(200);
    assert!(account.text.contains("ada@example.org"));
    let kept = browser.cookie().unwrap();
    browser.fill("/account", "/sign-out", &[]).await.is(303);
    assert_eq!(browser.cookie(), None);
    browser.set_cookie(&kept);
    assert!(!browser.is_signed_in().await, "the server kept the session");
    let operator = server.operator().await;
    let audit = operator
        .get(&format!("/api/v1/audit?actor={}", ada.id))
        .await
        .json;
    let actions: Vec<&str> = audit["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["action"].as_str().unwrap())
        .collect();
    assert_eq!(
        actions,
        [
            "session.ended",
            "session.started",
            "session.started",
            "user.password_changed"
        ]
    );
}

async fn the_session_id_of_before_sign_in_is_never_that_of_after(server: Server) {
    let ada = server.person("ada", "member").await;
    let browser = Browser::new(&server);
    browser.get("/sign-in").await.is(200);
    let before = browser.cookie().unwrap();
    browser.sign_in(&ada.email, PASSWORD).await.is(303);
    let first = browser.cookie().unwrap();
    browser.sign_in(&ada.email, PASSWORD).await.is(303);
    let second = browser.cookie().unwrap();
    assert!(before != first && first != second);
    for dead in [before, first] {
        browser.set_cookie(&dead);
        assert!(!browser.is_signed_in().await);
    }
    browser.set_cookie(&second);
    assert!(browser.is_signed_in().await);
}

async fn a_wrong_password_and_an_unknown_address_are_the_same_answer(server: Server) {
    let ada = server.person("ada", "member").await;
    let operator = server.operator().await;
    let body = json!({ "email": "joining@example.org", "name": "Joining", "role": "member" });
    operator.post("/api/v1/users", body).await.is(201);
    let browser = Browser::new(&server);
    let mut seen = Vec::new();
    for email in [
        ada.email.as_str(),
        "nobody@example.org",
        "joining@example.org",
    ] {
        let reply = browser.sign_in(email, "not this one at all").await.is(401);
        seen.push(reply.text.replace(email, "…"));
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
    assert!(seen[0].contains("The e-mail address or the password is wrong."));
}

async fn addresses_are_compared_without_regard_to_case(server: Server) {
    server.person("ada", "member").await;
    let browser = Browser::new(&server);
    browser.sign_in(" ADA@Example.org ", PASSWORD).await.is(303);
    let operator = server.operator().await;
    let body = json!({ "email": "Ada@EXAMPLE.org", "name": "Another", "role": "member" });
    let reply = operator.post("/api/v1/users", body).await;
    reply.is_problem(409, "email_taken");
}

async fn a_session_ends_in_its_first_idle_second_and_at_its_absolute_limit(server: Server) {
    let ada = server.person("ada", "member").await;
    let browser = Browser::new(&server);
    browser.sign_in(&ada.email, PASSWORD).await.is(303);
    server.clock.advance(30 * 60 - 1);
    assert!(browser.is_signed_in().await);
    server.clock.advance(30 * 60);
    assert!(!browser.is_signed_in().await);
    browser.sign_in(&ada.email, PASSWORD).await.is(303);
    for _ in 0..(12 * 3 - 1) {
        server.clock.advance(20 * 60);
        assert!(browser.is_signed_in().await);
    }
    server.clock.advance(20 * 60 - 1);
    assert!(browser.is_signed_in().await);
    server.clock.advance(1);
    assert!(!browser.is_signed_in().await);
}

async fn failures_are_slowed_for_the_source_and_the_account_alike(server: Server) {
    let ada = server.person("ada", "member").await;
    let browser = Browser::new(&server);
    for email in [ada.email.as_str(), "nobody@example.org"] {
        for _ in 0..10 {
            browser.sign_in(email, "not this one at all").await.is(401);
        }
        let slowed = browser.sign_in(email, "not this one at all").await.is(429);
        assert!(slowed.header("retry-after").parse::<u64>().unwrap() >= 1);
        // The right one is not told from a wrong one either.
        browser.sign_in(email, PASSWORD).await.is(429);
    }
    let bea = server.person("bea", "member").await;
    browser.sign_in(&bea.email, PASSWORD).await.is(303);
}

async fn guesses_made_at_once_are_all_counted(server: Server) {
    let ada = server.person("ada", "member").await;
    let browsers: Vec<Browser<'_>> = (0..30).map(|_| Browser::new(&server)).collect();
    let guesses = browsers
        .iter()
        .map(|it| it.sign_in(&ada.email, "not this one at all"));
    let told = join_all(guesses)
        .await
        .iter()
        .filter(|it| it.status == 401)
        .count();
    assert!(told <= 10, "{told} of 30 guesses were answered");
}

async fn a_form_without_our_token_or_from_another_origin_is_refused(server: Server) {
    let ada = server.person("ada", "member").await;
    let fields = [("email", ada.email.as_str()), ("password", PASSWORD)];
    let browser = Browser::new(&server);
    browser.post("/sign-in", &fields).await.is(403);
    let elsewhere = Browser::new(&server);
    let foreign = form_token(&elsewhere.get("/sign-in").await.text);
    browser.get("/sign-in").await.is(200);
    let mut with_foreign = vec![("form_token", foreign.as_str())];
    with_foreign.extend(fields);
    browser.post("/sign-in", &with_foreign).await.is(403);
    let own = form_token(&browser.get("/sign-in").await.text);
    let cookie = format!("latchkey={}", browser.cookie().unwrap());
    let mut with_own = vec![("form_token", own.as_str())];
    with_own.extend(fields);
    for (name, value) in [
        ("Origin", "https://evil.example"),
        ("Origin", "null"),
        ("Sec-Fetch-Site", "cross-site"),
    ] {
        let request = server.request(Method::POST, "/sign-in");
        let request = request.header("Cookie", &cookie).header(name, value);
        request.form(&with_own).send().await.is(403);
    }
    browser.post("/sign-in", &with_own).await.is(303);
}

async fn every_page_forbids_frames_scripts_and_keeping(server: Server) {
    let ada = server.person("ada", "member").await;
    let browser = Browser::new(&server);
    browser.sign_in(&ada.email, PASSWORD).await.is(303);
    for path in [
        "/sign-in",
        "/signed-out",
        "/account",
        "/account/password",
        "/sign-in?continue=one",
        "/invitation/none",
    ] {
        let reply = browser.get(path).await;
        let policy = reply.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{path}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}");
        // Chromium would stop the way back to an app at `form-action`.
        let leads_on = path.contains("continue");
        assert_eq!(policy.contains("form-action 'self'"), !leads_on, "{path}");
        assert_eq!(reply.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(reply.header("cache-control"), "no-store", "{path}");
        assert!(!reply.text.contains("<script"), "{path}");
    }
}

async fn the_cookie_is_of_this_host_alone_and_out_of_reach_of_scripts(server: Server) {
    let reply = server.get("/sign-in").await.is(200);
    let cookie = reply.header("set-cookie");
    assert!(cookie.starts_with("latchkey="), "{cookie}");
    for flag in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(flag), "{cookie}");
    }
    let settings = Figment::new()
        .merge(Serialized::default(
            "public_url",
            "https://login.example.org",
        ))
        .merge(Serialized::default("cors_origins", ["https://spa.example"]));
    let server = server.restart_with(settings).await;
    let request = server.request(Method::GET, "/sign-in");
    let reply = request.header("Origin", "https://spa.example").send().await;
    let cookie = reply.header("set-cookie");
    assert!(cookie.starts_with("__Host-latchkey="), "{cookie}");
    for flag in ["HttpOnly", "SameSite=Lax", "Path=/", "Secure"] {
        assert!(cookie.contains(flag), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    assert_eq!(reply.header("access-control-allow-origin"), "");
}

async fn a_held_request_goes_on_after_sign_in_and_never_elsewhere(server: Server) {
    let ada = server.person("ada", "member").await;
    let browser = Browser::new(&server);
    let fields = [
        ("email", ada.email.as_str()),
        ("password", PASSWORD),
        ("continue", "abc-123"),
    ];
    let reply = browser
        .fill("/sign-in?continue=abc-123", "/sign-in", &fields)
        .await
        .is(303);
    assert_eq!(
        reply.header("location"),
        "/oauth2/authorize/resume?request=abc-123"
    );
    for odd in [
        "https://evil.example",
        "//evil.example",
        "a%26b",
        "a%0d%0ab",
    ] {
        browser
            .get(&format!("/sign-in?continue={odd}"))
            .await
            .is(400);
    }
}

async fn a_deactivated_person_is_out_at_once_and_told_so_after_a_right_password_only(
    server: Server,
) {
    let ada = server.person("ada", "admin").await;
    let browser = Browser::new(&server);
    browser.sign_in(&ada.email, PASSWORD).await.is(303);
    let acting = server.acting_for(&ada, None).await;
    acting.get("/api/v1/users").await.is(200);
    let operator = server.operator().await;
    let path = format!("/api/v1/users/{}", ada.id);
    operator.does(&format!("{path}/deactivate")).await.is(200);
    assert!(!browser.is_signed_in().await);
    acting.get("/api/v1/users").await.is(401);
    let wrong = browser.sign_in(&ada.email, "not this one at all").await;
    assert!(!wrong.is(401).text.contains("deactivated"));
    let right = browser.sign_in(&ada.email, PASSWORD).await;
    assert!(right.is(401).text.contains("deactivated"));
    operator
        .does(&format!("{path}/reset-password"))
        .await
        .is_problem(409, "user_inactive");
    operator.does(&format!("{path}/reactivate")).await.is(200);
    assert!(!browser.is_signed_in().await, "the session stays over");
    browser.sign_in(&ada.email, PASSWORD).await.is(303);
}

async fn pages_that_are_not_there_are_pages(server: Server) {
    let browser = Browser::new(&server);
    let reply = browser.get("/sign-out").await.is(405);
    assert!(reply.header("content-type").starts_with("text/html"));
    browser.get("/account").await.is(303);
    browser.post("/sign-in", &[("a", "%zz")]).await.is(403);
}
