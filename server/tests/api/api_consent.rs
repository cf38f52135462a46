//! What people allow apps to do at a registered API.

use serde_json::json;

use crate::{
    api_tokens::{part, shop},
    apis::{ORDERS, registers},
    support::{Server, on_both_databases, told},
};

on_both_databases! {
    an_app_gets_of_a_person_what_they_allowed_at_that_api,
    an_app_cannot_turn_a_grant_to_another_api,
    a_deleted_api_ends_what_people_allowed_there,
}

async fn an_app_gets_of_a_person_what_they_allowed_at_that_api(server: Server) {
    let shop = shop(&server, json!({})).await;
    let app = shop.admin.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "super_admin").await;
    let mut browser = server.visitor_of(&person).await;
    let scope = "openid orders/invoices:view orders/reports:change users:view stock/a:view";
    let wanted = [("resource", ORDERS), ("scope", scope)];
    let page = browser.authorize(&app, &wanted).await.is(200);
    assert!(page.text.contains("At Orders, as far as you can yourself"));
    assert!(page.text.contains("<li>view Invoices</li>"));
    assert!(!page.text.contains("people in your organization"));
    let code = told(&browser.answers(&page, "allow").await).code();
    let got = server.redeem(&app, &code).await.is(200);
    assert_eq!(
        got.json["scope"], "openid orders/invoices:view",
        "what is left out is said"
    );
    let access = got.json["access_token"].as_str().unwrap();
    let claims = part(access, 1);
    assert_eq!(claims["aud"], ORDERS);
    assert_eq!(claims["permissions"], json!(["invoices:view"]));
    assert_eq!(claims["sub"], json!(person.user.id));
    assert!(
        claims.get("roles").is_none(),
        "a role would say more than was allowed"
    );
    assert!(server.is_alive(access).await, "it has the scope openid");
    let seen = server.introspect(&shop.service, access).await;
    assert_eq!(seen["permissions"], json!(["invoices:view"]));
    assert_eq!(seen["username"], "ada@example.com");
    let refreshed = server
        .refresh(&app, got.json["refresh_token"].as_str().unwrap())
        .await
        .is(200);
    let claims = part(refreshed.json["access_token"].as_str().unwrap(), 1);
    assert_eq!(claims["aud"], ORDERS, "the one that was allowed");

    let clerk = server.somebody("ben@example.com", "member").await;
    let mut browser = server.visitor_of(&clerk).await;
    let code = browser.allows(&app, &wanted).await.code();
    let got = server.redeem(&app, &code).await.is(200);
    let claims = part(got.json["access_token"].as_str().unwrap(), 1);
    assert_eq!(
        claims["permissions"],
        json!([]),
        "nobody can allow what they may not do"
    );
}

async fn an_app_cannot_turn_a_grant_to_another_api(server: Server) {
    let shop = shop(&server, json!({})).await;
    let app = shop.admin.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "super_admin").await;
    let mut browser = server.visitor_of(&person).await;
    let management = format!("{}/api/v1", server.url);
    let wanted = [("resource", ORDERS)];
    let code = browser.allows(&app, &wanted).await.code();
    let redeem = |code: String, resource: String| {
        let (server, app) = (&server, &app);
        async move {
            let fields = [
                ("grant_type", "authorization_code"),
                ("code", code.as_str()),
                ("redirect_uri", crate::support::CALLBACK),
                ("code_verifier", crate::support::VERIFIER),
                ("resource", &resource),
            ];
            server.token(app, &fields).await
        }
    };
    let refused = redeem(code, management.clone()).await.is(400);
    assert_eq!(refused.json["error"], "invalid_target");
    let code = browser.allows(&app, &wanted).await.code();
    let got = redeem(code, ORDERS.to_owned()).await.is(200);
    let refresh = got.json["refresh_token"].as_str().unwrap();
    for (resource, status) in [
        (management.as_str(), 400),
        ("urn:example:unknown", 400),
        (ORDERS, 200),
    ] {
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh),
            ("resource", resource),
        ];
        let reply = server.token(&app, &fields).await.is(status);
        if status == 400 {
            assert_eq!(reply.json["error"], "invalid_target");
        }
    }
}

async fn a_deleted_api_ends_what_people_allowed_there(server: Server) {
    let shop = shop(&server, json!({})).await;
    let app = shop.admin.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "super_admin").await;
    let mut browser = server.visitor_of(&person).await;
    let code = browser.allows(&app, &[("resource", ORDERS)]).await.code();
    let got = server.redeem(&app, &code).await.is(200);
    let pending = browser.allows(&app, &[("resource", ORDERS)]).await.code();
    shop.admin.delete("/api/v1/apis/orders").await.is(204);
    let again = json!({ "introspection_clients": [shop.service.id] });
    registers(&shop.admin, again).await.is(201);
    let refresh = got.json["refresh_token"].as_str().unwrap();
    let refused = server.refresh(&app, refresh).await.is(400);
    assert_eq!(refused.json["error"], "invalid_grant");
    let refused = server.redeem(&app, &pending).await.is(400);
    assert_eq!(refused.json["error"], "invalid_grant");
    let access = got.json["access_token"].as_str().unwrap();
    assert!(!server.is_alive(access).await);
}
