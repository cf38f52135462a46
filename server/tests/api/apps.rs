//! Apps that act for people, from registration to reactivation.

use serde_json::{Value, json};

use crate::support::{Account, CALLBACK, Reply, Server, client_path, on_both_databases, told};

on_both_databases! {
    an_app_is_registered_with_its_redirect_uris_or_told_why_not,
    id_and_secret_of_an_app_are_shown_once,
    the_consent_page_says_who_asks_whom_for_what,
    an_access_token_of_an_app_lives_for_an_hour,
    edited_redirect_uris_count_from_the_next_request_on,
    a_regenerated_secret_counts_at_once_and_people_stay_connected,
    deactivating_an_app_ends_all_that_people_gave_it_at_once,
    what_people_gave_is_dead_with_a_deleted_or_expired_app,
    admins_and_super_admins_manage_apps_and_members_do_not,
    the_admin_app_is_public_bound_to_its_origin_and_asks_nobody,
}

/// What an app got for somebody who allows it: access and refresh token.
async fn connect(server: &Server, app: &Account, email: &str) -> (String, String) {
    let person = server.somebody(email, "member").await;
    let mut browser = server.visitor_of(&person).await;
    let code = browser.allows(app, &[]).await.code();
    let got = server.redeem(app, &code).await.is(200).json;
    let token = |name: &str| got[name].as_str().unwrap().to_owned();
    (token("access_token"), token("refresh_token"))
}

async fn an_app_is_registered_with_its_redirect_uris_or_told_why_not(server: Server) {
    let admin = server.actor("admin").await;
    let form = |uris: Value| {
        json!({
            "profile": "app",
            "name": "Timesheets",
            "description": "Hours of everybody",
            "redirect_uris": uris,
        })
    };
    let good = json!([
        "https://app.example/callback?from=latchkey",
        "http://127.0.0.1/callback",
        "http://[::1]:8080/callback",
        "http://localhost:3000/callback",
        "com.example.timesheets:/callback",
    ]);
    let made = admin.post("/api/v1/clients", form(good.clone())).await;
    let made = made.is(201).json;
    assert_eq!(made["client"]["redirect_uris"], good, "kept as written");
    assert_eq!(made["client"]["name"], "Timesheets");
    assert_eq!(made["client"]["description"], "Hours of everybody");
    for wrong in [
        "http://app.example/callback",
        "https://app.example/callback#part",
        "/callback",
        "https://*.app.example/callback",
        "javascript:alert(1)",
        "data:text/html,hello",
        "timesheets:/callback",
        "https://me@app.example/callback",
        "https://app.example/x/../callback",
        "https://app.example\\@evil.example/",
        "https://app.example/\tcallback",
        "https://app.example/\r\ncallback",
    ] {
        let uris = json!(["https://app.example/callback", wrong]);
        let reply = admin.post("/api/v1/clients", form(uris)).await.is(422);
        let errors = reply.errors();
        assert_eq!(errors.len(), 1, "{wrong}: {errors:?}");
        assert_eq!(errors[0].0, "/redirect_uris/1", "{wrong}");
    }
    let none = admin.post("/api/v1/clients", form(json!([]))).await;
    assert_eq!(none.is(422).errors()[0].0, "/redirect_uris");
}

async fn id_and_secret_of_an_app_are_shown_once(server: Server) {
    let admin = server.actor("admin").await;
    let app = admin.registers_app(json!({})).await;
    assert!(!app.secret.is_empty());
    for path in [
        client_path(&app),
        format!("{}/credentials", client_path(&app)),
        format!("{}/audit", client_path(&app)),
        "/api/v1/clients".to_owned(),
    ] {
        let reply = admin.get(&path).await.is(200);
        assert!(!reply.text.contains(&app.secret), "{path}");
    }
    let public = json!({ "public": true, "token_endpoint_auth_method": "none" });
    let public = admin.registers_app(public).await;
    assert!(public.secret.is_empty(), "a public one has none");
}

async fn the_consent_page_says_who_asks_whom_for_what(server: Server) {
    let app = server.actor("admin").await.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    let scope = [("scope", "openid email")];
    let page = browser.authorize(&app, &scope).await.is(200);
    for said in [
        "Allow Timesheets to use your account?",
        "The person ada@example.com",
        "(ada@example.com)",
        "see your e-mail address",
        "stays connected for 90 days",
        "value=\"allow\">Allow</button>",
        "value=\"deny\">Deny</button>",
        "Not you?",
        "<strong>app.example</strong>",
    ] {
        assert!(page.text.contains(said), "{said} is not in {}", page.text);
    }
    assert!(!page.text.contains("see your name"));
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.header("access-control-allow-origin"), "");
}

async fn an_access_token_of_an_app_lives_for_an_hour(server: Server) {
    let app = server.actor("admin").await.registers_app(json!({})).await;
    let (access, refresh) = connect(&server, &app, "ada@example.com").await;
    server.clock.advance(3599);
    assert!(server.is_alive(&access).await);
    server.clock.advance(1);
    assert!(!server.is_alive(&access).await);
    let said = server.introspect(&app, &access).await;
    assert_eq!(said, json!({ "active": false }));
    // On without asking the person.
    let got = server.refresh(&app, &refresh).await.is(200).json;
    assert_eq!(got["expires_in"], 3600);
    assert!(server.is_alive(got["access_token"].as_str().unwrap()).await);
}

async fn edited_redirect_uris_count_from_the_next_request_on(server: Server) {
    let admin = server.actor("admin").await;
    let app = admin.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    browser.allows(&app, &[]).await.code();
    let asked_before = browser
        .authorize(&app, &[("prompt", "consent")])
        .await
        .is(200);
    let edit = json!({
        "name": "Hours",
        "description": "Renamed",
        "redirect_uris": ["https://hours.example/callback"],
    });
    let edited = admin.patch(&client_path(&app), edit).await.is(200).json;
    assert_eq!(edited["name"], "Hours");
    assert_eq!(edited["description"], "Renamed");
    let old = browser.authorize(&app, &[]).await;
    assert!(old.is(400).text.contains("has not registered"));
    // Nor is anybody sent there by a page from before.
    let late = browser.answers(&asked_before, "allow").await;
    assert!(
        !late.header("location").starts_with(CALLBACK),
        "{}",
        late.text
    );
    let new = [("redirect_uri", "https://hours.example/callback")];
    let asked = told(&browser.authorize(&app, &new).await);
    assert!(
        asked
            .address
            .starts_with("https://hours.example/callback?code=")
    );
}

async fn a_regenerated_secret_counts_at_once_and_people_stay_connected(server: Server) {
    let admin = server.actor("admin").await;
    let app = admin.registers_app(json!({})).await;
    let (_, refresh) = connect(&server, &app, "ada@example.com").await;
    let path = format!("{}/regenerate-secret", client_path(&app));
    let made = admin.post(&path, json!({})).await.is(201).json;
    let renewed = Account {
        secret: made["client_secret"].as_str().unwrap().to_owned(),
        ..app.clone()
    };
    let old = server.refresh(&app, &refresh).await.is(401);
    assert_eq!(old.json["error"], "invalid_client");
    server.refresh(&renewed, &refresh).await.is(200);
}

async fn deactivating_an_app_ends_all_that_people_gave_it_at_once(server: Server) {
    let admin = server.actor("admin").await;
    let app = admin.registers_app(json!({})).await;
    let (access, refresh) = connect(&server, &app, "ada@example.com").await;
    let person = server.somebody("bea@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    let code = browser.allows(&app, &[]).await.code();
    let prompt = [("prompt", "consent")];
    let page = browser.authorize(&app, &prompt).await.is(200);
    let path = client_path(&app);
    admin.does(&format!("{path}/deactivate")).await.is(200);
    assert!(!server.is_alive(&access).await);
    let is_page = |reply: Reply| {
        assert_eq!(reply.header("location"), "", "{}", reply.text);
        assert!(reply.header("content-type").starts_with("text/html"));
    };
    is_page(browser.answers(&page, "allow").await);
    is_page(browser.authorize(&app, &[]).await.is(400));
    server.refresh(&app, &refresh).await.is(401);
    server.redeem(&app, &code).await.is(401);
    // Reactivated, it has nothing of before, and asks again.
    admin.does(&format!("{path}/reactivate")).await.is(200);
    assert!(!server.is_alive(&access).await);
    server.refresh(&app, &refresh).await.is(400);
    server.redeem(&app, &code).await.is(400);
    is_page(browser.answers(&page, "allow").await);
    let asked = browser.authorize(&app, &[]).await.is(200);
    assert!(asked.text.contains("Allow Timesheets"));
}

async fn what_people_gave_is_dead_with_a_deleted_or_expired_app(server: Server) {
    let admin = server.actor("admin").await;
    let deleted = admin.registers_app(json!({})).await;
    let ends = json!({ "name": "Until July", "expires_at": "2026-07-01T00:00:00Z" });
    let expired = admin.registers_app(ends).await;
    let (first, first_refresh) = connect(&server, &deleted, "ada@example.com").await;
    let (second, second_refresh) = connect(&server, &expired, "bea@example.com").await;
    admin.delete(&client_path(&deleted)).await.is(204);
    assert!(!server.is_alive(&first).await);
    server.refresh(&deleted, &first_refresh).await.is(401);
    assert!(server.is_alive(&second).await);
    server.clock.advance(60 * 86_400);
    assert!(!server.is_alive(&second).await);
    server.refresh(&expired, &second_refresh).await.is(401);
}

async fn admins_and_super_admins_manage_apps_and_members_do_not(server: Server) {
    let form = json!({ "profile": "app", "name": "Timesheets", "redirect_uris": [CALLBACK] });
    for role in ["admin", "super_admin"] {
        let actor = server.actor(role).await;
        let app = actor.registers_app(json!({})).await;
        let path = client_path(&app);
        actor.patch(&path, json!({ "name": "Hours" })).await.is(200);
        for verb in ["deactivate", "reactivate"] {
            actor.does(&format!("{path}/{verb}")).await.is(200);
        }
        actor
            .post(&format!("{path}/regenerate-secret"), json!({}))
            .await
            .is(201);
        actor.delete(&path).await.is(204);
    }
    let member = server.actor("member").await;
    member.post("/api/v1/clients", form).await.is(403);
    let app = server.actor("admin").await.registers_app(json!({})).await;
    let path = client_path(&app);
    member.patch(&path, json!({ "name": "Mine" })).await.is(403);
    for verb in ["deactivate", "regenerate-secret"] {
        member
            .post(&format!("{path}/{verb}"), json!({}))
            .await
            .is(403);
    }
    member.delete(&path).await.is(403);
}

async fn the_admin_app_is_public_bound_to_its_origin_and_asks_nobody(server: Server) {
    let screens = Account::admin_screens();
    let person = server.somebody("ada@example.com", "member").await;
    let callback = format!("{}/admin/callback", server.url);
    let uri = ("redirect_uri", callback.as_str());
    let silent = [uri, ("prompt", "none")];
    let asked = told(&server.visitor().authorize(&screens, &silent).await);
    assert_eq!(asked.one("error"), "login_required");
    let mut browser = server.visitor_of(&person).await;
    for wrong in ["https://evil.example/admin/callback", CALLBACK] {
        let page = browser
            .authorize(&screens, &[("redirect_uri", wrong)])
            .await;
        assert_eq!(page.is(400).header("location"), "");
    }
    let bare = [uri, ("code_challenge", ""), ("code_challenge_method", "")];
    let asked = told(&browser.authorize(&screens, &bare).await);
    assert_eq!(asked.one("error"), "invalid_request");
    let asked = told(
        &browser
            .authorize(&screens, &[uri, ("prompt", "none")])
            .await,
    );
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &asked.code()),
        uri,
        ("code_verifier", crate::support::VERIFIER),
    ];
    let got = server.token(&screens, &fields).await.is(200).json;
    let refresh = got["refresh_token"].as_str().unwrap();
    let next = server.refresh(&screens, refresh).await.is(200).json;
    assert_ne!(next["refresh_token"], got["refresh_token"], "rotated");
}
