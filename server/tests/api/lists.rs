//! Lists: pages by cursor, filters, search, sort and total.

use std::collections::BTreeSet;

use proptest::{
    prelude::{Strategy, any},
    test_runner::{Config, TestRunner},
};
use serde_json::json;

use crate::support::{Actor, Reply, Server, client_path, on_both_databases};

on_both_databases! {
    following_next_visits_every_client_once_in_every_sort,
    a_page_stays_right_while_clients_are_added_and_removed,
    the_link_header_leads_to_the_same_page_as_next,
    search_finds_any_part_without_regard_to_case,
    search_takes_every_character_literally,
    each_filter_narrows_the_list,
    effective_status_is_the_same_in_the_filter_and_in_the_client,
    the_total_is_counted_on_request_only,
    names_are_sorted_without_regard_to_case,
    a_limit_outside_1_to_200_is_refused,
    a_cursor_that_was_changed_is_refused,
    a_cursor_of_another_list_is_refused,
    an_unknown_or_repeated_parameter_is_refused,
    what_looks_like_sql_in_a_filter_finds_nothing,
    deleted_clients_are_listed_apart,
    cursors_of_the_audit_trail_visit_every_event_once,
    any_page_size_gives_the_same_list,
}

const SORTS: [&str; 8] = [
    "name",
    "-name",
    "created_at",
    "-created_at",
    "usable_until",
    "-usable_until",
    "last_used_at",
    "-last_used_at",
];

/// All pages of a list, in order.
async fn pages(actor: &Actor, query: &[(&str, &str)]) -> Vec<Reply> {
    let mut pages: Vec<Reply> = Vec::new();
    loop {
        let mut asked = query.to_vec();
        let next = pages
            .last()
            .and_then(|it| it.json["next"].as_str())
            .map(str::to_owned);
        match &next {
            Some(cursor) => asked.push(("cursor", cursor)),
            None if !pages.is_empty() => return pages,
            None => {}
        }
        let wire = actor.request(reqwest::Method::GET, "/api/v1/clients");
        pages.push(wire.query(&asked).send().await.is(200));
        assert!(pages.len() < 200, "a list without an end");
    }
}

async fn ids(actor: &Actor, query: &[(&str, &str)]) -> Vec<String> {
    let pages = pages(actor, query).await;
    pages
        .iter()
        .flat_map(|it| it.each("id"))
        .map(str::to_owned)
        .collect()
}

async fn names(actor: &Actor, query: &[(&str, &str)]) -> Vec<String> {
    let pages = pages(actor, query).await;
    pages
        .iter()
        .flat_map(|it| it.each("name"))
        .map(str::to_owned)
        .collect()
}

/// Clients of all sorts, some of them alike.
async fn fill(server: &Server, admin: &Actor) {
    for number in 0..12 {
        let mut fields = json!({ "name": format!("Client {}", number / 2) });
        if number % 3 == 0 {
            fields["expires_at"] = json!(format!("2027-01-{:02}", number + 1));
        }
        admin.creates_with(fields).await;
        server.clock.advance(i64::from(number % 2));
    }
    // What was used is written now, not in the middle of a test that sorts by it.
    server.app.write_usage().await.unwrap();
}

async fn following_next_visits_every_client_once_in_every_sort(server: Server) {
    let admin = server.actor("admin").await;
    fill(&server, &admin).await;
    for sort in SORTS {
        let whole = ids(&admin, &[("sort", sort), ("limit", "200")]).await;
        assert_eq!(whole.len(), 14);
        let distinct: BTreeSet<&String> = whole.iter().collect();
        assert_eq!(distinct.len(), whole.len(), "{sort}");
        for limit in ["1", "5", "14"] {
            assert_eq!(
                ids(&admin, &[("sort", sort), ("limit", limit)]).await,
                whole,
                "{sort} by {limit}"
            );
        }
        let mut backwards = whole.clone();
        backwards.reverse();
        let opposite = sort
            .strip_prefix('-')
            .map_or_else(|| format!("-{sort}"), str::to_owned);
        assert_eq!(
            ids(&admin, &[("sort", &opposite)]).await,
            backwards,
            "{opposite}"
        );
    }
    let last = pages(&admin, &[("limit", "7")]).await;
    assert_eq!(last.len(), 2, "the last page says that it is the last");
}

async fn a_page_stays_right_while_clients_are_added_and_removed(server: Server) {
    let admin = server.actor("admin").await;
    let mut there = Vec::new();
    for letter in ["b", "d", "f", "h", "j", "l"] {
        there.push(admin.creates(&format!("page {letter}"), "member").await);
    }
    let first = admin.get("/api/v1/clients?q=page&limit=3").await.is(200);
    assert_eq!(first.each("name"), ["page b", "page d", "page f"]);
    // Before, at and behind the end of the page; and the page's last client goes.
    for name in ["page a", "page e", "page g"] {
        admin.creates(name, "member").await;
    }
    admin.delete(&client_path(&there[2])).await.is(204);
    let next = first.json["next"].as_str().unwrap();
    let wire = admin.request(reqwest::Method::GET, "/api/v1/clients");
    let second = wire
        .query(&[("q", "page"), ("limit", "3"), ("cursor", next)])
        .send()
        .await
        .is(200);
    assert_eq!(second.each("name"), ["page g", "page h", "page j"]);
}

async fn the_link_header_leads_to_the_same_page_as_next(server: Server) {
    let admin = server.actor("admin").await;
    fill(&server, &admin).await;
    let first = admin
        .get("/api/v1/clients?q=client&limit=2&sort=-name")
        .await
        .is(200);
    let link = first.header("link");
    let path = link
        .strip_prefix('<')
        .and_then(|it| it.strip_suffix(">; rel=\"next\""))
        .unwrap();
    let second = admin.get(path).await.is(200);
    let wire = admin.request(reqwest::Method::GET, "/api/v1/clients");
    let next = first.json["next"].as_str().unwrap();
    let same = wire.query(&[
        ("q", "client"),
        ("limit", "2"),
        ("sort", "-name"),
        ("cursor", next),
    ]);
    assert_eq!(
        second.json["items"],
        same.send().await.is(200).json["items"]
    );
    let last = admin.get("/api/v1/clients?limit=200").await.is(200);
    assert!(last.headers.get("link").is_none());
    assert!(last.json.get("next").is_none());
}

async fn search_finds_any_part_without_regard_to_case(server: Server) {
    let admin = server.actor("admin").await;
    let one = admin
        .creates_with(json!({ "name": "Nightly Export 09", "notes": "for the Archive" }))
        .await;
    admin
        .creates_with(json!({ "name": "夜間請求バッチ" }))
        .await;
    admin.creates_with(json!({ "name": "ÜBERSICHT" })).await;
    for (term, found) in [
        ("nightly", "Nightly Export 09"),
        ("LY EX", "Nightly Export 09"),
        ("archive", "Nightly Export 09"),
        ("  nightly  ", "Nightly Export 09"),
        ("09", "Nightly Export 09"),
        (&one.client_id[3..15], "Nightly Export 09"),
        ("請求", "夜間請求バッチ"),
        ("夜", "夜間請求バッチ"),
        ("間請求バ", "夜間請求バッチ"),
        ("übersicht", "ÜBERSICHT"),
    ] {
        assert_eq!(names(&admin, &[("q", term)]).await, [found], "{term}");
    }
    assert!(names(&admin, &[("q", "nothing like it")]).await.is_empty());
    // Nothing but white space searches for nothing.
    assert_eq!(names(&admin, &[("q", "  ")]).await.len(), 5);
    let long = "x".repeat(256);
    let wire = admin.request(reqwest::Method::GET, "/api/v1/clients");
    wire.query(&[("q", &long)])
        .send()
        .await
        .is_problem(400, "malformed");
    // A changed name is found by what it is, not by what it was.
    admin
        .patch(
            &client_path(&one),
            json!({ "name": "Daily", "notes": null }),
        )
        .await
        .is(200);
    assert!(names(&admin, &[("q", "nightly")]).await.is_empty());
    assert_eq!(names(&admin, &[("q", "dail")]).await, ["Daily"]);
}

async fn search_takes_every_character_literally(server: Server) {
    let admin = server.actor("admin").await;
    let odd = [
        "100% sure",
        "under_score",
        "back\\slash",
        "quo\"ted\" word",
        "o'neill & sons",
        "star*fish",
        "a-b (c)",
        "x OR y",
        "semi; colon",
    ];
    for name in odd {
        admin.creates(name, "member").await;
    }
    for (term, found) in [
        ("100%", "100% sure"),
        ("%", "100% sure"),
        ("r_s", "under_score"),
        ("k\\s", "back\\slash"),
        ("\\", "back\\slash"),
        ("\"ted\"", "quo\"ted\" word"),
        ("\"", "quo\"ted\" word"),
        ("o'neill", "o'neill & sons"),
        ("'", "o'neill & sons"),
        ("r*f", "star*fish"),
        ("-b (c", "a-b (c)"),
        ("x or y", "x OR y"),
        ("; c", "semi; colon"),
    ] {
        assert_eq!(names(&admin, &[("q", term)]).await, [found], "{term}");
    }
    for nothing in [
        "100%%",
        "und%score",
        "NOT x",
        "x AND y",
        "name:x",
        "\"x\" NEAR \"y\"",
        "qu_ted",
    ] {
        assert!(
            names(&admin, &[("q", nothing)]).await.is_empty(),
            "{nothing}"
        );
    }
}

async fn each_filter_narrows_the_list(server: Server) {
    let operator = server.operator().await;
    operator
        .creates_with(
            json!({ "name": "one", "owner": "Team A", "labels": { "env": "live", "tier": "1" } }),
        )
        .await;
    server.clock.advance(60);
    let used = operator.creates_with(json!({ "name": "two", "role": "admin", "owner": "Team B", "labels": { "env": "test" } })).await;
    server.clock.advance(60);
    operator
        .creates_with(
            json!({ "name": "three", "expires_at": "2026-08-01", "labels": { "other": "" } }),
        )
        .await;
    operator
        .post(
            "/api/v1/clients",
            json!({ "profile": "short_lived", "name": "four" }),
        )
        .await
        .is(201);
    for (name, value, found) in [
        ("profile", "short_lived", vec!["four"]),
        ("role", "admin", vec!["two"]),
        ("owner", "Team A", vec!["one"]),
        ("label", "env", vec!["one", "two"]),
        ("label", "env:live", vec!["one"]),
        ("label", "env:", vec![]),
        ("label", "other:", vec!["three"]),
        ("expires_before", "2026-09-01", vec!["three"]),
        ("expires_before", "2026-08-01", vec![]),
        (
            "created_after",
            "2026-06-15T12:01:00Z",
            vec!["four", "three", "two"],
        ),
        (
            "created_after",
            "2026-06-15T12:01:01Z",
            vec!["four", "three"],
        ),
        (
            "unused_since",
            "2026-06-15T12:01:00Z",
            vec!["one", "Operator"],
        ),
        ("effective_status", "inactive", vec![]),
    ] {
        assert_eq!(
            names(&operator, &[(name, value)]).await,
            found,
            "{name}={value}"
        );
    }
    let both = [("label", "env"), ("owner", "Team B")];
    assert_eq!(names(&operator, &both).await, ["two"]);
    operator
        .does(&format!("{}/deactivate", client_path(&used)))
        .await
        .is(200);
    assert_eq!(
        names(&operator, &[("effective_status", "inactive")]).await,
        ["two"]
    );
    for (name, value) in [
        ("effective_status", "asleep"),
        ("expires_before", "soon"),
        ("unused_since", "2026-13-01"),
        ("sort", "color"),
        ("sort", "--name"),
        ("total", "perhaps"),
        ("deleted", "7"),
    ] {
        let wire = operator.request(reqwest::Method::GET, "/api/v1/clients");
        wire.query(&[(name, value)])
            .send()
            .await
            .is_problem(400, "malformed");
    }
}

async fn effective_status_is_the_same_in_the_filter_and_in_the_client(server: Server) {
    let admin = server.actor("admin").await;
    admin
        .creates_with(json!({ "expires_at": "2026-06-15T12:30:00Z" }))
        .await;
    admin
        .creates_with(json!({ "expires_at": "2026-07-01" }))
        .await;
    admin
        .creates_with(json!({ "expires_at": "2026-07-15T13:00:00Z" }))
        .await;
    admin
        .creates_with(json!({ "expires_at": "2026-07-15T13:00:01Z" }))
        .await;
    admin
        .creates_with(json!({ "credential": { "expires_at": "2026-06-15T12:30:00Z" } }))
        .await;
    admin
        .creates_with(json!({ "credential": { "expires_at": "2026-07-01" } }))
        .await;
    let off = admin.creates("Off", "member").await;
    admin
        .does(&format!("{}/deactivate", client_path(&off)))
        .await
        .is(200);
    admin
        .post(
            "/api/v1/clients",
            json!({ "profile": "tenant_client", "name": "Bare" }),
        )
        .await
        .is(201);
    server.clock.advance(3600);
    let all = admin.get("/api/v1/clients?limit=200").await.is(200);
    let mut seen = 0;
    for status in [
        "active",
        "inactive",
        "expired",
        "no_credential",
        "expiring_soon",
    ] {
        let expected: BTreeSet<String> = all.json["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|it| it["effective_status"] == status)
            .map(|it| it["id"].as_str().unwrap().to_owned())
            .collect();
        let filtered: BTreeSet<String> = ids(&admin, &[("effective_status", status)])
            .await
            .into_iter()
            .collect();
        assert_eq!(filtered, expected, "{status}");
        assert!(!filtered.is_empty(), "{status}");
        seen += filtered.len();
    }
    assert_eq!(seen, all.each("id").len());
}

async fn the_total_is_counted_on_request_only(server: Server) {
    let admin = server.actor("admin").await;
    fill(&server, &admin).await;
    let without = admin.get("/api/v1/clients?limit=2").await.is(200);
    assert!(without.json.get("total").is_none());
    let with = admin
        .get("/api/v1/clients?limit=2&total=true")
        .await
        .is(200);
    assert_eq!(with.json["total"], json!({ "count": 14, "exact": true }));
    let some = admin
        .get("/api/v1/clients?limit=2&total=true&q=client%203")
        .await
        .is(200);
    assert_eq!(some.json["total"]["count"], 2);
}

async fn names_are_sorted_without_regard_to_case(server: Server) {
    let admin = server.actor("admin").await;
    for name in ["sort Beta", "SORT alpha", "Sort GAMMA", "sort ärger"] {
        admin.creates(name, "member").await;
    }
    let found = names(&admin, &[("q", "sort")]).await;
    assert_eq!(
        found,
        ["SORT alpha", "sort Beta", "Sort GAMMA", "sort ärger"]
    );
}

async fn a_limit_outside_1_to_200_is_refused(server: Server) {
    let admin = server.actor("admin").await;
    for list in [
        "/api/v1/clients",
        "/api/v1/audit",
        &format!("{}/audit", client_path(&admin.account)),
    ] {
        for limit in [
            "0",
            "-1",
            "201",
            "1000000000",
            "9999999999999999999999",
            "1.5",
            "",
            "x",
        ] {
            let reply = admin.get(&format!("{list}?limit={limit}")).await;
            reply.is_problem(400, "malformed");
        }
        for limit in ["1", "200"] {
            admin.get(&format!("{list}?limit={limit}")).await.is(200);
        }
    }
}

async fn a_cursor_that_was_changed_is_refused(server: Server) {
    let admin = server.actor("admin").await;
    fill(&server, &admin).await;
    let first = admin.get("/api/v1/clients?limit=1").await.is(200);
    let cursor = first.json["next"].as_str().unwrap();
    for tampered in [
        String::new(),
        "x".to_owned(),
        cursor[1..].to_owned(),
        format!("{cursor}A"),
        cursor.to_lowercase(),
        "eyJ2YWx1ZSI6ImEiLCJpZCI6IjEifQ".to_owned(),
        "x".repeat(5000),
    ] {
        let wire = admin.request(reqwest::Method::GET, "/api/v1/clients");
        let reply = wire
            .query(&[("limit", "1"), ("cursor", &tampered)])
            .send()
            .await;
        reply.is_problem(400, "malformed");
    }
    // What a cursor holds cannot be read in it.
    assert!(!cursor.contains("Client"));
}

async fn a_cursor_of_another_list_is_refused(server: Server) {
    let admin = server.actor("admin").await;
    fill(&server, &admin).await;
    let first = admin.get("/api/v1/clients?limit=1").await.is(200);
    let cursor = first.json["next"].as_str().unwrap();
    for query in ["sort=-name", "q=client", "profile=app", "deleted=true"] {
        admin
            .get(&format!("/api/v1/clients?{query}&cursor={cursor}"))
            .await
            .is_problem(400, "malformed");
    }
    admin
        .get(&format!("/api/v1/audit?cursor={cursor}"))
        .await
        .is_problem(400, "malformed");
    // Another page size is the same list.
    admin
        .get(&format!("/api/v1/clients?limit=3&cursor={cursor}"))
        .await
        .is(200);
    // In another tenant there is nothing to see with it.
    let stranger = server.super_admin_of("elsewhere", None).await;
    let reply = stranger
        .get(&format!("/api/v1/clients?limit=1&cursor={cursor}"))
        .await;
    assert!(
        reply.status == 400
            || reply
                .each("id")
                .iter()
                .all(|it| *it == stranger.account.id.to_string())
    );
}

async fn an_unknown_or_repeated_parameter_is_refused(server: Server) {
    let admin = server.actor("admin").await;
    for query in [
        "colour=red",
        "Limit=1",
        "limit=1&limit=2",
        "q=a&q=b",
        "filter[name]=a",
        "%00=1",
        "q=%00",
    ] {
        admin
            .get(&format!("/api/v1/clients?{query}"))
            .await
            .is_problem(400, "malformed");
    }
    for path in ["/api/v1/me?verbose=1", "/api/v1/audit?who=me"] {
        admin.get(path).await.is_problem(400, "malformed");
    }
    admin
        .get(&format!("{}?full=1", client_path(&admin.account)))
        .await
        .is_problem(400, "malformed");
    admin.get("/api/v1/clients?").await.is(200);
}

async fn what_looks_like_sql_in_a_filter_finds_nothing(server: Server) {
    let admin = server.actor("admin").await;
    admin
        .creates_with(json!({ "owner": "Team A", "labels": { "env": "live" } }))
        .await;
    for text in [
        "' OR '1'='1",
        "\" OR 1=1 --",
        "%",
        "_",
        "1; DELETE FROM client",
        "$1",
        "?",
        "\\",
        "*",
        "{\"$ne\":1}",
    ] {
        for name in ["profile", "role", "owner", "label"] {
            let wire = admin.request(reqwest::Method::GET, "/api/v1/clients");
            let reply = wire.query(&[(name, text)]).send().await;
            if reply.status == 200 {
                assert!(reply.each("id").is_empty(), "{name}={text}");
            } else {
                reply.is_problem(400, "malformed");
            }
        }
        let wire = admin.request(reqwest::Method::GET, "/api/v1/audit");
        let reply = wire.query(&[("action", text)]).send().await;
        assert!(reply.status == 400 || reply.each("id").is_empty(), "{text}");
    }
    assert_eq!(ids(&admin, &[]).await.len(), 3);
}

async fn deleted_clients_are_listed_apart(server: Server) {
    let admin = server.actor("admin").await;
    let kept = admin.creates("Kept", "member").await;
    let gone = admin.creates("Gone", "member").await;
    admin.delete(&client_path(&gone)).await.is(204);
    let there = ids(&admin, &[]).await;
    assert!(there.contains(&kept.id.to_string()) && !there.contains(&gone.id.to_string()));
    assert_eq!(
        ids(&admin, &[("deleted", "true")]).await,
        [gone.id.to_string()]
    );
    assert_eq!(
        names(
            &admin,
            &[("deleted", "true"), ("q", "gone"), ("sort", "-created_at")]
        )
        .await,
        ["Gone"]
    );
}

async fn cursors_of_the_audit_trail_visit_every_event_once(server: Server) {
    let admin = server.actor("admin").await;
    fill(&server, &admin).await;
    let whole = admin.get("/api/v1/audit?limit=200").await.is(200);
    let whole: Vec<String> = whole.each("id").iter().map(|it| (*it).to_owned()).collect();
    let mut seen: Vec<String> = Vec::new();
    let mut path = "/api/v1/audit?limit=3".to_owned();
    loop {
        let page = admin.get(&path).await.is(200);
        seen.extend(page.each("id").iter().map(|it| (*it).to_owned()));
        // What happens meanwhile comes before the first page.
        admin.creates("Meanwhile", "member").await;
        let Some(next) = page.json["next"].as_str() else {
            break;
        };
        path = format!("/api/v1/audit?limit=3&cursor={next}");
    }
    assert_eq!(seen, whole);
}

/// A property: whatever the names, the sort and the page size, following the cursors gives the list that one page
/// gives.
async fn any_page_size_gives_the_same_list(server: Server) {
    let admin = server.actor("admin").await;
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        ),
    );
    let name = "[a-cA-CäÄ%_'\" 夜]{1,6}".prop_filter("a name", |it: &String| !it.trim().is_empty());
    let case = (
        proptest::collection::vec(name, 1..6),
        0..SORTS.len(),
        1..4_usize,
        any::<bool>(),
    );
    for _ in 0..6 {
        let (names, sort, limit, advance) = case.new_tree_value(&mut runner);
        for name in &names {
            admin.creates(name, "member").await;
            server.clock.advance(i64::from(advance));
        }
        let whole = ids(&admin, &[("sort", SORTS[sort]), ("limit", "200")]).await;
        let paged = ids(
            &admin,
            &[("sort", SORTS[sort]), ("limit", &limit.to_string())],
        )
        .await;
        assert_eq!(
            paged, whole,
            "{names:?} by {} in pages of {limit}",
            SORTS[sort]
        );
        for name in &names {
            let needle = name.trim();
            let found = ids(&admin, &[("q", needle)]).await;
            let lower = needle.to_lowercase();
            for client in pages(&admin, &[("limit", "200")]).await[0].json["items"]
                .as_array()
                .unwrap()
            {
                let text = |field: &str| client[field].as_str().unwrap_or_default().to_lowercase();
                let expected = text("name").contains(&lower) || text("client_id").contains(&lower);
                let id = client["id"].as_str().unwrap().to_owned();
                assert_eq!(found.contains(&id), expected, "{needle:?} in {client}");
            }
        }
    }
}

/// One value of a strategy.
trait Draw: Strategy {
    fn new_tree_value(&self, runner: &mut TestRunner) -> Self::Value {
        proptest::strategy::ValueTree::current(&self.new_tree(runner).unwrap())
    }
}

impl<S: Strategy> Draw for S {}
