//! `/tenants`: operators make, change and end tenants; everybody else sees the one they act in.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    Account, Actor, Browser, PASSWORD, Server, client_path, link_form, listing, on_both_databases,
    path_of,
};

on_both_databases! {
    an_operator_makes_a_tenant_and_its_first_administrator_who_signs_in,
    the_password_tells_which_account_an_address_means_and_else_the_person_is_asked,
    an_operator_acts_in_any_tenant_by_its_scope,
    only_operators_see_more_than_their_own_tenant,
    a_super_admin_renames_the_own_tenant_and_no_more,
    tenants_have_versions_and_an_audit_trail_on_both_sides,
    the_key_of_a_tenant_has_a_form_and_is_never_given_again,
    a_tenant_is_deleted_only_when_nothing_depends_on_it,
    a_repeated_request_makes_one_tenant,
    tenants_are_listed_by_key_page_by_page,
    a_new_external_key_is_for_clients_made_later,
}

async fn makes(operator: &Actor, key: &str) -> Value {
    let body = json!({ "key": key, "name": format!("The {key}") });
    operator.post("/api/v1/tenants", body).await.is(201).json
}

async fn an_operator_makes_a_tenant_and_its_first_administrator_who_signs_in(server: Server) {
    let operator = server.operator().await;
    let tenant = makes(&operator, "north").await;
    let person = json!({ "email": "first@north.example", "name": "The first" });
    let path = "/api/v1/tenants/north/administrators";
    let made = operator.post(path, person.clone()).await.is(201).json;
    assert_eq!(made["user"]["role"], "super_admin");
    let link = path_of(&server, &made["invitation"]);
    let (action, fields) = link_form(&link, PASSWORD);
    let browser = Browser::new(&server).fill(&link, action, &fields).await;
    browser.is(303);
    // By e-mail alone: the address says which tenant.
    let fields = [("email", "first@north.example"), ("password", PASSWORD)];
    let signed_in = Browser::new(&server)
        .fill("/sign-in", "/sign-in", &fields)
        .await
        .is(303);
    assert_eq!(signed_in.header("location"), "/account");
    // It is a person of that tenant, and of no other.
    let there = server.operator_in("north").await;
    let people = there.get("/api/v1/users").await.is(200);
    assert_eq!(people.json["items"][0]["id"], made["user"]["id"]);
    let here = operator.get("/api/v1/users").await.is(200);
    assert!(!here.text.contains("north.example"));
    let again = operator.post(path, person).await;
    again.is_problem(409, "email_taken");
    let trail = there.get("/api/v1/audit").await.is(200);
    assert!(trail.text.contains("user.invited"), "{}", trail.text);
    assert!(trail.text.contains(tenant["id"].as_str().unwrap()));
}

async fn the_password_tells_which_account_an_address_means_and_else_the_person_is_asked(
    server: Server,
) {
    const OTHER: &str = "marble kettle orbit 9";
    let operator = server.operator().await;
    server.person("ada", "member").await;
    for (key, password) in [("north", PASSWORD), ("south", OTHER)] {
        makes(&operator, key).await;
        let body = json!({ "email": "ada@example.org", "name": key, "role": "member" });
        let there = server.operator_in(key).await;
        let made = there.post("/api/v1/users", body).await.is(201).json;
        let link = path_of(&server, &made["invitation"]);
        let (action, fields) = link_form(&link, password);
        Browser::new(&server)
            .fill(&link, action, &fields)
            .await
            .is(303);
    }
    let sign_in = async |password: &str, tenant: Option<&str>| {
        let mut fields = vec![("email", "ada@example.org"), ("password", password)];
        fields.extend(tenant.map(|it| ("tenant", it)));
        let browser = Browser::new(&server);
        let reply = browser.fill("/sign-in", "/sign-in", &fields).await;
        let account = browser.get("/account").await;
        (reply, account.text)
    };
    let (reply, account) = sign_in(OTHER, None).await;
    assert_eq!(reply.status, 303);
    assert!(account.contains("The south"), "{account}");
    let (reply, _) = sign_in(PASSWORD, None).await;
    assert_eq!(reply.status, 401);
    assert!(reply.text.contains("name=\"tenant\""), "{}", reply.text);
    let (reply, account) = sign_in(PASSWORD, Some("north")).await;
    assert_eq!(reply.status, 303);
    assert!(account.contains("The north"), "{account}");
    for (password, tenant) in [(OTHER, Some("north")), ("wrong words", None)] {
        let (reply, _) = sign_in(password, tenant).await;
        assert_eq!(reply.status, 401);
        assert!(reply.text.contains("is wrong"), "{}", reply.text);
    }
    let nowhere = sign_in(PASSWORD, Some("nowhere")).await.0;
    assert!(
        nowhere.text.contains("is wrong"),
        "nothing is told of tenants"
    );
}

async fn an_operator_acts_in_any_tenant_by_its_scope(server: Server) {
    let operator = server.operator().await;
    let tenant = makes(&operator, "north").await;
    let there = server.operator_in("north").await;
    let me = there.get("/api/v1/me").await.is(200);
    assert_eq!(me.json["tenant_id"], tenant["id"]);
    let account = there.creates("Robot of the north", "admin").await;
    there.get(&client_path(&account)).await.is(200);
    operator
        .get(&client_path(&account))
        .await
        .is_problem(404, "not-found");
    let robot = server.sign_in(&account).await;
    let me = robot.get("/api/v1/me").await.is(200);
    assert_eq!(me.json["tenant_id"], tenant["id"]);
    assert_eq!(me.json["operator"], false);
    // A client that is no operator picks nothing but its own.
    let refused = server.ask_for_token_in(&account, "tenant:default").await;
    assert_eq!(refused.is(400).json["error"], "invalid_scope");
    let unknown = server
        .ask_for_token_in(&operator.account, "tenant:nowhere")
        .await;
    assert_eq!(unknown.is(400).json["error"], "invalid_scope");
}

async fn only_operators_see_more_than_their_own_tenant(server: Server) {
    let stranger = server.super_admin_of("north", None).await;
    let own = stranger.get("/api/v1/tenants").await.is(200);
    assert_eq!(own.json["items"].as_array().unwrap().len(), 1);
    assert_eq!(own.json["items"][0]["key"], "north");
    stranger.get("/api/v1/tenants/north").await.is(200);
    let elsewhere = server.operator().await.get("/api/v1/tenants/default").await;
    let elsewhere = elsewhere.is(200).json["id"].as_str().unwrap().to_owned();
    for reference in ["default", &elsewhere] {
        let path = format!("/api/v1/tenants/{reference}");
        stranger.get(&path).await.is_problem(404, "not-found");
        let patch = json!({ "name": "Mine now" });
        stranger
            .patch(&path, patch.clone())
            .await
            .is_problem(404, "not-found");
        stranger
            .put(&path, patch)
            .await
            .is_problem(404, "not-found");
        stranger.delete(&path).await.is_problem(404, "not-found");
        let person = json!({ "email": "me@north.example", "name": "Me" });
        stranger
            .post(&format!("{path}/administrators"), person)
            .await
            .is_problem(404, "not-found");
    }
    let body = json!({ "key": "mine", "name": "Mine" });
    stranger
        .post("/api/v1/tenants", body)
        .await
        .is_problem(403, "missing-permission");
    stranger
        .delete("/api/v1/tenants/north")
        .await
        .is_problem(403, "missing-permission");
    let member = server.actor("member").await;
    let own = member.get("/api/v1/tenants").await.is(200);
    assert_eq!(own.json["items"][0]["key"], "default");
    assert_eq!(own.json["items"].as_array().unwrap().len(), 1);
}

async fn a_super_admin_renames_the_own_tenant_and_no_more(server: Server) {
    let stranger = server.super_admin_of("north", Some("N-1")).await;
    let renamed = stranger
        .patch("/api/v1/tenants/north", json!({ "name": "Far north" }))
        .await
        .is(200);
    assert_eq!(renamed.json["name"], "Far north");
    assert_eq!(renamed.json["external_key"], "N-1");
    for external_key in [json!("gold"), json!(null)] {
        stranger
            .patch(
                "/api/v1/tenants/north",
                json!({ "external_key": external_key }),
            )
            .await
            .is_problem(403, "missing-permission");
    }
    let account = stranger.creates("An admin", "admin").await;
    let admin = server.sign_in(&account).await;
    admin
        .patch("/api/v1/tenants/north", json!({ "name": "Mine" }))
        .await
        .is_problem(403, "missing-permission");
}

async fn tenants_have_versions_and_an_audit_trail_on_both_sides(server: Server) {
    let operator = server.operator().await;
    let tenant = makes(&operator, "north").await;
    let path = "/api/v1/tenants/north";
    let read = operator.get(path).await.is(200);
    assert_eq!(read.header("etag"), "\"1\"");
    let form = json!({ "name": "Renamed", "external_key": "N-1" });
    operator
        .request(Method::PUT, path)
        .json(&form)
        .send()
        .await
        .is_problem(428, "precondition-required");
    let changed = operator.put(path, form.clone()).await.is(200);
    assert_eq!(changed.header("etag"), "\"2\"");
    assert_eq!(changed.json["external_key"], "N-1");
    let stale = operator
        .request(Method::PUT, path)
        .header("If-Match", "\"1\"")
        .json(&form)
        .send()
        .await;
    stale.is_problem(412, "stale");
    // What changes nothing writes nothing.
    let same = operator.put(path, form).await.is(200);
    assert_eq!(same.header("etag"), "\"2\"");
    let cleared = operator
        .patch(path, json!({ "external_key": null }))
        .await
        .is(200);
    assert!(cleared.json.get("external_key").is_none());
    let wrong = operator
        .patch(path, json!({ "name": "", "external_key": "a b" }))
        .await;
    assert_eq!(
        wrong.is_problem(422, "invalid").errors(),
        [
            ("/external_key".to_owned(), "invalid".to_owned()),
            ("/name".to_owned(), "invalid".to_owned())
        ]
    );
    let there = server.operator_in("north").await;
    for actor in [&operator, &there] {
        let trail = actor
            .get("/api/v1/audit?action=tenant.updated")
            .await
            .is(200);
        let events = trail.json["items"].as_array().unwrap();
        assert_eq!(events.len(), 2);
        assert!(events.iter().all(|it| it["object"]["id"] == tenant["id"]));
    }
}

async fn the_key_of_a_tenant_has_a_form_and_is_never_given_again(server: Server) {
    let operator = server.operator().await;
    for bad in ["", "a", "North", "1st", "nörd", "a b", "a:b"] {
        let refused = operator
            .post("/api/v1/tenants", json!({ "key": bad, "name": "x" }))
            .await;
        let refused = refused.is_problem(422, "invalid");
        assert_eq!(
            refused.errors(),
            [("/key".to_owned(), "invalid".to_owned())]
        );
    }
    // `tenant:view` is a permission.
    for word in ["view", "change"] {
        let body = json!({ "key": word, "name": "x" });
        let refused = operator.post("/api/v1/tenants", body).await;
        let reserved = [("/key".to_owned(), "reserved".to_owned())];
        assert_eq!(refused.is_problem(422, "invalid").errors(), reserved);
    }
    makes(&operator, "north").await;
    let body = json!({ "key": "north", "name": "Another" });
    operator
        .post("/api/v1/tenants", body.clone())
        .await
        .is_problem(409, "key_taken");
    operator.delete("/api/v1/tenants/north").await.is(204);
    operator
        .post("/api/v1/tenants", body)
        .await
        .is_problem(409, "key_taken");
}

async fn a_tenant_is_deleted_only_when_nothing_depends_on_it(server: Server) {
    let operator = server.operator().await;
    let own = operator.get("/api/v1/tenants/default").await.is(200);
    let own = format!("/api/v1/tenants/{}", own.json["id"].as_str().unwrap());
    operator.delete(&own).await.is_problem(409, "tenant_in_use");
    makes(&operator, "north").await;
    let there = server.operator_in("north").await;
    let account = there.creates("Robot", "member").await;
    let person = json!({ "email": "first@north.example", "name": "The first" });
    let made = operator
        .post("/api/v1/tenants/north/administrators", person)
        .await
        .is(201)
        .json;
    let link = path_of(&server, &made["invitation"]);
    let (action, fields) = link_form(&link, PASSWORD);
    let joined = Browser::new(&server).fill(&link, action, &fields).await;
    joined.is(303);
    operator
        .delete("/api/v1/tenants/north")
        .await
        .is_problem(409, "tenant_in_use");
    there.delete(&client_path(&account)).await.is(204);
    operator.delete("/api/v1/tenants/north").await.is(204);
    operator
        .get("/api/v1/tenants/north")
        .await
        .is_problem(404, "not-found");
    let listed = operator.get("/api/v1/tenants").await.is(200);
    assert!(!listed.text.contains("north"));
    // The last super admin went with it, and the operator's token for it is dead.
    let fields = [("email", "first@north.example"), ("password", PASSWORD)];
    let refused = Browser::new(&server)
        .fill("/sign-in", "/sign-in", &fields)
        .await;
    refused.is(401);
    there
        .get("/api/v1/me")
        .await
        .is_problem(401, "unauthorized");
}

async fn a_repeated_request_makes_one_tenant(server: Server) {
    let operator = server.operator().await;
    let body = json!({ "key": "north", "name": "North" });
    let send = async || {
        operator
            .request(Method::POST, "/api/v1/tenants")
            .header("Idempotency-Key", "once")
            .json(&body)
            .send()
            .await
            .is(201)
            .json
    };
    assert_eq!(send().await, send().await);
}

async fn tenants_are_listed_by_key_page_by_page(server: Server) {
    let operator = server.operator().await;
    for key in ["north", "east", "south"] {
        makes(&operator, key).await;
    }
    let seen = listing::each_of(&operator, "/api/v1/tenants", "key").await;
    assert_eq!(seen, ["default", "east", "north", "south"]);
    operator
        .get("/api/v1/tenants?cursor=AAAA")
        .await
        .is_problem(400, "malformed");
}

async fn a_new_external_key_is_for_clients_made_later(server: Server) {
    let stranger = server.super_admin_of("north", Some("old")).await;
    let operator = server.operator().await;
    let make = async |id: &str| {
        let body = json!({ "profile": "api_access", "client_id": id });
        let made = stranger.post("/api/v1/clients", body).await.is(201);
        Account::of(&made.json)
    };
    let before = make("backend").await;
    assert_eq!(before.client_id, "wallet-old-backend");
    operator
        .patch("/api/v1/tenants/north", json!({ "external_key": "new" }))
        .await
        .is(200);
    server.token_of(&before).await;
    let after = make("backend").await;
    assert_eq!(after.client_id, "wallet-new-backend");
}
