//! Opaque access tokens: only this server can read them, and introspection tells what they say.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::json;

use crate::{
    api_tokens::{asks, inactive, opaque, shop, token},
    apis::ORDERS,
    support::{Server, client_path, on_both_databases},
};

on_both_databases! {
    an_opaque_token_can_be_read_by_nobody_but_this_server,
    whatever_ends_a_client_or_token_ends_an_opaque_token,
    an_opaque_token_works_in_its_last_second_and_not_in_the_next,
    sealing_keys_rotate_and_old_tokens_stay_readable,
    opaque_tokens_survive_a_restart,
    an_opaque_token_is_issued_without_a_write,
}

async fn an_opaque_token_can_be_read_by_nobody_but_this_server(server: Server) {
    let shop = shop(&server, opaque()).await;
    let reply = asks(&server, &shop.till, ORDERS).await.is(200);
    assert_eq!(reply.json["token_type"], "Bearer");
    assert_eq!(reply.header("cache-control"), "no-store");
    let token = reply.json["access_token"].as_str().unwrap();
    let sealed = token.strip_prefix("lka_").unwrap();
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(sealed).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    assert!(!text.contains("orders") && !text.contains("till"));
    let seen = server.introspect(&shop.service, token).await;
    assert_eq!(seen["active"], true);
    assert_eq!(seen["aud"], ORDERS);
    assert_eq!(seen["client_id"], shop.till.client_id);
    assert_eq!(seen["tenant"], "default");
    assert_eq!(
        seen["permissions"],
        json!(["invoices:view", "invoices:change"])
    );
    let again = self::token(&server, &shop.till, ORDERS).await;
    assert_ne!(again, token);
    for forged in [
        token[..token.len() - 4].to_owned(),
        format!("{token}AAAA"),
        token.replacen("lka_", "lka_A", 1),
        format!("lka_{}", "A".repeat(600)),
        "lka_".to_owned(),
        format!("lka_{}", "é".repeat(40)),
        sealed.to_owned(),
    ] {
        let seen = server.introspect(&shop.service, &forged).await;
        assert_eq!(seen, inactive(), "{forged}");
    }
}

async fn whatever_ends_a_client_or_token_ends_an_opaque_token(server: Server) {
    let shop = shop(&server, opaque()).await;
    let (one, other) = (
        token(&server, &shop.till, ORDERS).await,
        token(&server, &shop.till, ORDERS).await,
    );
    let revoked = [
        ("token", one.as_str()),
        ("client_id", &shop.till.client_id),
        ("client_secret", &shop.till.secret),
    ];
    server.post_form("/oauth2/revoke", &revoked).await.is(200);
    assert_eq!(server.introspect(&shop.service, &one).await, inactive());
    let alive = server.introspect(&shop.service, &other).await;
    assert_eq!(alive["active"], true);
    let foreign = [
        ("token", other.as_str()),
        ("client_id", &shop.service.client_id),
        ("client_secret", &shop.service.secret),
    ];
    let refused = server.post_form("/oauth2/revoke", &foreign).await.is(400);
    assert_eq!(refused.json["error"], "unauthorized_client");
    let path = client_path(&shop.till);
    shop.admin.does(&format!("{path}/deactivate")).await.is(200);
    assert_eq!(server.introspect(&shop.service, &other).await, inactive());
    shop.admin.does(&format!("{path}/reactivate")).await.is(200);
    assert_eq!(server.introspect(&shop.service, &other).await, inactive());
}

async fn an_opaque_token_works_in_its_last_second_and_not_in_the_next(server: Server) {
    let shop = shop(&server, opaque()).await;
    let token = token(&server, &shop.till, ORDERS).await;
    server.clock.advance(3_599);
    let seen = server.introspect(&shop.service, &token).await;
    assert_eq!(seen["active"], true);
    server.clock.advance(1);
    assert_eq!(server.introspect(&shop.service, &token).await, inactive());
}

async fn sealing_keys_rotate_and_old_tokens_stay_readable(server: Server) {
    let shop = shop(&server, opaque()).await;
    let day = json!({ "token_lifetime": 86_400 });
    shop.admin
        .patch(&client_path(&shop.till), day)
        .await
        .is(200);
    let key = |token: &str| token[4..14].to_owned();
    let rotate = async || {
        let app = &server.app;
        app.sealing_keys
            .rotate(&app.store, &app.clock)
            .await
            .unwrap();
    };
    let keys = async || {
        let query = "SELECT COUNT(*) FROM sealing_key";
        server.database.number(query).await
    };
    let first = token(&server, &shop.till, ORDERS).await;
    server.clock.advance(86_399);
    rotate().await;
    assert_eq!(keys().await, 1);
    let last = token(&server, &shop.till, ORDERS).await;
    server.clock.advance(1);
    assert_eq!(server.introspect(&shop.service, &first).await, inactive());
    rotate().await;
    rotate().await;
    assert_eq!(
        keys().await,
        2,
        "one more a day, however often it is looked"
    );
    let soon = token(&server, &shop.till, ORDERS).await;
    assert_eq!(
        key(&soon),
        key(&first),
        "the new one is not known everywhere"
    );
    server.clock.advance(300);
    let next = token(&server, &shop.till, ORDERS).await;
    assert_ne!(key(&next), key(&first));
    for good in [&last, &soon, &next] {
        let seen = server.introspect(&shop.service, good).await;
        assert_eq!(seen["active"], true);
    }
    server.clock.advance(86_398 - 300);
    let seen = server.introspect(&shop.service, &last).await;
    assert_eq!(seen["active"], true, "to its last second");
    server.clock.advance(2 * 86_400);
    rotate().await;
    assert_eq!(keys().await, 2, "what opens nothing is thrown away");
}

async fn opaque_tokens_survive_a_restart(server: Server) {
    let shop = shop(&server, opaque()).await;
    let token = token(&server, &shop.till, ORDERS).await;
    let settings = figment::Figment::new().merge(figment::providers::Serialized::default(
        "public_url",
        &server.url,
    ));
    let server = server.restart_with(settings).await;
    let seen = server.introspect(&shop.service, &token).await;
    assert_eq!(seen["active"], true);
}

async fn an_opaque_token_is_issued_without_a_write(server: Server) {
    let shop = shop(&server, opaque()).await;
    token(&server, &shop.till, ORDERS).await;
    // On SQLite nobody else can write while this is open: a write would wait until it fails.
    let transaction = server.app.store.begin().await.unwrap();
    let token = token(&server, &shop.till, ORDERS).await;
    let seen = server.introspect(&shop.service, &token).await;
    assert_eq!(seen["active"], true);
    drop(transaction);
}
