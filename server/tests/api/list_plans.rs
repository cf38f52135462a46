//! Lists of clients give the same whichever way they are read: what few have is gathered by an index and sorted, what
//! many have is found by walking along the order.

use std::collections::BTreeSet;

use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::Value;

use crate::support::{
    Actor, Server,
    listing::SORTS,
    on_both_databases,
    plain_filter::{PAGES, beginning, compare, everything, text},
};

on_both_databases! {
    every_way_to_read_a_list_gives_what_a_plain_filter_gives,
    any_filters_search_and_sort_give_what_a_plain_filter_gives,
    totals_say_when_they_are_only_a_lower_bound,
    a_search_finds_those_who_stand_together_far_from_the_beginning,
    a_list_is_right_while_what_decided_how_it_is_read_is_old,
}

/// More than are gathered, whatever is asked for.
const MANY: usize = 6_000;

/// Adds many clients: names in two scripts and with every character that means something to a database, texts too long
/// for an index, equal times.
async fn fill(server: &Server, like: &Actor) {
    let name = |odd: &str, first: &str, second: &str| {
        format!(
            "CASE WHEN i % 1009 = 5 THEN '{odd}' || i WHEN i % 3 = 0 THEN '{first} ' || (i * 7919 % 6000) \
             ELSE '{second} ' || (i * 7919 % 6000) END"
        )
    };
    let key = name("zz%_\"''夜間 ", "worker", "éxport");
    let notes = format!(
        "CASE WHEN i % 1500 = 1 THEN {} || 'tail' || i WHEN i % 4 = 1 THEN 'ticket ' || i END",
        server.database.long_text()
    );
    // Some ended, some end soon, some later.
    let end = "CASE WHEN i % 37 = 4 THEN created_at + (i % 5 - 1) * 1000000 END";
    let but_for = [
        ("client_id", "'bulk-' || i"),
        ("name", &name("Zz%_\"''夜間 ", "WORKER", "Éxport")),
        ("name_key", &key),
        ("notes", &notes),
        (
            "search_text",
            &format!("{key} || '\n' || 'bulk-' || i || '\n' || COALESCE({notes}, '')"),
        ),
        (
            "status",
            "CASE WHEN i % 50 = 0 THEN 'inactive' ELSE 'active' END",
        ),
        (
            "owner",
            "CASE WHEN i % 700 = 1 THEN 'rare' WHEN i % 2 = 0 THEN 'platform' END",
        ),
        (
            "role",
            "CASE WHEN i % 900 = 4 THEN 'super_admin' WHEN i % 11 = 2 THEN 'admin' ELSE 'member' END",
        ),
        ("expires_at", end),
        ("usable_until", &format!("COALESCE({end}, usable_until)")),
        ("created_at", "created_at + i * 31 % 500"),
        (
            "last_used_at",
            "CASE WHEN i % 3 = 0 THEN 0 ELSE created_at + i % 97 END",
        ),
    ];
    let model = server.database.uuid(like.account.id);
    let numbers = server.database.numbers(0..MANY);
    let from = format!("client, {numbers} WHERE client.id = {model}");
    server.database.copy_clients(&but_for, &from).await;
    let labels = "INSERT INTO client_label (client, tenant_id, key, value) SELECT id, tenant_id, 'env', \
                  CASE WHEN last_used_at = 0 THEN 'unused' ELSE 'used' END FROM client WHERE client_id LIKE 'bulk-%'";
    server.database.execute(labels).await;
    // What was used is written now, not in the middle of a list that is sorted by it.
    server.app.write_usage().await.unwrap();
}

async fn every_way_to_read_a_list_gives_what_a_plain_filter_gives(server: Server) {
    let admin = server.actor("admin").await;
    fill(&server, &admin).await;
    let all = everything(&admin).await;
    assert_eq!(all.len(), MANY + 2);
    latchkey::jobs::read_zones_once(&server.app).await.unwrap();
    let cases: &[&[(&str, &str)]] = &[
        // Of one and two letters, common and rare, in the middle and at the very end of a text.
        &[("q", "o")],
        &[("q", "-")],
        &[("q", "é")],
        &[("q", "Z")],
        &[("q", "夜")],
        &[("q", "夜間")],
        &[("q", "zZ")],
        &[("q", "EX")],
        &[("q", "%")],
        &[("q", "\"'")],
        &[("q", "x\"")],
        &[("q", "l1")],
        &[("q", "97")],
        // Longer ones.
        &[("q", "worker")],
        &[("q", "Éxport")],
        &[("q", "bulk-")],
        &[("q", "orker 1")],
        &[("q", "%_\"'夜")],
        &[("q", "間 5")],
        &[("q", "ticket 4997")],
        &[("q", "tail1")],
        &[("q", "lorem lorem")],
        &[("q", "nothing like it")],
        // Pieces that stand there, but not together.
        &[("q", "workerorke")],
        // Together with filters.
        &[("q", "o"), ("owner", "rare")],
        &[("q", "bulk-"), ("effective_status", "inactive")],
        &[("q", "tail"), ("owner", "rare")],
        &[("q", "r"), ("label", "env:unused"), ("owner", "platform")],
        &[("owner", "platform")],
        &[("owner", "platform"), ("effective_status", "active")],
        &[("label", "env:used")],
        &[("label", "env:unused"), ("effective_status", "inactive")],
    ];
    for (number, case) in cases.iter().enumerate() {
        for sort in [
            SORTS[number % SORTS.len()],
            SORTS[(number + 3) % SORTS.len()],
        ] {
            compare(&admin, &all, case, sort).await;
        }
    }
    // Those that stand in the order of names in an index of their own.
    for filter in [
        ("owner", "platform"),
        ("role", "admin"),
        ("profile", "service_account"),
    ] {
        for sort in ["name", "-name"] {
            compare(&admin, &all, &[filter], sort).await;
        }
    }
}

/// A property: whatever is asked for together.
async fn any_filters_search_and_sort_give_what_a_plain_filter_gives(server: Server) {
    let admin = server.actor("admin").await;
    fill(&server, &admin).await;
    let mut all = everything(&admin).await;
    let moments = |field: &str| -> Vec<String> {
        let all: BTreeSet<&str> = all.iter().map(|it| text(it, field)).collect();
        let all = all.into_iter().filter(|it| !it.is_empty());
        all.map(str::to_owned).collect()
    };
    let (made, used, ends) = (
        moments("created_at"),
        moments("last_used_at"),
        moments("usable_until"),
    );
    let term = prop_oneof![
        "[a-z]{1,2}",
        "[0-9]{1,4}",
        "(worker|éxport|bulk-|ticket|lorem) ?[0-9]{0,2}",
        Just("夜間".to_owned()),
        Just("tail".to_owned()),
    ];
    let words = |words: &'static [&'static str]| {
        proptest::option::weighted(0.25, proptest::sample::select(words))
    };
    let moment =
        |moments: Vec<String>| proptest::option::weighted(0.2, proptest::sample::select(moments));
    let case = (
        proptest::option::weighted(0.6, term),
        words(&["platform", "rare", "nobody"]),
        words(&["member", "admin", "super_admin"]),
        words(&["active", "inactive", "expired", "expiring_soon"]),
        words(&["env", "env:used", "env:unused"]),
        words(&["service_account", "short_lived"]),
        words(&["true"]),
        (moment(made), moment(used), moment(ends)),
        0..SORTS.len(),
    );
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    );
    for number in 0..120 {
        // From some number on zones are known and ends recorded, and then some of what is known is no longer so.
        match number {
            30 => {
                latchkey::jobs::read_zones_once(&server.app).await.unwrap();
                latchkey::jobs::record_ends_once(&server.app).await.unwrap();
            }
            90 => {
                rename(&server, "bulk-17").await;
                all = everything(&admin).await;
            }
            _ => {}
        }
        let drawn = case.new_tree(&mut runner).unwrap().current();
        let (term, owner, role, status, label, profile, unowned, moments, sort) = drawn;
        let (made, used, ends) = moments;
        let case: Vec<(&str, &str)> = [
            ("q", term.as_deref().map(str::trim)),
            ("owner", owner),
            ("role", role),
            ("effective_status", status),
            ("label", label),
            ("profile", profile),
            ("unowned", unowned),
            ("created_after", made.as_deref()),
            ("unused_since", used.as_deref()),
            ("expires_before", ends.as_deref()),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect();
        compare(&admin, &all, &case, SORTS[sort]).await;
    }
}

/// Gives other names to some clients.
async fn rename(server: &Server, like: &str) {
    let renamed = format!(
        "UPDATE client SET name = 'Lorem ' || name, name_key = 'lorem ' || name_key, \
           search_text = 'lorem ' || search_text, version = version + 1 WHERE client_id LIKE '{like}%'"
    );
    server.database.execute(&renamed).await;
}

async fn totals_say_when_they_are_only_a_lower_bound(server: Server) {
    let admin = server.actor("admin").await;
    fill(&server, &admin).await;
    let total = async |query: &str| {
        let path = format!("/api/v1/clients?limit=1&total=true&{query}");
        let page = admin.get(&path).await.is(200);
        (
            page.json["total"]["count"].clone(),
            page.json["total"]["exact"].clone(),
        )
    };
    assert_eq!(total("").await, (5_000.into(), false.into()));
    assert_eq!(
        total("q=worker&owner=platform").await,
        (999.into(), true.into())
    );
    fill_more(&server).await;
    let (count, exact) = total("q=bulk-").await;
    assert_eq!(exact, false, "counting stopped at {count}");
    assert!((1_000..=2 * MANY as u64).contains(&count.as_u64().unwrap()));
    assert_eq!(total("q=bulk-&owner=rare").await, (9.into(), true.into()));
}

/// Twice as many.
async fn fill_more(server: &Server) {
    let but_for = [("client_id", "client_id || '-more'"), ("owner", "NULL")];
    let from = "client WHERE client_id LIKE 'bulk-%'";
    server.database.copy_clients(&but_for, from).await;
}

/// Further than a search walks along an order, and more than are gathered before it does.
const FAR: usize = 21_000;
const TOGETHER: usize = 3_000;

async fn a_search_finds_those_who_stand_together_far_from_the_beginning(server: Server) {
    let admin = server.actor("admin").await;
    let name = format!("CASE WHEN i < {FAR} THEN 'far ' ELSE 'together ' END || i");
    let but_for = [
        ("created_at", "created_at - 30000 + i"),
        ("last_used_at", "created_at - 30000 + i"),
    ];
    let (like, numbers) = (admin.account.id, 0..FAR + TOGETHER);
    let database = &server.database;
    database.add_named(like, numbers, &name, &but_for).await;
    let ids = |page: &[Value]| -> Vec<String> {
        page.iter()
            .map(|it| text(it, "client_id").to_owned())
            .collect()
    };
    let all: Vec<String> = (FAR..FAR + TOGETHER).map(|i| format!("wide-{i}")).collect();
    for sort in ["created_at", "last_used_at", "name"] {
        let shown = beginning(&admin, &[("q", "together"), ("sort", sort)]).await;
        assert_eq!(ids(&shown), all.get(..PAGES * 200).unwrap(), "by {sort}");
    }
    for sort in ["-created_at", "-last_used_at", "-name"] {
        let shown = beginning(&admin, &[("q", "together"), ("sort", sort)]).await;
        let last: Vec<String> = all.iter().rev().take(PAGES * 200).cloned().collect();
        assert_eq!(ids(&shown), last, "by {sort}");
    }
    let shown = beginning(&admin, &[("q", "far 20999"), ("sort", "created_at")]).await;
    assert_eq!(ids(&shown), ["wide-20999"]);
}

/// How many meet a condition is not asked again for some seconds, in which few may become many, and many few.
async fn a_list_is_right_while_what_decided_how_it_is_read_is_old(server: Server) {
    let admin = server.actor("admin").await;
    let cases: &[&[(&str, &str)]] = &[
        &[("q", "worker")],
        &[("q", "o")],
        &[("owner", "platform")],
        &[("label", "env:used")],
        &[("effective_status", "inactive"), ("q", "bulk-")],
    ];
    let total = async |case: &[(&str, &str)]| {
        let wire = admin.request(reqwest::Method::GET, "/api/v1/clients");
        let page = wire.query(case).query(&[("total", "true")]).send().await;
        page.is(200).json["total"].clone()
    };
    let all = everything(&admin).await;
    for case in cases {
        assert_eq!(total(case).await["exact"], true, "{case:?}");
        compare(&admin, &all, case, "-created_at").await;
    }
    fill(&server, &admin).await;
    let all = everything(&admin).await;
    for case in cases {
        compare(&admin, &all, case, "-created_at").await;
        compare(&admin, &all, case, "name").await;
    }
    assert_eq!(total(cases[2]).await["count"], MANY / 2);
    let gone = "DELETE FROM client WHERE client_id LIKE 'bulk-%' AND client_id NOT LIKE 'bulk-1%'";
    server.database.execute(gone).await;
    let all = everything(&admin).await;
    for case in cases {
        compare(&admin, &all, case, "-created_at").await;
        compare(&admin, &all, case, "name").await;
    }
    assert_eq!(total(cases[4]).await["exact"], true);
}
