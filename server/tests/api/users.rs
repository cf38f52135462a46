//! `/users`.

use serde_json::json;

use crate::support::{Browser, PASSWORD, Server, on_both_databases};

on_both_databases! {
    all_that_is_wrong_with_a_user_is_said_at_once,
    a_user_is_read_changed_and_never_overwritten_silently,
    a_repeated_invitation_request_gives_the_same_link,
    nobody_raises_anyone_above_themselves,
    the_last_super_admin_who_can_sign_in_stays_one,
    two_super_admins_cannot_both_be_switched_off_at_once,
    anonymizing_wipes_who_it_was_and_cannot_be_taken_back,
    only_who_may_anonymize_does,
    a_role_lowered_acts_on_the_next_call,
    lists_are_filtered_searched_and_paged,
    users_of_another_tenant_are_not_found,
    a_member_sees_nobody_else,
}

async fn all_that_is_wrong_with_a_user_is_said_at_once(server: Server) {
    let admin = server.actor("admin").await;
    let body = json!({ "email": "no address", "name": "a\u{202E}b", "role": "king" });
    let reply = admin.post("/api/v1/users", body).await;
    let reply = reply.is_problem(422, "invalid");
    let pointers: Vec<String> = reply.errors().into_iter().map(|it| it.0).collect();
    assert_eq!(pointers, ["/email", "/name", "/role"]);
    let reply = admin.post("/api/v1/users", json!({})).await;
    assert_eq!(reply.is_problem(422, "invalid").errors().len(), 3);
    let reply = admin.post("/api/v1/users", json!({ "pasword": "x" })).await;
    reply.is_problem(400, "malformed");
}

async fn a_user_is_read_changed_and_never_overwritten_silently(server: Server) {
    let admin = server.actor("admin").await;
    let body = json!({
        "email": "Ada@example.org", "name": "Ada Byron", "role": "member", "invite": false,
    });
    let made = admin.post("/api/v1/users", body).await.is(201);
    assert!(made.json.get("invitation").is_none());
    let path = made.header("location").to_owned();
    let read = admin.get(&path).await.is(200);
    assert_eq!(read.json, made.json["user"]);
    let tag = read.header("etag").to_owned();
    let changed = admin
        .patch(&path, json!({ "name": "Ada King" }))
        .await
        .is(200);
    assert_eq!(changed.json["email"], "Ada@example.org");
    let put = json!({ "email": "ada@example.org", "name": "Ada", "role": "member" });
    let stale = admin
        .request(reqwest::Method::PUT, &path)
        .header("If-Match", &tag)
        .json(&put);
    stale.send().await.is_problem(412, "stale");
    let blind = admin.request(reqwest::Method::PUT, &path).json(&put);
    blind.send().await.is_problem(428, "precondition-required");
    admin.put(&path, put.clone()).await.is(200);
    let again = admin.put(&path, put).await.is(200);
    assert_eq!(
        again.json["version"], 3,
        "what changes nothing is no change"
    );
    let text = again.text + &read.text;
    assert!(!text.contains("argon2"));
}

async fn a_repeated_invitation_request_gives_the_same_link(server: Server) {
    let admin = server.actor("admin").await;
    let body = json!({ "email": "ada@example.org", "name": "Ada", "role": "member" });
    let send = || async {
        let request = admin.request(reqwest::Method::POST, "/api/v1/users");
        let request = request.header("Idempotency-Key", "one").json(&body);
        request.send().await.is(201).json
    };
    let (first, second) = (send().await, send().await);
    assert_eq!(first, second);
    assert!(first["invitation"]["url"].is_string());
    let links = server.database.number("SELECT COUNT(*) FROM one_time_link");
    assert_eq!(links.await, 1);
}

async fn nobody_raises_anyone_above_themselves(server: Server) {
    let admin = server.actor("admin").await;
    let operator = server.operator().await;
    let body = |role| json!({ "email": "ada@example.org", "name": "Ada", "role": role });
    let reply = admin.post("/api/v1/users", body("super_admin")).await;
    reply.is_problem(403, "role_exceeds_caller");
    let boss = server.person("boss", "super_admin").await;
    let ada = server.person("ada", "admin").await;
    let (boss, ada) = (
        format!("/api/v1/users/{}", boss.id),
        format!("/api/v1/users/{}", ada.id),
    );
    let raise = admin.patch(&ada, json!({ "role": "super_admin" })).await;
    raise.is_problem(403, "role_exceeds_caller");
    let take_over = admin
        .patch(&boss, json!({ "email": "me@example.org" }))
        .await;
    take_over.is_problem(403, "role_exceeds_caller");
    for verb in ["reset-password", "deactivate", "reactivate", "invite"] {
        let reply = admin.does(&format!("{boss}/{verb}")).await;
        reply.is_problem(403, "role_exceeds_caller");
    }
    operator
        .patch(&ada, json!({ "role": "super_admin" }))
        .await
        .is(200);
}

async fn the_last_super_admin_who_can_sign_in_stays_one(server: Server) {
    let operator = server.operator().await;
    let first = operator
        .get("/api/v1/users?q=admin%40localhost")
        .await
        .is(200);
    let first = format!(
        "/api/v1/users/{}",
        first.json["items"][0]["id"].as_str().unwrap()
    );
    // Invited, but not here yet: does not count.
    let body = json!({ "email": "later@example.org", "name": "Later", "role": "super_admin" });
    operator.post("/api/v1/users", body).await.is(201);
    let demoted = operator.patch(&first, json!({ "role": "admin" })).await;
    demoted.is_problem(409, "last_super_admin");
    for verb in ["deactivate", "anonymize"] {
        let reply = operator.does(&format!("{first}/{verb}")).await;
        reply.is_problem(409, "last_super_admin");
    }
    operator
        .patch(&first, json!({ "name": "Somebody" }))
        .await
        .is(200);
    server.person("second", "super_admin").await;
    operator
        .patch(&first, json!({ "role": "admin" }))
        .await
        .is(200);
}

async fn two_super_admins_cannot_both_be_switched_off_at_once(server: Server) {
    let operator = server.operator().await;
    let all = operator.get("/api/v1/users?role=super_admin").await.is(200);
    let first = all.json["items"][0]["id"].as_str().unwrap().to_owned();
    let second = server.person("second", "super_admin").await.id.to_string();
    let off = |id: String| {
        let operator = &operator;
        async move {
            let path = format!("/api/v1/users/{id}/deactivate");
            operator.does(&path).await.status
        }
    };
    let (one, other) = tokio::join!(off(first), off(second));
    let mut statuses = [one, other];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}

async fn anonymizing_wipes_who_it_was_and_cannot_be_taken_back(server: Server) {
    let ada = server.person("ada.byron", "admin").await;
    let browser = Browser::new(&server);
    browser.sign_in(&ada.email, PASSWORD).await.is(303);
    server
        .acting_for(&ada, None)
        .await
        .post("/api/v1/groups", json!({ "name": "Mathematicians" }))
        .await
        .is(201);
    let operator = server.operator().await;
    let path = format!("/api/v1/users/{}", ada.id);
    let wiped = operator.does(&format!("{path}/anonymize")).await.is(200);
    assert_eq!(wiped.json["status"], "anonymized");
    assert_eq!(wiped.json["has_password"], false);
    assert!(!browser.is_signed_in().await);
    browser.sign_in(&ada.email, PASSWORD).await.is(401);
    let audit = operator.get("/api/v1/audit?limit=200").await.is(200);
    for text in [wiped.text, audit.text] {
        assert!(!text.contains("ada.byron"), "{text}");
    }
    for (table, columns) in [
        (
            "\"user\"",
            "email || email_key || name || name_key || search_text",
        ),
        (
            "\"group\"",
            "CAST(created_by AS TEXT) || CAST(updated_by AS TEXT)",
        ),
        (
            "audit",
            "actor_name || object_name || CAST(changes AS TEXT)",
        ),
    ] {
        let query = format!("SELECT COUNT(*) FROM {table} WHERE {columns} LIKE '%ada.byron%'");
        assert_eq!(server.database.number(&query).await, 0, "{table}");
    }
    let rows = "SELECT COUNT(*) FROM session UNION SELECT COUNT(*) FROM one_time_link";
    assert_eq!(server.database.number(rows).await, 0);
    for verb in ["reactivate", "deactivate", "reset-password", "invite"] {
        let reply = operator.does(&format!("{path}/{verb}")).await;
        reply.is_problem(409, "user_anonymized");
    }
    let body = json!({ "email": "ada.byron@example.org", "name": "New", "role": "member" });
    operator.post("/api/v1/users", body).await.is(201);
}

async fn only_who_may_anonymize_does(server: Server) {
    let ada = server.person("ada", "member").await;
    let admin = server.actor("admin").await;
    let path = format!("/api/v1/users/{}/anonymize", ada.id);
    let reply = admin.does(&path).await;
    reply.is_problem(403, "missing-permission");
    server.actor("super_admin").await.does(&path).await.is(200);
}

async fn a_role_lowered_acts_on_the_next_call(server: Server) {
    let ada = server.person("ada", "admin").await;
    let acting = server.acting_for(&ada, None).await;
    acting.get("/api/v1/users").await.is(200);
    let operator = server.operator().await;
    let path = format!("/api/v1/users/{}", ada.id);
    operator
        .patch(&path, json!({ "role": "member" }))
        .await
        .is(200);
    let reply = acting.get("/api/v1/users").await;
    reply.is_problem(403, "missing-permission");
    acting.get("/api/v1/me").await.is(200);
}

async fn lists_are_filtered_searched_and_paged(server: Server) {
    let admin = server.actor("admin").await;
    for (index, name) in ["Zoe", "ada", "Bea", "Cem", "Ada"].iter().enumerate() {
        let body = json!({
            "email": format!("person-{index}_x@example.org"), "name": name, "role": "member", "invite": false,
        });
        admin.post("/api/v1/users", body).await.is(201);
    }
    let mut names = Vec::new();
    let mut path = "/api/v1/users?role=member&limit=2&total=true".to_owned();
    loop {
        let page = admin.get(&path).await.is(200).json;
        assert_eq!(page["total"]["count"], 5);
        names.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|it| it["name"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page["next"].as_str() else {
            break;
        };
        path = format!("/api/v1/users?role=member&limit=2&total=true&cursor={next}");
    }
    assert_eq!(names, ["ada", "Ada", "Bea", "Cem", "Zoe"]);
    let count = async |query: &str| {
        let page = admin.get(&format!("/api/v1/users?{query}")).await.is(200);
        page.json["items"].as_array().unwrap().len()
    };
    assert_eq!(count("q=ADA").await, 2);
    assert_eq!(count("q=person-3_x").await, 1);
    assert_eq!(count("q=person-3%25x").await, 0, "% is a character here");
    assert_eq!(count("status=inactive").await, 0);
    for sort in ["name", "-email", "created_at", "-last_sign_in_at"] {
        let all = count("limit=200").await;
        assert_eq!(
            count(&format!("status=active&limit=200&sort={sort}")).await,
            all
        );
        assert_eq!(count(&format!("q=ada&sort={sort}")).await, 2);
        let boss = count(&format!("role=super_admin&status=active&sort={sort}")).await;
        assert_eq!(boss, count("role=super_admin").await);
    }
    assert_eq!(count("sort=-email&limit=3").await, 3);
    for wrong in [
        "status=gone",
        "role=king",
        "sort=age",
        "limit=0",
        "colour=red",
    ] {
        let reply = admin.get(&format!("/api/v1/users?{wrong}")).await;
        reply.is_problem(400, "malformed");
    }
}

async fn users_of_another_tenant_are_not_found(server: Server) {
    let ada = server.person("ada", "member").await;
    let other = server.super_admin_of("other", None).await;
    let path = format!("/api/v1/users/{}", ada.id);
    other.get(&path).await.is_problem(404, "not-found");
    for verb in ["deactivate", "anonymize", "reset-password"] {
        let reply = other.does(&format!("{path}/{verb}")).await;
        reply.is_problem(404, "not-found");
    }
    let list = other.get("/api/v1/users").await.is(200).json;
    assert_eq!(list["items"], json!([]));
    // An address is unique in its tenant only.
    let body = json!({ "email": ada.email, "name": "Another", "role": "member" });
    other.post("/api/v1/users", body).await.is(201);
}

async fn a_member_sees_nobody_else(server: Server) {
    let member = server.actor("member").await;
    for path in ["/api/v1/users", "/api/v1/groups"] {
        let reply = member.get(path).await;
        reply.is_problem(403, "missing-permission");
    }
}
