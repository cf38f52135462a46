//! Lists of clients beside a plain filter over all of them.

use serde_json::Value;

use super::Actor;

/// So many pages of a long list are compared.
pub(crate) const PAGES: usize = 3;

/// The first pages of a list, or all of it where it is short.
pub(crate) async fn beginning(actor: &Actor, query: &[(&str, &str)]) -> Vec<Value> {
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

pub(crate) fn text<'a>(client: &'a Value, field: &str) -> &'a str {
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
        "owner" | "role" | "profile" | "effective_status" => text(client, name) == *value,
        "unowned" => client["owner"].is_null(),
        "created_after" => text(client, "created_at") >= *value,
        // Written alike, so that the text of moments sorts as they do.
        "unused_since" => {
            text(client, "created_at") < *value && text(client, "last_used_at") < *value
        }
        "expires_before" => {
            let end = text(client, "usable_until");
            !end.is_empty() && end < *value
        }
        "label" => {
            let unused = client["last_used_at"].is_null();
            let labelled = text(client, "client_id").starts_with("bulk-");
            labelled && (*value == "env" || unused == (*value == "env:unused"))
        }
        other => panic!("{other} is not known here"),
    })
}

/// What decides where a client stands.
fn place<'a>(client: &'a Value, by: &str) -> (String, &'a str, &'a str) {
    let value = text(client, by).to_lowercase();
    // Times are written alike, so that their text sorts as they do; no end is behind all others, no use before.
    let value = match by {
        "usable_until" if value.is_empty() => "9999".to_owned(),
        _ => value,
    };
    let made = if by == "last_used_at" {
        text(client, "created_at")
    } else {
        ""
    };
    (value, made, text(client, "id"))
}

/// Every client, as the list without any condition gives them.
pub(crate) async fn everything(admin: &Actor) -> Vec<Value> {
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
    all
}

/// Asks the server, and filters and sorts here.
pub(crate) async fn compare(admin: &Actor, all: &[Value], case: &[(&str, &str)], sort: &str) {
    let by = sort.trim_start_matches('-');
    let mut expected: Vec<&Value> = all.iter().filter(|it| meets(it, case)).collect();
    expected.sort_by_key(|it| place(it, by));
    if sort.starts_with('-') {
        expected.reverse();
    }
    expected.truncate(PAGES * 200);
    let mut query = case.to_vec();
    query.push(("sort", sort));
    let found = beginning(admin, &query).await;
    let ids = |all: Vec<&Value>| -> Vec<String> {
        all.iter().map(|it| text(it, "id").to_owned()).collect()
    };
    assert_eq!(
        ids(found.iter().collect()),
        ids(expected),
        "{case:?} by {sort}"
    );
}
