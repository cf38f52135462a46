//! A search in the order in which clients were made finds what a plain filter does, in whatever order they were written.

use crate::support::{Actor, Kind, Server, listing, on_both_databases};

on_both_databases! {
    a_search_in_the_order_of_creation_finds_also_who_was_made_out_of_turn,
    a_search_in_the_order_of_creation_finds_who_was_written_in_any_order,
    a_search_in_the_order_of_creation_looks_into_runs_that_may_have_been_made_as_soon,
}

const MANY: usize = 3_000;
const DAY: usize = 86_400;

/// Adds clients of whom one in four has the term, and four in five were never used.
async fn fill(server: &Server, like: &Actor, made: &str) {
    let name = "CASE WHEN i % 4 = 3 THEN 'rose quartz ' ELSE 'granite ' END || i";
    let used = format!("CASE WHEN i % 5 = 0 THEN created_at - i * 7919 % {MANY} ELSE 0 END");
    let made = format!("created_at - {DAY} + {made}");
    let but_for = [
        ("created_at", made.as_str()),
        ("last_used_at", &used),
        ("role", "CASE WHEN i % 3 = 0 THEN 'member' ELSE 'admin' END"),
    ];
    let like = like.account.id;
    server
        .database
        .add_named(like, 0..MANY, name, &but_for)
        .await;
}

async fn compare(server: &Server, admin: &Actor) {
    let quartz = "name LIKE '%quartz%' AND deleted_at IS NULL";
    for column in ["created_at", "last_used_at"] {
        for role in [None, Some("member")] {
            let of_role = role.map_or_else(String::new, |it| format!(" AND role = '{it}'"));
            let mut ids = server
                .database
                .ids(&format!("{quartz}{of_role}"), column)
                .await;
            assert!(ids.len() >= MANY / 12);
            for sort in [column.to_owned(), format!("-{column}")] {
                for limit in ["7", "50"] {
                    let mut query = vec![("q", "se quartz"), ("sort", &sort), ("limit", limit)];
                    query.extend(role.map(|it| ("role", it)));
                    let found = listing::ids(admin, &query).await;
                    assert!(
                        found == ids,
                        "{role:?} by {sort}, {} of {}",
                        found.len(),
                        ids.len()
                    );
                }
                ids.reverse();
            }
        }
    }
}

/// Forty were made in each second. Some of them long before their time, others long after it, and each of two nodes'
/// clocks goes its own way.
const OUT_OF_TURN: &str = "CASE WHEN i % 700 = 3 THEN (2803 - i) % 750 \
                           ELSE i / 40 * 10 + i % 2 * 3 END";

async fn a_search_in_the_order_of_creation_finds_also_who_was_made_out_of_turn(server: Server) {
    let admin = server.actor("admin").await;
    fill(&server, &admin, OUT_OF_TURN).await;
    compare(&server, &admin).await;
    let made = admin.creates("Rose quartz of today", "member").await;
    let query = [("q", "se quartz"), ("sort", "-created_at"), ("limit", "7")];
    let found = listing::ids(&admin, &query).await;
    assert_eq!(found.first(), Some(&made.id.to_string()));
}

async fn a_search_in_the_order_of_creation_finds_who_was_written_in_any_order(server: Server) {
    let admin = server.actor("admin").await;
    fill(&server, &admin, "i * 7919 % 3000").await;
    compare(&server, &admin).await;
}

async fn a_search_in_the_order_of_creation_looks_into_runs_that_may_have_been_made_as_soon(
    server: Server,
) {
    // PostgreSQL finds them in another way.
    if server.database.kind == Kind::Postgres {
        return;
    }
    let admin = server.actor("admin").await;
    fill(&server, &admin, OUT_OF_TURN).await;
    let quartz = "name LIKE '%quartz%'";
    let all = server.database.ids(quartz, "created_at").await;
    let first_page = async || {
        let page = admin
            .get("/api/v1/clients?q=se%20quartz&sort=created_at&limit=50")
            .await
            .is(200);
        let items = page.json["items"].as_array().unwrap().clone();
        let id = |it: &serde_json::Value| it["id"].as_str().unwrap().to_owned();
        items.iter().map(id).collect::<Vec<_>>()
    };
    assert_eq!(first_page().await, all[..50]);
    // Were it not said of a run that somebody was made sooner, they would not be looked for there.
    let wrong = "UPDATE client_run SET first_made = last_made";
    server.database.execute(wrong).await;
    assert_ne!(first_page().await, all[..50]);
}
