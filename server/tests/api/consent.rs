//! Sign-in and consent on the way to an app (protocol lines 21 and 22).

use serde_json::json;

use crate::support::{Server, authorize_path, on_both_databases, told};

on_both_databases! {
    deny_tells_the_app_and_nothing_is_remembered,
    consent_is_remembered_by_person_app_and_scope,
    prompt_none_never_asks,
    prompt_consent_asks_again,
    prompt_login_and_max_age_want_a_fresh_sign_in,
    a_consent_page_is_answered_once,
    only_the_person_who_was_asked_can_answer,
    a_stale_page_is_said_to_be_stale,
    not_you_leads_to_another_account_and_back,
    a_reactivated_app_has_to_be_allowed_again,
    names_are_text_whatever_is_in_them,
    people_take_back_what_they_allowed,
    an_administrator_takes_back_what_a_person_allowed,
    signing_out_ends_what_the_admin_screens_got_and_nothing_else,
    what_a_person_allowed_stays_dead_after_they_come_back,
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

async fn a_consent_page_is_answered_once(server: Server) {
    let app = server.actor("admin").await.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    let page = browser.authorize(&app, &[]).await.is(200);
    told(&browser.answers(&page, "allow").await).code();
    for answer in ["allow", "deny"] {
        let again = browser.answers(&page, answer).await.is(410);
        assert!(again.text.contains("answered this already"));
    }
    // Back after Allow.
    let name = page.text.split("name=\"request\" value=\"").nth(1).unwrap();
    let name = name.split('"').next().unwrap();
    let back = browser
        .get(&format!("/oauth2/authorize/resume?request={name}"))
        .await
        .is(410);
    assert!(back.text.contains("answered this already"));
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
    assert!(reply.text.contains("asked somewhere else"));
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
    assert!(reply.text.contains("too old"));
    browser
        .get("/oauth2/authorize/resume?request=never")
        .await
        .is(410);
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

async fn people_take_back_what_they_allowed(server: Server) {
    let admin = server.actor("admin").await;
    let app = admin.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    let code = browser.allows(&app, &[]).await.code();
    let got = server.redeem(&app, &code).await.is(200).json;
    let (access, refresh) = (
        got["access_token"].as_str().unwrap(),
        got["refresh_token"].as_str().unwrap(),
    );
    let me = server.admin_screens(&mut browser).await;
    let list = me.get("/api/v1/me/applications").await.is(200).json;
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(list["items"][0]["name"], "Timesheets");
    assert_eq!(list["items"][0]["scopes"], json!(["openid"]));
    let path = format!("/api/v1/me/applications/{}", app.id);
    // Neither the app itself nor a machine may do that.
    let by_app = server.with_token(app.clone(), access.to_owned());
    by_app.delete(&path).await.is_problem(403, "not-yourself");
    by_app
        .get("/api/v1/me/sessions")
        .await
        .is_problem(403, "not-yourself");
    admin.delete(&path).await.is_problem(403, "not-yourself");
    me.delete(&path).await.is(204);
    me.delete(&path).await.is_problem(404, "not-found");
    assert!(!server.is_alive(access).await);
    server.refresh(&app, refresh).await.is(400);
    browser.authorize(&app, &[]).await.is(200);
}

async fn an_administrator_takes_back_what_a_person_allowed(server: Server) {
    let admin = server.actor("admin").await;
    let app = admin.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    let code = browser.allows(&app, &[]).await.code();
    let got = server.redeem(&app, &code).await.is(200).json;
    let path = format!("/api/v1/clients/{}/grants", app.id);
    let list = admin.get(&path).await.is(200).json;
    assert_eq!(list["items"][0]["user_id"], json!(person.user.id));
    let one = format!("{path}/{}", list["items"][0]["id"].as_str().unwrap());
    server.actor("member").await.delete(&one).await.is(403);
    let stranger = server.super_admin_of("other", None).await;
    stranger.get(&path).await.is_problem(404, "not-found");
    stranger.delete(&one).await.is_problem(404, "not-found");
    admin.delete(&one).await.is(204);
    assert!(!server.is_alive(got["access_token"].as_str().unwrap()).await);
    assert_eq!(admin.get(&path).await.is(200).json["items"], json!([]));
    browser.authorize(&app, &[]).await.is(200);
}

async fn signing_out_ends_what_the_admin_screens_got_and_nothing_else(server: Server) {
    let app = server.actor("admin").await.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    let code = browser.allows(&app, &[]).await.code();
    let got = server.redeem(&app, &code).await.is(200).json;
    let me = server.admin_screens(&mut browser).await;
    me.get("/api/v1/me").await.is(200);
    let page = browser.get("/account").await.is(200);
    browser.submit(&page, "/sign-out", &[]).await.is(303);
    me.get("/api/v1/me").await.is(401);
    assert!(server.is_alive(got["access_token"].as_str().unwrap()).await);
}

async fn what_a_person_allowed_stays_dead_after_they_come_back(server: Server) {
    let admin = server.actor("admin").await;
    let app = admin.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let code = server
        .visitor_of(&person)
        .await
        .allows(&app, &[])
        .await
        .code();
    let got = server.redeem(&app, &code).await.is(200).json;
    let path = format!("/api/v1/users/{}", person.user.id);
    admin.does(&format!("{path}/deactivate")).await.is(200);
    admin.does(&format!("{path}/reactivate")).await.is(200);
    let refresh = got["refresh_token"].as_str().unwrap();
    server.refresh(&app, refresh).await.is(400);
    assert!(!server.is_alive(got["access_token"].as_str().unwrap()).await);
}
