//! Tokens for registered APIs: `resource` (RFC 8707), what they say, and who may look into them.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::{
    apis::{ORDERS, registers, with_grid},
    support::{
        Account, Actor, Reply, Server, authorize_path, client_path, on_both_databases, told,
    },
};

on_both_databases! {
    a_token_says_what_its_api_needs_to_decide_without_asking,
    a_token_of_the_ladder_says_role_and_all_that_it_opens,
    an_unknown_resource_or_a_second_one_is_an_invalid_target,
    a_token_for_another_api_is_refused_by_the_management_api,
    a_token_that_names_no_resource_is_for_the_default_api,
    a_token_lives_no_longer_than_its_api_wants,
    an_apis_own_client_sees_the_tokens_for_its_audience_and_no_others,
    introspection_tells_the_rights_of_the_moment,
    a_deleted_api_ends_its_tokens_and_one_made_again_inherits_none,
    another_audience_ends_the_tokens_of_the_former,
    a_preview_says_what_a_token_for_an_api_would_say,
}

/// Asks for a token for this resource.
pub(crate) async fn asks(server: &Server, account: &Account, resource: &str) -> Reply {
    let fields = [("grant_type", "client_credentials"), ("resource", resource)];
    server.token(account, &fields).await
}

/// A token for this resource.
pub(crate) async fn token(server: &Server, account: &Account, resource: &str) -> String {
    let reply = asks(server, account, resource).await.is(200);
    reply.json["access_token"].as_str().unwrap().to_owned()
}

/// A part of a JWT: 0 is the header, 1 are the claims.
pub(crate) fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// A service account with a token for the API, and the API's own client.
pub(crate) struct Shop {
    pub(crate) admin: Actor,
    pub(crate) till: Account,
    pub(crate) service: Account,
}

/// The API `orders`, its own client, and a client with rights there. `fields` is what is unusual about the API.
pub(crate) async fn shop(server: &Server, fields: Value) -> Shop {
    let admin = server.actor("admin").await;
    let service = admin.creates("Orders service", "member").await;
    let mut all = json!({ "introspection_clients": [service.id] });
    for (name, value) in fields.as_object().unwrap() {
        all[name] = value.clone();
    }
    registers(&admin, all).await.is(201);
    let permissions = ["orders/invoices:change", "users:view"];
    let till = with_grid(&admin, "till", &permissions).await.is(201);
    Shop {
        admin,
        till: Account::of(&till.json),
        service,
    }
}

pub(crate) fn opaque() -> Value {
    json!({ "token_format": "opaque" })
}

pub(crate) fn inactive() -> Value {
    json!({ "active": false })
}

async fn a_token_says_what_its_api_needs_to_decide_without_asking(server: Server) {
    let shop = shop(&server, json!({})).await;
    let token = token(&server, &shop.till, ORDERS).await;
    assert_eq!(part(&token, 0)["typ"], "at+jwt");
    let claims = part(&token, 1);
    assert_eq!(claims["aud"], ORDERS);
    assert_eq!(claims["tenant"], "default");
    assert_eq!(
        claims["permissions"],
        json!(["invoices:view", "invoices:change"]),
        "those at that API, in its own words"
    );
    let fields = [
        ("grant_type", "client_credentials"),
        ("resource", ORDERS),
        ("scope", "tenant:default"),
    ];
    let named = server.token(&shop.till, &fields).await.is(200);
    let claims = part(named.json["access_token"].as_str().unwrap(), 1);
    assert_eq!(claims["scope"], "tenant:default");

    let role = json!({ "key": "clerk", "name": "Clerk", "permissions": ["orders/reports:view"] });
    shop.admin.post("/api/v1/roles", role).await.is(201);
    let body =
        json!({ "profile": "short_lived", "name": "Desk", "roles": ["clerk", "tenant_member"] });
    let desk = shop.admin.post("/api/v1/clients", body).await.is(201);
    let desk = Account::of(&desk.json);
    let claims = part(&self::token(&server, &desk, ORDERS).await, 1);
    assert_eq!(claims["roles"], json!(["clerk", "tenant_member"]));
    assert_eq!(claims["permissions"], json!(["reports:view"]));
    let management = part(&server.token_of(&desk).await, 1);
    assert_eq!(management["aud"], format!("{}/api/v1", server.url));
    assert_eq!(management["permissions"], json!([]));
}

async fn a_token_of_the_ladder_says_role_and_all_that_it_opens(server: Server) {
    let shop = shop(&server, json!({})).await;
    let member = part(&server.token_of(&shop.service).await, 1);
    assert_eq!(member["roles"], json!(["member"]));
    assert_eq!(member["permissions"], json!([]));
    let operator = server.operator().await;
    let claims = part(&token(&server, &operator.account, ORDERS).await, 1);
    assert_eq!(claims["roles"], json!(["super_admin"]));
    let everything = json!(["invoices:view", "invoices:change", "reports:view"]);
    assert_eq!(claims["permissions"], everything);
    let claims = part(&operator.token, 1);
    let all = claims["permissions"].as_array().unwrap();
    assert!(all.contains(&json!("anonymization:change")));
    assert!(all.contains(&json!("audit:view")) && !all.contains(&json!("audit:change")));
}

async fn an_unknown_resource_or_a_second_one_is_an_invalid_target(server: Server) {
    let shop = shop(&server, json!({})).await;
    let stranger = server.super_admin_of("other", None).await;
    let theirs = json!({ "audience": "urn:example:theirs" });
    registers(&stranger, theirs).await.is(201);
    let slash = format!("{ORDERS}/");
    let upper = ORDERS.to_uppercase();
    for unknown in ["orders", "urn:example:theirs", &slash, &upper, &server.url] {
        let refused = asks(&server, &shop.till, unknown).await.is(400);
        assert_eq!(refused.json["error"], "invalid_target", "{unknown}");
    }
    let two = [
        ("grant_type", "client_credentials"),
        ("resource", ORDERS),
        ("resource", &format!("{}/api/v1", server.url)),
    ];
    let refused = server.token(&shop.till, &two).await.is(400);
    assert_eq!(refused.json["error"], "invalid_target");
    let twice = [
        ("grant_type", "client_credentials"),
        ("resource", ORDERS),
        ("resource", ORDERS),
    ];
    server.token(&shop.till, &twice).await.is(200);

    let app = shop.admin.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    let unknown = [("resource", "urn:example:theirs")];
    let asked = told(&browser.get(&authorize_path(&app, &unknown)).await);
    assert_eq!(asked.one("error"), "invalid_target");
    let pushed = [
        ("client_id", app.client_id.as_str()),
        ("client_secret", &app.secret),
        ("response_type", "code"),
        ("resource", "urn:example:theirs"),
    ];
    let refused = server.post_form("/oauth2/par", &pushed).await.is(400);
    assert_eq!(refused.json["error"], "invalid_target");
}

async fn a_token_for_another_api_is_refused_by_the_management_api(server: Server) {
    let shop = shop(&server, json!({})).await;
    let operator = server.operator().await.account;
    for format in ["jwt", "opaque"] {
        let format = json!({ "token_format": format });
        let path = "/api/v1/apis/orders";
        shop.admin.patch(path, format).await.is(200);
        let token = token(&server, &operator, ORDERS).await;
        let wrong = server.with_token(operator.clone(), token);
        wrong
            .get("/api/v1/me")
            .await
            .is_problem(401, "unauthorized");
        wrong
            .delete(&client_path(&shop.till))
            .await
            .is_problem(401, "unauthorized");
    }
    let management = format!("{}/api/v1", server.url);
    let token = token(&server, &operator, &management).await;
    let right = server.with_token(operator, token);
    right.get("/api/v1/me").await.is(200);
}

async fn a_token_that_names_no_resource_is_for_the_default_api(server: Server) {
    let shop = shop(&server, json!({ "default": true })).await;
    let unnamed = server.token_of(&shop.till).await;
    assert_eq!(part(&unnamed, 1)["aud"], ORDERS);
    let management = format!("{}/api/v1", server.url);
    let named = token(&server, &shop.till, &management).await;
    let till = server.with_token(shop.till.clone(), named);
    till.get("/api/v1/users").await.is(200);
    let patch = json!({ "default": false });
    shop.admin.patch("/api/v1/apis/orders", patch).await.is(200);
    let unnamed = server.token_of(&shop.till).await;
    assert_eq!(part(&unnamed, 1)["aud"], management);
}

async fn a_token_lives_no_longer_than_its_api_wants(server: Server) {
    let shop = shop(&server, json!({ "token_lifetime": 120 })).await;
    let reply = asks(&server, &shop.till, ORDERS).await.is(200);
    assert_eq!(reply.json["expires_in"], 120);
    let longer = json!({ "token_lifetime": 86_400 });
    shop.admin
        .patch("/api/v1/apis/orders", longer)
        .await
        .is(200);
    let reply = asks(&server, &shop.till, ORDERS).await.is(200);
    assert_eq!(reply.json["expires_in"], 3_600, "the client's own");
}

async fn an_apis_own_client_sees_the_tokens_for_its_audience_and_no_others(server: Server) {
    let shop = shop(&server, json!({})).await;
    let stock = json!({ "key": "stock", "audience": "urn:example:stock" });
    registers(&shop.admin, stock).await.is(201);
    let stranger = shop.admin.creates("Stranger", "member").await;
    let orders = token(&server, &shop.till, ORDERS).await;
    let stock = token(&server, &shop.till, "urn:example:stock").await;
    let management = server.token_of(&shop.till).await;
    let own = server.introspect(&shop.service, &orders).await;
    assert_eq!(own["active"], true);
    for foreign in [&stock, &management] {
        let seen = server.introspect(&shop.service, foreign).await;
        assert_eq!(seen, inactive());
    }
    assert_eq!(server.introspect(&stranger, &orders).await, inactive());
    let asking = server.introspect(&shop.till, &orders).await;
    assert_eq!(asking["active"], true, "a client may ask about its own");
    let viewer = server.introspect(&shop.admin.account, &orders).await;
    assert_eq!(viewer["active"], true, "so may who sees the clients");
    let nobody = json!({ "introspection_clients": [] });
    shop.admin
        .patch("/api/v1/apis/orders", nobody)
        .await
        .is(200);
    assert_eq!(server.introspect(&shop.service, &orders).await, inactive());
}

async fn introspection_tells_the_rights_of_the_moment(server: Server) {
    let shop = shop(&server, json!({})).await;
    let token = token(&server, &shop.till, ORDERS).await;
    let path = format!("{}/permissions", client_path(&shop.till));
    let less = json!({ "permissions": ["orders/reports:view"] });
    shop.admin.put(&path, less).await.is(200);
    let seen = server.introspect(&shop.service, &token).await;
    assert_eq!(seen["permissions"], json!(["reports:view"]));
    let next = part(&self::token(&server, &shop.till, ORDERS).await, 1);
    assert_eq!(next["permissions"], json!(["reports:view"]));
}

async fn a_deleted_api_ends_its_tokens_and_one_made_again_inherits_none(server: Server) {
    for format in ["jwt", "opaque"] {
        let server = Server::start(server.database.kind).await;
        let shop = shop(&server, json!({ "token_format": format })).await;
        let token = token(&server, &shop.till, ORDERS).await;
        shop.admin.delete("/api/v1/apis/orders").await.is(204);
        let viewer = &shop.admin.account;
        assert_eq!(server.introspect(viewer, &token).await, inactive());
        let gone = asks(&server, &shop.till, ORDERS).await.is(400);
        assert_eq!(gone.json["error"], "invalid_target");
        let again = json!({ "introspection_clients": [shop.service.id], "token_format": format });
        registers(&shop.admin, again).await.is(201);
        assert_eq!(server.introspect(&shop.service, &token).await, inactive());
        let next = self::token(&server, &shop.till, ORDERS).await;
        let seen = server.introspect(&shop.service, &next).await;
        assert_eq!(seen["permissions"], json!([]));
    }
}

async fn another_audience_ends_the_tokens_of_the_former(server: Server) {
    let shop = shop(&server, json!({})).await;
    let token = token(&server, &shop.till, ORDERS).await;
    let moved = json!({ "audience": "https://orders.example.net" });
    shop.admin.patch("/api/v1/apis/orders", moved).await.is(200);
    assert_eq!(server.introspect(&shop.service, &token).await, inactive());
    let next = self::token(&server, &shop.till, "https://orders.example.net").await;
    let seen = server.introspect(&shop.service, &next).await;
    assert_eq!(seen["aud"], "https://orders.example.net");
}

async fn a_preview_says_what_a_token_for_an_api_would_say(server: Server) {
    let shop = shop(&server, json!({})).await;
    for format in ["jwt", "opaque"] {
        let patch = json!({ "token_format": format });
        shop.admin.patch("/api/v1/apis/orders", patch).await.is(200);
        let path = format!(
            "{}/token-preview?resource={ORDERS}",
            client_path(&shop.till)
        );
        let preview = shop.admin.get(&path).await.is(200);
        assert_eq!(preview.json["format"], format);
        let claims = preview.json["claims"].as_array().unwrap();
        let claim = |name: &str| {
            let found = claims.iter().find(|it| it["name"] == name);
            found.map(|it| it["value"].clone()).unwrap_or_default()
        };
        assert_eq!(claim("aud"), ORDERS);
        assert_eq!(
            claim("permissions"),
            json!(["invoices:view", "invoices:change"])
        );
    }
}
