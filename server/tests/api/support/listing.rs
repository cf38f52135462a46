//! Lists of clients, page by page.

use serde_json::json;

use super::{Actor, Reply, Server};

/// Every order a list of clients can have.
pub(crate) const SORTS: [&str; 8] = [
    "name",
    "-name",
    "created_at",
    "-created_at",
    "usable_until",
    "-usable_until",
    "last_used_at",
    "-last_used_at",
];

/// All pages of a list of clients, in order.
pub(crate) async fn pages(actor: &Actor, query: &[(&str, &str)]) -> Vec<Reply> {
    pages_of(actor, "/api/v1/clients", query).await
}

/// One member of each object of any list, read two by two.
pub(crate) async fn each_of(actor: &Actor, path: &str, member: &str) -> Vec<String> {
    let pages = pages_of(actor, path, &[("limit", "2")]).await;
    let found = pages.iter().flat_map(|it| it.each(member));
    found.map(str::to_owned).collect()
}

async fn pages_of(actor: &Actor, path: &str, query: &[(&str, &str)]) -> Vec<Reply> {
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
        let wire = actor.request(reqwest::Method::GET, path);
        pages.push(wire.query(&asked).send().await.is(200));
        assert!(pages.len() < 200, "a list without an end");
    }
}

/// One member of each client of a list.
pub(crate) async fn ids(actor: &Actor, query: &[(&str, &str)]) -> Vec<String> {
    let pages = pages(actor, query).await;
    pages
        .iter()
        .flat_map(|it| it.each("id"))
        .map(str::to_owned)
        .collect()
}

/// One member of each client of a list.
pub(crate) async fn names(actor: &Actor, query: &[(&str, &str)]) -> Vec<String> {
    let pages = pages(actor, query).await;
    pages
        .iter()
        .flat_map(|it| it.each("name"))
        .map(str::to_owned)
        .collect()
}

/// Clients of all sorts, some of them alike.
pub(crate) async fn fill(server: &Server, admin: &Actor) {
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
