//! The credential policy of a tenant: what a change of a profile's rules does to the clients that are there.

use serde_json::{Value, json};

use super::profiles::{client, device, path};
use crate::support::{Account, Server, client_path, on_both_databases};

on_both_databases! {
    of_a_built_in_profile_the_policy_is_changed_and_the_rest_is_fixed,
    a_policy_is_the_tenants_own,
    a_dry_run_says_who_would_break_the_rules_and_saves_nothing,
    a_client_that_breaks_the_new_rules_lives_on_and_is_listed,
    every_rule_that_a_client_can_break_is_found,
    a_policy_bounds_the_life_of_secrets,
    the_secrets_of_a_strict_profile_end_by_default,
    the_clients_that_break_a_profile_come_in_pages,
    a_changed_default_acts_on_the_next_token,
}

fn pointers_of(broken: &Value) -> Vec<String> {
    let all = broken.as_array().unwrap().iter();
    all.map(|it| it["pointer"].as_str().unwrap().to_owned())
        .collect()
}

fn broken(list: &Value) -> Vec<(String, Vec<String>)> {
    let id = |it: &Value| it["id"].as_str().unwrap().to_owned();
    let items = list["items"].as_array().unwrap().iter();
    items
        .map(|it| (id(it), pointers_of(&it["broken"])))
        .collect()
}

async fn of_a_built_in_profile_the_policy_is_changed_and_the_rest_is_fixed(server: Server) {
    let admin = server.actor("admin").await;
    for (key, fields, pointer) in [
        ("service_account", json!({ "name": "Robots" }), "/name"),
        (
            "service_account",
            json!({ "grant_types": ["client_credentials", "authorization_code"], "redirect_uris": "optional" }),
            "/grant_types",
        ),
        (
            "service_account",
            json!({ "roles": { "kind": "grid" } }),
            "/roles/kind",
        ),
        (
            "service_account",
            json!({ "secret": { "at_creation": false } }),
            "/secret/at_creation",
        ),
        (
            "api_access",
            json!({ "expiry": { "kind": "optional", "fixed": null } }),
            "/expiry/kind",
        ),
        (
            "api_access",
            json!({ "expiry": { "fixed": false } }),
            "/expiry/fixed",
        ),
        (
            "api_access",
            json!({ "client_id": { "kind": "preferred", "wire_pattern": null } }),
            "/client_id/kind",
        ),
        (
            "tenant_client",
            json!({ "roles": { "mandatory": [] } }),
            "/roles/mandatory",
        ),
        (
            "tenant_client",
            json!({ "token_lifetime": { "most": 3_601 } }),
            "/token_lifetime/most",
        ),
        (
            "tenant_client",
            json!({ "auth_methods": ["any", "none"] }),
            "/auth_methods",
        ),
    ] {
        let refused = admin.patch(&path(key), fields.clone()).await;
        let errors = refused.is_problem(422, "invalid").errors();
        assert_eq!(errors[0].0, pointer, "{fields}");
    }
    let policy = json!({
        "token_lifetime": { "default": 600, "most": 1800 },
        "expiry": { "kind": "required", "default_days": 90 },
        "secret": { "default_expiry": "days", "default_days": 30, "may_never_expire": false, "longest_days": 60 },
        "auth_methods": ["client_secret_basic"],
    });
    let changed = admin.patch(&path("service_account"), policy).await.is(200);
    assert_eq!(changed.json["built_in"], true);
    assert_eq!(changed.header("etag"), "\"2\"");
    let wire = json!({ "client_id": { "wire_pattern": "purse-{external_key}-{client_id}" } });
    admin.patch(&path("api_access"), wire).await.is(200);
    // Everything left out is as delivered.
    let reset = admin.put(&path("service_account"), json!({})).await.is(200);
    assert_eq!(reset.json["token_lifetime"]["most"], 86_400);
    assert_eq!(reset.json["secret"]["may_never_expire"], true);
    assert_eq!(reset.json["expiry"]["kind"], "optional");
}

async fn a_policy_is_the_tenants_own(server: Server) {
    let admin = server.actor("admin").await;
    let other = server.super_admin_of("north", None).await;
    let policy = json!({ "token_lifetime": { "most": 1800, "default": 600 } });
    admin.patch(&path("service_account"), policy).await.is(200);
    let theirs = other.get(&path("service_account")).await.is(200);
    assert_eq!(theirs.json["token_lifetime"]["most"], 86_400);
    other
        .creates_with(json!({ "token_lifetime": 86_400 }))
        .await;
    device(&admin, json!({})).await;
    other
        .get(&path("device"))
        .await
        .is_problem(404, "not-found");
    other
        .delete(&path("device"))
        .await
        .is_problem(404, "not-found");
    device(&other, json!({ "name": "Theirs" })).await;
    assert_eq!(admin.get(&path("device")).await.json["name"], "Devices");
}

async fn a_dry_run_says_who_would_break_the_rules_and_saves_nothing(server: Server) {
    let admin = server.actor("admin").await;
    let long = admin.creates_with(json!({ "token_lifetime": 7_200 })).await;
    admin.creates_with(json!({ "token_lifetime": 600 })).await;
    let policy = json!({ "token_lifetime": { "most": 3_600, "default": 3_600 } });
    let address = format!("{}?dry_run=true", path("service_account"));
    let tried = admin.patch(&address, policy.clone()).await.is(200);
    assert_eq!(tried.json["token_lifetime"]["most"], 3_600);
    let breaking = &tried.json["breaking"];
    assert_eq!(breaking["total"], json!({ "count": 1, "exact": true }));
    let expected = vec![(long.id.to_string(), vec!["/token_lifetime".to_owned()])];
    assert_eq!(broken(breaking), expected);
    assert_eq!(breaking["items"][0]["client_id"], long.client_id);
    assert_eq!(breaking["items"][0]["name"], "Some client");
    let wrong = json!({ "token_lifetime": { "most": 1 } });
    let refused = admin.patch(&address, wrong).await;
    refused.is_problem(422, "invalid");

    let read = admin.get(&path("service_account")).await.is(200);
    assert_eq!(read.json["token_lifetime"]["most"], 86_400);
    assert_eq!(read.header("etag"), "\"1\"");
    let audit = admin.get("/api/v1/audit").await.is(200);
    assert!(!audit.each("action").contains(&"profile.updated"));
    // What was tried is what is saved.
    let saved = admin.patch(&path("service_account"), policy).await.is(200);
    assert_eq!(saved.json["breaking"], *breaking);
    let stale = admin
        .request(reqwest::Method::PATCH, &address)
        .header("If-Match", "\"1\"")
        .json(&json!({}));
    stale.send().await.is_problem(412, "stale");
}

async fn a_client_that_breaks_the_new_rules_lives_on_and_is_listed(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates_with(json!({ "token_lifetime": 7_200 })).await;
    let robot = server.sign_in(&account).await;
    let policy = json!({
        "token_lifetime": { "most": 3_600, "default": 3_600 },
        "expiry": { "kind": "required" },
        "secret": { "default_expiry": "one_year", "may_never_expire": false },
        "auth_methods": ["client_secret_post"],
    });
    admin.patch(&path("service_account"), policy).await.is(200);
    robot.get("/api/v1/me").await.is(200);
    let token = server.ask_for_token(&account.client_id, &account.secret);
    assert_eq!(token.await.is(200).json["expires_in"], 7_200);
    let list = format!("{}/breaking", path("service_account"));
    let listed = admin.get(&list).await.is(200);
    let of_account = broken(&listed.json)
        .into_iter()
        .find(|it| it.0 == account.id.to_string())
        .unwrap();
    let secret = format!("/credentials/{}/expires_at", account.credential.unwrap());
    let pointers = [
        "/token_lifetime",
        "/token_endpoint_auth_method",
        "/expires_at",
        &secret,
    ];
    assert_eq!(of_account.1, pointers);
    // The client itself says so, too.
    let client = client_path(&account);
    let marked = async || pointers_of(&admin.get(&client).await.is(200).json["broken_rules"]);
    assert_eq!(marked().await, pointers);
    let list_of_clients = admin.get("/api/v1/clients").await.is(200);
    assert!(!list_of_clients.text.contains("broken_rules"));
    // Other fields of it change without a word about these.
    admin
        .patch(&client, json!({ "notes": "Seen" }))
        .await
        .is(200);
    let described = json!({ "description": "The old one" });
    let credential = format!("{client}/credentials/{}", account.credential.unwrap());
    admin.patch(&credential, described).await.is(200);
    // What is written anew follows the rules.
    let refused = admin
        .patch(&client, json!({ "token_lifetime": 7_199 }))
        .await;
    refused.is_problem(422, "invalid");
    let mended = json!({
        "token_lifetime": 3_600,
        "token_endpoint_auth_method": "client_secret_post",
        "expires_at": "2027-01-01",
    });
    admin.patch(&client, mended).await.is(200);
    let end = json!({ "expires_at": "2027-01-01" });
    admin.patch(&credential, end).await.is(200);
    let left = broken(&admin.get(&list).await.is(200).json);
    assert!(left.iter().all(|it| it.0 != account.id.to_string()));
    assert_eq!(marked().await, Vec::<String>::new());
    let undone = admin.patch(&client, json!({ "expires_at": null })).await;
    undone.is_problem(422, "invalid");
}

async fn every_rule_that_a_client_can_break_is_found(server: Server) {
    let admin = server.actor("admin").await;
    let role = json!({ "key": "reader", "name": "Reader", "permissions": [] });
    admin.post("/api/v1/roles", role).await.is(201);
    device(
        &admin,
        json!({
            "roles": { "kind": "set" },
            "grant_types": ["client_credentials", "authorization_code", "refresh_token"],
            "default_grant_types": ["client_credentials"],
            "redirect_uris": "optional",
            "auth_methods": ["any", "none"],
        }),
    )
    .await;
    let plain = client(&admin, "device", json!({})).await;
    let public = json!({
        "public": true,
        "grant_types": ["authorization_code", "refresh_token"],
        "redirect_uris": ["https://app.example.org/back"],
        "roles": ["reader"],
    });
    let public = client(&admin, "device", public).await;
    let key = json!({ "label": "Probe" });
    let keys = format!("{}/api-keys", client_path(&plain));
    let key = admin.post(&keys, key).await.is(201);
    let address = format!("{}?dry_run=true", path("device"));
    let breaking = async |fields: Value| {
        let tried = admin.patch(&address, fields).await.is(200);
        let breaking = tried.json["breaking"].clone();
        let listed = broken(&breaking);
        let count = usize::try_from(breaking["total"]["count"].as_u64().unwrap()).unwrap();
        assert_eq!(listed.len(), count);
        listed
    };
    let of = |account: &Account, pointers: &[&str]| {
        let pointers = pointers.iter().map(|it| (*it).to_owned()).collect();
        (account.id.to_string(), pointers)
    };
    assert_eq!(breaking(json!({})).await, []);
    let narrowed = json!({ "roles": { "mandatory": ["reader"] } });
    assert_eq!(breaking(narrowed).await, [of(&plain, &["/roles"])]);
    let confidential = json!({ "auth_methods": ["any"] });
    assert_eq!(breaking(confidential).await, [of(&public, &["/public"])]);
    let machines = json!({
        "grant_types": ["client_credentials"],
        "redirect_uris": "forbidden",
        "auth_methods": ["any"],
    });
    let expected = ["/grant_types", "/grant_types", "/public", "/redirect_uris"];
    assert_eq!(breaking(machines).await, [of(&public, &expected)]);
    let ending = json!({ "secret": { "default_expiry": "one_year", "may_never_expire": false } });
    let secret = format!("/credentials/{}/expires_at", plain.credential.unwrap());
    let key = key.json["api_key"]["id"].as_str().unwrap();
    let key = format!("/credentials/{key}/expires_at");
    assert_eq!(
        breaking(ending.clone()).await,
        [of(&plain, &[&secret, &key])]
    );
    let end = json!({ "expiry": { "kind": "required" } });
    let expected = [of(&plain, &["/expires_at"]), of(&public, &["/expires_at"])];
    assert_eq!(breaking(end).await, expected);
    // What is dead breaks nothing.
    admin
        .delete(&format!("{keys}/{}", key.split('/').nth(2).unwrap()))
        .await
        .is(204);
    let regenerate = format!("{}/regenerate-secret", client_path(&plain));
    let fresh = json!({ "expires_at": "2026-07-01" });
    admin.post(&regenerate, fresh).await.is(201);
    assert_eq!(breaking(ending).await, []);
    let short = json!({ "secret": {
        "default_expiry": "days", "default_days": 7, "may_never_expire": false, "longest_days": 7,
    } });
    assert_eq!(breaking(short).await.len(), 1);
}

async fn a_policy_bounds_the_life_of_secrets(server: Server) {
    let admin = server.actor("admin").await;
    let policy = json!({ "secret": {
        "default_expiry": "days", "default_days": 30, "may_never_expire": false, "longest_days": 60,
    } });
    admin.patch(&path("service_account"), policy).await.is(200);
    let account = admin.creates("Robot", "member").await;
    let credentials = format!("{}/credentials", client_path(&account));
    let add = |end: &str| admin.post(&credentials, json!({ "expires_at": end }));
    let errors = add("never").await.is_problem(422, "invalid").errors();
    assert_eq!(
        errors,
        [("/expires_at".to_owned(), "not_allowed".to_owned())]
    );
    let errors = add("2026-08-14T12:00:01Z")
        .await
        .is_problem(422, "invalid")
        .errors();
    assert_eq!(errors, [("/expires_at".to_owned(), "too_late".to_owned())]);
    add("2026-08-14T12:00:00Z").await.is(201);
    // A later end does not make the life of a secret longer than it may be.
    server.clock.advance(20 * 86_400);
    let admin = server.sign_in(&admin.account).await;
    let first = format!("{credentials}/{}", account.credential.unwrap());
    let end = |end: &str| admin.patch(&first, json!({ "expires_at": end }));
    end("2026-08-14T12:00:01Z").await.is_problem(422, "invalid");
    end("2026-08-14T12:00:00Z").await.is(200);
    let errors = admin
        .patch(&first, json!({ "expires_at": null }))
        .await
        .is_problem(422, "invalid")
        .errors();
    assert_eq!(
        errors,
        [("/expires_at".to_owned(), "not_allowed".to_owned())]
    );
    let key = json!({ "label": "Probe", "expires_at": "never" });
    let keys = format!("{}/api-keys", client_path(&account));
    admin.post(&keys, key).await.is_problem(422, "invalid");
}

async fn the_secrets_of_a_strict_profile_end_by_default(server: Server) {
    let admin = server.actor("admin").await;
    for (key, secret, end) in [
        (
            "with-client",
            json!({ "default_expiry": "with_client", "may_never_expire": false }),
            "2027-06-15T12:00:00Z",
        ),
        (
            "bounded",
            json!({ "default_expiry": "one_year", "longest_days": 10 }),
            "2026-06-25T12:00:00Z",
        ),
    ] {
        device(&admin, json!({ "key": key, "secret": secret })).await;
        let body = json!({ "profile": key, "name": "A" });
        let made = admin.post("/api/v1/clients", body).await.is(201);
        assert_eq!(made.json["credential"]["expires_at"], end, "{key}");
    }
}

async fn the_clients_that_break_a_profile_come_in_pages(server: Server) {
    let admin = server.actor("admin").await;
    let mut made = Vec::new();
    for _ in 0..5 {
        let long = json!({ "token_lifetime": 7_200 });
        made.push(admin.creates_with(long).await.id.to_string());
    }
    let policy = json!({ "token_lifetime": { "most": 3_600, "default": 3_600 } });
    admin.patch(&path("service_account"), policy).await.is(200);
    let mut found = Vec::new();
    let first = format!("{}/breaking?limit=2", path("service_account"));
    let mut address = first.clone();
    loop {
        let page = admin.get(&address).await.is(200);
        assert_eq!(page.json["total"]["count"], 5);
        found.extend(page.each("id").into_iter().map(str::to_owned));
        let Some(next) = page.json["next"].as_str() else {
            break;
        };
        address = format!("{first}&cursor={next}");
    }
    assert_eq!(found, made);
    let elsewhere = address.replace("service_account", "app");
    admin.get(&elsewhere).await.is_problem(400, "malformed");
}

async fn a_changed_default_acts_on_the_next_token(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let life = async || {
        let token = server.ask_for_token(&account.client_id, &account.secret);
        token.await.is(200).json["expires_in"].clone()
    };
    assert_eq!(life().await, 86_400);
    let policy = json!({ "token_lifetime": { "default": 900 } });
    admin.patch(&path("service_account"), policy).await.is(200);
    assert_eq!(life().await, 900);
}
