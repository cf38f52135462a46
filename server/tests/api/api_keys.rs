//! `/clients/{id}/api-keys`: long-lived bearer keys of a client.

use serde_json::{Value, json};

use crate::support::{Account, Actor, Server, client_path, eventually, on_both_databases};

on_both_databases! {
    a_key_is_shown_once_and_acts_as_its_client,
    a_key_follows_the_rights_of_its_client,
    a_key_is_dead_while_its_client_is_deactivated_and_once_it_is_deleted,
    a_key_works_to_its_last_second_and_to_that_of_its_client,
    one_key_or_all_are_revoked_at_once_on_every_node,
    introspection_knows_a_key_without_an_end,
    a_key_is_no_client_secret_and_a_secret_no_key,
    revocation_of_a_key_is_refused_rather_than_pretended,
    the_use_of_a_key_is_counted_without_a_new_version,
    the_eleventh_live_key_is_refused_and_secrets_do_not_count,
    what_is_wrong_with_a_new_key_is_said_with_pointers,
    keys_of_others_are_out_of_reach,
    a_mistyped_key_is_no_key,
    guessing_keys_is_slowed_and_tokens_go_on,
}

struct Key {
    path: String,
    text: String,
    json: Value,
}

async fn make(actor: &Actor, account: &Account, body: Value) -> Key {
    let path = format!("{}/api-keys", client_path(account));
    let reply = actor.post(&path, body).await.is(201);
    assert_eq!(reply.header("cache-control"), "no-store");
    let json = reply.json["api_key"].clone();
    Key {
        path: format!("{path}/{}", json["id"].as_str().unwrap()),
        text: reply.json["key"].as_str().unwrap().to_owned(),
        json,
    }
}

fn with(server: &Server, account: &Account, key: &Key) -> Actor {
    server.with_token(account.clone(), key.text.clone())
}

async fn a_key_is_shown_once_and_acts_as_its_client(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Probe", "admin").await;
    let key = make(&admin, &account, json!({ "label": "Probe 1" })).await;
    assert!(key.text.starts_with("lkk_"));
    let probe = with(&server, &account, &key);
    let itself = probe.get("/api/v1/me").await.is(200);
    assert!(itself.text.contains(&account.id.to_string()));
    probe.get("/api/v1/clients").await.is(200);
    let list = admin
        .get(&format!("{}/api-keys", client_path(&account)))
        .await
        .is(200);
    let one = admin.get(&key.path).await.is(200);
    assert_eq!(list.json["items"], json!([one.json.clone()]));
    assert_eq!(one.json["label"], "Probe 1");
    assert!(key.text.ends_with(one.json["hint"].as_str().unwrap()));
    assert!(!list.text.contains(&key.text));
    // A resource of its own: not among the secrets.
    let secrets = format!("{}/credentials", client_path(&account));
    let secrets = admin.get(&secrets).await.is(200);
    assert_eq!(secrets.json["items"].as_array().unwrap().len(), 1);
    let audit = admin.get(&format!("{}/audit", client_path(&account))).await;
    assert_eq!(audit.json["items"][0]["action"], "credential.created");
    assert!(!audit.text.contains(&key.text));
    let made = probe.creates("Made by a key", "member").await;
    let audit = admin.get(&format!("{}/audit", client_path(&made))).await;
    assert_eq!(audit.json["items"][0]["actor"]["id"], json!(account.id));
}

async fn a_key_follows_the_rights_of_its_client(server: Server) {
    let operator = server.operator().await;
    let account = operator.creates("Probe", "admin").await;
    let key = make(&operator, &account, json!({ "label": "Probe" })).await;
    let probe = with(&server, &account, &key);
    probe.get("/api/v1/clients").await.is(200);
    operator
        .patch(&client_path(&account), json!({ "role": "member" }))
        .await
        .is(200);
    probe
        .get("/api/v1/clients")
        .await
        .is_problem(403, "missing-permission");
    operator
        .patch(&client_path(&account), json!({ "role": "admin" }))
        .await
        .is(200);
    probe.get("/api/v1/clients").await.is(200);
}

async fn a_key_is_dead_while_its_client_is_deactivated_and_once_it_is_deleted(server: Server) {
    let operator = server.operator().await;
    let account = operator.creates("Probe", "admin").await;
    let key = make(&operator, &account, json!({ "label": "Probe" })).await;
    let probe = with(&server, &account, &key);
    let path = client_path(&account);
    operator.does(&format!("{path}/deactivate")).await.is(200);
    probe.get("/api/v1/me").await.is(401);
    operator.does(&format!("{path}/reactivate")).await.is(200);
    probe.get("/api/v1/me").await.is(200);
    operator
        .does(&format!("{path}/revoke-tokens"))
        .await
        .is(200);
    probe.get("/api/v1/me").await.is(200);
    operator.delete(&path).await.is(204);
    probe.get("/api/v1/me").await.is(401);
}

async fn a_key_works_to_its_last_second_and_to_that_of_its_client(server: Server) {
    let operator = server.operator().await;
    let account = operator
        .creates_with(json!({ "expires_at": "2026-06-15T12:20:00Z" }))
        .await;
    let body = json!({ "label": "Short", "expires_at": "2026-06-15T12:10:00Z" });
    let short = make(&operator, &account, body).await;
    let long = make(&operator, &account, json!({ "label": "Long" })).await;
    let (short, long) = (
        with(&server, &account, &short),
        with(&server, &account, &long),
    );
    server.clock.advance(600);
    short.get("/api/v1/me").await.is(200);
    server.clock.advance(1);
    short.get("/api/v1/me").await.is(401);
    server.clock.advance(599);
    long.get("/api/v1/me").await.is(200);
    server.clock.advance(1);
    long.get("/api/v1/me").await.is(401);
}

async fn one_key_or_all_are_revoked_at_once_on_every_node(server: Server) {
    let operator = server.operator().await;
    let account = operator.creates("Probe", "member").await;
    let mut keys = Vec::new();
    for n in 0..3 {
        let body = json!({ "label": format!("Probe {n}") });
        keys.push(make(&operator, &account, body).await);
    }
    let second = server.second_node_where_there_can_be_one().await;
    let nodes: Vec<&Server> = [Some(&server), second.as_ref()]
        .into_iter()
        .flatten()
        .collect();
    let all = async |expected: [u16; 3]| {
        for node in &nodes {
            for (key, expected) in keys.iter().zip(expected) {
                // The other node hears of it within a moment.
                let actor = with(node, &account, key);
                eventually(async || actor.get("/api/v1/me").await.status == expected).await;
            }
        }
    };
    all([200, 200, 200]).await;
    let unconditional = operator
        .request(reqwest::Method::DELETE, &keys[0].path)
        .send()
        .await;
    unconditional.is_problem(428, "precondition-required");
    operator.delete(&keys[0].path).await.is(204);
    all([401, 200, 200]).await;
    let path = format!("{}/revoke-api-keys", client_path(&account));
    let ended = operator.does(&path).await.is(200);
    assert_eq!(ended.json["items"].as_array().unwrap().len(), 2);
    all([401, 401, 401]).await;
    let ended = operator.does(&path).await.is(200);
    assert_eq!(ended.json["items"], json!([]));
    // The secret lives on.
    server.token_of(&account).await;
}

async fn introspection_knows_a_key_without_an_end(server: Server) {
    let operator = server.operator().await;
    let account = operator.creates("Probe", "member").await;
    let key = make(&operator, &account, json!({ "label": "Probe" })).await;
    let said = server.introspect(&account, &key.text).await;
    assert_eq!(said["active"], true);
    assert_eq!(said["client_id"], json!(account.client_id));
    assert!(said.get("exp").is_none());
    let other = operator.creates("Other", "member").await;
    let foreign = server.introspect(&other, &key.text).await;
    assert_eq!(foreign, json!({ "active": false }));
    operator.delete(&key.path).await.is(204);
    let said = server.introspect(&account, &key.text).await;
    assert_eq!(said, json!({ "active": false }));
}

async fn a_key_is_no_client_secret_and_a_secret_no_key(server: Server) {
    let operator = server.operator().await;
    let account = operator.creates("Probe", "member").await;
    let key = make(&operator, &account, json!({ "label": "Probe" })).await;
    server
        .ask_for_token(&account.client_id, &key.text)
        .await
        .is(401);
    let secret = server.with_token(account.clone(), account.secret.clone());
    secret.get("/api/v1/me").await.is(401);
    let secrets = format!("{}/credentials", client_path(&account));
    let id = key.json["id"].as_str().unwrap();
    operator.get(&format!("{secrets}/{id}")).await.is(404);
    operator.delete(&format!("{secrets}/{id}")).await.is(404);
    let as_key = format!(
        "{}/api-keys/{}",
        client_path(&account),
        account.credential.unwrap()
    );
    operator.get(&as_key).await.is(404);
    operator.delete(&as_key).await.is(404);
    // Regenerating the secret is not about keys.
    let path = format!("{}/regenerate-secret", client_path(&account));
    operator.post(&path, json!({})).await.is(201);
    with(&server, &account, &key)
        .get("/api/v1/me")
        .await
        .is(200);
}

async fn revocation_of_a_key_is_refused_rather_than_pretended(server: Server) {
    let operator = server.operator().await;
    let account = operator.creates("Probe", "member").await;
    let key = make(&operator, &account, json!({ "label": "Probe" })).await;
    let fields = [
        ("token", key.text.as_str()),
        ("client_id", &account.client_id),
        ("client_secret", &account.secret),
    ];
    let refused = server.post_form("/oauth2/revoke", &fields).await.is(400);
    assert_eq!(refused.json["error"], "unsupported_token_type");
    with(&server, &account, &key)
        .get("/api/v1/me")
        .await
        .is(200);
}

async fn the_use_of_a_key_is_counted_without_a_new_version(server: Server) {
    let operator = server.operator().await;
    let account = operator.creates("Probe", "member").await;
    let key = make(&operator, &account, json!({ "label": "Probe" })).await;
    server.clock.advance(7);
    let probe = with(&server, &account, &key);
    probe.get("/api/v1/me").await.is(200);
    probe.get("/api/v1/me").await.is(200);
    server.app.write_usage().await.unwrap();
    let used = operator.get(&key.path).await.is(200);
    assert_eq!(used.json["use_count"], 2);
    assert_eq!(used.json["last_used_at"], "2026-06-15T12:00:07Z");
    assert_eq!(used.json["last_used_from"], "127.0.0.1");
    assert_eq!(used.json["version"], key.json["version"]);
}

async fn the_eleventh_live_key_is_refused_and_secrets_do_not_count(server: Server) {
    let operator = server.operator().await;
    let account = operator.creates("Probe", "member").await;
    let mut last = None;
    for n in 0..10 {
        let body = json!({ "label": format!("Probe {n}") });
        last = Some(make(&operator, &account, body).await);
    }
    let path = format!("{}/api-keys", client_path(&account));
    let eleventh = operator.post(&path, json!({ "label": "Eleventh" })).await;
    eleventh.is_problem(409, "too_many_credentials");
    let secrets = format!("{}/credentials", client_path(&account));
    operator.post(&secrets, json!({})).await.is(201);
    operator.delete(&last.unwrap().path).await.is(204);
    make(&operator, &account, json!({ "label": "Eleventh" })).await;
}

async fn what_is_wrong_with_a_new_key_is_said_with_pointers(server: Server) {
    let operator = server.operator().await;
    let account = operator.creates("Probe", "member").await;
    let path = format!("{}/api-keys", client_path(&account));
    let wrong = json!({ "label": "", "tenant": "elsewhere", "expires_at": "2020-01-01" });
    let refused = operator.post(&path, wrong).await.is_problem(422, "invalid");
    let pointers: Vec<String> = refused.errors().into_iter().map(|it| it.0).collect();
    assert_eq!(pointers, ["/expires_at", "/label", "/tenant"]);
    operator
        .post(&path, json!({}))
        .await
        .is_problem(400, "malformed");
    let home = json!({ "label": "Home", "tenant": "default" });
    make(&operator, &account, home).await;
}

async fn keys_of_others_are_out_of_reach(server: Server) {
    let operator = server.operator().await;
    let strong = operator.creates("Strong", "super_admin").await;
    let admin = server.actor("admin").await;
    let path = format!("{}/api-keys", client_path(&strong));
    let refused = admin.post(&path, json!({ "label": "Mine" })).await;
    refused.is_problem(403, "role_exceeds_caller");
    let key = make(&operator, &strong, json!({ "label": "Strong" })).await;
    let stranger = server.super_admin_of("other", None).await;
    stranger.get(&path).await.is_problem(404, "not-found");
    stranger
        .post(&path, json!({ "label": "Mine" }))
        .await
        .is_problem(404, "not-found");
    stranger.get(&key.path).await.is_problem(404, "not-found");
    stranger
        .delete(&key.path)
        .await
        .is_problem(404, "not-found");
    let all = format!("{}/revoke-api-keys", client_path(&strong));
    stranger.does(&all).await.is_problem(404, "not-found");
    let member = server.actor("member").await;
    member
        .get(&path)
        .await
        .is_problem(403, "missing-permission");
    with(&server, &strong, &key).get("/api/v1/me").await.is(200);
}

async fn a_mistyped_key_is_no_key(server: Server) {
    let operator = server.operator().await;
    let account = operator.creates("Probe", "member").await;
    let key = make(&operator, &account, json!({ "label": "Probe" })).await;
    for wrong in [
        key.text.to_uppercase(),
        key.text[..key.text.len() - 1].to_owned(),
        format!("{}a", key.text),
        key.text.replacen("lkk_", "lks_", 1),
        "lkk_".to_owned(),
    ] {
        let nobody = server.with_token(account.clone(), wrong);
        nobody.get("/api/v1/me").await.is(401);
    }
}

async fn guessing_keys_is_slowed_and_tokens_go_on(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Probe", "admin").await;
    let key = make(&admin, &account, json!({ "label": "Probe" })).await;
    let probe = with(&server, &account, &key);
    let guess = |number: usize| format!("lkk_{number:060}");
    let mut slowed = None;
    for number in 0..200 {
        let reply = server
            .with_token(account.clone(), guess(number))
            .get("/api/v1/me")
            .await;
        if reply.status == 429 {
            slowed = Some((number, reply));
            break;
        }
        reply.is_problem(401, "unauthorized");
    }
    let (number, reply) = slowed.expect("two hundred guesses are too many");
    assert!(number >= 90, "{number}");
    assert!(reply.header("retry-after").parse::<u64>().unwrap() >= 1);
    reply.is_problem(429, "too-many-failures");
    // Also the right one has to wait there; what is no key does not.
    probe
        .get("/api/v1/me")
        .await
        .is_problem(429, "too-many-failures");
    admin.get("/api/v1/me").await.is(200);
    server.token_of(&account).await;
}
