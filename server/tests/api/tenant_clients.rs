//! `/clients` of the profile `tenant_client`, as the document 004 Client-credentials client tells it.

use serde_json::{Value, json};

use crate::support::{Account, Actor, Server, client_path, on_both_databases};

on_both_databases! {
    the_kind_of_client_is_chosen_first_and_says_what_it_needs,
    a_name_is_all_it_needs,
    its_tokens_live_an_hour_unless_it_says_60_to_3600_seconds,
    its_secret_is_made_in_a_second_step_with_a_description,
    its_secret_ends_at_a_date_and_time_in_one_year_or_never,
    its_secret_is_shown_with_the_client_id_and_never_again,
    its_secrets_are_listed_and_the_client_id_stays_visible,
    a_lost_secret_is_replaced_by_another_and_any_one_is_deleted,
}

async fn makes(admin: &Actor, more: Value) -> Account {
    let mut body = json!({ "profile": "tenant_client", "name": "Field gateway" });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    Account::of(&admin.post("/api/v1/clients", body).await.is(201).json)
}

fn credentials_path(account: &Account) -> String {
    format!("{}/credentials", client_path(account))
}

/// The second step.
async fn with_secret(admin: &Actor, account: &Account, body: Value) -> Account {
    let made = admin.post(&credentials_path(account), body).await.is(201);
    Account {
        secret: made.json["client_secret"].as_str().unwrap().to_owned(),
        credential: made.json["credential"]["id"].as_str().unwrap().parse().ok(),
        ..account.clone()
    }
}

async fn the_kind_of_client_is_chosen_first_and_says_what_it_needs(server: Server) {
    let admin = server.actor("admin").await;
    let kinds = admin.get("/api/v1/profiles").await.is(200);
    assert!(kinds.each("key").contains(&"tenant_client"));
    let without = admin.post("/api/v1/clients", json!({ "name": "A" })).await;
    let errors = without.is_problem(400, "malformed").errors();
    assert_eq!(errors, [("/profile".to_owned(), "required".to_owned())]);
    let body = json!({ "profile": "tenant-client", "name": "A" });
    let refused = admin.post("/api/v1/clients", body).await;
    let refused = refused.is_problem(422, "invalid");
    assert!(
        refused.text.contains("tenant_client"),
        "it says which there are"
    );
}

async fn a_name_is_all_it_needs(server: Server) {
    let admin = server.actor("admin").await;
    let body = json!({ "profile": "tenant_client" });
    let refused = admin.post("/api/v1/clients", body).await;
    let errors = refused.is_problem(422, "invalid").errors();
    assert_eq!(errors, [("/name".to_owned(), "required".to_owned())]);
    let gateway = makes(&admin, json!({})).await;
    let read = admin.get(&client_path(&gateway)).await.is(200);
    assert_eq!(read.json["name"], "Field gateway");
    assert_eq!(read.json["roles"], json!(["tenant_member"]));
    assert_eq!(read.json["grant_types"], json!(["client_credentials"]));
}

async fn its_tokens_live_an_hour_unless_it_says_60_to_3600_seconds(server: Server) {
    let admin = server.actor("admin").await;
    let life = async |more: Value| {
        let gateway = makes(&admin, more).await;
        let gateway = with_secret(&admin, &gateway, json!({})).await;
        let token = server.ask_for_token(&gateway.client_id, &gateway.secret);
        token.await.is(200).json["expires_in"].clone()
    };
    assert_eq!(life(json!({})).await, 3_600);
    assert_eq!(life(json!({ "token_lifetime": 60 })).await, 60);
    assert_eq!(life(json!({ "token_lifetime": 3_600 })).await, 3_600);
    for wrong in [59, 3_601] {
        let body = json!({ "profile": "tenant_client", "name": "A", "token_lifetime": wrong });
        let refused = admin.post("/api/v1/clients", body).await;
        let errors = refused.is_problem(422, "invalid").errors();
        assert_eq!(
            errors,
            [("/token_lifetime".to_owned(), "invalid".to_owned())]
        );
    }
}

async fn its_secret_is_made_in_a_second_step_with_a_description(server: Server) {
    let admin = server.actor("admin").await;
    let gateway = makes(&admin, json!({})).await;
    assert_eq!(gateway.secret, "");
    let read = admin.get(&client_path(&gateway)).await.is(200);
    assert_eq!(read.json["effective_status"], "no_credential");
    let first = json!({ "credential": { "description": "Too early" } });
    let mut body = json!({ "profile": "tenant_client", "name": "A" });
    body["credential"] = first["credential"].clone();
    let refused = admin.post("/api/v1/clients", body).await;
    let errors = refused.is_problem(422, "invalid").errors();
    assert_eq!(
        errors,
        [("/credential".to_owned(), "not_allowed".to_owned())]
    );
    let described = json!({ "description": "Gateway in hall 3" });
    let gateway = with_secret(&admin, &gateway, described).await;
    let listed = admin.get(&credentials_path(&gateway)).await.is(200);
    assert_eq!(listed.each("description"), ["Gateway in hall 3"]);
    server.token_of(&gateway).await;
    // The description is optional.
    with_secret(&admin, &gateway, json!({})).await;
}

async fn its_secret_ends_at_a_date_and_time_in_one_year_or_never(server: Server) {
    let admin = server.actor("admin").await;
    let gateway = makes(&admin, json!({})).await;
    for (wanted, end) in [
        (json!({}), json!("2027-06-15T12:00:00Z")),
        (
            json!({ "expires_at": "2026-12-24T18:30:15Z" }),
            json!("2026-12-24T18:30:15Z"),
        ),
        (json!({ "expires_at": "never" }), Value::Null),
    ] {
        let made = admin.post(&credentials_path(&gateway), wanted).await;
        assert_eq!(made.is(201).json["credential"]["expires_at"], end);
    }
}

async fn its_secret_is_shown_with_the_client_id_and_never_again(server: Server) {
    let admin = server.actor("admin").await;
    let gateway = makes(&admin, json!({})).await;
    let made = admin.post(&credentials_path(&gateway), json!({})).await;
    let made = made.is(201);
    assert_eq!(made.header("cache-control"), "no-store");
    assert_eq!(made.json["client_id"], gateway.client_id);
    let secret = made.json["client_secret"].as_str().unwrap();
    let credential = made.json["credential"]["id"].as_str().unwrap();
    for address in [
        client_path(&gateway),
        credentials_path(&gateway),
        format!("{}/{credential}", credentials_path(&gateway)),
        format!("{}/audit", client_path(&gateway)),
    ] {
        let read = admin.get(&address).await.is(200);
        assert!(!read.text.contains(secret), "{address}");
    }
}

async fn its_secrets_are_listed_and_the_client_id_stays_visible(server: Server) {
    let admin = server.actor("admin").await;
    let gateway = makes(&admin, json!({})).await;
    for name in ["One", "Two"] {
        with_secret(&admin, &gateway, json!({ "description": name })).await;
    }
    let listed = admin.get(&credentials_path(&gateway)).await.is(200);
    assert_eq!(listed.each("description"), ["One", "Two"]);
    assert!(listed.each("hint").iter().all(|it| it.len() == 4));
    let read = admin.get(&client_path(&gateway)).await.is(200);
    assert_eq!(read.json["client_id"], gateway.client_id);
}

async fn a_lost_secret_is_replaced_by_another_and_any_one_is_deleted(server: Server) {
    let admin = server.actor("admin").await;
    let gateway = makes(&admin, json!({})).await;
    let lost = with_secret(&admin, &gateway, json!({ "expires_at": "never" })).await;
    let fresh = with_secret(&admin, &gateway, json!({})).await;
    server.token_of(&lost).await;
    server.token_of(&fresh).await;
    let of = |account: &Account| {
        let id = account.credential.unwrap();
        format!("{}/{id}", credentials_path(account))
    };
    // Also one that never expires.
    admin.delete(&of(&lost)).await.is(204);
    let refused = server.ask_for_token(&lost.client_id, &lost.secret);
    refused.await.is(401);
    server.token_of(&fresh).await;
    admin.delete(&of(&fresh)).await.is(204);
    let refused = server.ask_for_token(&fresh.client_id, &fresh.secret);
    refused.await.is(401);
}
