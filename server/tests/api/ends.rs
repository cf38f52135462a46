//! When things end: which dates can be said, and that the last second works and the next does not.

use ::migrations::Migrator;
use sea_orm_migration::MigratorTrait as _;
use serde_json::{Value, json};

use crate::{
    rotation::works,
    support::{Account, Actor, Server, client_path, listing::ids as listed, on_both_databases},
};

on_both_databases! {
    a_bare_date_is_the_whole_of_that_utc_day,
    a_zone_is_brought_to_utc,
    dates_that_no_secret_and_no_key_can_end_at_are_named,
    a_client_in_its_last_second_is_listed_as_live_and_in_the_next_as_expired,
    an_end_is_recorded_once_its_second_is_over,
    a_client_that_never_had_a_credential_was_usable_until_it_was_made,
    a_client_without_a_credential_is_filtered_and_sorted_by_when_it_lost_the_last,
    rows_that_say_1970_are_brought_to_what_they_mean,
}

/// Dates that are none, or are over, with the word that says so.
const BAD: [(&str, &str); 14] = [
    ("2026-06-14", "past"),
    ("2026-06-15T12:00:00Z", "past"),
    ("2026-06-15T14:00:00+02:00", "past"),
    ("1970-01-01", "past"),
    ("1969-12-31", "invalid"),
    ("0000-01-01", "invalid"),
    ("2027-02-29", "invalid"),
    ("2100-02-29", "invalid"),
    ("10000-01-01", "invalid"),
    ("+10000-01-01T00:00:00Z", "invalid"),
    ("9999-12-31T23:59:59-01:00", "invalid"),
    ("2027-01-01T10:00:00", "invalid"),
    ("2027-01-01T24:00:00Z", "invalid"),
    ("1800000000", "invalid"),
];

async fn a_bare_date_is_the_whole_of_that_utc_day(server: Server) {
    let admin = server.actor("admin").await;
    let today = json!({ "expires_at": "2026-06-15" });
    let client = admin.creates_with(today.clone()).await;
    let secret = admin.creates_with(json!({ "credential": today })).await;
    let with_key = admin.creates("Probe", "member").await;
    let keys = format!("{}/api-keys", client_path(&with_key));
    let key = json!({ "label": "Probe", "expires_at": "2026-06-15" });
    let key = admin.post(&keys, key).await.is(201);
    let key = key.json["key"].as_str().unwrap().to_owned();
    let probe = server.with_token(with_key, key);
    let read = admin.get(&client_path(&client)).await.is(200);
    assert_eq!(read.json["expires_at"], "2026-06-15T23:59:59Z");
    server.clock.advance(12 * 3_600 - 1);
    assert!(works(&server, &client).await && works(&server, &secret).await);
    probe.get("/api/v1/me").await.is(200);
    // Midnight.
    server.clock.advance(1);
    assert!(!works(&server, &client).await && !works(&server, &secret).await);
    probe.get("/api/v1/me").await.is(401);
}

async fn a_zone_is_brought_to_utc(server: Server) {
    let admin = server.actor("admin").await;
    let end = json!({ "expires_at": "2026-06-15T17:30:00+05:30" });
    let refused = admin.patch(&client_path(&admin.account), end).await;
    // It is noon in Greenwich, which is now.
    refused.is_problem(422, "invalid");
    let end = json!({ "expires_at": "2026-06-15T17:30:01+05:30" });
    let account = admin.creates_with(end).await;
    let read = admin.get(&client_path(&account)).await.is(200);
    assert_eq!(read.json["expires_at"], "2026-06-15T12:00:01Z");
    server.clock.advance(1);
    assert!(works(&server, &account).await);
    server.clock.advance(1);
    assert!(!works(&server, &account).await);
}

async fn dates_that_no_secret_and_no_key_can_end_at_are_named(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let path = client_path(&account);
    let first = format!("{path}/credentials/{}", account.credential.unwrap());
    for (bad, code) in BAD {
        let end = json!({ "expires_at": bad });
        let expected = [("/expires_at".to_owned(), code.to_owned())];
        for address in ["credentials", "regenerate-secret"] {
            let refused = admin.post(&format!("{path}/{address}"), end.clone()).await;
            let refused = refused.is_problem(422, "invalid");
            assert_eq!(refused.errors(), expected, "{address} {bad}");
        }
        let rotate = admin.post(&format!("{first}/rotate"), end.clone()).await;
        assert_eq!(
            rotate.is_problem(422, "invalid").errors(),
            expected,
            "{bad}"
        );
        let changed = admin.patch(&first, end.clone()).await;
        assert_eq!(
            changed.is_problem(422, "invalid").errors(),
            expected,
            "{bad}"
        );
        let changed = admin.patch(&path, end.clone()).await;
        assert_eq!(
            changed.is_problem(422, "invalid").errors(),
            expected,
            "{bad}"
        );
        let key = json!({ "label": "Probe", "expires_at": bad });
        let refused = admin.post(&format!("{path}/api-keys"), key).await;
        assert_eq!(
            refused.is_problem(422, "invalid").errors(),
            expected,
            "{bad}"
        );
        let within = json!({
            "profile": "service_account", "name": "A", "role": "member", "credential": end,
        });
        let refused = admin.post("/api/v1/clients", within).await;
        let expected = [("/credential/expires_at".to_owned(), code.to_owned())];
        assert_eq!(
            refused.is_problem(422, "invalid").errors(),
            expected,
            "{bad}"
        );
    }
    // A leap day, the last second there is, and any zone are fine.
    for (good, end) in [
        ("2028-02-29", "2028-02-29T23:59:59Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
        ("2028-02-29T23:30:00-01:00", "2028-03-01T00:30:00Z"),
    ] {
        let changed = admin.patch(&first, json!({ "expires_at": good })).await;
        assert_eq!(changed.is(200).json["expires_at"], end);
    }
    server.token_of(&account).await;
}

async fn ids(admin: &Actor, status: &str) -> Vec<String> {
    let list = format!("/api/v1/clients?effective_status={status}");
    let listed = admin.get(&list).await.is(200);
    listed.each("id").into_iter().map(str::to_owned).collect()
}

async fn a_client_in_its_last_second_is_listed_as_live_and_in_the_next_as_expired(server: Server) {
    let admin = server.actor("admin").await;
    let end = "2026-06-15T12:10:00Z";
    let by_date = admin.creates_with(json!({ "expires_at": end })).await;
    let secret = json!({ "credential": { "expires_at": end } });
    let by_secret = admin.creates_with(secret).await;
    let status = async |account: &Account| {
        let read = admin.get(&client_path(account)).await.is(200);
        read.json["effective_status"].clone()
    };
    server.clock.advance(600);
    let soon = ids(&admin, "expiring_soon").await;
    assert_eq!(soon, [by_date.id.to_string(), by_secret.id.to_string()]);
    for account in [&by_date, &by_secret] {
        assert_eq!(status(account).await, "expiring_soon");
        assert!(works(&server, account).await);
    }
    assert!(ids(&admin, "expired").await.is_empty());
    server.clock.advance(1);
    assert_eq!(ids(&admin, "expired").await, [by_date.id.to_string()]);
    assert_eq!(status(&by_date).await, "expired");
    assert_eq!(
        ids(&admin, "no_credential").await,
        [by_secret.id.to_string()]
    );
    assert_eq!(status(&by_secret).await, "no_credential");
}

async fn an_end_is_recorded_once_its_second_is_over(server: Server) {
    let admin = server.actor("admin").await;
    let end = json!({ "expires_at": "2026-06-15T12:10:00Z" });
    let account = admin.creates_with(end).await;
    let expired = async || {
        latchkey::clients::expiry::sweep(&server.app).await.unwrap();
        let trail = format!("{}/audit", client_path(&account));
        let trail = admin.get(&trail).await.is(200);
        let items: &Vec<Value> = trail.json["items"].as_array().unwrap();
        items.iter().any(|it| it["action"] == "client.expired")
    };
    server.clock.advance(600);
    assert!(!expired().await);
    server.clock.advance(1);
    assert!(expired().await);
}

/// A client that has no credential yet.
async fn without_credential(admin: &Actor) -> Account {
    let body = json!({ "profile": "tenant_client", "name": "Second step" });
    let made = admin.post("/api/v1/clients", body).await.is(201);
    Account::of(&made.json)
}

async fn usable_until(admin: &Actor, account: &Account) -> Value {
    let read = admin.get(&client_path(account)).await.is(200);
    read.json["usable_until"].clone()
}

/// Adds a secret that never ends, and gives its path.
async fn adds(admin: &Actor, account: &Account) -> String {
    let path = format!("{}/credentials", client_path(account));
    let never = json!({ "expires_at": "never" });
    let added = admin.post(&path, never).await.is(201);
    let id = added.json["credential"]["id"].as_str().unwrap();
    format!("{path}/{id}")
}

async fn a_client_that_never_had_a_credential_was_usable_until_it_was_made(server: Server) {
    let admin = server.actor("admin").await;
    let account = without_credential(&admin).await;
    assert_eq!(usable_until(&admin, &account).await, "2026-06-15T11:59:59Z");
    // Not for a second was it about to end.
    assert_eq!(ids(&admin, "no_credential").await, [account.id.to_string()]);
    server.clock.advance(60);
    let secret = adds(&admin, &account).await;
    assert_eq!(usable_until(&admin, &account).await, Value::Null);
    server.clock.advance(60);
    admin.delete(&secret).await.is(204);
    assert_eq!(usable_until(&admin, &account).await, "2026-06-15T12:01:59Z");
    server.clock.advance(60);
    // A public app needs none.
    let app = json!({
        "profile": "app", "name": "App", "public": true, "redirect_uris": ["https://app.example/back"],
    });
    let app = Account::of(&admin.post("/api/v1/clients", app).await.is(201).json);
    assert_eq!(usable_until(&admin, &app).await, Value::Null);
}

async fn a_client_without_a_credential_is_filtered_and_sorted_by_when_it_lost_the_last(
    server: Server,
) {
    let admin = server.actor("admin").await;
    let lost = without_credential(&admin).await;
    let secret = adds(&admin, &lost).await;
    let end = json!({ "credential": { "expires_at": "2026-06-15T12:01:00Z" } });
    let ended = admin.creates_with(end).await;
    server.clock.advance(60);
    let never = without_credential(&admin).await;
    server.clock.advance(60);
    admin.delete(&secret).await.is(204);
    let id = |it: &Account| it.id.to_string();
    let order = listed(&admin, &[("sort", "usable_until")]).await;
    assert_eq!(order[..3], [id(&never), id(&ended), id(&lost)]);
    let before = async |moment| {
        let query = [("expires_before", moment), ("sort", "usable_until")];
        listed(&admin, &query).await
    };
    assert!(before("2026-06-15T12:00:59Z").await.is_empty());
    assert_eq!(before("2026-06-15T12:01:00Z").await, [id(&never)]);
    let both = [id(&never), id(&ended)];
    assert_eq!(before("2026-06-15T12:01:59Z").await, both);
    let all = [id(&never), id(&ended), id(&lost)];
    assert_eq!(before("2026-06-15T12:02:00Z").await, all);
}

async fn rows_that_say_1970_are_brought_to_what_they_mean(server: Server) {
    let admin = server.actor("admin").await;
    let never = without_credential(&admin).await;
    let lost = without_credential(&admin).await;
    let secret = adds(&admin, &lost).await;
    server.clock.advance(60);
    admin.delete(&secret).await.is(204);
    let live = admin.creates("Robot", "member").await;
    let said = async || {
        let sorted = listed(&admin, &[("sort", "usable_until")]).await;
        let all = [&never, &lost, &live].map(|it| usable_until(&admin, it));
        (sorted, futures_util::future::join_all(all).await)
    };
    let right = said().await;
    let names: Vec<String> = Migrator::migrations()
        .iter()
        .map(|it| it.name().to_owned())
        .collect();
    let place = names.iter().position(|it| it == "m093_usable_until");
    let since = u32::try_from(names.len() - place.unwrap()).unwrap();
    let connection = server.database.connect().await;
    Migrator::down(&connection, Some(since)).await.unwrap();
    let old = "UPDATE client SET credentials_until = 0, usable_until = 0, version = version \
               WHERE credentials_until < 9999999999";
    server.database.execute(old).await;
    assert_ne!(said().await, right);
    Migrator::up(&connection, None).await.unwrap();
    assert_eq!(said().await, right);
    connection.close().await.unwrap();
}
