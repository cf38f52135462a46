//! Who has which roles in a community, and what its tenants share.

use serde_json::json;

use crate::{
    communities::{founded, joins, with_roles},
    support::{Server, client_path, on_both_databases},
};

on_both_databases! {
    groups_and_people_are_members_as_well,
    roles_that_change_something_are_given_by_those_who_look_after_the_community,
    the_directory_shows_what_tenants_share,
}

async fn groups_and_people_are_members_as_well(server: Server) {
    let (operator, _) = founded(&server).await;
    joins(&operator, "default").await;
    let person = server.person("ada", "member").await;
    let signed_in = server.acting_for(&person, None).await;
    let path = "/api/v1/communities/branches/members";
    signed_in.get(path).await.is_problem(404, "not-found");
    let group = operator
        .post("/api/v1/groups", json!({ "name": "Readers" }))
        .await
        .is(201)
        .json["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let member = format!("/api/v1/groups/{group}/members/{}", person.id);
    operator.put(&member, json!({})).await.is(204);
    let roles = json!({ "roles": ["community_member"] });
    let set = operator
        .put(&format!("{path}/{group}"), roles.clone())
        .await;
    assert_eq!(set.is(200).json["kind"], "group");
    let seen = signed_in.get(path).await.is(200);
    assert_eq!(seen.each("name"), ["Readers"]);
    operator.delete(&member).await.is(204);
    signed_in.get(path).await.is_problem(404, "not-found");
    let set = operator.put(&format!("{path}/{}", person.id), roles).await;
    assert_eq!(set.is(200).json["kind"], "user");
    let seen = signed_in.get(path).await.is(200);
    assert_eq!(seen.json["items"].as_array().unwrap().len(), 2);
}

async fn roles_that_change_something_are_given_by_those_who_look_after_the_community(
    server: Server,
) {
    let (operator, stranger) = founded(&server).await;
    joins(&operator, "default").await;
    let account = with_roles(&stranger, "Plain", &["community_member"]).await;
    let path = format!("/api/v1/communities/branches/members/{}", account.id);
    let administrator = json!({ "roles": ["community_administrator"] });
    stranger
        .put(&path, administrator.clone())
        .await
        .is_problem(403, "role_exceeds_caller");
    operator.put(&path, administrator.clone()).await.is(200);
    let looks_after = server.sign_in(&account).await;
    let seen = looks_after
        .get("/api/v1/communities/branches")
        .await
        .is(200);
    let may = seen.json["permissions"].as_array().unwrap();
    assert!(may.contains(&json!("community_members:change")), "{may:?}");
    looks_after
        .patch("/api/v1/communities/branches", json!({ "name": "Ours" }))
        .await
        .is(200);
    // Members of other tenants as well, but nobody from there who is no member.
    let other = with_roles(&operator, "Other", &["community_member"]).await;
    let no_member = with_roles(&operator, "No member", &[]).await;
    let roles = format!("/api/v1/communities/branches/members/{}", other.id);
    looks_after.put(&roles, administrator.clone()).await.is(200);
    let roles = format!("/api/v1/communities/branches/members/{}", no_member.id);
    looks_after
        .put(&roles, administrator)
        .await
        .is_problem(404, "not-found");
    let wrong = json!({ "roles": ["nothing"] });
    let refused = operator.put(&path, wrong).await.is_problem(422, "invalid");
    assert_eq!(
        refused.errors(),
        [("/roles/0".to_owned(), "unknown_role".to_owned())]
    );
    let ladder = operator.creates("Robot", "member").await;
    let roles = format!("/api/v1/communities/branches/members/{}", ladder.id);
    let refused = operator
        .put(&roles, json!({ "roles": ["community_member"] }))
        .await;
    assert_eq!(
        refused.is_problem(422, "invalid").errors(),
        [("/roles".to_owned(), "not_allowed".to_owned())]
    );
}

async fn the_directory_shows_what_tenants_share(server: Server) {
    let (operator, stranger) = founded(&server).await;
    joins(&operator, "default").await;
    let shared = stranger.creates("Stock levels", "member").await;
    let path = "/api/v1/communities/branches/directory";
    let one = format!("{path}/{}", shared.client_id);
    stranger.put(&one, json!({})).await.is(204);
    stranger.put(&one, json!({})).await.is(204);
    let reader = with_roles(&operator, "Reader", &["community_member"]).await;
    let reader = server.sign_in(&reader).await;
    let seen = reader.get(path).await.is(200);
    assert_eq!(seen.each("client_id"), [shared.client_id.as_str()]);
    assert_eq!(seen.json["items"][0]["tenant"]["key"], "north");
    // To see it there opens nothing else of it.
    let admin = server.actor("admin").await;
    admin
        .get(&client_path(&shared))
        .await
        .is_problem(404, "not-found");
    admin
        .delete(&format!("{path}/{}", shared.id))
        .await
        .is_problem(404, "not-found");
    stranger.delete(&client_path(&shared)).await.is(204);
    let seen = reader.get(path).await.is(200);
    assert_eq!(seen.json["items"], json!([]));
}
