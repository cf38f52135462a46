//! `/apis`: registering what accepts the tokens of this server.

use latchkey::domain::audience::Audience;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Actor, Reply, Server, client_path, listing, on_both_databases};

on_both_databases! {
    an_api_lives_from_registration_to_deletion,
    everything_wrong_with_an_api_is_said_at_once,
    an_audience_names_one_api_in_all_tenants,
    the_management_api_is_listed_and_cannot_be_changed,
    one_api_is_the_default_and_the_former_gives_way,
    apis_are_listed_by_name_page_by_page,
    apis_of_another_tenant_are_not_found,
    a_tenant_has_five_hundred_apis_at_most_and_an_api_a_hundred_permissions,
    only_a_client_with_a_secret_can_be_an_apis_own,
}

pub(crate) const ORDERS: &str = "https://orders.example.com";

/// The API `orders`, with `fields` instead of what is usual.
pub(crate) async fn registers(actor: &Actor, fields: Value) -> Reply {
    let mut body = json!({
        "key": "orders",
        "audience": ORDERS,
        "name": "Orders",
        "permissions": [
            { "key": "invoices", "label": "Invoices", "access": ["change"] },
            { "key": "reports", "label": "Reports", "access": ["view"] },
        ],
    });
    for (name, value) in fields.as_object().unwrap() {
        body[name] = value.clone();
    }
    actor.post("/api/v1/apis", body).await
}

/// A client of the profile `api_access` with these permissions.
pub(crate) async fn with_grid(actor: &Actor, client_id: &str, permissions: &[&str]) -> Reply {
    let body = json!({
        "profile": "api_access",
        "client_id": client_id,
        "permissions": permissions,
    });
    actor.post("/api/v1/clients", body).await
}

pub(crate) fn errors(all: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut all: Vec<_> = all
        .iter()
        .map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned()))
        .collect();
    all.sort();
    all
}

async fn an_api_lives_from_registration_to_deletion(server: Server) {
    let admin = server.actor("admin").await;
    let made = registers(&admin, json!({})).await.is(201);
    let path = made.header("location").to_owned();
    assert_eq!(made.header("etag"), "\"1\"");
    assert_eq!(made.json["token_format"], "jwt");
    assert_eq!(made.json["default"], false);
    assert_eq!(
        made.json["permissions"][0]["access"],
        json!(["view", "change"]),
        "change implies view, also here"
    );
    let by_key = admin.get("/api/v1/apis/orders").await.is(200);
    assert_eq!(by_key.json, made.json);

    let patch = json!({ "token_format": "opaque", "token_lifetime": 600, "description": "Sells." });
    let stale = admin
        .request(reqwest::Method::PATCH, &path)
        .header("If-Match", "\"7\"");
    stale.json(&patch).send().await.is_problem(412, "stale");
    let changed = admin.patch(&path, patch).await.is(200);
    assert_eq!(changed.json["version"], 2);
    assert_eq!(changed.json["token_lifetime"], 600);
    let same = admin
        .patch(&path, json!({ "token_format": "opaque" }))
        .await
        .is(200);
    assert_eq!(
        same.json["version"], 2,
        "what changes nothing writes nothing"
    );
    let cleared = admin
        .patch(
            &path,
            json!({ "token_lifetime": null, "description": null }),
        )
        .await
        .is(200);
    assert!(cleared.json.get("token_lifetime").is_none());
    let whole = json!({ "audience": "urn:example:orders", "name": "Orders 2" });
    let blind = admin.request(reqwest::Method::PUT, &path).json(&whole);
    blind.send().await.is_problem(428, "precondition-required");
    let replaced = admin.put(&path, whole).await.is(200);
    assert_eq!(replaced.json["audience"], "urn:example:orders");
    assert_eq!(replaced.json["permissions"], json!([]));
    assert_eq!(replaced.json["token_format"], "jwt");
    let key = admin.patch(&path, json!({ "key": "other" })).await;
    assert_eq!(
        key.is_problem(422, "invalid").errors(),
        errors(&[("/key", "field_immutable")])
    );

    admin.delete(&path).await.is(204);
    admin.get(&path).await.is_problem(404, "not-found");
    let audit = admin.get("/api/v1/audit?limit=5").await.is(200);
    let actions = audit.each("action");
    assert_eq!(
        actions,
        [
            "api.deleted",
            "api.updated",
            "api.updated",
            "api.updated",
            "api.created"
        ]
    );
}

async fn everything_wrong_with_an_api_is_said_at_once(server: Server) {
    let admin = server.actor("admin").await;
    let body = json!({
        "key": "Orders/1",
        "audience": "https://orders.example.com/#part",
        "name": " ",
        "permissions": [
            { "key": "a:b", "label": "", "access": [] },
            { "key": "same", "label": "Same", "access": ["view"] },
            { "key": "same", "label": "Same", "access": ["view", "delete"] },
            { "key": "same", "label": "Same", "access": ["change"] },
        ],
        "token_format": "saml",
        "token_lifetime": 59,
        "introspection_clients": ["nobody"],
    });
    let refused = registers(&admin, body).await.is_problem(422, "invalid");
    let expected = errors(&[
        ("/audience", "invalid"),
        ("/introspection_clients/0", "unknown_client"),
        ("/key", "invalid"),
        ("/name", "invalid"),
        ("/permissions/0/access", "required"),
        ("/permissions/0/key", "invalid"),
        ("/permissions/0/label", "invalid"),
        ("/permissions/2/access/1", "invalid"),
        ("/permissions/2/key", "duplicate"),
        ("/permissions/3/key", "duplicate"),
        ("/token_format", "invalid"),
        ("/token_lifetime", "invalid"),
    ]);
    assert_eq!(refused.errors(), expected);
    for audience in [
        "orders",
        "/orders",
        "https://me:secret@orders.example.com",
        "https://ORDERS.example.com",
        &server.url,
        &format!("{}/api/v1", server.url),
        &format!("{}/oauth2/token", server.url),
    ] {
        let refused = registers(&admin, json!({ "audience": audience })).await;
        let refused = refused.is_problem(422, "invalid");
        assert_eq!(refused.errors(), errors(&[("/audience", "invalid")]));
    }
    for (lifetime, status) in [(59, 422), (60, 201), (86_401, 422)] {
        let reply = registers(&admin, json!({ "token_lifetime": lifetime })).await;
        assert_eq!(reply.status, status, "{lifetime}");
    }
    let reserved = registers(&admin, json!({ "key": "management" })).await;
    let reserved = reserved.is_problem(422, "invalid");
    assert_eq!(reserved.errors(), errors(&[("/key", "invalid")]));
}

async fn an_audience_names_one_api_in_all_tenants(server: Server) {
    let admin = server.actor("admin").await;
    registers(&admin, json!({})).await.is(201);
    registers(&admin, json!({ "key": "again" }))
        .await
        .is_problem(409, "audience_taken");
    registers(&admin, json!({ "audience": "urn:example:2" }))
        .await
        .is_problem(409, "key_taken");
    let stranger = server.super_admin_of("other", None).await;
    registers(&stranger, json!({}))
        .await
        .is_problem(409, "audience_taken");
    let same_key = json!({ "audience": "urn:example:2" });
    registers(&stranger, same_key).await.is(201);
    let theirs = json!({ "audience": ORDERS });
    stranger
        .patch("/api/v1/apis/orders", theirs)
        .await
        .is_problem(409, "audience_taken");
}

async fn the_management_api_is_listed_and_cannot_be_changed(server: Server) {
    let operator = server.operator().await;
    let path = "/api/v1/apis/management";
    let api = operator.get(path).await.is(200);
    assert_eq!(api.json["audience"], format!("{}/api/v1", server.url));
    assert_eq!(api.json["built_in"], true);
    assert_eq!(api.json["default"], true);
    assert_eq!(api.json["token_format"], "jwt");
    let listed = operator.get("/api/v1/apis").await.is(200);
    assert_eq!(listed.json["items"], json!([api.json]));
    for reply in [
        operator.patch(path, json!({ "name": "Mine" })).await,
        operator
            .put(path, json!({ "name": "Mine", "audience": ORDERS }))
            .await,
        operator.delete(path).await,
    ] {
        reply.is_problem(409, "built_in");
    }
}

async fn one_api_is_the_default_and_the_former_gives_way(server: Server) {
    let admin = server.actor("admin").await;
    registers(&admin, json!({ "default": true })).await.is(201);
    let management = admin.get("/api/v1/apis/management").await.is(200);
    assert_eq!(management.json["default"], false);
    let second = json!({ "key": "stock", "audience": "urn:example:stock", "default": true });
    registers(&admin, second).await.is(201);
    let former = admin.get("/api/v1/apis/orders").await.is(200);
    assert_eq!(former.json["default"], false);
    assert_eq!(former.json["version"], 2);
    let audit = admin.get("/api/v1/audit?limit=2").await.is(200);
    assert_eq!(audit.each("action"), ["api.created", "api.updated"]);
    admin
        .patch("/api/v1/apis/stock", json!({ "default": null }))
        .await
        .is(200);
    let management = admin.get("/api/v1/apis/management").await.is(200);
    assert_eq!(management.json["default"], true);
}

async fn apis_are_listed_by_name_page_by_page(server: Server) {
    let admin = server.actor("admin").await;
    for (key, name) in [("c3", "Cellar"), ("a1", "attic"), ("b2", "Barn")] {
        let audience = format!("urn:example:{key}");
        registers(
            &admin,
            json!({ "key": key, "name": name, "audience": audience }),
        )
        .await
        .is(201);
    }
    let names = listing::each_of(&admin, "/api/v1/apis", "name").await;
    let expected = ["attic", "Barn", "Cellar", "Latchkey management API"];
    assert_eq!(names, expected);
    for (q, found) in [("BAR", "Barn"), ("a1", "attic"), ("example:C3", "Cellar")] {
        let page = admin.get(&format!("/api/v1/apis?q={q}")).await.is(200);
        assert_eq!(page.each("name"), [found], "{q}");
    }
    admin
        .get("/api/v1/apis?cursor=tampered")
        .await
        .is_problem(400, "malformed");
    admin
        .get("/api/v1/apis?colour=red")
        .await
        .is_problem(400, "malformed");
}

async fn apis_of_another_tenant_are_not_found(server: Server) {
    let stranger = server.super_admin_of("other", None).await;
    let admin = server.actor("admin").await;
    let made = registers(&admin, json!({ "default": true })).await.is(201);
    for path in [made.header("location"), "/api/v1/apis/orders"] {
        for reply in [
            stranger.get(path).await,
            stranger.patch(path, json!({ "name": "Mine" })).await,
            stranger.delete(path).await,
        ] {
            reply.is_problem(404, "not-found");
        }
    }
    let listed = stranger.get("/api/v1/apis").await.is(200);
    assert_eq!(listed.each("key"), ["management"]);
    assert_eq!(listed.json["items"][0]["default"], true);
    let grid = stranger.get("/api/v1/permissions").await.is(200);
    assert!(!grid.text.contains("orders/"));
}

async fn a_tenant_has_five_hundred_apis_at_most_and_an_api_a_hundred_permissions(server: Server) {
    let admin = server.actor("admin").await;
    let rows = |count: usize| -> Vec<Value> {
        let row = |it| json!({ "key": format!("p{it:03}"), "label": "Row", "access": ["view"] });
        (0..count).map(row).collect()
    };
    let refused = registers(&admin, json!({ "permissions": rows(101) })).await;
    let refused = refused.is_problem(422, "invalid");
    assert_eq!(refused.errors(), errors(&[("/permissions", "too_many")]));
    registers(&admin, json!({ "permissions": rows(100) }))
        .await
        .is(201);
    let tenant = server.app.store.find_tenant_by_key("default").await;
    let tenant_id = tenant.unwrap().unwrap().id;
    let first = server.app.store.find_api(tenant_id, "orders").await;
    let first = first.unwrap().unwrap();
    let transaction = server.app.store.begin().await.unwrap();
    for number in 1..499 {
        let mut api = first.clone();
        api.id = Uuid::now_v7();
        api.key = format!("api{number}");
        api.form.audience = Audience::from_row(format!("urn:example:{number}"));
        transaction.insert_api(&api).await.unwrap();
    }
    transaction.commit().await.unwrap();
    let last = json!({ "key": "last", "audience": "urn:example:last" });
    registers(&admin, last).await.is(201);
    let more = json!({ "key": "more", "audience": "urn:example:more" });
    registers(&admin, more)
        .await
        .is_problem(409, "too_many_apis");
}

async fn only_a_client_with_a_secret_can_be_an_apis_own(server: Server) {
    let admin = server.actor("admin").await;
    let public = json!({
        "profile": "app",
        "name": "Phone",
        "redirect_uris": ["https://app.example/callback"],
        "public": true,
        "token_endpoint_auth_method": "none",
    });
    let public = admin.post("/api/v1/clients", public).await.is(201);
    let service = admin.creates("Orders service", "member").await;
    let stranger = server.super_admin_of("other", None).await;
    let theirs = stranger.creates("Theirs", "member").await;
    let clients = json!({ "introspection_clients": [
        public.json["client"]["client_id"], theirs.id, service.client_id, service.id,
    ] });
    let refused = registers(&admin, clients).await.is_problem(422, "invalid");
    let expected = errors(&[
        ("/introspection_clients/0", "public_client"),
        ("/introspection_clients/1", "unknown_client"),
    ]);
    assert_eq!(refused.errors(), expected);
    let clients = json!({ "introspection_clients": [service.client_id, service.id] });
    let made = registers(&admin, clients).await.is(201);
    assert_eq!(made.json["introspection_clients"], json!([service.id]));
    admin.delete(&client_path(&service)).await.is(204);
    let renamed = admin
        .patch("/api/v1/apis/orders", json!({ "name": "Orders 2" }))
        .await
        .is(200);
    assert_eq!(renamed.json["name"], "Orders 2");
}
