//! What cannot be rotated, and by whom.

use serde_json::json;

use crate::{
    credentials::credential_path,
    rotation::{rotate, works},
    support::{Server, client_path, on_both_databases},
};

on_both_databases! {
    a_rotation_counts_against_the_ten_that_can_live,
    a_secret_is_rotated_once_at_a_time,
    what_is_dead_or_elsewhere_cannot_be_rotated,
    nobody_rotates_the_secret_of_a_client_above_them,
    a_grace_out_of_range_is_refused_with_its_pointer,
}

async fn a_rotation_counts_against_the_ten_that_can_live(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Full", "member").await;
    for _ in 0..9 {
        let path = format!("{}/credentials", client_path(&account));
        admin.post(&path, json!({})).await.is(201);
    }
    let path = format!("{}/rotate", credential_path(&account));
    let refused = admin.post(&path, json!({ "grace": "1h" })).await;
    refused.is_problem(409, "too_many_credentials");
    assert!(works(&server, &account).await);
    // Without a grace the old one makes room.
    rotate(&admin, &account, json!({ "grace": "0s" })).await;
}

async fn a_secret_is_rotated_once_at_a_time(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Rotating", "member").await;
    let path = format!("{}/rotate", credential_path(&account));
    let (one, other) = tokio::join!(admin.post(&path, json!({})), admin.post(&path, json!({})));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    let again = admin.post(&path, json!({})).await;
    again.is_problem(409, "rotation_under_way");
}

async fn what_is_dead_or_elsewhere_cannot_be_rotated(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Rotating", "member").await;
    let other = admin.creates("Other", "member").await;
    let elsewhere = format!(
        "{}/credentials/{}/rotate",
        client_path(&other),
        account.credential.unwrap()
    );
    admin
        .post(&elsewhere, json!({}))
        .await
        .is_problem(404, "not-found");
    let stranger = server.super_admin_of("other", None).await;
    let path = format!("{}/rotate", credential_path(&account));
    stranger
        .post(&path, json!({}))
        .await
        .is_problem(404, "not-found");
    for ending in ["complete", "cancel"] {
        let path = format!("{}/{ending}", credential_path(&account));
        admin.does(&path).await.is_problem(409, "no_rotation");
        stranger.does(&path).await.is_problem(404, "not-found");
    }
    admin.delete(&credential_path(&account)).await.is(204);
    admin
        .post(&path, json!({}))
        .await
        .is_problem(409, "credential_dead");
}

async fn nobody_rotates_the_secret_of_a_client_above_them(server: Server) {
    let operator = server.operator().await;
    let strong = operator.creates("Strong", "super_admin").await;
    let admin = server.actor("admin").await;
    for verb in ["rotate", "complete", "cancel"] {
        let path = format!("{}/{verb}", credential_path(&strong));
        let refused = admin.post(&path, json!({})).await;
        refused.is_problem(403, "role_exceeds_caller");
    }
    assert!(works(&server, &strong).await);
}

async fn a_grace_out_of_range_is_refused_with_its_pointer(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Rotating", "member").await;
    let path = format!("{}/rotate", credential_path(&account));
    for bad in [json!(-1), json!(2_592_001), json!("31d"), json!("soon")] {
        let refused = admin.post(&path, json!({ "grace": bad })).await;
        let refused = refused.is_problem(422, "invalid");
        assert_eq!(refused.errors()[0].0, "/grace");
    }
    for bad in [json!(1.5), json!(true), json!([])] {
        let refused = admin.post(&path, json!({ "grace": bad })).await;
        refused.is_problem(400, "malformed");
    }
    let past = json!({ "expires_at": "2020-01-01" });
    let refused = admin.post(&path, past).await.is_problem(422, "invalid");
    assert_eq!(refused.errors()[0].0, "/expires_at");
}
