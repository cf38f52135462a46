//! Lists of clients that are expired or have no credential: which those are changes with the clock, and is recorded some
//! time after. They are right whatever is recorded.

use latchkey::{domain::timestamp::Timestamp, jobs::record_ends_once};
use serde_json::{Value, json};

use crate::support::{
    Actor, Kind, Server, eventually,
    listing::{SORTS, names},
    on_both_databases,
    plain_filter::{compare, everything, text},
};

on_both_databases! {
    lists_of_ended_clients_are_right_before_and_after_ends_are_recorded,
    lists_of_ended_clients_are_right_while_the_clock_goes_on,
    a_client_that_changes_is_listed_as_what_it_is_then,
    whoever_asks_by_a_clock_that_is_behind_finds_what_was_not_over_by_then,
    a_page_of_ended_clients_is_read_off_the_index_of_its_order,
    a_search_among_very_many_ended_clients_finds_the_few,
}

const MANY: usize = 1_500;

/// Adds clients that ended, that end while the clock goes on, and that do not; some are switched off. Many are alike.
async fn fill(server: &Server, like: &Actor) {
    let end = "CASE i % 6 WHEN 0 THEN created_at - 1000 + i % 7 WHEN 1 THEN created_at + 9000 \
               WHEN 2 THEN created_at + 100 * (i % 29) END";
    let never = Timestamp::MAX.unix();
    let credentials = format!(
        "CASE i % 5 WHEN 0 THEN created_at - 500 - i % 3 WHEN 1 THEN created_at + 100 * (i % 23) ELSE {never} END"
    );
    let usable = format!("CASE WHEN ({end}) < ({credentials}) THEN {end} ELSE {credentials} END");
    let but_for = [
        ("client_id", "'bulk-' || i"),
        ("name", "'Worker ' || (i * 7919 % 1000)"),
        ("name_key", "'worker ' || (i * 7919 % 1000)"),
        (
            "search_text",
            "'worker ' || (i * 7919 % 1000) || '\nbulk-' || i || '\n'",
        ),
        (
            "status",
            "CASE WHEN i % 13 = 4 THEN 'inactive' ELSE 'active' END",
        ),
        (
            "owner",
            "CASE WHEN i % 2 = 0 THEN 'platform' WHEN i % 100 = 5 THEN 'rare' END",
        ),
        (
            "role",
            "CASE WHEN i % 11 = 2 THEN 'admin' ELSE 'member' END",
        ),
        ("expires_at", end),
        ("credentials_until", &credentials),
        ("usable_until", &usable),
        ("created_at", "created_at - i % 500"),
        (
            "last_used_at",
            "CASE WHEN i % 3 = 0 THEN 0 ELSE created_at - i % 97 END",
        ),
    ];
    let model = server.database.uuid(like.account.id);
    let numbers = server.database.numbers(0..MANY);
    let from = format!("client, {numbers} WHERE client.id = {model}");
    server.database.copy_clients(&but_for, &from).await;
    // What was used is written now, not in the middle of a list that is sorted by it.
    server.app.write_usage().await.unwrap();
}

/// Takes all records back.
async fn forget(server: &Server) {
    let forgotten = "UPDATE client_entry SET ended = NULL, due = NULL";
    server.database.execute(forgotten).await;
}

/// How many clients are recorded as ended.
async fn recorded(server: &Server) -> i64 {
    let query = "SELECT COUNT(*) FROM client_entry WHERE ended IS NOT NULL";
    server.database.number(query).await
}

const STATES: [&str; 2] = ["expired", "no_credential"];

/// What is asked for besides: what many have, what few have, and what nobody has.
const BESIDES: [&[(&str, &str)]; 6] = [
    &[],
    &[("q", "worker 1")],
    &[("q", "7")],
    &[("role", "admin")],
    &[("owner", "platform"), ("q", "bulk-2")],
    &[("owner", "rare")],
];

/// Lists them in every order, with all that is asked for besides, and filters and sorts here.
async fn compare_all(admin: &Actor) {
    let all = everything(admin).await;
    for (number, sort) in SORTS.into_iter().enumerate() {
        for (index, besides) in BESIDES.into_iter().enumerate() {
            let mut case = besides.to_vec();
            case.push(("effective_status", STATES[(number + index) % 2]));
            compare(admin, &all, &case, sort).await;
        }
    }
    compare_some(admin, &all).await;
}

/// As [`compare_all`], in two orders.
async fn compare_some(admin: &Actor, all: &[Value]) {
    for state in STATES {
        for sort in ["name", "-last_used_at"] {
            compare(admin, all, &[("effective_status", state)], sort).await;
        }
    }
}

async fn lists_of_ended_clients_are_right_before_and_after_ends_are_recorded(server: Server) {
    let admin = server.actor("admin").await;
    fill(&server, &admin).await;
    forget(&server).await;
    compare_all(&admin).await;
    record_ends_once(&server.app).await.unwrap();
    assert!(recorded(&server).await > 400);
    compare_all(&admin).await;
    // Again, which finds nothing more to do.
    let before = recorded(&server).await;
    record_ends_once(&server.app).await.unwrap();
    assert_eq!(recorded(&server).await, before);
}

async fn lists_of_ended_clients_are_right_while_the_clock_goes_on(server: Server) {
    let admin = server.actor("admin").await;
    fill(&server, &admin).await;
    record_ends_once(&server.app).await.unwrap();
    let first = everything(&admin).await;
    // Those that were without a credential expire, and those that were active end, and none of it is recorded.
    server.clock.advance(1_500);
    let then = everything(&admin).await;
    let went = |from: &str, to: &str| {
        let is = |all: &[Value], it: &Value, state: &str| {
            all.iter()
                .any(|other| other["id"] == it["id"] && other["effective_status"] == state)
        };
        then.iter()
            .any(|it| it["effective_status"] == to && is(&first, it, from))
    };
    assert!(went("no_credential", "expired") && went("expiring_soon", "no_credential"));
    compare_all(&admin).await;
    // Some of it is recorded now, and then some more ends within the last minute, which is not.
    record_ends_once(&server.app).await.unwrap();
    for seconds in [0, 1, 58, 1, 1, 40] {
        server.clock.advance(seconds);
        compare_some(&admin, &everything(&admin).await).await;
    }
    record_ends_once(&server.app).await.unwrap();
    compare_all(&admin).await;
}

async fn a_client_that_changes_is_listed_as_what_it_is_then(server: Server) {
    let admin = server.actor("admin").await;
    fill(&server, &admin).await;
    record_ends_once(&server.app).await.unwrap();
    let all = everything(&admin).await;
    let of = |state: &str, skipped: usize| -> String {
        let mut those = all
            .iter()
            .filter(|it| it["effective_status"] == state && it["owner"] == "platform");
        format!(
            "/api/v1/clients/{}",
            text(those.nth(skipped).unwrap(), "id")
        )
    };
    let recorded_before = recorded(&server).await;
    // A rename takes no record back.
    for state in STATES {
        let renamed = json!({ "name": "Aa renamed" });
        admin.patch(&of(state, 0), renamed).await.is(200);
        let found = names(&admin, &[("effective_status", state), ("q", "renamed")]).await;
        assert_eq!(found, ["Aa renamed"]);
    }
    assert_eq!(recorded(&server).await, recorded_before);
    // Nor does use.
    let used = "UPDATE client SET last_used_at = last_used_at + 1 WHERE client_id LIKE 'bulk-1%'";
    server.database.execute(used).await;
    assert_eq!(recorded(&server).await, recorded_before);
    // Each of these does: none of them is what it was.
    let later = json!({ "expires_at": "2027-01-01" });
    admin.patch(&of("expired", 1), later.clone()).await.is(200);
    let credentials = format!("{}/credentials", of("no_credential", 1));
    admin.post(&credentials, json!({})).await.is(201);
    for state in STATES {
        let path = of(state, 2);
        admin.does(&format!("{path}/deactivate")).await.is(200);
    }
    assert_eq!(recorded(&server).await, recorded_before - 4);
    let deleted: Vec<String> = STATES.iter().map(|it| of(it, 3)).collect();
    for path in &deleted {
        admin.delete(path).await.is(204);
    }
    compare_some(&admin, &everything(&admin).await).await;
    // What is recorded of them once more is right, and so is what they are when they change back.
    record_ends_once(&server.app).await.unwrap();
    compare_some(&admin, &everything(&admin).await).await;
    for state in STATES {
        let path = of(state, 2);
        admin.does(&format!("{path}/reactivate")).await.is(200);
    }
    for path in &deleted {
        admin.does(&format!("{path}/restore")).await.is(200);
    }
    // An end that is over in a moment.
    let soon = json!({ "expires_at": "2026-06-15T12:00:01Z" });
    admin.patch(&of("no_credential", 4), soon).await.is(200);
    compare_some(&admin, &everything(&admin).await).await;
    server.clock.advance(2);
    compare_some(&admin, &everything(&admin).await).await;
    record_ends_once(&server.app).await.unwrap();
    compare_all(&admin).await;
}

async fn whoever_asks_by_a_clock_that_is_behind_finds_what_was_not_over_by_then(server: Server) {
    let admin = server.actor("admin").await;
    fill(&server, &admin).await;
    // Some expire twenty seconds before.
    server.clock.advance(1_520);
    record_ends_once(&server.app).await.unwrap();
    server.clock.advance(-45);
    compare_all(&admin).await;
}

async fn a_page_of_ended_clients_is_read_off_the_index_of_its_order(server: Server) {
    let admin = server.actor("admin").await;
    fill(&server, &admin).await;
    record_ends_once(&server.app).await.unwrap();
    if server.database.kind == Kind::Postgres {
        server.database.execute("VACUUM ANALYZE client_entry").await;
        for (by, index) in [
            ("name", "client_entry_ended_by_name"),
            ("-created_at", "client_entry_ended_by_creation"),
            ("usable_until", "client_entry_ended_by_end"),
            ("-last_used_at", "client_entry_ended_by_use"),
        ] {
            let before = read_off(&server, index).await;
            let path =
                format!("/api/v1/clients?effective_status=expired&limit=50&q=worker&sort={by}");
            // Until no connection is left that was ended.
            eventually(async || admin.get(&path).await.status == 200).await;
            // The rest of hundreds was left alone.
            let after = async || read_off(&server, index).await;
            eventually(async || after().await > before).await;
            let read = after().await - before;
            assert!((51..100).contains(&read), "{read} by {by}");
        }
    }
    eventually(async || admin.get("/api/v1/clients").await.status == 200).await;
    // Those that are recorded as something else are not looked at.
    let never = Timestamp::MAX.unix();
    let untrue = format!(
        "UPDATE client_entry SET ended = NULL, due = {never} WHERE name_key <> 'worker 101'"
    );
    server.database.execute(&untrue).await;
    for sort in SORTS {
        for state in STATES {
            let found = names(&admin, &[("effective_status", state), ("sort", sort)]).await;
            assert!(
                found.iter().all(|it| it == "Worker 101"),
                "{state} by {sort}"
            );
        }
    }
}

/// How many entries were read off an index of PostgreSQL, which counts them when a connection ends at the latest.
async fn read_off(server: &Server, index: &str) -> i64 {
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    server.database.execute(end).await;
    let read =
        format!("SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname = '{index}'");
    server.database.number(&read).await
}

/// More than a search walks past.
const VERY_MANY: usize = 21_000;

async fn a_search_among_very_many_ended_clients_finds_the_few(server: Server) {
    let admin = server.actor("admin").await;
    let name = format!("CASE WHEN i < {VERY_MANY} THEN 'many ' ELSE 'few ' END || i");
    let but_for = [
        ("created_at", "created_at - 30000 + i"),
        ("expires_at", "created_at - 1000"),
        ("usable_until", "created_at - 1000"),
    ];
    let (like, numbers) = (admin.account.id, 0..VERY_MANY + 20);
    let database = &server.database;
    database.add_named(like, numbers, &name, &but_for).await;
    record_ends_once(&server.app).await.unwrap();
    assert!(recorded(&server).await > 20_000);
    let found = async |term: &str, sort: &str| {
        let query = [("effective_status", "expired"), ("q", term), ("sort", sort)];
        names(&admin, &query).await
    };
    let all: Vec<String> = (VERY_MANY..VERY_MANY + 20)
        .map(|it| format!("few {it}"))
        .collect();
    assert_eq!(found("few", "created_at").await, all);
    let backwards: Vec<String> = all.iter().rev().cloned().collect();
    assert_eq!(found("few", "-created_at").await, backwards);
    assert_eq!(found("many 20999", "name").await, ["many 20999"]);
    assert!(found("many few", "name").await.is_empty());
}
