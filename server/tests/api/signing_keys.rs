//! `/signing-keys`: replacing the keys that sign tokens, and what becomes of their tokens.

use std::collections::HashSet;

use figment::{Figment, providers::Serialized};
use latchkey::{crypto::signing::VerifyingKey, oauth::signing_keys::tend};
use serde_json::{Value, json};

use crate::support::{Actor, Kind, Reply, Server, eventually, on_both_databases, run};

on_both_databases! {
    the_key_set_holds_public_keys_only_and_each_kid_once,
    the_next_key_is_published_before_it_signs,
    tokens_of_a_retired_key_verify_until_they_expire,
    a_rotation_that_is_asked_for_twice_happens_once,
    keys_rotate_by_schedule_also_after_downtime,
    a_withdrawn_key_ends_its_tokens_at_once,
    a_withdrawn_key_that_did_not_sign_ends_nothing,
    another_algorithm_replaces_the_key_at_the_next_start,
    rotations_are_bounded,
    signing_keys_are_for_who_may_see_and_change_them,
    where_there_are_several_tenants_operators_decide,
    what_happens_to_keys_is_in_the_audit_trail,
}

const DAY: i64 = 86_400;

async fn keys(actor: &Actor) -> Vec<Value> {
    let list = actor.get("/api/v1/signing-keys").await.is(200);
    list.json["items"].as_array().unwrap().clone()
}

fn of_status<'a>(keys: &'a [Value], status: &str) -> Vec<&'a str> {
    let all = keys.iter().filter(|it| it["status"] == status);
    all.map(|it| it["kid"].as_str().unwrap()).collect()
}

async fn published(server: &Server) -> Vec<Value> {
    let set = server.get("/oauth2/jwks").await.is(200);
    set.json["keys"].as_array().unwrap().clone()
}

async fn kids(server: &Server) -> HashSet<String> {
    let set = published(server).await;
    let kids = set.iter().map(|it| it["kid"].as_str().unwrap().to_owned());
    kids.collect()
}

fn header(token: &str) -> Value {
    let part = token.split('.').next().unwrap();
    let bytes = data_encoding::BASE64URL_NOPAD.decode(part.as_bytes());
    serde_json::from_slice(&bytes.unwrap()).unwrap()
}

fn kid(token: &str) -> String {
    header(token)["kid"].as_str().unwrap().to_owned()
}

async fn rotate(actor: &Actor) -> Reply {
    actor.does("/api/v1/signing-keys/rotate").await
}

async fn the_key_set_holds_public_keys_only_and_each_kid_once(server: Server) {
    let operator = server.operator().await;
    for _ in 0..3 {
        rotate(&operator).await.is(200);
    }
    let set = published(&server).await;
    assert_eq!(set.len(), 5, "one signs, one is next, three retire");
    assert_eq!(kids(&server).await.len(), set.len());
    for key in &set {
        VerifyingKey::from_jwk(key).unwrap();
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(key.get(private).is_none(), "{key}");
        }
    }
}

async fn the_next_key_is_published_before_it_signs(server: Server) {
    let operator = server.operator().await;
    let all = keys(&operator).await;
    let (active, next) = (of_status(&all, "active"), of_status(&all, "next"));
    assert_eq!((active.len(), next.len()), (1, 1));
    assert_eq!(kid(&operator.token), active[0]);
    assert!(kids(&server).await.contains(next[0]));
    let after = rotate(&operator).await.is(200);
    let after = after.json["items"].as_array().unwrap();
    assert_eq!(of_status(after, "active"), next);
    assert_eq!(of_status(after, "retiring"), active);
    let upcoming = of_status(after, "next");
    assert_eq!(upcoming.len(), 1);
    assert!(kids(&server).await.contains(upcoming[0]));
    let operator = server.operator().await;
    assert_eq!(kid(&operator.token), next[0]);
    let one = format!("/api/v1/signing-keys/{}", next[0]);
    let one = operator.get(&one).await.is(200);
    assert_eq!(one.json["status"], "active");
    assert_eq!(one.json["rotates_at"], "2026-09-13T12:00:00Z");
    let none = operator.get("/api/v1/signing-keys/none").await;
    none.is_problem(404, "not-found");
}

async fn tokens_of_a_retired_key_verify_until_they_expire(server: Server) {
    let operator = server.operator().await;
    // A token of the longest life there is, from the last second of the key.
    let robot = server.actor("member").await;
    let old = kid(&robot.token);
    rotate(&operator).await.is(200);
    robot.get("/api/v1/me").await.is(200);
    server.clock.advance(DAY - 1);
    tend(&server.app).await.unwrap();
    robot.get("/api/v1/me").await.is(200);
    let fresh = server.operator().await;
    let said = server.introspect(&fresh.account, &robot.token).await;
    assert_eq!(said["active"], true);
    assert!(kids(&server).await.contains(&old));
    server.clock.advance(1);
    robot.get("/api/v1/me").await.is(401);
    // Other clocks may be behind ours: it stays an hour longer.
    server.clock.advance(3_599);
    assert!(kids(&server).await.contains(&old));
    server.clock.advance(1);
    assert!(!kids(&server).await.contains(&old));
    let fresh = server.operator().await;
    let all = keys(&fresh).await;
    assert_eq!(of_status(&all, "retired"), [old]);
    // And also a start later.
    let server = server.restart().await;
    assert_eq!(published(&server).await.len(), 2);
}

async fn a_rotation_that_is_asked_for_twice_happens_once(server: Server) {
    let operator = server.operator().await;
    let send = async || {
        let wire = operator.request(reqwest::Method::POST, "/api/v1/signing-keys/rotate");
        wire.header("Idempotency-Key", "once").send().await.is(200)
    };
    let first = send().await;
    let second = send().await;
    assert_eq!(first.json, second.json);
    assert_eq!(of_status(&keys(&operator).await, "retiring").len(), 1);
}

async fn keys_rotate_by_schedule_also_after_downtime(server: Server) {
    let operator = server.operator().await;
    let before = keys(&operator).await;
    let (active, next) = (of_status(&before, "active"), of_status(&before, "next"));
    server.clock.advance(90 * DAY - 1);
    tend(&server.app).await.unwrap();
    assert_eq!(kid(&server.operator().await.token), active[0]);
    server.clock.advance(1);
    tend(&server.app).await.unwrap();
    assert_eq!(kid(&server.operator().await.token), next[0]);
    // Nobody is there for a year: one rotation, not four.
    server.clock.advance(365 * DAY);
    let server = server.restart().await;
    let operator = server.operator().await;
    let all = keys(&operator).await;
    assert_eq!(of_status(&all, "retiring"), next);
    assert_eq!(of_status(&all, "active").len(), 1);
    assert_eq!(of_status(&all, "next").len(), 1);
    // Old ones are forgotten in the end.
    server.clock.advance(500 * DAY);
    tend(&server.app).await.unwrap();
    tend(&server.app).await.unwrap();
    let all = keys(&server.operator().await).await;
    assert!(!all.iter().any(|it| it["kid"] == active[0]), "{all:?}");
    // And where nobody wants a schedule, there is none.
    let never = Figment::new().merge(Serialized::default("signing_key_rotation", "never"));
    let server = server.restart_with(never).await;
    let before = kid(&server.operator().await.token);
    server.clock.advance(1_000 * DAY);
    tend(&server.app).await.unwrap();
    assert_eq!(kid(&server.operator().await.token), before);
}

async fn a_withdrawn_key_ends_its_tokens_at_once(server: Server) {
    let operator = server.operator().await;
    let robot = server.actor("member").await;
    robot.get("/api/v1/me").await.is(200);
    let old = kid(&robot.token);
    let path = format!("/api/v1/signing-keys/{old}/retire");
    let gone = operator.does(&path).await.is(200);
    assert_eq!(gone.json["key"]["status"], "retired");
    // The operator's, its second one, and the robot's.
    assert_eq!(gone.json["tokens_at_most"], 3);
    robot.get("/api/v1/me").await.is(401);
    operator.get("/api/v1/me").await.is(401);
    let operator = server.operator().await;
    assert_ne!(kid(&operator.token), old);
    let said = server.introspect(&operator.account, &robot.token).await;
    assert_eq!(said, json!({ "active": false }));
    assert!(!kids(&server).await.contains(&old));
    assert_eq!(published(&server).await.len(), 2);
    // Once more changes nothing.
    let again = operator.does(&path).await.is(200);
    assert_eq!(again.json["tokens_at_most"], 0);
    assert_eq!(published(&server).await.len(), 2);
    operator.get("/api/v1/me").await.is(200);
}

async fn a_withdrawn_key_that_did_not_sign_ends_nothing(server: Server) {
    let operator = server.operator().await;
    let next = of_status(&keys(&operator).await, "next")[0].to_owned();
    let path = format!("/api/v1/signing-keys/{next}/retire");
    let gone = operator.does(&path).await.is(200);
    assert_eq!(gone.json["tokens_at_most"], 0);
    operator.get("/api/v1/me").await.is(200);
    let all = keys(&operator).await;
    assert_eq!(of_status(&all, "next").len(), 1);
    assert_ne!(of_status(&all, "next")[0], next);
    assert!(!kids(&server).await.contains(&next));
    let none = operator.does("/api/v1/signing-keys/none/retire").await;
    none.is_problem(404, "not-found");
}

async fn another_algorithm_replaces_the_key_at_the_next_start(server: Server) {
    let robot = server.actor("member").await;
    let old = kid(&robot.token);
    assert_eq!(header(&robot.token)["alg"], "ES256");
    let other = Figment::new().merge(Serialized::default("signing_algorithm", "EdDSA"));
    let url = server.url.clone();
    let other = other.merge(Serialized::default("public_url", url));
    let server = server.restart_with(other).await;
    let operator = server.operator().await;
    assert_eq!(header(&operator.token)["alg"], "EdDSA");
    // The tokens of before are as good as they were.
    assert!(kids(&server).await.contains(&old));
    server
        .with_token(robot.account.clone(), robot.token.clone())
        .get("/api/v1/me")
        .await
        .is(200);
    let all = keys(&operator).await;
    assert_eq!(of_status(&all, "retiring"), [old]);
    for status in ["active", "next"] {
        let key = all.iter().find(|it| it["status"] == status).unwrap();
        assert_eq!(key["alg"], "EdDSA");
    }
}

async fn rotations_are_bounded(server: Server) {
    let operator = server.operator().await;
    let mut refused = None;
    for _ in 0..40 {
        let reply = rotate(&operator).await;
        if reply.status != 200 {
            refused = Some(reply);
            break;
        }
    }
    refused.unwrap().is_problem(409, "too_many_signing_keys");
    assert!(published(&server).await.len() <= 31);
    // Not for ever.
    server.clock.advance(2 * DAY);
    rotate(&server.operator().await).await.is(200);
}

async fn signing_keys_are_for_who_may_see_and_change_them(server: Server) {
    let admin = server.actor("admin").await;
    let refused = admin.get("/api/v1/signing-keys").await;
    refused.is_problem(403, "missing-permission");
    let refused = rotate(&admin).await;
    refused.is_problem(403, "missing-permission");
    let boss = server.actor("super_admin").await;
    assert_eq!(keys(&boss).await.len(), 2);
    rotate(&boss).await.is(200);
}

async fn where_there_are_several_tenants_operators_decide(server: Server) {
    let operator = server.operator().await;
    let stranger = server.super_admin_of("elsewhere", None).await;
    let active = of_status(&keys(&stranger).await, "active")[0].to_owned();
    let refused = rotate(&stranger).await;
    refused.is_problem(403, "missing-permission");
    let retire = format!("/api/v1/signing-keys/{active}/retire");
    let refused = stranger.does(&retire).await;
    refused.is_problem(403, "missing-permission");
    assert_eq!(of_status(&keys(&operator).await, "active"), [active]);
    rotate(&operator).await.is(200);
}

async fn what_happens_to_keys_is_in_the_audit_trail(server: Server) {
    let operator = server.operator().await;
    let before = keys(&operator).await;
    let (active, next) = (of_status(&before, "active"), of_status(&before, "next"));
    rotate(&operator).await.is(200);
    let retire = format!("/api/v1/signing-keys/{}/retire", active[0]);
    operator.does(&retire).await.is(200);
    let operator = server.operator().await;
    let audit = operator.get("/api/v1/audit?limit=10").await.is(200);
    let events = audit.json["items"].as_array().unwrap();
    let of = |action: &str| events.iter().find(|it| it["action"] == action).unwrap();
    let rotated = of("signing_key.rotated");
    assert_eq!(rotated["object"]["name"], next[0]);
    assert_eq!(rotated["changes"][0]["before"], active[0]);
    assert_eq!(rotated["actor"]["kind"], "client");
    let retired = of("signing_key.retired");
    assert_eq!(retired["object"]["name"], active[0]);
    assert_eq!(retired["changes"][0]["after"], "retired");
    // What nobody asked for was done by the server.
    server.clock.advance(91 * DAY);
    tend(&server.app).await.unwrap();
    let operator = server.operator().await;
    let audit = operator.get("/api/v1/audit?limit=2").await.is(200);
    let rotated = &audit.json["items"].as_array().unwrap()[0];
    assert_eq!(rotated["action"], "signing_key.rotated");
    assert_eq!(rotated["actor"]["kind"], "system");
}

async fn listening(server: &Server) -> i64 {
    let query = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    server.database.number(query).await
}

#[test]
fn a_rotation_acts_on_every_node() {
    run(Kind::Postgres, async |one: Server| {
        let other = one.second_node().await;
        eventually(async || listening(&one).await == 2).await;
        let operator = one.operator().await;
        let robot = other.actor("member").await;
        let old = kid(&robot.token);
        rotate(&operator).await.is(200);
        let there = async || kid(&other.operator().await.token);
        eventually(async || there().await != old).await;
        assert_eq!(kids(&one).await, kids(&other).await);
        // The old one is good on both for as long as its tokens live.
        for node in [&one, &other] {
            let token = robot.token.clone();
            let robot = node.with_token(robot.account.clone(), token);
            robot.get("/api/v1/me").await.is(200);
        }
        // Withdrawn on one, its tokens are dead on the other, which had verified them before.
        let retire = format!("/api/v1/signing-keys/{old}/retire");
        operator.does(&retire).await.is(200);
        let robot = other.with_token(robot.account.clone(), robot.token.clone());
        eventually(async || robot.get("/api/v1/me").await.status == 401).await;
        assert!(!kids(&other).await.contains(&old));
    });
}

#[test]
fn two_nodes_rotate_once() {
    run(Kind::Postgres, async |one: Server| {
        let other = one.second_node().await;
        // Several times, since the two do not meet each time.
        for _ in 0..6 {
            one.clock.advance(90 * DAY);
            let (first, second) = tokio::join!(tend(&one.app), tend(&other.app));
            first.unwrap();
            second.unwrap();
            let all = keys(&one.operator().await).await;
            for (status, number) in [("active", 1), ("next", 1), ("retiring", 1)] {
                assert_eq!(of_status(&all, status).len(), number, "{status}: {all:?}");
            }
        }
    });
}

#[test]
fn nodes_that_start_at_once_agree_on_the_keys() {
    run(Kind::Postgres, async |one: Server| {
        let (other, third) = tokio::join!(one.second_node(), one.second_node());
        let first = kids(&one).await;
        assert_eq!(first.len(), 2);
        assert_eq!(first, kids(&other).await);
        assert_eq!(first, kids(&third).await);
    });
}
