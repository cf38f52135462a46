//! `/profiles`: kinds of clients.

use serde_json::{Value, json};

use crate::support::{Account, Actor, Server, client_path, on_both_databases};

on_both_databases! {
    the_five_built_in_profiles_are_listed_with_their_rules,
    a_client_of_a_custom_profile_lives_by_its_rules,
    a_custom_profile_has_its_row_in_the_grid,
    a_custom_profile_is_made_once_and_changed_with_its_version,
    a_profile_is_deleted_only_when_no_client_has_it,
    a_later_profile_of_the_same_key_inherits_nothing,
    who_sees_clients_sees_their_profile,
}

/// Where they are.
pub(crate) const PROFILES: &str = "/api/v1/profiles";

/// Where one is.
pub(crate) fn path(key: &str) -> String {
    format!("{PROFILES}/{key}")
}

/// Makes a profile of the tenant's own.
pub(crate) async fn device(admin: &Actor, more: Value) -> Value {
    let mut body = json!({ "key": "device", "name": "Devices", "roles": { "kind": "grid" } });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    admin.post(PROFILES, body).await.is(201).json
}

/// Makes a client of a profile.
pub(crate) async fn client(admin: &Actor, profile: &str, more: Value) -> Account {
    let mut body = json!({ "profile": profile, "name": "Some client" });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    Account::of(&admin.post("/api/v1/clients", body).await.is(201).json)
}

async fn the_five_built_in_profiles_are_listed_with_their_rules(server: Server) {
    let admin = server.actor("admin").await;
    let listed = admin.get(PROFILES).await.is(200);
    let keys = [
        "api_access",
        "app",
        "service_account",
        "short_lived",
        "tenant_client",
    ];
    assert_eq!(listed.each("key"), keys);
    let items = listed.json["items"].as_array().unwrap();
    assert!(items.iter().all(|it| it["built_in"] == true));
    let read = admin.get(&path("api_access")).await.is(200);
    assert_eq!(read.header("etag"), "\"1\"");
    let pattern = json!({ "kind": "chosen", "wire_pattern": "wallet-{external_key}-{client_id}" });
    assert_eq!(read.json["client_id"], pattern);
    assert_eq!(
        read.json["expiry"],
        json!({ "kind": "required", "fixed": true })
    );
    let tenant = &items[4];
    assert_eq!(
        tenant["roles"],
        json!({ "kind": "set", "mandatory": ["tenant_member"] })
    );
    let lifetime = json!({ "default": 3600, "least": 60, "most": 3600 });
    assert_eq!(tenant["token_lifetime"], lifetime);
    admin
        .get(&path("nothing"))
        .await
        .is_problem(404, "not-found");
}

async fn a_client_of_a_custom_profile_lives_by_its_rules(server: Server) {
    let admin = server.actor("admin").await;
    device(
        &admin,
        json!({
            "client_id": { "kind": "chosen", "wire_pattern": "dev-{client_id}" },
            "token_lifetime": { "default": 300, "least": 120, "most": 900 },
            "expiry": { "kind": "required", "default_days": 30 },
            "secret": { "default_expiry": "days", "default_days": 7, "longest_days": 14 },
            "auth_methods": ["client_secret_basic"],
        }),
    )
    .await;
    let body = json!({ "profile": "device", "client_id": "pump", "permissions": ["users:view"] });
    let made = admin.post("/api/v1/clients", body).await.is(201);
    assert_eq!(made.json["client"]["expires_at"], "2026-07-15T23:59:59Z");
    assert_eq!(
        made.json["credential"]["expires_at"],
        "2026-06-22T12:00:00Z"
    );
    let pump = Account::of(&made.json);
    let pair = format!("{}:{}", pump.client_id, pump.secret);
    let pair = data_encoding::BASE64.encode(pair.as_bytes());
    let token = server
        .request(reqwest::Method::POST, "/oauth2/token")
        .header("Authorization", &format!("Basic {pair}"))
        .form(&[("grant_type", "client_credentials")])
        .send()
        .await;
    let token = token.is(200);
    assert_eq!(token.json["expires_in"], 300);
    let token = token.json["access_token"].as_str().unwrap().to_owned();
    server
        .with_token(pump.clone(), token)
        .get("/api/v1/users")
        .await
        .is(200);
    // In the body it is not what the profile allows.
    let wrong = server.ask_for_token(&pump.client_id, &pump.secret).await;
    wrong.is(401);

    let refused = admin
        .post(
            "/api/v1/clients",
            json!({
                "profile": "device",
                "client_id": "valve",
                "token_lifetime": 901,
                "grant_types": ["authorization_code"],
                "token_endpoint_auth_method": "any",
                "role": "member",
                "credential": { "expires_at": "2026-06-30" },
            }),
        )
        .await
        .is_problem(422, "invalid");
    let pointers: Vec<String> = refused.errors().into_iter().map(|it| it.0).collect();
    for expected in [
        "/token_lifetime",
        "/grant_types/0",
        "/token_endpoint_auth_method",
        "/role",
        "/credential/expires_at",
    ] {
        assert!(
            pointers.contains(&expected.to_owned()),
            "{expected} of {pointers:?}"
        );
    }
    let path = client_path(&pump);
    let patched = admin.patch(&path, json!({ "token_lifetime": 120 }));
    patched.await.is(200);
    // In a tenant with an external key the id travels in the form of the pattern.
    server
        .database
        .execute("UPDATE tenant SET external_key = 'gold'")
        .await;
    let wrapped = client(&admin, "device", json!({ "client_id": "pump" })).await;
    assert_eq!(wrapped.client_id, "dev-pump");
}

async fn a_custom_profile_has_its_row_in_the_grid(server: Server) {
    let admin = server.actor("admin").await;
    device(&admin, json!({})).await;
    let grid = admin.get("/api/v1/permissions").await.is(200);
    let rows = grid.json["items"].as_array().unwrap();
    let row = rows.iter().find(|it| it["resource"] == "device").unwrap();
    assert_eq!(row["label"], "Devices");
    // A built-in profile has one row, also with a policy of the tenant's own.
    let policy = json!({ "token_lifetime": { "most": 3600 } });
    admin.patch(&path("app"), policy).await.is(200);
    let grid = admin.get("/api/v1/permissions").await.is(200);
    let rows = grid.json["items"].as_array().unwrap();
    assert_eq!(rows.iter().filter(|it| it["resource"] == "app").count(), 1);
    let keeper = client(
        &admin,
        "device",
        json!({ "permissions": ["device:change"] }),
    )
    .await;
    let keeper = server.sign_in(&keeper).await;
    client(&keeper, "device", json!({})).await;
    let other = json!({ "profile": "service_account", "name": "A", "role": "member" });
    let refused = keeper.post("/api/v1/clients", other).await;
    refused.is_problem(403, "missing-permission");
}

async fn a_custom_profile_is_made_once_and_changed_with_its_version(server: Server) {
    let admin = server.actor("admin").await;
    let body = json!({ "key": "device", "name": "Devices", "roles": { "kind": "grid" } });
    let make = || {
        let request = admin.request(reqwest::Method::POST, PROFILES).json(&body);
        request.header("Idempotency-Key", "one").send()
    };
    let made = make().await.is(201);
    assert_eq!(made.header("location"), "/api/v1/profiles/device");
    assert_eq!(make().await.is(201).json, made.json);
    let again = admin.post(PROFILES, body.clone()).await;
    again.is_problem(409, "key_taken");
    let put = |tag: Option<&str>| {
        let form = json!({ "name": "Machines", "description": "In the field." });
        let request = admin.request(reqwest::Method::PUT, &path("device"));
        let request = request.json(&form);
        match tag {
            Some(tag) => request.header("If-Match", tag).send(),
            None => request.send(),
        }
    };
    put(None).await.is_problem(428, "precondition-required");
    let changed = put(Some("\"1\"")).await.is(200);
    assert_eq!(changed.header("etag"), "\"2\"");
    assert_eq!(changed.json["name"], "Machines");
    put(Some("\"1\"")).await.is_problem(412, "stale");
    // What changes nothing is no change.
    assert_eq!(put(Some("\"2\"")).await.is(200).header("etag"), "\"2\"");
    let audit = admin.get("/api/v1/audit").await.is(200);
    let actions = audit.each("action");
    assert_eq!(actions[..2], ["profile.updated", "profile.created"]);
    let changes = &audit.json["items"][0]["changes"];
    assert_eq!(changes[0]["field"], "description");
    assert_eq!(changes[1]["before"], "Devices");
}

async fn a_profile_is_deleted_only_when_no_client_has_it(server: Server) {
    let admin = server.actor("admin").await;
    device(&admin, json!({})).await;
    let one = client(&admin, "device", json!({})).await;
    client(&admin, "device", json!({})).await;
    admin.delete(&client_path(&one)).await.is(204);
    let refused = admin.delete(&path("device")).await;
    let refused = refused.is_problem(409, "profile_in_use");
    assert!(
        refused
            .text
            .contains("1 clients have this profile, and 1 deleted")
    );
    let built_in = admin.delete(&path("app")).await;
    built_in.is_problem(409, "built_in");
    device(&admin, json!({ "key": "unused" })).await;
    admin.delete(&path("unused")).await.is(204);
    admin
        .get(&path("unused"))
        .await
        .is_problem(404, "not-found");
    let unknown = json!({ "profile": "unused", "name": "A" });
    let refused = admin.post("/api/v1/clients", unknown).await;
    let errors = refused.is_problem(422, "invalid").errors();
    assert_eq!(errors[0].0, "/profile");
}

async fn a_later_profile_of_the_same_key_inherits_nothing(server: Server) {
    let admin = server.actor("admin").await;
    device(&admin, json!({})).await;
    let holder =
        json!({ "profile": "api_access", "client_id": "holder", "permissions": ["device:change"] });
    let holder = Account::of(&admin.post("/api/v1/clients", holder).await.is(201).json);
    let role =
        json!({ "key": "keeper", "name": "Keeper", "permissions": ["device:view", "users:view"] });
    admin.post("/api/v1/roles", role).await.is(201);
    admin.delete(&path("device")).await.is(204);
    device(&admin, json!({})).await;
    client(&admin, "device", json!({})).await;
    let held = admin
        .get(&format!("{}/permissions", client_path(&holder)))
        .await
        .is(200);
    assert_eq!(held.json["permissions"], json!([]));
    let role = admin.get("/api/v1/roles/keeper").await.is(200);
    assert_eq!(role.json["permissions"], json!(["users:view"]));
    let holder = server.sign_in(&holder).await;
    let refused = holder.get("/api/v1/clients").await;
    refused.is_problem(403, "missing-permission");
}

async fn who_sees_clients_sees_their_profile(server: Server) {
    let admin = server.actor("admin").await;
    let reader = json!({ "client_id": "reader", "permissions": ["app:view"] });
    let reader = client(&admin, "api_access", reader).await;
    let reader = server.sign_in(&reader).await;
    assert_eq!(reader.get(PROFILES).await.is(200).each("key"), ["app"]);
    reader.get(&path("app")).await.is(200);
    reader
        .get(&path("service_account"))
        .await
        .is_problem(404, "not-found");
    reader
        .patch(&path("app"), json!({}))
        .await
        .is_problem(403, "missing-permission");
    let policy = json!({ "client_id": "policy", "permissions": ["profiles:change"] });
    let policy = client(&admin, "api_access", policy).await;
    let policy = server.sign_in(&policy).await;
    assert_eq!(policy.get(PROFILES).await.is(200).each("key").len(), 5);
    // Which clients there are is for those who may see them.
    let clients = policy.get(&format!("{}/breaking", path("app"))).await;
    clients.is_problem(403, "missing-permission");
}
