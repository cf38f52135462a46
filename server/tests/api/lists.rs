//! Lists: pages by cursor.

use std::collections::BTreeSet;

use proptest::{
    prelude::{Strategy, any},
    test_runner::{Config, TestRunner},
};

use crate::support::{
    Server, client_path,
    listing::{SORTS, fill, ids, pages},
    on_both_databases,
};

on_both_databases! {
    following_next_visits_every_client_once_in_every_sort,
    a_page_stays_right_while_clients_are_added_and_removed,
    the_link_header_leads_to_the_same_page_as_next,
    a_limit_outside_1_to_200_is_refused,
    a_cursor_that_was_changed_is_refused,
    a_cursor_of_another_list_is_refused,
    an_unknown_or_repeated_parameter_is_refused,
    cursors_of_the_audit_trail_visit_every_event_once,
    any_page_size_gives_the_same_list,
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
