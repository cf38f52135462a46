//! `/clients`: the life of a service account, as the document 000 B2B service accounts tells it.

use api_client::types::{ClientForm, CreateClient};
use serde_json::json;

use crate::support::{Account, Server, client_path, on_both_databases};

on_both_databases! {
    the_secret_of_a_new_client_is_shown_once_and_gets_a_token,
    a_name_is_required_and_has_at_most_255_characters,
    a_description_is_optional_and_has_at_most_500_characters,
    a_role_is_required_and_must_be_on_the_ladder,
    a_service_user_is_made_with_the_client_and_is_the_identity_of_its_calls,
    a_secret_is_never_retrievable_after_its_creation,
    name_and_description_are_edited,
    regenerating_ends_the_old_secret_at_once_and_shows_the_new_one_once,
    deactivating_gives_no_tokens_and_ends_all_live_ones,
    reactivating_brings_back_the_secrets_but_no_token,
    a_client_is_found_by_its_wire_id_as_well,
    an_expired_client_gets_no_token_and_its_tokens_are_dead,
    a_token_never_outlives_its_client,
    revoking_all_tokens_ends_the_live_ones_only,
    the_bounds_of_the_token_lifetime_hold,
    wire_ids_of_different_tenants_and_clients_cannot_collide,
    the_end_of_an_api_access_client_is_one_year_on_and_fixed,
    a_client_whose_row_cannot_be_read_is_a_fault_of_the_server,
}

async fn the_secret_of_a_new_client_is_shown_once_and_gets_a_token(server: Server) {
    let admin = server.actor("admin").await;
    let wanted: CreateClient = serde_json::from_value(json!({
        "profile": "service_account", "name": "Nightly export", "role": "member",
    }))
    .unwrap();
    let made = admin.api().create_client(None, &wanted).await.unwrap();
    assert_eq!(made.headers()["cache-control"], "no-store");
    assert_eq!(made.headers()["etag"], "\"1\"");
    let location = made.headers()["location"].to_str().unwrap().to_owned();
    let made = made.into_inner();
    assert_eq!(location, format!("/api/v1/clients/{}", made.client.id));
    let secret = made.client_secret.unwrap();
    assert!(secret.starts_with("lks_"));
    assert!(secret.ends_with(&made.credential.unwrap().hint));

    let token = server.ask_for_token(&made.client.client_id, &secret).await;
    let token = token.is(200);
    assert_eq!(token.header("cache-control"), "no-store");
    assert_eq!(token.json["token_type"], "Bearer");
    assert_eq!(token.json["expires_in"], 86_400);
    assert!(token.json.get("refresh_token").is_none());
}

async fn a_name_is_required_and_has_at_most_255_characters(server: Server) {
    let admin = server.actor("admin").await;
    for (name, code) in [
        (None, "required"),
        (Some(String::new()), "invalid"),
        (Some("  ".to_owned()), "invalid"),
        (Some("é".repeat(256)), "invalid"),
    ] {
        let mut body = json!({ "profile": "service_account", "role": "member" });
        if let Some(name) = name {
            body["name"] = json!(name);
        }
        let reply = admin.post("/api/v1/clients", body).await;
        let reply = reply.is_problem(422, "invalid");
        assert_eq!(reply.errors(), [("/name".to_owned(), code.to_owned())]);
    }
    admin.creates(&"é".repeat(255), "member").await;
}

async fn a_description_is_optional_and_has_at_most_500_characters(server: Server) {
    let admin = server.actor("admin").await;
    let body = |text: String| json!({ "profile": "service_account", "name": "A", "role": "member", "description": text });
    let path = "/api/v1/clients";
    admin.post(path, body("夜".repeat(500))).await.is(201);
    let reply = admin.post(path, body("夜".repeat(501))).await;
    let errors = reply.is_problem(422, "invalid").errors();
    assert_eq!(errors, [("/description".to_owned(), "invalid".to_owned())]);
    // An empty one is none.
    let made = admin.post(path, body(String::new())).await.is(201);
    assert!(made.json["client"].get("description").is_none());
}

async fn a_role_is_required_and_must_be_on_the_ladder(server: Server) {
    let operator = server.operator().await;
    let path = "/api/v1/clients";
    let body = |role| json!({ "profile": "service_account", "name": "A", "role": role });
    for role in ["member", "admin", "super_admin"] {
        let made = operator.post(path, body(role)).await.is(201);
        assert_eq!(made.json["client"]["role"], role);
    }
    let reply = operator.post(path, body("owner")).await;
    let errors = reply.is_problem(422, "invalid").errors();
    assert_eq!(errors, [("/role".to_owned(), "invalid".to_owned())]);
    let without = json!({ "profile": "service_account", "name": "A" });
    let errors = operator.post(path, without).await.is(422).errors();
    assert_eq!(errors, [("/role".to_owned(), "required".to_owned())]);
}

async fn a_service_user_is_made_with_the_client_and_is_the_identity_of_its_calls(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let read = admin.get(&client_path(&account)).await.is(200);
    let service_user = read.json["service_user_id"].as_str().unwrap().to_owned();
    assert_ne!(service_user, account.id.to_string());
    let robot = server.sign_in(&account).await;
    let me = robot.api().get_me().await.unwrap().into_inner();
    assert_eq!(me.subject.to_string(), service_user);
    assert_eq!((me.id, me.name.as_str()), (account.id, "Robot"));
    let seen = server.introspect(&account, &robot.token).await;
    assert_eq!(seen["sub"], service_user);
}

async fn a_secret_is_never_retrievable_after_its_creation(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let path = client_path(&account);
    let credential = account.credential.unwrap();
    for address in [
        path.clone(),
        format!("{path}/credentials"),
        format!("{path}/credentials/{credential}"),
        format!("{path}/audit"),
        "/api/v1/clients".to_owned(),
        "/api/v1/audit".to_owned(),
    ] {
        let reply = admin.get(&address).await.is(200);
        assert!(!reply.text.contains(&account.secret), "{address}");
        assert!(!reply.text.contains(&account.secret[4..20]), "{address}");
    }
}

async fn name_and_description_are_edited(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin
        .creates_with(json!({ "name": "Old", "description": "Before" }))
        .await;
    let form: ClientForm =
        serde_json::from_value(json!({ "name": "New", "description": "After" })).unwrap();
    let id = account.id.to_string();
    let changed = admin.api().update_client(&id, None, &form).await.unwrap();
    assert_eq!(changed.headers()["etag"], "\"2\"");
    assert_eq!(changed.name, "New");
    assert_eq!(changed.description.as_deref(), Some("After"));
    // Its credentials are none of this business.
    server.token_of(&account).await;
}

async fn regenerating_ends_the_old_secret_at_once_and_shows_the_new_one_once(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let robot = server.sign_in(&account).await;
    let path = format!("{}/regenerate-secret", client_path(&account));
    let reply = admin.does(&path).await.is(201);
    assert_eq!(reply.header("cache-control"), "no-store");
    let fresh = Account {
        secret: reply.json["client_secret"].as_str().unwrap().to_owned(),
        ..account.clone()
    };
    assert_ne!(fresh.secret, account.secret);
    let refused = server
        .ask_for_token(&account.client_id, &account.secret)
        .await
        .is(401);
    assert_eq!(refused.json["error"], "invalid_client");
    server.token_of(&fresh).await;
    // A token may outlive the secret that got it.
    robot.get("/api/v1/me").await.is(200);
}

async fn deactivating_gives_no_tokens_and_ends_all_live_ones(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let robot = server.sign_in(&account).await;
    robot.get("/api/v1/me").await.is(200);
    let off = admin
        .api()
        .deactivate_client(&account.id.to_string())
        .await
        .unwrap();
    assert_eq!(off.status, "inactive");
    assert_eq!(off.effective_status.to_string(), "inactive");
    let refused = server
        .ask_for_token(&account.client_id, &account.secret)
        .await
        .is(401);
    assert_eq!(refused.json["error"], "invalid_client");
    assert!(refused.text.contains("deactivated"));
    // That it is deactivated is said to the one who has the secret only.
    let guessed = server.ask_for_token(&account.client_id, "wrong").await;
    assert!(!guessed.is(401).text.contains("deactivated"));
    robot
        .get("/api/v1/me")
        .await
        .is_problem(401, "unauthorized");
    let seen = server.introspect(&admin.account, &robot.token).await;
    assert_eq!(seen, json!({ "active": false }));
}

async fn reactivating_brings_back_the_secrets_but_no_token(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let robot = server.sign_in(&account).await;
    let path = client_path(&account);
    admin.does(&format!("{path}/deactivate")).await.is(200);
    let on = admin.does(&format!("{path}/reactivate")).await.is(200);
    assert_eq!(on.json["effective_status"], "active");
    robot.get("/api/v1/me").await.is(401);
    let again = server.sign_in(&account).await;
    again.get("/api/v1/me").await.is(200);
}

async fn a_client_is_found_by_its_wire_id_as_well(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let path = format!("/api/v1/clients/{}", account.client_id);
    let read = admin.get(&path).await.is(200);
    assert_eq!(read.json["id"], account.id.to_string());
    admin
        .patch(&path, json!({ "notes": "Found" }))
        .await
        .is(200);
}

async fn an_expired_client_gets_no_token_and_its_tokens_are_dead(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin
        .creates_with(json!({ "expires_at": "2026-06-15T12:10:00Z" }))
        .await;
    server.clock.advance(600);
    let robot = server.sign_in(&account).await;
    robot.get("/api/v1/me").await.is(200);
    server.clock.advance(1);
    let refused = server.ask_for_token(&account.client_id, &account.secret);
    assert!(refused.await.is(401).text.contains("expired"));
    robot.get("/api/v1/me").await.is(401);
    let read = admin.get(&client_path(&account)).await.is(200);
    assert_eq!(read.json["effective_status"], "expired");
    // A later end brings the client back, and the past is refused.
    let path = client_path(&account);
    let ends = |end: &str| admin.patch(&path, json!({ "expires_at": end }));
    ends("2026-06-15T12:10:00Z").await.is(200);
    let past = ends("2026-06-15T12:09:59Z").await.is(422);
    assert_eq!(
        past.errors(),
        [("/expires_at".to_owned(), "past".to_owned())]
    );
    ends("2027-01-01").await.is(200);
    server.token_of(&account).await;
}

async fn a_token_never_outlives_its_client(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin
        .creates_with(json!({ "expires_at": "2026-06-15T12:10:00Z" }))
        .await;
    let token = server.ask_for_token(&account.client_id, &account.secret);
    assert_eq!(token.await.is(200).json["expires_in"], 601);
}

async fn revoking_all_tokens_ends_the_live_ones_only(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let one = server.sign_in(&account).await;
    let other = server.sign_in(&account).await;
    let id = account.id.to_string();
    admin.api().revoke_client_tokens(&id).await.unwrap();
    one.get("/api/v1/me").await.is(401);
    other.get("/api/v1/me").await.is(401);
    let later = server.sign_in(&account).await;
    later.get("/api/v1/me").await.is(200);
}

async fn the_bounds_of_the_token_lifetime_hold(server: Server) {
    let admin = server.actor("admin").await;
    for (profile, most) in [
        ("service_account", 86_400),
        ("short_lived", 86_400),
        ("tenant_client", 3_600),
    ] {
        let body = |seconds: i64| {
            let mut body = json!({ "profile": profile, "name": "A", "token_lifetime": seconds });
            if profile == "service_account" {
                body["role"] = json!("member");
            }
            body
        };
        for wrong in [59, most + 1, 0, -1, i64::MAX] {
            let reply = admin.post("/api/v1/clients", body(wrong)).await;
            let errors = reply.is_problem(422, "invalid").errors();
            assert_eq!(errors[0].0, "/token_lifetime", "{profile} {wrong}");
        }
        for right in [60, most] {
            admin.post("/api/v1/clients", body(right)).await.is(201);
        }
    }
    let account = admin.creates_with(json!({ "token_lifetime": 60 })).await;
    let robot = server.sign_in(&account).await;
    server.clock.advance(59);
    robot.get("/api/v1/me").await.is(200);
    server.clock.advance(1);
    robot.get("/api/v1/me").await.is(401);
}

async fn wire_ids_of_different_tenants_and_clients_cannot_collide(server: Server) {
    let create = |chosen: &str| json!({ "profile": "api_access", "client_id": chosen });
    let path = "/api/v1/clients";
    let one = server.super_admin_of("one", Some("a-b")).await;
    let other = server.super_admin_of("two", Some("a")).await;
    let first = one.post(path, create("cccc")).await.is(201);
    assert_eq!(first.json["client"]["client_id"], "wallet-a-b-cccc");
    // `wallet-` + `a` + `-` + `b-cccc` is the same text: the second comer is refused, and learns nothing.
    let refused = other.post(path, create("b-cccc")).await;
    let refused = refused.is_problem(422, "invalid");
    let collides = ("/client_id".to_owned(), "collides".to_owned());
    assert_eq!(refused.errors(), [collides]);
    assert!(
        !refused
            .text
            .contains(first.json["client"]["id"].as_str().unwrap())
    );
}

async fn the_end_of_an_api_access_client_is_one_year_on_and_fixed(server: Server) {
    let admin = server.actor("admin").await;
    let chosen = json!({ "profile": "api_access", "client_id": "wallet-app" });
    let made = admin.post("/api/v1/clients", chosen).await.is(201);
    assert_eq!(made.json["client"]["expires_at"], "2027-06-15T23:59:59Z");
    assert_eq!(made.json["client"]["name"], "wallet-app");
    assert_eq!(
        made.json["credential"]["expires_at"],
        "2027-06-15T23:59:59Z"
    );
    let path = client_path(&Account::of(&made.json));
    for end in [json!("2028-01-01"), json!(null)] {
        let reply = admin.patch(&path, json!({ "expires_at": end })).await;
        let errors = reply.is_problem(422, "invalid").errors();
        assert_eq!(
            errors,
            [("/expires_at".to_owned(), "field_immutable".to_owned())]
        );
    }
    admin.patch(&path, json!({ "notes": "Kept" })).await.is(200);
}

async fn a_client_whose_row_cannot_be_read_is_a_fault_of_the_server(server: Server) {
    let admin = server.actor("admin").await;
    let path = client_path(&admin.creates("Robot", "member").await);
    for column in [
        "redirect_uris",
        "post_logout_redirect_uris",
        "grant_types",
        "contacts",
        "labels",
        "created_by",
        "updated_by",
    ] {
        let set = async |value: &str| {
            let broken = format!("UPDATE client SET {column} = {value} WHERE name = 'Robot'");
            server.database.execute(&broken).await;
        };
        set("'7'").await;
        admin.get(&path).await.is_problem(500, "internal");
        admin
            .get("/api/v1/clients")
            .await
            .is_problem(500, "internal");
        let whole = format!("(SELECT {column} FROM client WHERE name <> 'Robot' LIMIT 1)");
        set(&whole).await;
        admin.get(&path).await.is(200);
    }
}
