//! What belongs to one tenant is not there for another: every route with every kind of id.

use std::collections::BTreeMap;

use serde_json::{Value, json};

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
    /// Somebody of the tenant, at the admin screens, who let an app act for them.
    person: Actor,
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
        let visitor = json!({ "profile": "short_lived", "name": format!("Guest of {name}") });
        let operator = server.operator().await;
        let visitor = operator.post("/api/v1/clients", visitor).await.is(201);
        let visitor = Account::of(&visitor.json);
        let assigned = json!({ "items": [{ "tenant": name, "roles": ["tenant_member"] }] });
        let tenants = format!("{}/tenants", client_path(&visitor));
        operator.put(&tenants, assigned).await.is(200);
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
                visitor.id.to_string(),
                visitor.client_id,
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
        let app = owner.registers_app(json!({ "name": name })).await;
        let email = format!("bea@{name}.example");
        let person = server.somebody_of(name, &email, "admin").await;
        let mut browser = server.visitor_of(&person).await;
        let code = browser.allows(&app, &[]).await.code();
        server.redeem(&app, &code).await.is(200);
        let person = server.admin_screens(&mut browser).await;
        let grants = format!("{}/grants", client_path(&app));
        let grants = owner.get(&grants).await.is(200);
        ids.insert("grants", vec![text(&grants.json["items"][0]["id"])]);
        let sessions = person.get("/api/v1/me/sessions").await.is(200);
        ids.insert("sessions", vec![text(&sessions.json["items"][0]["id"])]);
        ids.insert("applications", vec![app.id.to_string()]);
        ids.entry("clients").or_default().push(app.id.to_string());
        Self {
            ids,
            account,
            person,
        }
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

fn with_ids() -> impl Iterator<Item = &'static Operation> {
    operations()
        .iter()
        .filter(|it| it.path.contains('{') && is_of_a_tenant(it))
}

/// Whether what an operation names belongs to a tenant, and not to the whole server.
fn is_of_a_tenant(operation: &Operation) -> bool {
    !operation.path.contains("/signing-keys")
}

/// Who calls an operation: what is below `/me` is for people, everything else for the super admin.
fn caller_of<'a>(operation: &Operation, stranger: &'a Actor, own: &'a Belongings) -> &'a Actor {
    if operation.path.contains("/me/") {
        &own.person
    } else {
        stranger
    }
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
            let mut wire = caller_of(operation, &stranger, &own)
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
    for list in ["sessions", "applications"] {
        let path = format!("/api/v1/me/{list}");
        let left = theirs.person.get(&path).await.is(200);
        assert_eq!(left.each("id"), theirs.of_kind(list));
    }
    let assigned = owner.get("/api/v1/tenants/north/clients").await.is(200);
    assert_eq!(assigned.each("name"), ["Guest of north"]);
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
            let reply = caller_of(operation, &stranger, &own).get(&address).await;
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
            for name in [
                "Robot of north",
                "Gone from north",
                "Guest of north",
                "ada@north.example",
                "bea@north.example",
            ] {
                assert!(!reply.text.contains(name), "{address} shows {name}");
            }
        }
    }
}
