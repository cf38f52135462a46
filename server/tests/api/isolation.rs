//! What belongs to one tenant is not there for another: every route with every kind of id.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    Account, Actor, Server, client_path,
    described::{Operation, document, operations},
    on_both_databases,
};

on_both_databases! {
    every_route_with_the_ids_of_another_tenant_is_not_found,
    no_list_shows_what_belongs_to_another_tenant,
}

/// The ids of what a tenant has, by the word before them in an address.
struct Belongings {
    ids: BTreeMap<&'static str, Vec<String>>,
    /// A client whose secret still works when nobody else touched it.
    account: Account,
}

fn text(value: &Value) -> String {
    value.as_str().expect("an id").to_owned()
}

impl Belongings {
    /// Makes one of each, as a super admin.
    async fn of(server: &Server, owner: &Actor, name: &str) -> Self {
        let mut ids = BTreeMap::new();
        let account = owner.creates(&format!("Robot of {name}"), "member").await;
        let gone = owner.creates(&format!("Gone from {name}"), "member").await;
        owner.delete(&client_path(&gone)).await.is(204);
        let key = format!("{}/api-keys", client_path(&account));
        let key = owner.post(&key, json!({ "label": name })).await.is(201);
        let person =
            json!({ "email": format!("ada@{name}.example"), "name": name, "role": "member" });
        let person = owner.post("/api/v1/users", person).await.is(201);
        let user = text(&person.json["user"]["id"]);
        let group = owner
            .post("/api/v1/groups", json!({ "name": name }))
            .await
            .is(201);
        let group = text(&group.json["id"]);
        let member = format!("/api/v1/groups/{group}/members/{user}");
        owner.put(&member, json!({})).await.is(204);
        let role_key = format!("role-of-{name}");
        let role = json!({ "key": role_key, "name": name, "permissions": [] });
        let role = owner.post("/api/v1/roles", role).await.is(201);
        let api =
            json!({ "audience": format!("https://{name}.example/api"), "key": name, "name": name });
        let api = owner.post("/api/v1/apis", api).await.is(201);
        let profile = format!("devices-of-{name}");
        let devices = json!({ "key": profile, "name": name, "roles": { "kind": "grid" } });
        owner.post("/api/v1/profiles", devices).await.is(201);
        let me = owner.get("/api/v1/me").await.is(200);
        let operator = server.operator().await;
        let community = json!({ "key": format!("friends-of-{name}"), "name": name });
        let community = operator
            .post("/api/v1/communities", community)
            .await
            .is(201);
        let community = text(&community.json["id"]);
        let tenant = text(&me.json["tenant_id"]);
        let joined = format!("/api/v1/communities/{community}/tenants/{tenant}");
        operator.put(&joined, json!({})).await.is(204);
        let credential = account.credential.unwrap().to_string();
        ids.insert(
            "clients",
            vec![
                account.id.to_string(),
                account.client_id.clone(),
                gone.id.to_string(),
            ],
        );
        ids.insert(
            "directory",
            vec![account.id.to_string(), account.client_id.clone()],
        );
        ids.insert("credentials", vec![credential]);
        ids.insert("api-keys", vec![text(&key.json["api_key"]["id"])]);
        ids.insert(
            "members",
            vec![user.clone(), group.clone(), account.id.to_string()],
        );
        ids.insert("users", vec![user]);
        ids.insert("groups", vec![group]);
        ids.insert("roles", vec![text(&role.json["id"]), role_key]);
        ids.insert("profiles", vec![profile]);
        ids.insert("apis", vec![text(&api.json["id"])]);
        ids.insert("tenants", vec![tenant, name.to_owned()]);
        ids.insert("communities", vec![community, format!("friends-of-{name}")]);
        // Nobody let an app of this tenant act for them: of grants the walk has an id that is none.
        ids.insert("grants", vec![Uuid::now_v7().to_string()]);
        Self { ids, account }
    }

    fn of_kind(&self, kind: &str) -> &[String] {
        self.ids.get(kind).unwrap_or_else(|| {
            panic!(
                "there is a new kind of id, below /{kind}: give these tests one of another tenant"
            )
        })
    }

    /// All ids that can be told from those of others.
    fn all(&self) -> impl Iterator<Item = &String> {
        self.ids.values().flatten()
    }
}

/// Every address that an operation can have with at least one id of `theirs`; the others are one's own.
fn addresses(operation: &Operation, theirs: &Belongings, own: &Belongings) -> Vec<String> {
    let mut all: Vec<(String, bool)> = vec![(String::new(), false)];
    let mut before = "";
    for part in operation.path.split('/').skip(1) {
        let choices: Vec<(String, bool)> = if part.starts_with('{') {
            let foreign = theirs.of_kind(before).iter().map(|it| (it.clone(), true));
            let mine = own.of_kind(before).iter().map(|it| (it.clone(), false));
            foreign.chain(mine.take(1)).collect()
        } else {
            vec![(part.to_owned(), false)]
        };
        all = all
            .iter()
            .flat_map(|(path, is_foreign)| {
                choices
                    .iter()
                    .map(move |(it, more)| (format!("{path}/{it}"), *is_foreign || *more))
            })
            .collect();
        before = part;
    }
    all.into_iter()
        .filter_map(|(path, is_foreign)| is_foreign.then_some(path))
        .collect()
}

fn example_of_body(operation: &Operation) -> Option<&'static Value> {
    let body = &operation.description["requestBody"]["content"]["application/json"];
    let reference = body["schema"]["$ref"].as_str()?;
    let schema = document().pointer(reference.trim_start_matches('#'));
    Some(&schema.unwrap()["example"])
}

/// Those below `/me` are about the one who asks, whatever tenant that is.
fn with_ids() -> impl Iterator<Item = &'static Operation> {
    operations()
        .iter()
        .filter(|it| it.path.contains('{') && is_of_a_tenant(it))
}

/// Whether what an operation names belongs to a tenant: not to the caller alone, nor to the whole server.
fn is_of_a_tenant(operation: &Operation) -> bool {
    ["/me/", "/signing-keys"]
        .iter()
        .all(|it| !operation.path.contains(it))
}

async fn every_route_with_the_ids_of_another_tenant_is_not_found(server: Server) {
    let owner = server.super_admin_of("north", None).await;
    let stranger = server.super_admin_of("south", None).await;
    let theirs = Belongings::of(&server, &owner, "north").await;
    let own = Belongings::of(&server, &stranger, "south").await;
    let before = owner.get("/api/v1/audit?limit=200").await.is(200);
    for operation in with_ids() {
        let addresses = addresses(operation, &theirs, &own);
        assert!(!addresses.is_empty(), "{} is not covered", operation.id());
        for path in addresses {
            let mut wire = stranger
                .request(operation.method.clone(), &path)
                .header("If-Match", "*");
            if let Some(body) = example_of_body(operation) {
                wire = wire.json(body);
            }
            let reply = wire.send().await;
            assert_eq!(
                reply.status,
                404,
                "{} {path}: {}",
                operation.id(),
                reply.text
            );
            assert!(!reply.text.contains("north"), "{} {path}", operation.id());
        }
    }
    let after = owner.get("/api/v1/audit?limit=200").await.is(200);
    assert_eq!(before.json, after.json);
    server.token_of(&theirs.account).await;
}

async fn no_list_shows_what_belongs_to_another_tenant(server: Server) {
    let owner = server.super_admin_of("north", None).await;
    let stranger = server.super_admin_of("south", None).await;
    let theirs = Belongings::of(&server, &owner, "north").await;
    let own = Belongings::of(&server, &stranger, "south").await;
    let is_list =
        |it: &&Operation| it.method == reqwest::Method::GET && it.path.starts_with("/api/v1/");
    for operation in operations().iter().filter(is_list) {
        if !is_of_a_tenant(operation) {
            continue;
        }
        // One's own objects, seen by oneself, and the plain lists.
        let mut path = String::new();
        let mut kind = "";
        for part in operation.path.split('/').skip(1) {
            let id = part.starts_with('{').then(|| own.of_kind(kind)[0].clone());
            path = format!("{path}/{}", id.unwrap_or_else(|| part.to_owned()));
            kind = part;
        }
        let parameters = operation.description["parameters"].as_array();
        let names: Vec<&str> = parameters
            .into_iter()
            .flatten()
            .filter(|it| it["in"] == "query")
            .filter_map(|it| it["name"].as_str())
            .collect();
        let mut addresses = vec![path.clone()];
        for name in names.iter().filter(|it| **it != "cursor") {
            // What they have is no filter that finds it.
            addresses.extend(theirs.all().map(|id| format!("{path}?{name}={id}")));
        }
        for address in addresses {
            let reply = stranger.get(&address).await;
            assert!(reply.status < 500, "{address}: {}", reply.text);
            if reply.status != 200 {
                continue;
            }
            for id in theirs.all().filter(|it| it.as_str() != "north") {
                assert!(
                    !reply.text.contains(id),
                    "{address} shows {id}: {}",
                    reply.text
                );
            }
            for name in ["Robot of north", "Gone from north", "ada@north.example"] {
                assert!(!reply.text.contains(name), "{address} shows {name}");
            }
        }
    }
}
