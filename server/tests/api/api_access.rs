//! `/clients` of the profile `api_access` and their permission grid, as the document 002 API Access tells it.

use serde_json::{Value, json};

use crate::support::{Account, Actor, Reply, Server, client_path, on_both_databases};

on_both_databases! {
    the_table_has_client_id_permissions_expiry_and_notes,
    an_expired_client_is_marked_in_the_table,
    the_secret_is_shown_once_when_the_client_is_saved,
    the_token_works_as_bearer_on_the_own_api_within_its_grid,
    a_chosen_id_stands_in_its_wire_form_with_the_external_key_of_the_tenant,
    the_expiry_defaults_to_one_year_and_cannot_change,
    an_expired_client_gets_no_tokens_once_its_last_second_is_over,
    only_notes_and_permissions_change_and_no_secret_is_in_any_answer,
    api_access_view_sees_and_api_access_change_edits,
    ids_that_could_pass_for_each_other_are_refused,
    a_deleted_id_can_be_chosen_again_and_inherits_nothing,
    dates_that_no_client_can_end_at_are_named,
}

/// Asks for a client of the profile with these fields.
pub(crate) async fn creates(actor: &Actor, fields: Value) -> Reply {
    let mut body = json!({ "profile": "api_access" });
    for (name, value) in fields.as_object().unwrap() {
        body[name] = value.clone();
    }
    actor.post("/api/v1/clients", body).await
}

/// A client of the profile with this id and these permissions.
pub(crate) async fn account(actor: &Actor, client_id: &str, permissions: &[&str]) -> Account {
    let fields = json!({ "client_id": client_id, "permissions": permissions });
    Account::of(&creates(actor, fields).await.is(201).json)
}

/// The address of the permissions of a client.
pub(crate) fn permissions_path(account: &Account) -> String {
    format!("{}/permissions", client_path(account))
}

async fn a_chosen_id_stands_in_its_wire_form_with_the_external_key_of_the_tenant(server: Server) {
    let admin = server.actor("admin").await;
    let plain = account(&admin, "acme-backend", &[]).await;
    assert_eq!(plain.client_id, "acme-backend");

    server
        .database
        .execute("UPDATE tenant SET external_key = 'gold'")
        .await;
    let wrapped = account(&admin, "acme-backend", &[]).await;
    assert_eq!(wrapped.client_id, "wallet-gold-acme-backend");
    let read = admin.get(&client_path(&wrapped)).await.is(200);
    assert_eq!(read.json["name"], "acme-backend");
    server
        .ask_for_token("wallet-gold-acme-backend", &wrapped.secret)
        .await
        .is(200);
    creates(&admin, json!({ "client_id": "acme-backend" }))
        .await
        .is_problem(409, "client_id_taken");
    let missing = creates(&admin, json!({})).await.is_problem(422, "invalid");
    assert!(
        missing
            .errors()
            .contains(&("/client_id".to_owned(), "required".to_owned()))
    );
}

async fn the_expiry_defaults_to_one_year_and_cannot_change(server: Server) {
    let admin = server.actor("admin").await;
    let made = creates(&admin, json!({ "client_id": "reporting" }))
        .await
        .is(201);
    assert_eq!(made.json["client"]["expires_at"], "2027-06-15T23:59:59Z");
    assert_eq!(
        made.json["credential"]["expires_at"],
        "2027-06-15T23:59:59Z"
    );
    let path = client_path(&Account::of(&made.json));
    let refused = admin
        .patch(&path, json!({ "expires_at": "2030-01-01" }))
        .await
        .is_problem(422, "invalid");
    let immutable = vec![("/expires_at".to_owned(), "field_immutable".to_owned())];
    assert_eq!(refused.errors(), immutable);
    let refused = admin
        .patch(&path, json!({ "expires_at": null }))
        .await
        .is_problem(422, "invalid");
    assert_eq!(refused.errors(), immutable);
    admin
        .patch(&path, json!({ "client_id": "another" }))
        .await
        .is_problem(422, "invalid");
}

async fn an_expired_client_gets_no_tokens_once_its_last_second_is_over(server: Server) {
    let admin = server.actor("admin").await;
    let fields = json!({ "client_id": "short-visit", "expires_at": "2026-06-15T12:30:00Z" });
    let visitor = Account::of(&creates(&admin, fields).await.is(201).json);
    let guest = server.sign_in(&visitor).await;
    server.clock.advance(30 * 60);
    let last = server
        .ask_for_token(&visitor.client_id, &visitor.secret)
        .await
        .is(200);
    assert_eq!(last.json["expires_in"], 1, "no token outlives its client");
    guest.get("/api/v1/me").await.is(200);
    server.clock.advance(1);
    server
        .ask_for_token(&visitor.client_id, &visitor.secret)
        .await
        .is(401);
    guest.get("/api/v1/me").await.is(401);
    let listed = admin
        .get("/api/v1/clients?profile=api_access&effective_status=expired")
        .await
        .is(200);
    assert_eq!(listed.json["items"][0]["client_id"], "short-visit");
}

async fn only_notes_and_permissions_change_and_no_secret_is_in_any_answer(server: Server) {
    let admin = server.actor("admin").await;
    let partner = account(&admin, "partner-sync", &["users:view"]).await;
    let path = client_path(&partner);
    let changed = admin
        .patch(&path, json!({ "notes": "Contact: the integration team" }))
        .await
        .is(200);
    assert_eq!(changed.json["notes"], "Contact: the integration team");
    assert_eq!(changed.json["permissions"], json!(["users:view"]));
    let listed = admin
        .get("/api/v1/clients?profile=api_access")
        .await
        .is(200);
    let row = &listed.json["items"][0];
    assert_eq!(row["permissions"], json!(["users:view"]));
    for shown in [
        &listed,
        &changed,
        &admin.get(&permissions_path(&partner)).await,
    ] {
        assert!(!shown.text.contains(&partner.secret));
    }
    admin.delete(&path).await.is(204);
    server
        .ask_for_token(&partner.client_id, &partner.secret)
        .await
        .is(401);
}

async fn api_access_view_sees_and_api_access_change_edits(server: Server) {
    let admin = server.actor("admin").await;
    let target = account(&admin, "target", &[]).await;
    let reader = account(&admin, "reader", &["api_access:view"]).await;
    let reader = server.sign_in(&reader).await;
    let editor = account(&admin, "editor", &["api_access:change"]).await;
    let editor = server.sign_in(&editor).await;
    let other = account(&admin, "other", &["service_account:change"]).await;
    let other = server.sign_in(&other).await;

    let path = client_path(&target);
    reader.get(&path).await.is(200);
    reader.get("/api/v1/clients").await.is(200);
    let notes = json!({ "notes": "seen" });
    reader
        .patch(&path, notes.clone())
        .await
        .is_problem(403, "missing-permission");
    creates(&reader, json!({ "client_id": "mine" }))
        .await
        .is_problem(403, "missing-permission");
    reader
        .delete(&path)
        .await
        .is_problem(403, "missing-permission");
    reader
        .put(&permissions_path(&target), json!({ "permissions": [] }))
        .await
        .is_problem(403, "missing-permission");

    other.get(&path).await.is_problem(404, "not-found");
    other.delete(&path).await.is_problem(404, "not-found");

    creates(&editor, json!({ "client_id": "theirs" }))
        .await
        .is(201);
    editor.patch(&path, notes).await.is(200);
    editor.delete(&path).await.is(204);
}

async fn ids_that_could_pass_for_each_other_are_refused(server: Server) {
    let admin = server.actor("admin").await;
    account(&admin, "acme-backend", &[]).await;
    for lookalike in ["Acme-Backend", "ACME-BACKEND"] {
        let refused = creates(&admin, json!({ "client_id": lookalike }))
            .await
            .is_problem(422, "invalid");
        let expected = ("/client_id".to_owned(), "lookalike".to_owned());
        assert_eq!(refused.errors(), vec![expected], "{lookalike}");
    }
    let taken = creates(&admin, json!({ "client_id": "acme-backend" }))
        .await
        .is_problem(409, "client_id_taken");
    let expected = ("/client_id".to_owned(), "client_id_taken".to_owned());
    assert_eq!(taken.errors(), vec![expected]);
    for bad in [
        "ａcme-backend",
        "acme backend",
        "acm",
        "аcme-backend",
        "acme\u{200b}backend",
    ] {
        let refused = creates(&admin, json!({ "client_id": bad }))
            .await
            .is_problem(422, "invalid");
        let invalid = ("/client_id".to_owned(), "invalid".to_owned());
        assert_eq!(refused.errors(), vec![invalid], "{bad}");
    }
    // The wire forms of a-b + cccc and of a + b-cccc are the same text: the second comer is refused.
    let set = async |key: &str| {
        let statement = format!("UPDATE tenant SET external_key = '{key}'");
        server.database.execute(&statement).await;
    };
    set("a-b").await;
    account(&admin, "cccc", &[]).await;
    set("a").await;
    creates(&admin, json!({ "client_id": "b-cccc" }))
        .await
        .is_problem(409, "client_id_taken");
}

async fn a_deleted_id_can_be_chosen_again_and_inherits_nothing(server: Server) {
    let admin = server.actor("admin").await;
    let first = account(&admin, "partner", &["users:change"]).await;
    let old = server.sign_in(&first).await;
    admin.delete(&client_path(&first)).await.is(204);
    let second = account(&admin, "partner", &[]).await;
    let read = admin.get(&permissions_path(&second)).await.is(200);
    assert_eq!(read.json["permissions"], json!([]));
    old.get("/api/v1/me").await.is(401);
    server.ask_for_token("partner", &first.secret).await.is(401);
    let me = server
        .sign_in(&second)
        .await
        .get("/api/v1/me")
        .await
        .is(200);
    assert_eq!(me.json["permissions"], json!([]));
    let events = admin
        .get(&format!("{}/audit", client_path(&second)))
        .await
        .is(200);
    let events = events.json["items"].as_array().unwrap();
    assert!(events.iter().all(|it| it["action"] != "client.deleted"));
}

async fn dates_that_no_client_can_end_at_are_named(server: Server) {
    let admin = server.actor("admin").await;
    for (bad, code) in [
        ("2026-06-14", "past"),
        ("2026-06-15T12:00:00Z", "past"),
        ("2026-06-15T14:00:00+02:00", "past"),
        ("2027-02-29", "invalid"),
        ("10000-01-01", "invalid"),
        ("2027-01-01T10:00:00", "invalid"),
        ("tomorrow", "invalid"),
    ] {
        let fields = json!({ "client_id": "partner", "expires_at": bad });
        let refused = creates(&admin, fields).await.is_problem(422, "invalid");
        let expected = vec![("/expires_at".to_owned(), code.to_owned())];
        assert_eq!(refused.errors(), expected, "{bad}");
    }
    for (index, (good, end)) in [
        ("2026-06-15", "2026-06-15T23:59:59Z"),
        ("2028-02-29", "2028-02-29T23:59:59Z"),
        ("2027-01-01T00:30:00+02:00", "2026-12-31T22:30:00Z"),
        ("9999-12-31", "9999-12-31T23:59:59Z"),
    ]
    .into_iter()
    .enumerate()
    {
        let fields = json!({ "client_id": format!("partner-{index}"), "expires_at": good });
        let made = creates(&admin, fields).await.is(201);
        assert_eq!(made.json["client"]["expires_at"], end);
    }
}

async fn the_table_has_client_id_permissions_expiry_and_notes(server: Server) {
    let admin = server.actor("admin").await;
    let fields = json!({
        "client_id": "acme-backend",
        "expires_at": "2026-12-31",
        "notes": "Contact: the integration team",
        "permissions": ["users:change"],
    });
    creates(&admin, fields).await.is(201);
    let table = admin.get("/api/v1/clients?profile=api_access").await;
    let table = table.is(200);
    let row = &table.json["items"][0];
    assert_eq!(row["client_id"], "acme-backend");
    assert_eq!(row["permissions"], json!(["users:view", "users:change"]));
    assert_eq!(row["expires_at"], "2026-12-31T23:59:59Z");
    assert_eq!(row["notes"], "Contact: the integration team");
    assert_eq!(row["effective_status"], "active");
}

async fn an_expired_client_is_marked_in_the_table(server: Server) {
    let admin = server.actor("admin").await;
    for (id, end) in [
        ("over-soon", "2026-06-15T12:30:00Z"),
        ("on-going", "2027-01-01"),
    ] {
        let fields = json!({ "client_id": id, "expires_at": end });
        creates(&admin, fields).await.is(201);
    }
    server.clock.advance(30 * 60 + 1);
    let table = admin
        .get("/api/v1/clients?profile=api_access&sort=name")
        .await;
    let table = table.is(200);
    assert_eq!(table.each("client_id"), ["on-going", "over-soon"]);
    assert_eq!(table.each("effective_status"), ["active", "expired"]);
}

async fn the_secret_is_shown_once_when_the_client_is_saved(server: Server) {
    let admin = server.actor("admin").await;
    let made = creates(&admin, json!({ "client_id": "acme-backend" })).await;
    let made = made.is(201);
    assert_eq!(made.header("cache-control"), "no-store");
    let account = Account::of(&made.json);
    assert!(account.secret.starts_with("lks_"));
    let path = client_path(&account);
    for address in [
        &path,
        &format!("{path}/credentials"),
        &permissions_path(&account),
    ] {
        let read = admin.get(address).await.is(200);
        assert!(!read.text.contains(&account.secret), "{address}");
    }
    server.token_of(&account).await;
}

async fn the_token_works_as_bearer_on_the_own_api_within_its_grid(server: Server) {
    let admin = server.actor("admin").await;
    let partner = account(&admin, "partner", &["users:view"]).await;
    let partner = server.sign_in(&partner).await;
    partner.get("/api/v1/users").await.is(200);
    partner
        .get("/api/v1/groups")
        .await
        .is_problem(403, "missing-permission");
    let new = json!({ "email": "new@example.org", "name": "New" });
    partner
        .post("/api/v1/users", new)
        .await
        .is_problem(403, "missing-permission");
}
