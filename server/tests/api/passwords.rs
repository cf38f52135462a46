//! Choosing, changing and resetting a password: the pages, the one-time links, and what ends with the old one.

use futures_util::future::join_all;
use latchkey::bootstrap;
use serde_json::json;

use crate::support::{
    Account, Browser, PASSWORD, Server, Signer, Visitor, form_token, link_form, on_both_databases,
    path_of,
};

on_both_databases! {
    the_first_person_must_choose_a_password_before_anything_else,
    bootstrap_lets_a_locked_out_person_in_again,
    an_invitation_works_once_and_for_seven_days,
    two_uses_of_a_link_at_once_set_one_password,
    a_password_reset_ends_every_session,
    a_newer_link_takes_the_place_of_the_older,
    guessable_and_short_passwords_are_refused,
    changing_the_password_signs_out_everywhere_else,
    a_one_time_password_works_for_seven_days,
    a_changed_password_leaves_applications_connected,
    a_password_reset_ends_what_applications_were_allowed,
    a_one_time_password_ends_what_applications_were_allowed,
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

async fn a_one_time_password_works_for_seven_days(server: Server) {
    let made = bootstrap::make_operator(&server.app, Some("first@example.org"))
        .await
        .unwrap();
    let browser = Browser::new(&server);
    let password = made.reveal_password();
    server.clock.advance(7 * 86_400);
    let reply = browser.sign_in("first@example.org", password).await;
    assert!(reply.is(401).text.contains("latchkey bootstrap"));
    let wrong = browser.sign_in("first@example.org", "not this one at all");
    assert!(!wrong.await.is(401).text.contains("latchkey bootstrap"));
    server.clock.advance(-1);
    browser.sign_in("first@example.org", password).await.is(303);
    // The one that the person chooses has no end.
    let page = "/account/password";
    let fields = [("new_password", PASSWORD), ("repeat_password", PASSWORD)];
    browser.fill(page, page, &fields).await.is(303);
    server.clock.advance(400 * 86_400);
    browser.sign_in("first@example.org", PASSWORD).await.is(303);
}

/// Somebody who allowed an application, and what the application got: an access token and a refresh token.
async fn connected(server: &Server) -> (Signer, Visitor, Account, [String; 2]) {
    let app = server.actor("admin").await.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    let code = browser.allows(&app, &[]).await.code();
    let got = server.redeem(&app, &code).await.is(200).json;
    let token = |name: &str| got[name].as_str().unwrap().to_owned();
    let tokens = [token("access_token"), token("refresh_token")];
    (person, browser, app, tokens)
}

async fn a_changed_password_leaves_applications_connected(server: Server) {
    let (person, mut browser, app, [access, refresh]) = connected(&server).await;
    let page = browser.get("/account/password").await.is(200);
    assert!(page.text.contains("stay connected"));
    let fields = [
        ("current_password", person.password.as_str()),
        ("new_password", PASSWORD),
        ("repeat_password", PASSWORD),
    ];
    browser
        .submit(&page, "/account/password", &fields)
        .await
        .is(303);
    assert!(server.is_alive(&access).await);
    server.refresh(&app, &refresh).await.is(200);
    let page = browser.get("/account").await.is(200);
    assert!(page.text.contains("Timesheets"));
}

async fn a_password_reset_ends_what_applications_were_allowed(server: Server) {
    let (person, _, app, [access, refresh]) = connected(&server).await;
    let operator = server.operator().await;
    let reset = format!("/api/v1/users/{}/reset-password", person.user.id);
    let link = operator.does(&reset).await.is(201).json;
    assert!(server.is_alive(&access).await, "until the link is used");
    let path = path_of(&server, &link);
    let (action, fields) = link_form(&path, PASSWORD);
    let mut browser = server.visitor();
    let page = browser.get(&path).await.is(200);
    assert!(page.text.contains("have to ask you again"));
    browser.submit(&page, action, &fields[1..]).await.is(303);
    assert!(!server.is_alive(&access).await);
    server.refresh(&app, &refresh).await.is(400);
    // It has to be allowed again.
    let asked = browser.authorize(&app, &[]).await.is(200);
    assert!(asked.text.contains("Allow Timesheets"));
}

async fn a_one_time_password_ends_what_applications_were_allowed(server: Server) {
    let (person, _, app, [access, refresh]) = connected(&server).await;
    let email = person.user.form.email.to_string();
    bootstrap::make_operator(&server.app, Some(&email))
        .await
        .unwrap();
    assert!(!server.is_alive(&access).await);
    server.refresh(&app, &refresh).await.is(400);
}
