//! Who may call what: every operation of the document, without a token, with too little, and from elsewhere.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    Account, Server, Wire,
    described::{Operation, document, operations},
    on_both_databases,
};

on_both_databases! {
    every_operation_needs_a_token,
    a_member_may_call_nothing_but_what_any_caller_may,
    the_lists_of_another_tenant_do_not_show_them,
    a_token_for_something_else_is_refused,
}

/// The operations that need no token of this server: they are for everybody, or the client proves itself in them.
const PUBLIC: [&str; 9] = [
    "issue_token",
    "introspect_token",
    "revoke_token",
    "get_jwks",
    "get_authorization_server_metadata",
    "get_openid_configuration",
    "push_authorization_request",
    // The token that they want is the app's, and their refusals are those of RFC 6750.
    "get_userinfo",
    "post_userinfo",
];

fn permission(operation: &Operation) -> Option<&'static str> {
    operation.description["security"][0]["oauth2"][0].as_str()
}

fn protected() -> impl Iterator<Item = &'static Operation> {
    operations().iter().filter(|it| !PUBLIC.contains(&it.id()))
}

/// The path, with the ids of this account, and of nothing where something else is asked for.
fn address(operation: &Operation, account: &Account) -> String {
    let nothing = Uuid::now_v7().to_string();
    let segments = operation.path.split('/').map(|part| match part {
        "{id}" if operation.path.contains("/clients/") => account.id.to_string(),
        "{credential}" => account.credential.unwrap().to_string(),
        part if part.starts_with('{') => nothing.clone(),
        part => part.to_owned(),
    });
    segments.collect::<Vec<_>>().join("/")
}

/// With the example of its body, and whatever version the object has.
fn filled_in(wire: Wire, operation: &Operation) -> Wire {
    let wire = wire.header("If-Match", "*");
    let body = &operation.description["requestBody"]["content"]["application/json"];
    match body["schema"]["$ref"].as_str() {
        Some(reference) => {
            let schema = document()
                .pointer(reference.trim_start_matches('#'))
                .unwrap();
            wire.json(&schema["example"])
        }
        None => wire,
    }
}

#[test]
fn a_route_without_security_is_on_the_list_of_public_ones() {
    for operation in operations() {
        let security = operation.description["security"].as_array();
        let security = security.unwrap_or_else(|| panic!("{} has none", operation.id()));
        let open = security.is_empty() || security.contains(&json!({}));
        assert_eq!(open, PUBLIC.contains(&operation.id()), "{}", operation.id());
    }
    for id in PUBLIC {
        assert!(operations().iter().any(|it| it.id() == id), "{id} is gone");
    }
}

async fn every_operation_needs_a_token(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let before = admin.get("/api/v1/audit?limit=200").await.is(200);
    for operation in protected() {
        let path = address(operation, &account);
        let wire = server.request(operation.method.clone(), &path);
        let reply = filled_in(wire, operation).send().await;
        let reply = reply.is_problem(401, "unauthorized");
        assert!(
            reply.header("www-authenticate").starts_with("Bearer"),
            "{}",
            operation.id()
        );
    }
    let after = admin.get("/api/v1/audit?limit=200").await.is(200);
    assert_eq!(before.json, after.json);
}

async fn a_member_may_call_nothing_but_what_any_caller_may(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let member = server.actor("member").await;
    for operation in protected() {
        let Some(permission) = permission(operation) else {
            continue;
        };
        let path = address(operation, &account);
        let wire = member.request(operation.method.clone(), &path);
        let reply = filled_in(wire, operation).send().await;
        let reply = reply.is_problem(403, "missing-permission");
        assert!(reply.text.contains(permission), "{}", operation.id());
        assert!(!reply.text.contains("Robot"), "{}", operation.id());
    }
    server.token_of(&account).await;
}

async fn the_lists_of_another_tenant_do_not_show_them(server: Server) {
    let operator = server.operator().await;
    let account = operator.creates("Robot", "member").await;
    let stranger = server.super_admin_of("elsewhere", None).await;
    let theirs = stranger.creates("Stranger", "member").await;
    let clients = stranger.get("/api/v1/clients?total=true").await.is(200);
    assert_eq!(clients.json["total"]["count"], 2);
    assert!(!clients.text.contains(&account.client_id));
    let clients = stranger.get("/api/v1/clients?q=robot").await.is(200);
    assert_eq!(clients.json["items"], json!([]));
    let audit = stranger
        .get(&format!("/api/v1/audit?client={}", account.id))
        .await
        .is(200);
    assert_eq!(audit.json["items"], json!([]));
    let audit = operator.get("/api/v1/audit?limit=200").await.is(200);
    assert!(!audit.text.contains(&theirs.id.to_string()));
    // Nor does introspection tell of their tokens.
    let token = server.token_of(&account).await;
    let seen = server.introspect(&stranger.account, &token).await;
    assert_eq!(seen, json!({ "active": false }));
    // A chosen id that is taken elsewhere is taken, and nothing else is said.
    let chosen = json!({ "profile": "short_lived", "name": "A", "client_id": "shared-id" });
    operator
        .post("/api/v1/clients", chosen.clone())
        .await
        .is(201);
    let taken = stranger.post("/api/v1/clients", chosen).await;
    taken.is_problem(409, "client_id_taken");
}

async fn a_token_for_something_else_is_refused(server: Server) {
    let admin = server.actor("admin").await;
    let parts: Vec<&str> = admin.token.split('.').collect();
    let [header, claims, signature] = parts.as_slice() else {
        panic!("a JWT has three parts")
    };
    let encode =
        |value: &Value| data_encoding::BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let decode = |part: &str| -> Value {
        let bytes = data_encoding::BASE64URL_NOPAD
            .decode(part.as_bytes())
            .unwrap();
        serde_json::from_slice(&bytes).unwrap()
    };
    let mut forged = vec![
        format!("{header}.{claims}."),
        format!("{header}.{claims}"),
        format!("{claims}.{header}.{signature}"),
        format!("{header}.{claims}.{}", &signature[1..]),
    ];
    let mut none = decode(header);
    none["alg"] = json!("none");
    forged.push(format!("{}.{claims}.", encode(&none)));
    for (name, value) in [
        ("role", json!("super_admin")),
        ("exp", json!(4_102_444_800_i64)),
        ("tenant", json!("other")),
    ] {
        let mut changed = decode(claims);
        changed[name] = value;
        forged.push(format!("{header}.{}.{signature}", encode(&changed)));
    }
    for token in forged {
        let other = server.request(reqwest::Method::GET, "/api/v1/me");
        let reply = other
            .header("Authorization", &format!("Bearer {token}"))
            .send()
            .await;
        reply.is_problem(401, "unauthorized");
    }
    admin.get("/api/v1/me").await.is(200);
}
