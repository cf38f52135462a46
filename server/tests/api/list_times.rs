//! Searches in the order of a time find what a plain filter does, however many clients stand in between.

use crate::support::{Actor, Kind, Server, listing, on_both_databases};

on_both_databases! {
    a_search_in_the_order_of_a_time_finds_all_who_have_the_term,
}

const MANY: usize = 6_000;
const DAY: usize = 86_400;

/// Adds clients over some years. One in twenty-five has the term, one in five was never used.
async fn fill(server: &Server, like: &Actor) {
    let database = &server.database;
    if database.kind == Kind::Postgres {
        // As if there were many others between them, which makes it worth while not to walk past all.
        let far = "ALTER TABLE client ALTER COLUMN seq SET INCREMENT BY 250";
        database.execute(far).await;
    }
    let name = "CASE WHEN i % 25 = 3 THEN 'rose quartz ' ELSE 'granite ' END || i";
    let made = format!("created_at - {} + i * {}", 1_000 * DAY, DAY / 6);
    let used = format!(
        "CASE WHEN i % 5 = 0 THEN 0 ELSE created_at - i * 7919 % {MANY} * {} END",
        DAY / 6
    );
    let ends = format!("created_at + {} + i * 7919 % {MANY} * {}", DAY, DAY / 6);
    let but_for = [
        ("created_at", made.as_str()),
        ("last_used_at", &used),
        ("expires_at", "NULL"),
        ("credentials_until", &ends),
        ("usable_until", &ends),
    ];
    let like = like.account.id;
    database.add_named(like, 0..MANY, name, &but_for).await;
}

async fn a_search_in_the_order_of_a_time_finds_all_who_have_the_term(server: Server) {
    let admin = server.actor("admin").await;
    fill(&server, &admin).await;
    for column in ["created_at", "usable_until", "last_used_at"] {
        let quartz = "name LIKE '%quartz%' AND deleted_at IS NULL";
        let mut ids = server.database.ids(quartz, column).await;
        assert_eq!(ids.len(), MANY / 25);
        for sort in [column.to_owned(), format!("-{column}")] {
            for limit in ["7", "50"] {
                let query = [("q", "se quartz"), ("sort", &sort), ("limit", limit)];
                let found = listing::ids(&admin, &query).await;
                assert!(found == ids, "by {sort}, {} of {}", found.len(), ids.len());
            }
            ids.reverse();
        }
    }
}
