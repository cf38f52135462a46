//! Searches in the order of names leave out neighbours among whom nothing is found, and find all others: while zones are
//! known, while clients are fresh, and in between.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use futures_util::future::join_all;
use latchkey::{
    domain::timestamp::Timestamp,
    jobs::{purge_once, read_zones_once},
};
use sea_orm::QueryResult;
use serde_json::json;
use uuid::Uuid;

use crate::support::{Account, Actor, Kind, Server, client_path, listing, on_both_databases};

on_both_databases! {
    searches_find_the_same_whatever_is_known,
    a_zone_is_left_out_when_its_signature_lacks_the_term,
    a_zone_is_left_out_when_its_clients_were_made_at_another_time,
    zones_have_no_gaps_and_are_split_when_they_grow,
    whoever_is_there_throughout_is_always_found,
    a_new_tenant_has_zones_and_a_deleted_one_has_none,
}

/// So many that a word that four in five have is not gathered.
const MANY: usize = 8_000;

/// Adds clients: those that many search for stand behind others. Some have texts too long for an index.
async fn fill(server: &Server, like: &Actor) {
    let name = |odd: &str, without: &str, with: &str| {
        format!(
            "CASE WHEN i % 1000 = 7 THEN '{odd} ' WHEN i % 5 = 0 THEN '{without} ' ELSE '{with} ' END || (i * 7919 % {MANY})"
        )
    };
    add(
        server,
        like,
        0..MANY,
        &name("Ünder Lang", "Alpha", "Müller 夜間 Common"),
        &name("ünder lang", "alpha", "müller 夜間 common"),
    )
    .await;
}

/// Adds clients with these names, in SQL, of the number `i`.
async fn add(
    server: &Server,
    like: &Actor,
    numbers: std::ops::Range<usize>,
    name: &str,
    key: &str,
) {
    let database = &server.database;
    let notes = format!(
        "CASE WHEN i % 1000 = 7 THEN {} || 'common tail' END",
        database.long_text()
    );
    let but_for = [
        ("client_id", "'bulk-' || i"),
        ("name", name),
        ("name_key", key),
        ("notes", &notes),
        (
            "search_text",
            &format!("{key} || '\n' || 'bulk-' || i || '\n' || COALESCE({notes}, '')"),
        ),
        (
            "owner",
            "CASE WHEN i % 5 = 0 THEN 'platform' WHEN i % 3 = 0 THEN 'other' END",
        ),
    ];
    let model = database.uuid(like.account.id);
    let from = format!("client, {} WHERE id = {model}", database.numbers(numbers));
    database.copy_clients(&but_for, &from).await;
}

/// What is searched and sorted by of each client: owner, the key of the order, all text.
async fn everything(server: &Server) -> Vec<(String, (String, Uuid), String)> {
    let query = "SELECT id, name, client_id, COALESCE(notes, ''), COALESCE(owner, '') FROM client \
                 WHERE deleted_at IS NULL AND NOT built_in";
    let rows = server.database.rows(query).await;
    let read = |row: &QueryResult| {
        let text = |index| row.try_get_by_index::<String>(index).unwrap();
        let whole = [text(1), text(2), text(3)].join("\n").to_lowercase();
        let place = (text(1).to_lowercase(), row.try_get_by_index(0).unwrap());
        (text(4), place, whole)
    };
    rows.iter().map(read).collect()
}

/// Searches, all pages of each, and filters and sorts here.
async fn compare(server: &Server, admin: &Actor) {
    let all = everything(server).await;
    let cases = [
        ("common", None, "name"),
        ("夜間 c", Some("other"), "-name"),
        // These few have, and are gathered.
        ("common tail", None, "name"),
        ("zeta", None, "-name"),
    ];
    for (term, by, sort) in cases {
        let found = all.iter().filter(|(owner, _, whole)| {
            whole.contains(term) && by.is_none_or(|it| owner.as_str() == it)
        });
        let mut expected: Vec<_> = found.map(|(_, place, _)| place).collect();
        expected.sort();
        if sort.starts_with('-') {
            expected.reverse();
        }
        let expected: Vec<String> = expected.iter().map(|(_, id)| id.to_string()).collect();
        let mut query = vec![("q", term), ("sort", sort), ("limit", "200")];
        query.extend(by.map(|it| ("owner", it)));
        let ids = listing::ids(admin, &query).await;
        assert_eq!(ids, expected, "{term} of {by:?} by {sort}");
    }
}

/// How many zones there are that are known or are not.
async fn zones(server: &Server, known: &str) -> i64 {
    let query = format!("SELECT COUNT(*) FROM client_zone WHERE signature IS {known}");
    server.database.number(&query).await
}

async fn searches_find_the_same_whatever_is_known(server: Server) {
    let admin = server.actor("admin").await;
    fill(&server, &admin).await;
    read_zones_once(&server.app).await.unwrap();
    assert!(zones(&server, "NOT NULL").await > 40);
    compare(&server, &admin).await;
    // Others are found there now: fresh ones first, and then in their zones.
    let renamed = "UPDATE client SET name = 'Zeta Common ' || name, name_key = 'zeta common ' || name_key, \
                     search_text = 'zeta common ' || search_text, version = version + 1 WHERE client_id LIKE 'bulk-12%0'";
    server.database.execute(renamed).await;
    compare(&server, &admin).await;
    read_zones_once(&server.app).await.unwrap();
    compare(&server, &admin).await;
    // Some are deleted, and come back into zones that were read without them.
    let some = admin.get("/api/v1/clients?q=common&sort=name").await;
    let some: Vec<String> = some
        .each("id")
        .iter()
        .map(|it| format!("/api/v1/clients/{it}"))
        .collect();
    for path in &some {
        admin.delete(path).await.is(204);
    }
    let forgotten = "UPDATE client_zone SET signature = NULL";
    server.database.execute(forgotten).await;
    read_zones_once(&server.app).await.unwrap();
    for path in &some {
        admin.does(&format!("{path}/restore")).await.is(200);
    }
    compare(&server, &admin).await;
}

async fn a_zone_is_left_out_when_its_signature_lacks_the_term(server: Server) {
    let admin = server.actor("admin").await;
    fill(&server, &admin).await;
    read_zones_once(&server.app).await.unwrap();
    let nothing = match server.database.kind {
        Kind::Sqlite => "zeroblob(2048)",
        Kind::Postgres => "decode(repeat('00', 2048), 'hex')",
    };
    let emptied = format!("UPDATE client_zone SET signature = {nothing}");
    server.database.execute(&emptied).await;
    let query = [("q", "common"), ("sort", "name"), ("limit", "200")];
    let found = async || listing::names(&admin, &query).await;
    assert!(found().await.is_empty());
    // A fresh one is looked at by itself, and when it is taken up its zone is read again. No neighbour has the term.
    admin.creates("Aa common", "member").await;
    assert_eq!(found().await, ["Aa common"]);
    read_zones_once(&server.app).await.unwrap();
    assert_eq!(found().await, ["Aa common"]);
    admin.creates("Müller", "member").await;
    read_zones_once(&server.app).await.unwrap();
    let with_neighbours = found().await;
    assert!(with_neighbours.len() > 32 && with_neighbours.len() <= 193);
    assert!(!with_neighbours.contains(&"Müller".to_owned()));
}

async fn a_zone_is_left_out_when_its_clients_were_made_at_another_time(server: Server) {
    let admin = server.actor("admin").await;
    let (like, database) = (admin.account.id, &server.database);
    // Neighbours by name were made one after the other; every other one was used once, and much later.
    let but_for = [
        ("created_at", "created_at - 9000000 + i * 1000"),
        (
            "last_used_at",
            "CASE WHEN i % 2 = 0 THEN 0 ELSE created_at END",
        ),
    ];
    let name = format!("'made ' || ({MANY} + i)");
    database.add_named(like, 0..MANY, &name, &but_for).await;
    let moment = |number: i64| {
        let made = database.number("SELECT created_at FROM client WHERE name = 'made 8000'");
        async move { Timestamp::from_unix_clamped(made.await + number * 1_000).to_string() }
    };
    let (late, early) = (moment(5_000).await, moment(4_000).await);
    let compare = async || {
        for backwards in [false, true] {
            let (made, unused) = (13_000..16_000, (8_000..12_000).step_by(2));
            let in_order = |all: &mut dyn Iterator<Item = usize>| -> Vec<String> {
                let mut all: Vec<String> = all.map(|it| format!("made {it}")).collect();
                all.sort();
                if backwards {
                    all.reverse();
                }
                all
            };
            let sort = if backwards { "-name" } else { "name" };
            for (asked, expected) in [
                (("created_after", &late), in_order(&mut made.clone())),
                (("unused_since", &early), in_order(&mut unused.clone())),
            ] {
                let query = [
                    (asked.0, asked.1.as_str()),
                    ("sort", sort),
                    ("q", "made"),
                    ("limit", "200"),
                ];
                let with_search = listing::names(&admin, &query).await;
                assert!(
                    with_search == expected,
                    "{} with a search by {sort}",
                    asked.0
                );
                let query = [query[0], query[1], query[3]];
                let all = listing::names(&admin, &query).await;
                let named: Vec<String> = all
                    .into_iter()
                    .filter(|it| it.starts_with("made"))
                    .collect();
                assert!(named == expected, "{} by {sort}", asked.0);
            }
        }
    };
    compare().await;
    read_zones_once(&server.app).await.unwrap();
    compare().await;
    let wrong = "UPDATE client_zone SET first_made = 253402300799, last_made = 0";
    database.execute(wrong).await;
    for asked in [("created_after", late.as_str()), ("unused_since", &early)] {
        assert!(
            listing::names(&admin, &[asked, ("q", "made")])
                .await
                .is_empty()
        );
    }
    admin.creates("Made today", "member").await;
    let found =
        async || listing::names(&admin, &[("created_after", &late), ("q", "made to")]).await;
    assert_eq!(found().await, ["Made today"]);
    read_zones_once(&server.app).await.unwrap();
    assert_eq!(found().await, ["Made today"]);
}

async fn zones_have_no_gaps_and_are_split_when_they_grow(server: Server) {
    let admin = server.actor("admin").await;
    fill(&server, &admin).await;
    for (first, odd) in [(MANY, "Beta"), (MANY + 600, "Müller")] {
        read_zones_once(&server.app).await.unwrap();
        let gaps = "SELECT COUNT(*) FROM client_zone AS one WHERE NOT EXISTS (SELECT 1 FROM client_zone AS next \
                      WHERE next.tenant_id = one.tenant_id \
                      AND next.first_key = one.end_key AND next.first_id = one.end_id)";
        let tenants = "SELECT COUNT(DISTINCT tenant_id) FROM client_zone";
        // The last of each tenant has no next.
        assert_eq!(
            server.database.number(gaps).await,
            server.database.number(tenants).await
        );
        let largest = "SELECT MAX(clients) FROM (SELECT COUNT(*) AS clients FROM client_zone AS zone, client_entry AS entry \
                         WHERE entry.tenant_id = zone.tenant_id AND entry.deleted = FALSE \
                         AND (entry.name_key, entry.id) >= (zone.first_key, zone.first_id) \
                         AND (entry.name_key, entry.id) < (zone.end_key, zone.end_id) GROUP BY zone.id) AS counted";
        assert!(server.database.number(largest).await <= 192);
        let (name, key) = (
            format!("'{odd} Common ' || i"),
            format!("'{} common ' || i", odd.to_lowercase()),
        );
        add(&server, &admin, first..first + 400, &name, &key).await;
    }
    read_zones_once(&server.app).await.unwrap();
    assert_eq!(zones(&server, "NULL").await, 0);
    compare(&server, &admin).await;
}

/// Some get other names all the time and others are made, while zones are read and searches go on. In the list that is
/// asked for stands nobody else, so that it has one page, which was read at one moment.
async fn whoever_is_there_throughout_is_always_found(server: Server) {
    const ROUNDS: u64 = 12;
    let admin = server.actor("admin").await;
    fill(&server, &admin).await;
    read_zones_once(&server.app).await.unwrap();
    let name = |number: u64| {
        let letter = char::from(b'a' + u8::try_from(number * 7 % 26).unwrap());
        format!("{letter}{letter} common {number}")
    };
    let creates = async |number: u64| -> Account {
        let fields = json!({ "name": name(number), "owner": "platform" });
        admin.creates_with(fields).await
    };
    let mut racers = Vec::new();
    for number in 0..6 {
        racers.push(creates(number).await);
    }
    let over = AtomicBool::new(false);
    let searches = AtomicU64::new(0);
    let renaming = join_all(racers.iter().enumerate().map(async |(index, racer)| {
        for round in 0..ROUNDS {
            let number = round * 10 + index as u64;
            let patch = json!({ "name": name(number) });
            admin.patch(&client_path(racer), patch).await.is(200);
        }
    }));
    let made = Mutex::new(Vec::new());
    let making = async {
        for number in 0..ROUNDS {
            let account = creates(number).await;
            made.lock().unwrap().push(account.id.to_string());
        }
    };
    let reading = async {
        while !over.load(Ordering::SeqCst) {
            read_zones_once(&server.app).await.unwrap();
            tokio::task::yield_now().await;
        }
    };
    let searching = join_all(["name", "-name"].map(async |sort| {
        while !over.load(Ordering::SeqCst) {
            let expected = made.lock().unwrap().clone();
            let expected = racers.iter().map(|it| it.id.to_string()).chain(expected);
            let expected: Vec<String> = expected.collect();
            let query = [
                ("q", "common"),
                ("owner", "platform"),
                ("sort", sort),
                ("limit", "200"),
            ];
            let found = listing::ids(&admin, &query).await;
            for id in expected {
                assert!(found.contains(&id), "{id} was there throughout");
            }
            searches.fetch_add(1, Ordering::SeqCst);
        }
    }));
    let changing = async {
        tokio::join!(renaming, making);
        over.store(true, Ordering::SeqCst);
    };
    tokio::join!(changing, reading, searching);
    assert!(searches.load(Ordering::SeqCst) > 5);
}

async fn a_new_tenant_has_zones_and_a_deleted_one_has_none(server: Server) {
    let admin = server.super_admin_of("north", None).await;
    read_zones_once(&server.app).await.unwrap();
    let of_north = "SELECT COUNT(*) FROM client_zone WHERE tenant_id = (SELECT id FROM tenant WHERE key = 'north')";
    assert_eq!(server.database.number(of_north).await, 1);
    purge_once(&server.app).await.unwrap();
    assert_eq!(server.database.number(of_north).await, 1);
    let operator = server.operator().await;
    let there = server.operator_in("north").await;
    there.delete(&client_path(&admin.account)).await.is(204);
    operator.delete("/api/v1/tenants/north").await.is(204);
    purge_once(&server.app).await.unwrap();
    assert_eq!(server.database.number(of_north).await, 0);
    assert!(zones(&server, "NOT NULL").await > 0);
}
