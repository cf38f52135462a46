//! What apps were allowed, until somebody takes it back.

use serde_json::json;

use crate::support::{Server, on_both_databases};

on_both_databases! {
    people_take_back_what_they_allowed,
    an_administrator_takes_back_what_a_person_allowed,
    signing_out_ends_what_the_admin_screens_got_and_nothing_else,
    what_a_person_allowed_stays_dead_after_they_come_back,
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
