//! Lists of clients give the same whichever way they are read: what few have is gathered by an index and sorted, what
//! many have is found by walking along the order.

use serde_json::Value;

use crate::support::{Actor, Kind, Server, listing::SORTS, on_both_databases};

on_both_databases! {
    every_way_to_read_a_list_gives_what_a_plain_filter_gives,
    totals_say_when_they_are_only_a_lower_bound,
}

/// More than are gathered, whatever is asked for.
const MANY: usize = 6_000;

/// So many pages of a long list are compared.
const PAGES: usize = 3;

/// Adds many clients: names in two scripts and with every character that means something to a database, texts too long
/// for an index, equal times.
async fn fill(server: &Server, like: &Actor) {
    let sqlite = server.database.kind == Kind::Sqlite;
    let last = MANY - 1;
    let (numbers, id, long) = if sqlite {
        (
            format!(
                "(WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {last}) SELECT i FROM n) AS n"
            ),
            "randomblob(16)",
            "replace(hex(zeroblob(500)), '00', 'lorem ')",
        )
    } else {
        (
            format!("generate_series(0, {last}) AS n(i)"),
            "gen_random_uuid()",
            "repeat('lorem ', 500)",
        )
    };
    let name = |odd: &str, first: &str, second: &str| {
        format!(
            "CASE WHEN i % 1009 = 5 THEN '{odd}' || i WHEN i % 3 = 0 THEN '{first} ' || (i * 7919 % 6000) \
             ELSE '{second} ' || (i * 7919 % 6000) END"
        )
    };
    let shown = name("Zz%_\"''夜間 ", "WORKER", "Éxport");
    let key = name("zz%_\"''夜間 ", "worker", "éxport");
    let notes = format!(
        "CASE WHEN i % 1500 = 1 THEN {long} || 'tail' || i WHEN i % 4 = 1 THEN 'ticket ' || i END"
    );
    let same = [
        "tenant_id",
        "profile",
        "operator",
        "public",
        "redirect_uris",
        "grant_types",
        "token_endpoint_auth_method",
        "role",
        "contacts",
        "labels",
        "generation",
        "credentials_until",
        "usable_until",
        "created_by",
        "updated_at",
        "updated_by",
        "version",
    ]
    .join(", ");
    let model = server.database.uuid(like.account.id);
    let statement = format!(
        "INSERT INTO client (id, service_user_id, client_id, name, name_key, notes, search_text, status, owner, \
           created_at, last_used_at, {same}) \
         SELECT {id}, {id}, 'bulk-' || i, {shown}, {key}, {notes}, \
           {key} || '\n' || 'bulk-' || i || '\n' || COALESCE({notes}, ''), \
           CASE WHEN i % 50 = 0 THEN 'inactive' ELSE 'active' END, \
           CASE WHEN i % 700 = 1 THEN 'rare' WHEN i % 2 = 0 THEN 'platform' END, \
           created_at + i * 31 % 500, CASE WHEN i % 3 = 0 THEN 0 ELSE created_at + i % 97 END, {same} \
         FROM client, {numbers} WHERE client.id = {model}"
    );
    server.database.execute(&statement).await;
    let labels = "INSERT INTO client_label (client, tenant_id, key, value) SELECT id, tenant_id, 'env', \
                  CASE WHEN last_used_at = 0 THEN 'unused' ELSE 'used' END FROM client WHERE client_id LIKE 'bulk-%'";
    server.database.execute(labels).await;
    // What was used is written now, not in the middle of a list that is sorted by it.
    server.app.write_usage().await.unwrap();
}

/// The first pages of a list, or all of it where it is short.
async fn beginning(actor: &Actor, query: &[(&str, &str)]) -> Vec<Value> {
    let mut items = Vec::new();
    let mut next = None::<String>;
    for _ in 0..PAGES {
        let wire = actor.request(reqwest::Method::GET, "/api/v1/clients");
        let mut asked = query.to_vec();
        asked.push(("limit", "200"));
        if let Some(cursor) = &next {
            asked.push(("cursor", cursor));
        }
        let page = wire.query(&asked).send().await.is(200);
        items.extend(page.json["items"].as_array().unwrap().iter().cloned());
        next = page.json["next"].as_str().map(str::to_owned);
        if next.is_none() {
            break;
        }
    }
    items
}

fn text<'a>(client: &'a Value, field: &str) -> &'a str {
    client[field].as_str().unwrap_or_default()
}

fn contains(client: &Value, term: &str) -> bool {
    let whole = [
        text(client, "name"),
        text(client, "client_id"),
        text(client, "notes"),
    ];
    whole.join("\n").to_lowercase().contains(term)
}

fn meets(client: &Value, query: &[(&str, &str)]) -> bool {
    query.iter().all(|(name, value)| match *name {
        "q" => contains(client, &value.to_lowercase()),
        "owner" => text(client, "owner") == *value,
        "effective_status" => text(client, "effective_status") == *value,
        "label" => {
            let unused = client["last_used_at"].is_null();
            text(client, "client_id").starts_with("bulk-") && unused == (*value == "env:unused")
        }
        other => panic!("{other} is not known here"),
    })
}

/// What decides where a client stands.
fn place<'a>(client: &'a Value, by: &str) -> (String, &'a str) {
    let value = text(client, by).to_lowercase();
    // Times are written alike, so that their text sorts as they do; no end is behind all others, no use before.
    let value = match by {
        "usable_until" if value.is_empty() => "9999".to_owned(),
        _ => value,
    };
    (value, text(client, "id"))
}

async fn every_way_to_read_a_list_gives_what_a_plain_filter_gives(server: Server) {
    let admin = server.actor("admin").await;
    fill(&server, &admin).await;
    let mut all = Vec::new();
    let mut path = "/api/v1/clients?limit=200".to_owned();
    loop {
        let page = admin.get(&path).await.is(200);
        all.extend(page.json["items"].as_array().unwrap().iter().cloned());
        let Some(next) = page.json["next"].as_str() else {
            break;
        };
        path = format!("/api/v1/clients?limit=200&cursor={next}");
    }
    assert_eq!(all.len(), MANY + 2);
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
        let met: Vec<&Value> = all.iter().filter(|it| meets(it, case)).collect();
        for sort in [
            SORTS[number % SORTS.len()],
            SORTS[(number + 3) % SORTS.len()],
        ] {
            let by = sort.trim_start_matches('-');
            let mut expected = met.clone();
            expected.sort_by_key(|it| place(it, by));
            if sort.starts_with('-') {
                expected.reverse();
            }
            expected.truncate(PAGES * 200);
            let mut query = case.to_vec();
            query.push(("sort", sort));
            let found = beginning(&admin, &query).await;
            let ids = |all: Vec<&Value>| -> Vec<String> {
                all.iter().map(|it| text(it, "id").to_owned()).collect()
            };
            assert_eq!(
                ids(found.iter().collect()),
                ids(expected),
                "{case:?} by {sort}"
            );
        }
    }
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
    assert_eq!(total("").await, ((MANY + 2).into(), true.into()));
    assert_eq!(total("q=bulk-").await, (MANY.into(), true.into()));
    assert_eq!(
        total("q=worker&owner=platform").await,
        (999.into(), true.into())
    );
    fill_more(&server).await;
    assert_eq!(total("").await, (10_000.into(), false.into()));
    assert_eq!(total("q=bulk-").await, (10_000.into(), false.into()));
    assert_eq!(total("q=bulk-&owner=rare").await, (9.into(), true.into()));
}

/// Twice as many.
async fn fill_more(server: &Server) {
    let (id, columns) = match server.database.kind {
        Kind::Sqlite => (
            "randomblob(16)",
            "SELECT name FROM pragma_table_info('client')",
        ),
        Kind::Postgres => (
            "gen_random_uuid()",
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'client'",
        ),
    };
    let columns: Vec<String> = server
        .database
        .rows(columns)
        .await
        .iter()
        .map(|it| it.try_get_by_index::<String>(0).unwrap())
        .filter(|it| it != "seq")
        .collect();
    let values: Vec<String> = columns
        .iter()
        .map(|it| match it.as_str() {
            "id" | "service_user_id" => id.to_owned(),
            "client_id" => "client_id || '-more'".to_owned(),
            "owner" => "NULL".to_owned(),
            other => other.to_owned(),
        })
        .collect();
    let (columns, values) = (columns.join(", "), values.join(", "));
    let statement = format!(
        "INSERT INTO client ({columns}) SELECT {values} FROM client WHERE client_id LIKE 'bulk-%'"
    );
    server.database.execute(&statement).await;
}
