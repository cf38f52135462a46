//! `/clients/{id}/permissions`: the grid, with its columns View and Change.

use serde_json::json;

use super::api_access::{account, creates, permissions_path};
use crate::support::{Account, Server, client_path, on_both_databases};

on_both_databases! {
    change_implies_view_on_write_and_on_read_back,
    a_live_token_follows_the_grid_of_its_client,
    nobody_gives_a_permission_that_they_do_not_have,
    a_row_that_the_grid_does_not_have_is_named_with_its_rule,
    permissions_are_replaced_only_from_the_state_that_was_read,
}

async fn change_implies_view_on_write_and_on_read_back(server: Server) {
    let admin = server.actor("admin").await;
    let partner = account(&admin, "partner-sync", &["users:change"]).await;
    let path = permissions_path(&partner);
    let read = admin.get(&path).await.is(200);
    let both = json!(["users:view", "users:change"]);
    assert_eq!(read.json["permissions"], both);
    let tag = read.header("etag").to_owned();
    let same = admin
        .put(
            &path,
            json!({ "permissions": ["users:change", "users:view"] }),
        )
        .await
        .is(200);
    assert_eq!(same.header("etag"), tag, "nothing changed");
    let grid = admin.get("/api/v1/permissions").await.is(200);
    let row = |resource: &str| {
        let rows = grid.json["items"].as_array().unwrap();
        rows.iter()
            .find(|it| it["resource"] == resource)
            .unwrap()
            .clone()
    };
    assert_eq!(row("users")["access"], json!(["view", "change"]));
    assert_eq!(row("audit")["access"], json!(["view"]));

    admin
        .put(&path, json!({ "permissions": ["groups:view"] }))
        .await
        .is(200);
    let audit = admin
        .get(&format!("{}/audit", client_path(&partner)))
        .await
        .is(200);
    let changes = &audit.json["items"][0]["changes"];
    assert_eq!(
        changes,
        &json!([{ "field": "permissions", "before": both, "after": ["groups:view"] }])
    );
}

async fn a_live_token_follows_the_grid_of_its_client(server: Server) {
    let admin = server.actor("admin").await;
    let account = account(&admin, "watcher", &["service_account:view"]).await;
    let watcher = server.sign_in(&account).await;
    let listed = watcher.get("/api/v1/clients").await.is(200);
    let items = listed.json["items"].as_array().unwrap();
    assert!(!items.is_empty());
    assert!(items.iter().all(|it| it["profile"] == "service_account"));
    watcher
        .post(
            "/api/v1/clients",
            json!({ "profile": "service_account", "name": "More", "role": "member" }),
        )
        .await
        .is_problem(403, "missing-permission");

    let path = permissions_path(&account);
    admin
        .put(&path, json!({ "permissions": ["service_account:change"] }))
        .await
        .is(200);
    watcher.creates("More", "member").await;

    admin.put(&path, json!({ "permissions": [] })).await.is(200);
    watcher
        .get("/api/v1/clients")
        .await
        .is_problem(403, "missing-permission");
    watcher.get("/api/v1/me").await.is(200);
}

async fn nobody_gives_a_permission_that_they_do_not_have(server: Server) {
    let admin = server.actor("admin").await;
    let editor = account(&admin, "editor", &["api_access:change", "users:view"]).await;
    let path = permissions_path(&editor);
    let editor = server.sign_in(&editor).await;
    let fields = json!({ "client_id": "stronger", "permissions": ["users:change"] });
    creates(&editor, fields)
        .await
        .is_problem(403, "role_exceeds_caller");
    editor
        .put(
            &path,
            json!({ "permissions": ["api_access:change", "groups:view"] }),
        )
        .await
        .is_problem(403, "role_exceeds_caller");
    let equal = account(&editor, "equal", &["users:view"]).await;
    let stronger = account(&admin, "stronger", &["users:change"]).await;
    let reset = |of: &Account| format!("{}/regenerate-secret", client_path(of));
    editor.does(&reset(&equal)).await.is(201);
    editor
        .does(&reset(&stronger))
        .await
        .is_problem(403, "role_exceeds_caller");
    // Administrators do not anonymize; super admins do.
    let fields = json!({ "client_id": "eraser", "permissions": ["anonymization:change"] });
    creates(&admin, fields.clone())
        .await
        .is_problem(403, "role_exceeds_caller");
    creates(&server.operator().await, fields).await.is(201);
}

async fn a_row_that_the_grid_does_not_have_is_named_with_its_rule(server: Server) {
    let admin = server.actor("admin").await;
    let wanted = json!([
        "users:view",
        "wallets:view",
        "users",
        "audit:change",
        "USERS:view"
    ]);
    let fields = json!({ "client_id": "partner", "permissions": wanted });
    let refused = creates(&admin, fields).await.is_problem(422, "invalid");
    let error = |index: u32, code: &str| (format!("/permissions/{index}"), code.to_owned());
    let expected = vec![
        error(1, "unknown_permission"),
        error(2, "invalid"),
        error(3, "unknown_permission"),
        error(4, "unknown_permission"),
    ];
    assert_eq!(refused.errors(), expected);
    let partner = account(&admin, "partner", &[]).await;
    let refused = admin
        .put(
            &permissions_path(&partner),
            json!({ "permissions": wanted }),
        )
        .await
        .is_problem(422, "invalid");
    assert_eq!(refused.errors(), expected);
    let ladder = admin.creates("Nightly export", "member").await;
    let refused = admin
        .put(
            &permissions_path(&ladder),
            json!({ "permissions": ["users:view"] }),
        )
        .await
        .is_problem(422, "invalid");
    assert_eq!(
        refused.errors(),
        vec![("/permissions".to_owned(), "not_allowed".to_owned())]
    );
}

async fn permissions_are_replaced_only_from_the_state_that_was_read(server: Server) {
    let admin = server.actor("admin").await;
    let partner = account(&admin, "partner", &[]).await;
    let path = permissions_path(&partner);
    let body = json!({ "permissions": ["users:view"] });
    let put = |tag: Option<&str>| {
        let request = admin.request(reqwest::Method::PUT, &path).json(&body);
        match tag {
            Some(tag) => request.header("If-Match", tag),
            None => request,
        }
    };
    put(None)
        .send()
        .await
        .is_problem(428, "precondition-required");
    let tag = admin.get(&path).await.header("etag").to_owned();
    put(Some(&tag)).send().await.is(200);
    put(Some(&tag)).send().await.is_problem(412, "stale");
}
