//! `/me`: the caller itself.

use serde_json::json;
use uuid::Uuid;

use crate::support::{Browser, PASSWORD, Server, on_both_databases};

on_both_databases! {
    a_person_reads_who_they_are,
    a_person_changes_the_password_with_the_one_they_have,
    a_person_ends_their_own_sessions_and_nobody_elses,
    a_machine_has_no_password_and_no_sessions,
}

async fn a_person_reads_who_they_are(server: Server) {
    let ada = server.person("ada", "admin").await;
    let me = server.acting_for(&ada, None).await.get("/api/v1/me").await;
    let me = me.is(200).json;
    assert_eq!(me["kind"], "user");
    assert_eq!(me["id"], ada.id.to_string());
    assert_eq!(me["subject"], ada.id.to_string());
    assert_eq!(me["email"], "ada@example.org");
    assert_eq!(me["role"], "admin");
    let permissions = me["permissions"].as_array().unwrap();
    assert!(permissions.contains(&json!("users:change")));
    assert!(!permissions.contains(&json!("anonymization:change")));
}

async fn a_person_changes_the_password_with_the_one_they_have(server: Server) {
    let ada = server.person("ada", "member").await;
    let browser = Browser::new(&server);
    browser.sign_in(&ada.email, PASSWORD).await.is(303);
    let acting = server.acting_for(&ada, None).await;
    let change =
        |current: &str, new: &str| json!({ "current_password": current, "new_password": new });
    let another = "seven maple lanterns";
    let wrong = acting
        .post("/api/v1/me/password", change("not this one", another))
        .await
        .is_problem(422, "invalid");
    assert_eq!(wrong.errors()[0].0, "/current_password");
    let weak = acting
        .post("/api/v1/me/password", change(PASSWORD, "password1234"))
        .await
        .is_problem(422, "invalid");
    assert_eq!(
        weak.errors()[0],
        ("/new_password".into(), "guessable".into())
    );
    acting
        .post("/api/v1/me/password", change(PASSWORD, another))
        .await
        .is(204);
    assert!(!browser.is_signed_in().await);
    browser.sign_in(&ada.email, another).await.is(303);
    for _ in 0..10 {
        acting
            .post("/api/v1/me/password", change("not this one", PASSWORD))
            .await;
    }
    let slowed = acting
        .post("/api/v1/me/password", change(another, PASSWORD))
        .await;
    slowed.is_problem(429, "too-many-failures");
}

async fn a_person_ends_their_own_sessions_and_nobody_elses(server: Server) {
    let ada = server.person("ada", "member").await;
    let bea = server.person("bea", "member").await;
    let (one, other, of_bea) = (
        Browser::new(&server),
        Browser::new(&server),
        Browser::new(&server),
    );
    of_bea.sign_in(&bea.email, PASSWORD).await.is(303);
    one.sign_in(&ada.email, PASSWORD).await.is(303);
    let acting = server.acting_for(&ada, None).await;
    let ids = |reply: &serde_json::Value| -> Vec<Uuid> {
        let items = reply["items"].as_array().unwrap();
        items
            .iter()
            .map(|it| it["id"].as_str().unwrap().parse().unwrap())
            .collect()
    };
    acting
        .request(reqwest::Method::DELETE, "/api/v1/me/sessions")
        .send()
        .await
        .is(204);
    assert!(!one.is_signed_in().await);
    one.sign_in(&ada.email, PASSWORD).await.is(303);
    server.clock.advance(1);
    other.sign_in(&ada.email, PASSWORD).await.is(303);
    let listed = acting.get("/api/v1/me/sessions").await.is(200).json;
    let listed = ids(&listed);
    assert_eq!(listed.len(), 2);
    let this = server.acting_for(&ada, Some(listed[1])).await;
    let marked = this.get("/api/v1/me/sessions").await.is(200).json;
    assert_eq!(marked["items"][0]["current"], false);
    assert_eq!(marked["items"][1]["current"], true);
    this.delete("/api/v1/me/sessions").await.is(204);
    assert!(one.is_signed_in().await && !other.is_signed_in().await);
    let foreign = server.acting_for(&bea, None).await;
    let of_ada = format!("/api/v1/me/sessions/{}", listed[1]);
    foreign.delete(&of_ada).await.is_problem(404, "not-found");
    assert!(one.is_signed_in().await && of_bea.is_signed_in().await);
    this.delete(&of_ada).await.is(204);
    assert!(!one.is_signed_in().await);
    this.delete(&of_ada).await.is_problem(404, "not-found");
}

async fn a_machine_has_no_password_and_no_sessions(server: Server) {
    let admin = server.actor("admin").await;
    let me = admin.get("/api/v1/me").await.is(200).json;
    assert_eq!(me["kind"], "client");
    assert!(me.get("email").is_none());
    admin
        .get("/api/v1/me/sessions")
        .await
        .is_problem(404, "not-found");
    let body = json!({ "current_password": "a", "new_password": PASSWORD });
    let reply = admin.post("/api/v1/me/password", body).await;
    reply.is_problem(404, "not-found");
}
