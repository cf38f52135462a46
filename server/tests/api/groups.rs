//! `/groups`.

use serde_json::json;

use crate::support::{Server, on_both_databases};

on_both_databases! {
    a_group_lives_from_creation_to_deletion,
    members_come_and_go_and_stay_people,
    groups_of_another_tenant_are_not_found,
}

async fn a_group_lives_from_creation_to_deletion(server: Server) {
    let admin = server.actor("admin").await;
    let body = json!({ "name": "Night shift", "description": "Who is awake" });
    let made = admin.post("/api/v1/groups", body).await.is(201);
    let path = made.header("location").to_owned();
    let taken = admin
        .post("/api/v1/groups", json!({ "name": "NIGHT shift" }))
        .await;
    taken.is_problem(409, "group_name_taken");
    let cleared = admin
        .patch(&path, json!({ "description": null }))
        .await
        .is(200);
    assert!(cleared.json.get("description").is_none());
    let unnamed = admin.patch(&path, json!({ "name": null })).await;
    unnamed.is_problem(422, "invalid");
    let found = admin.get("/api/v1/groups?q=SHIFT").await.is(200);
    assert_eq!(found.json["items"].as_array().unwrap().len(), 1);
    let blind = admin.request(reqwest::Method::DELETE, &path).send().await;
    blind.is_problem(428, "precondition-required");
    admin.delete(&path).await.is(204);
    admin.get(&path).await.is_problem(404, "not-found");
    let audit = admin.get("/api/v1/audit?limit=3").await.is(200).json;
    let actions: Vec<&str> = audit["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["action"].as_str().unwrap())
        .collect();
    assert_eq!(actions, ["group.deleted", "group.updated", "group.created"]);
}

async fn members_come_and_go_and_stay_people(server: Server) {
    let admin = server.actor("admin").await;
    let made = admin
        .post("/api/v1/groups", json!({ "name": "Team" }))
        .await
        .is(201);
    let path = made.header("location").to_owned();
    let ada = server.person("ada", "member").await;
    let bea = server.person("bea", "member").await;
    for person in [&bea, &ada, &ada] {
        let member = format!("{path}/members/{}", person.id);
        admin.put(&member, json!({})).await.is(204);
    }
    let first = admin.get(&format!("{path}/members?limit=1")).await.is(200);
    assert_eq!(first.json["items"][0]["name"], "ada");
    let next = first.json["next"].as_str().unwrap();
    let rest = admin
        .get(&format!("{path}/members?limit=1&cursor={next}"))
        .await
        .is(200);
    assert_eq!(rest.json["items"][0]["name"], "bea");
    assert!(rest.json.get("next").is_none());
    let of_ada = admin
        .get(&format!("/api/v1/users/{}/groups", ada.id))
        .await
        .is(200);
    assert_eq!(of_ada.json["items"][0]["name"], "Team");
    admin
        .delete(&format!("{path}/members/{}", bea.id))
        .await
        .is(204);
    admin.delete(&path).await.is(204);
    admin
        .get(&format!("/api/v1/users/{}", ada.id))
        .await
        .is(200);
    let added = server
        .database
        .number("SELECT COUNT(*) FROM audit WHERE action = 'group.member_added'");
    assert_eq!(added.await, 2, "what is so already is no event");
}

async fn groups_of_another_tenant_are_not_found(server: Server) {
    let admin = server.actor("admin").await;
    let made = admin
        .post("/api/v1/groups", json!({ "name": "Team" }))
        .await
        .is(201);
    let path = made.header("location").to_owned();
    let other = server.super_admin_of("other", None).await;
    other.get(&path).await.is_problem(404, "not-found");
    other.delete(&path).await.is_problem(404, "not-found");
    let own = other
        .post("/api/v1/groups", json!({ "name": "Team" }))
        .await
        .is(201);
    let own = own.header("location").to_owned();
    let ada = server.person("ada", "member").await;
    let foreign = other
        .put(&format!("{own}/members/{}", ada.id), json!({}))
        .await;
    foreign.is_problem(404, "not-found");
}
