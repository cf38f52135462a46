//! The pages: sign in, sign out, passwords, links.

use futures_util::future::join_all;
use latchkey::bootstrap;
use reqwest::Method;
use serde_json::json;

use crate::support::{
    Browser, PASSWORD, Server, form_token, link_form, on_both_databases, path_of,
};

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
    a_held_request_goes_on_after_sign_in_and_never_elsewhere,
    the_first_person_must_choose_a_password_before_anything_else,
    bootstrap_lets_a_locked_out_person_in_again,
    an_invitation_works_once_and_for_seven_days,
    two_uses_of_a_link_at_once_set_one_password,
    a_password_reset_ends_every_session,
    a_newer_link_takes_the_place_of_the_older,
    guessable_and_short_passwords_are_refused,
    changing_the_password_signs_out_everywhere_else,
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

async fn the_first_person_must_choose_a_password_before_anything_else(server: Server) {
    let made = bootstrap::make_operator(&server.app, Some("first@example.org"))
        .await
        .unwrap();
    let browser = Browser::new(&server);
    let reply = browser
        .sign_in("first@example.org", made.reveal_password())
        .await
        .is(303);
    assert_eq!(reply.header("location"), "/account/password");
    assert!(!browser.is_signed_in().await);
    let twice = |one, other| [("new_password", one), ("repeat_password", other)];
    let page = "/account/password";
    browser
        .fill(page, page, &twice(PASSWORD, "olive fjord abacus 8"))
        .await
        .is(422);
    let one_time = made.reveal_password().to_owned();
    browser
        .fill(page, page, &twice(&one_time, &one_time))
        .await
        .is(422);
    browser
        .fill(page, page, &twice(PASSWORD, PASSWORD))
        .await
        .is(303);
    assert!(browser.is_signed_in().await);
    browser
        .sign_in("first@example.org", &one_time)
        .await
        .is(401);
}

async fn bootstrap_lets_a_locked_out_person_in_again(server: Server) {
    let ada = server.person("ada", "super_admin").await;
    let bea = server.person("bea", "super_admin").await;
    let operator = server.operator().await;
    let path = format!("/api/v1/users/{}", ada.id);
    operator
        .patch(&path, json!({ "role": "member" }))
        .await
        .is(200);
    operator.does(&format!("{path}/deactivate")).await.is(200);
    let made = bootstrap::make_operator(&server.app, Some("ADA@example.org"))
        .await
        .unwrap();
    let user = operator.get(&path).await.is(200).json;
    assert_eq!(user["status"], "active");
    assert_eq!(user["role"], "super_admin");
    let browser = Browser::new(&server);
    browser
        .sign_in(&ada.email, made.reveal_password())
        .await
        .is(303);
    let elsewhere = Browser::new(&server);
    elsewhere.sign_in(&bea.email, PASSWORD).await.is(303);
}

async fn an_invitation_works_once_and_for_seven_days(server: Server) {
    let operator = server.operator().await;
    for (wait, works) in [(7 * 86_400 - 1, true), (7 * 86_400, false)] {
        let email = format!("joins-after-{wait}@example.org");
        let body = json!({ "email": email, "name": "Joins", "role": "member" });
        let made = operator.post("/api/v1/users", body).await.is(201);
        assert_eq!(made.header("cache-control"), "no-store");
        let path = path_of(&server, &made.json["invitation"]);
        let (action, fields) = link_form(&path, PASSWORD);
        let browser = Browser::new(&server);
        // Opening it uses nothing up: mail programs do that.
        let page = browser.get(&path).await.is(200);
        assert_eq!(page.header("referrer-policy"), "strict-origin");
        server.clock.advance(wait);
        let (shown, sent) = if works { (200, 303) } else { (410, 410) };
        browser.get(&path).await.is(shown);
        let token = form_token(&page.text);
        let mut all = vec![("form_token", token.as_str())];
        all.extend(fields);
        browser.post(action, &all).await.is(sent);
        assert_eq!(browser.is_signed_in().await, works);
        browser.get(&path).await.is(410);
        server.clock.advance(-wait);
    }
    let kept = server
        .database
        .number("SELECT COUNT(*) FROM one_time_link WHERE used_at IS NOT NULL")
        .await;
    assert_eq!(kept, 1);
}

async fn two_uses_of_a_link_at_once_set_one_password(server: Server) {
    let operator = server.operator().await;
    let body = json!({ "email": "joins@example.org", "name": "Joins", "role": "member" });
    let made = operator.post("/api/v1/users", body).await.is(201).json;
    let path = path_of(&server, &made["invitation"]);
    let browsers: Vec<Browser<'_>> = (0..4).map(|_| Browser::new(&server)).collect();
    let (action, fields) = link_form(&path, PASSWORD);
    let all = join_all(browsers.iter().map(|it| it.fill(&path, action, &fields))).await;
    let mut statuses: Vec<u16> = all.iter().map(|it| it.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 410, 410, 410]);
}

async fn a_password_reset_ends_every_session(server: Server) {
    let ada = server.person("ada", "member").await;
    let browser = Browser::new(&server);
    browser.sign_in(&ada.email, PASSWORD).await.is(303);
    let operator = server.operator().await;
    let reset = format!("/api/v1/users/{}/reset-password", ada.id);
    let link = operator.does(&reset).await.is(201).json;
    let path = path_of(&server, &link);
    assert!(path.starts_with("/password-reset/"));
    assert!(browser.is_signed_in().await, "until the link is used");
    let another = "seven maple lanterns";
    let (action, fields) = link_form(&path, another);
    let elsewhere = Browser::new(&server);
    elsewhere.fill(&path, action, &fields).await.is(303);
    assert!(!browser.is_signed_in().await);
    browser.sign_in(&ada.email, PASSWORD).await.is(401);
    browser.sign_in(&ada.email, another).await.is(303);
    // A link for one purpose is none for another.
    let link = operator.does(&reset).await.is(201).json;
    let swapped = path_of(&server, &link).replace("password-reset", "invitation");
    browser.get(&swapped).await.is(410);
}

async fn a_newer_link_takes_the_place_of_the_older(server: Server) {
    let operator = server.operator().await;
    let body = json!({ "email": "joins@example.org", "name": "Joins", "role": "member" });
    let made = operator.post("/api/v1/users", body).await.is(201).json;
    let older = path_of(&server, &made["invitation"]);
    let again = format!(
        "/api/v1/users/{}/invite",
        made["user"]["id"].as_str().unwrap()
    );
    let newer = path_of(&server, &operator.does(&again).await.is(201).json);
    let browser = Browser::new(&server);
    browser.get(&older).await.is(410);
    browser.get(&newer).await.is(200);
    let (action, fields) = link_form(&newer, PASSWORD);
    browser.fill(&newer, action, &fields).await.is(303);
    let reply = operator.does(&again).await;
    reply.is_problem(409, "already_joined");
}

async fn guessable_and_short_passwords_are_refused(server: Server) {
    let operator = server.operator().await;
    let body = json!({ "email": "ada.byron@example.org", "name": "Ada Byron", "role": "member" });
    let made = operator.post("/api/v1/users", body).await.is(201).json;
    let path = path_of(&server, &made["invitation"]);
    let browser = Browser::new(&server);
    let long = "x7Q".repeat(90);
    for refused in [
        "mxq vprtz k",
        "password1234",
        "qwertyuiop[]",
        "ada.byron@example.org",
        "adabyron2026",
        "latchkey2026",
        &long,
    ] {
        let (action, fields) = link_form(&path, refused);
        let reply = browser.fill(&path, action, &fields).await.is(422);
        assert!(!reply.text.contains(&format!("value=\"{refused}\"")) || refused.contains('@'));
    }
    let (action, fields) = link_form(&path, "mxq vprtz kw");
    browser.fill(&path, action, &fields).await.is(303);
}

async fn changing_the_password_signs_out_everywhere_else(server: Server) {
    let ada = server.person("ada", "member").await;
    let (here, there) = (Browser::new(&server), Browser::new(&server));
    here.sign_in(&ada.email, PASSWORD).await.is(303);
    there.sign_in(&ada.email, PASSWORD).await.is(303);
    let before = here.cookie();
    let page = "/account/password";
    let another = "seven maple lanterns";
    let form = |current, new| {
        [
            ("current_password", current),
            ("new_password", new),
            ("repeat_password", new),
        ]
    };
    let wrong = form("not this one at all", another);
    here.fill(page, page, &wrong).await.is(422);
    here.fill(page, page, &form(PASSWORD, PASSWORD))
        .await
        .is(422);
    here.fill(page, page, &form(PASSWORD, another))
        .await
        .is(303);
    assert!(here.is_signed_in().await && !there.is_signed_in().await);
    assert_ne!(here.cookie(), before);
    there.sign_in(&ada.email, another).await.is(303);
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
