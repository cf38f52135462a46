//! The permissions of registered APIs: their rows in the grid, and who holds them.

use serde_json::{Value, json};

use crate::apis::{errors, registers, with_grid};
use crate::support::{Account, Server, client_path, on_both_databases};

on_both_databases! {
    the_grid_has_the_rows_of_every_registered_api,
    change_implies_view_for_permissions_of_registered_apis,
    a_grid_row_that_does_not_exist_is_refused_with_field_and_rule,
    nobody_gives_permissions_of_an_api_that_they_lack,
    a_permission_that_an_api_loses_is_taken_from_everybody,
    a_deleted_api_takes_its_permissions_along,
}

async fn the_grid_has_the_rows_of_every_registered_api(server: Server) {
    let admin = server.actor("admin").await;
    registers(&admin, json!({})).await.is(201);
    let grid = admin.get("/api/v1/permissions").await.is(200);
    let rows: Vec<&Value> = grid.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["api"] == "orders")
        .collect();
    assert_eq!(
        rows,
        [
            &json!({
                "resource": "orders/invoices", "label": "Invoices", "api": "orders",
                "access": ["view", "change"],
            }),
            &json!({
                "resource": "orders/reports", "label": "Reports", "api": "orders",
                "access": ["view"],
            }),
        ]
    );
    assert!(grid.text.contains("\"service_account\""));
}

async fn change_implies_view_for_permissions_of_registered_apis(server: Server) {
    let admin = server.actor("admin").await;
    registers(&admin, json!({})).await.is(201);
    let both = json!(["orders/invoices:view", "orders/invoices:change"]);
    let made = with_grid(&admin, "till", &["orders/invoices:change"])
        .await
        .is(201);
    assert_eq!(made.json["client"]["permissions"], both);
    let path = format!("{}/permissions", client_path(&Account::of(&made.json)));
    let wanted = json!({ "permissions": ["orders/invoices:change"] });
    let written = admin.put(&path, wanted).await.is(200);
    assert_eq!(written.json["permissions"], both);
    let role =
        json!({ "key": "clerk", "name": "Clerk", "permissions": ["orders/invoices:change"] });
    let role = admin.post("/api/v1/roles", role).await.is(201);
    assert_eq!(role.json["permissions"], both);
}

async fn a_grid_row_that_does_not_exist_is_refused_with_field_and_rule(server: Server) {
    let admin = server.actor("admin").await;
    registers(&admin, json!({})).await.is(201);
    let wrong = [
        "orders/parcels:view",
        "orders/reports:change",
        "stock/invoices:view",
        "invoices:view",
        "orders/invoices",
        "orders/invoices:delete",
    ];
    let refused = with_grid(&admin, "till", &wrong).await;
    let refused = refused.is_problem(422, "invalid");
    let expected = errors(&[
        ("/permissions/0", "unknown_permission"),
        ("/permissions/1", "unknown_permission"),
        ("/permissions/2", "unknown_permission"),
        ("/permissions/3", "unknown_permission"),
        ("/permissions/4", "invalid"),
        ("/permissions/5", "invalid"),
    ]);
    assert_eq!(refused.errors(), expected);
}

async fn nobody_gives_permissions_of_an_api_that_they_lack(server: Server) {
    let admin = server.actor("admin").await;
    registers(&admin, json!({})).await.is(201);
    let role = json!({
        "key": "desk",
        "name": "Desk",
        "permissions": ["api_access:change", "orders/reports:view"],
    });
    admin.post("/api/v1/roles", role).await.is(201);
    let body = json!({ "profile": "short_lived", "name": "Desk", "roles": ["desk"] });
    let made = admin.post("/api/v1/clients", body).await.is(201);
    let desk = server.sign_in(&Account::of(&made.json)).await;
    with_grid(&desk, "reader", &["orders/reports:view"])
        .await
        .is(201);
    with_grid(&desk, "writer", &["orders/invoices:view"])
        .await
        .is_problem(403, "role_exceeds_caller");
}

async fn a_permission_that_an_api_loses_is_taken_from_everybody(server: Server) {
    let admin = server.actor("admin").await;
    registers(&admin, json!({})).await.is(201);
    let all = [
        "orders/invoices:change",
        "orders/reports:view",
        "users:view",
    ];
    let made = with_grid(&admin, "till", &all).await.is(201);
    let path = client_path(&Account::of(&made.json));
    let role = json!({ "key": "clerk", "name": "Clerk", "permissions": all });
    admin.post("/api/v1/roles", role).await.is(201);
    let narrower = json!({ "permissions": [
        { "key": "invoices", "label": "Invoices", "access": ["view"] },
    ] });
    admin.patch("/api/v1/apis/orders", narrower).await.is(200);
    let left = json!(["orders/invoices:view", "users:view"]);
    let client = admin.get(&path).await.is(200);
    assert_eq!(client.json["permissions"], left);
    assert_eq!(client.json["version"], 2, "what was read before is stale");
    let role = admin.get("/api/v1/roles/clerk").await.is(200);
    assert_eq!(role.json["permissions"], left);
}

async fn a_deleted_api_takes_its_permissions_along(server: Server) {
    let admin = server.actor("admin").await;
    registers(&admin, json!({})).await.is(201);
    let made = with_grid(&admin, "till", &["orders/invoices:change", "users:view"])
        .await
        .is(201);
    let path = client_path(&Account::of(&made.json));
    admin.delete("/api/v1/apis/orders").await.is(204);
    registers(&admin, json!({})).await.is(201);
    let client = admin.get(&path).await.is(200);
    assert_eq!(
        client.json["permissions"],
        json!(["users:view"]),
        "an API of the same key is another API"
    );
}
