//! Sign-in and consent on the way to an app (protocol lines 21 and 22).

use serde_json::json;

use crate::{
    apis::{ORDERS, registers},
    support::{Reply, Server, authorize_path, on_both_databases, told},
};

on_both_databases! {
    deny_tells_the_app_and_nothing_is_remembered,
    consent_is_remembered_by_person_app_and_scope,
    prompt_none_never_asks,
    prompt_consent_asks_again,
    prompt_login_and_max_age_want_a_fresh_sign_in,
    a_consent_page_is_answered_once,
    of_two_submits_at_once_one_is_taken,
    only_the_person_who_was_asked_can_answer,
    a_stale_page_is_said_to_be_stale,
    not_you_leads_to_another_account_and_back,
    a_reactivated_app_has_to_be_allowed_again,
    everything_that_is_allowed_was_asked_for,
    names_are_text_whatever_is_in_them,
}

async fn deny_tells_the_app_and_nothing_is_remembered(server: Server) {
    let app = server.actor("admin").await.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    let page = browser.authorize(&app, &[("state", "s")]).await.is(200);
    let asked = told(&browser.answers(&page, "deny").await);
    assert_eq!(asked.one("error"), "access_denied");
    assert_eq!(
        (asked.one("state").as_str(), asked.one("iss")),
        ("s", server.url.clone())
    );
    browser.authorize(&app, &[]).await.is(200);
}

async fn consent_is_remembered_by_person_app_and_scope(server: Server) {
    let admin = server.actor("admin").await;
    let app = admin.registers_app(json!({})).await;
    let other = admin.registers_app(json!({ "name": "Other" })).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    browser
        .allows(&app, &[("scope", "openid email")])
        .await
        .code();
    told(&browser.authorize(&app, &[("scope", "openid")]).await).code();
    told(&browser.authorize(&app, &[("scope", "email openid")]).await).code();
    let page = browser
        .authorize(&app, &[("scope", "openid profile")])
        .await
        .is(200);
    assert!(page.text.contains("see your name"));
    browser.authorize(&other, &[]).await.is(200);
    let grace = server.somebody("grace@example.com", "member").await;
    server
        .visitor_of(&grace)
        .await
        .authorize(&app, &[])
        .await
        .is(200);
}

async fn prompt_none_never_asks(server: Server) {
    let app = server.actor("admin").await.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let silent = [("prompt", "none")];
    let asked = told(&server.visitor().authorize(&app, &silent).await);
    assert_eq!(asked.one("error"), "login_required");
    let mut browser = server.visitor_of(&person).await;
    let asked = told(&browser.authorize(&app, &silent).await);
    assert_eq!(asked.one("error"), "consent_required");
    browser.allows(&app, &[]).await.code();
    told(&browser.authorize(&app, &silent).await).code();
    server.clock.advance(61);
    let asked = told(
        &browser
            .authorize(&app, &[("prompt", "none"), ("max_age", "60")])
            .await,
    );
    assert_eq!(asked.one("error"), "login_required");
}

async fn prompt_consent_asks_again(server: Server) {
    let app = server.actor("admin").await.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    browser.allows(&app, &[]).await.code();
    let page = browser
        .authorize(&app, &[("prompt", "consent")])
        .await
        .is(200);
    told(&browser.answers(&page, "allow").await).code();
}

async fn prompt_login_and_max_age_want_a_fresh_sign_in(server: Server) {
    let app = server.actor("admin").await.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    browser.allows(&app, &[]).await.code();
    server.clock.advance(100);
    told(&browser.authorize(&app, &[("max_age", "100")]).await).code();
    for fresh in [("prompt", "login"), ("max_age", "99"), ("max_age", "0")] {
        let first = browser.get(&authorize_path(&app, &[fresh])).await.is(303);
        let to_sign_in = first.header("location").to_owned();
        assert!(to_sign_in.starts_with("/sign-in?continue="), "{fresh:?}");
        // Going on without signing in leads back to it.
        let name = to_sign_in.split('=').next_back().unwrap();
        let resume = format!("/oauth2/authorize/resume?request={name}");
        assert_eq!(
            browser.get(&resume).await.is(303).header("location"),
            to_sign_in
        );
        let page = browser.get(&to_sign_in).await.is(200);
        let reply = browser.sign_in(&page, &person).await.is(303);
        told(&browser.visit(reply.header("location")).await).code();
        server.clock.advance(100);
    }
}

/// A page in plain words, with a way on, that leads to no app.
#[track_caller]
fn explains(reply: &Reply, what: &str) {
    assert!(reply.header("content-type").starts_with("text/html"));
    assert!(reply.text.contains(what), "{}", reply.text);
    assert!(reply.text.contains("<a class=\"button\" href=\"/"));
    assert_eq!(reply.header("location"), "");
}

async fn a_consent_page_is_answered_once(server: Server) {
    let app = server.actor("admin").await.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    let page = browser.authorize(&app, &[]).await.is(200);
    told(&browser.answers(&page, "allow").await).code();
    for answer in ["allow", "deny"] {
        let again = browser.answers(&page, answer).await.is(410);
        explains(&again, "answered this already");
    }
    // Back after Allow.
    let name = page.text.split("name=\"request\" value=\"").nth(1).unwrap();
    let name = name.split('"').next().unwrap();
    let back = browser
        .get(&format!("/oauth2/authorize/resume?request={name}"))
        .await
        .is(410);
    explains(&back, "answered this already");
}

async fn of_two_submits_at_once_one_is_taken(server: Server) {
    let app = server.actor("admin").await.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    let mut same = server.visitor();
    same.cookie.clone_from(&browser.cookie);
    for (one, other) in [("allow", "allow"), ("allow", "deny"), ("deny", "deny")] {
        let more = [("prompt", "consent")];
        let page = browser.authorize(&app, &more).await.is(200);
        let (first, second) =
            futures_util::join!(browser.answers(&page, one), same.answers(&page, other));
        let (taken, late) = if first.status == 303 {
            (first, second)
        } else {
            (second, first)
        };
        assert_eq!(told(&taken).one("iss"), server.url);
        explains(&late.is(410), "answered this already");
    }
}

async fn only_the_person_who_was_asked_can_answer(server: Server) {
    let app = server.actor("admin").await.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mallory = server.somebody("mallory@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    let page = browser.authorize(&app, &[]).await.is(200);
    let mut other = server.visitor_of(&mallory).await;
    let own = other.authorize(&app, &[]).await.is(200);
    let token = |text: &str| {
        let rest = text.split("name=\"form_token\" value=\"").nth(1).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let name = page.text.split("name=\"request\" value=\"").nth(1).unwrap();
    let name = name.split('"').next().unwrap();
    let theirs = token(&own.text);
    let fields = [
        ("form_token", theirs.as_str()),
        ("request", name),
        ("answer", "allow"),
    ];
    let reply = other.post("/oauth2/consent", &fields).await.is(403);
    explains(&reply, "asked somewhere else");
    // Nor without the token of the page, nor from another site.
    let stolen = [("form_token", "x"), ("request", name), ("answer", "allow")];
    browser.post("/oauth2/consent", &stolen).await.is(403);
    told(&browser.answers(&page, "allow").await).code();
}

async fn a_stale_page_is_said_to_be_stale(server: Server) {
    let app = server.actor("admin").await.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    let page = browser.authorize(&app, &[]).await.is(200);
    server.clock.advance(600);
    let reply = browser.answers(&page, "allow").await.is(410);
    explains(&reply, "too old");
    let never = "/oauth2/authorize/resume?request=never";
    explains(&browser.get(never).await.is(410), "too old");
    // A page from before the person signed in again.
    let page = browser.authorize(&app, &[]).await.is(200);
    let mut again = server.visitor_of(&person).await;
    again.authorize(&app, &[]).await.is(200);
    let stale = again.answers(&page, "allow").await.is(403);
    explains(&stale, "out of date");
}

async fn not_you_leads_to_another_account_and_back(server: Server) {
    let app = server.actor("admin").await.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let grace = server.somebody("grace@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    let page = browser.authorize(&app, &[("state", "s")]).await.is(200);
    let reply = browser
        .submit(&page, "/oauth2/consent/other-account", &[])
        .await
        .is(303);
    let sign_in = browser.get(reply.header("location")).await.is(200);
    let reply = browser.sign_in(&sign_in, &grace).await.is(303);
    let page = browser.visit(reply.header("location")).await.is(200);
    assert!(page.text.contains("grace@example.com") && !page.text.contains("ada@example.com"));
    assert_eq!(
        told(&browser.answers(&page, "allow").await).one("state"),
        "s"
    );
}

async fn a_reactivated_app_has_to_be_allowed_again(server: Server) {
    let admin = server.actor("admin").await;
    let app = admin.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    browser.allows(&app, &[]).await.code();
    let pending = browser
        .authorize(&app, &[("prompt", "consent")])
        .await
        .is(200);
    let path = format!("/api/v1/clients/{}", app.id);
    admin.does(&format!("{path}/deactivate")).await.is(200);
    admin.does(&format!("{path}/reactivate")).await.is(200);
    browser.answers(&pending, "allow").await.is(410);
    browser.authorize(&app, &[]).await.is(200);
}

async fn everything_that_is_allowed_was_asked_for(server: Server) {
    let operator = server.operator().await;
    registers(&operator, json!({})).await.is(201);
    let kiosk = json!({ "key": "kiosk", "name": "Kiosks & tills", "roles": { "kind": "grid" } });
    operator.post("/api/v1/profiles", kiosk).await.is(201);
    let app = operator.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    let rows = operator.get("/api/v1/permissions").await.is(200).json;
    let rows = rows["items"].as_array().unwrap();
    let mut asked = 0;
    for row in rows {
        let resource = row["resource"].as_str().unwrap();
        let orders = [("resource", ORDERS)];
        let at = if resource.starts_with("orders/") {
            &orders[..]
        } else {
            &[]
        };
        for access in row["access"].as_array().unwrap() {
            let scope = format!("{resource}:{}", access.as_str().unwrap());
            let mut more = vec![("scope", scope.as_str())];
            more.extend(at);
            let page = browser.authorize(&app, &more).await.is(200).text;
            assert_eq!(page.matches("<li>").count(), 2, "{scope}: {page}");
            asked += 1;
        }
    }
    assert!(asked > 30, "{asked} of the permissions were looked at");
    let page = browser.authorize(&app, &[("scope", "kiosk:view")]).await;
    assert!(
        page.text
            .contains("see clients of the kind \u{201c}Kiosks &#38; tills\u{201d}, but no secrets")
    );
    assert!(
        page.text
            .contains("At Latchkey, as far as you can yourself")
    );
    assert!(page.text.contains("stays connected for 90 days"));
}

async fn names_are_text_whatever_is_in_them(server: Server) {
    let admin = server.actor("admin").await;
    let app = admin
        .registers_app(json!({ "name": "<img src=x onerror=alert(1)>" }))
        .await;
    let person = server.somebody("ada@example.com", "member").await;
    let page = server
        .visitor_of(&person)
        .await
        .authorize(&app, &[])
        .await
        .is(200);
    assert!(!page.text.contains("<img"));
}
