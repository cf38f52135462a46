//! No secret is anywhere but with the one who was shown it: the whole life of a client and of a person, and then a look into every
//! table, every file and every log line.

use std::{
    io::Write,
    sync::{Arc, LazyLock, Mutex},
};

use reqwest::Method;
use serde_json::json;
use tracing::{Dispatch, subscriber::NoSubscriber};
use tracing_subscriber::fmt::MakeWriter;
use uuid::Uuid;

use crate::{
    secrets_of_people,
    support::{
        Kind, Server, client_path,
        database::TestDatabase,
        described::{Operation, operations},
        if_there, on_both_databases,
    },
};

/// Keeps what is logged.
#[derive(Clone, Debug, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Where there is but one subscriber, a place that logs asks only that of the thread which comes to it first: a test that
/// runs beside this one and has none would silence the place for all. With a second one, all of them are asked.
static SECOND: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(NoSubscriber::new()));

on_both_databases! {
    no_read_list_or_error_shows_a_secret_again,
}

#[test]
fn no_secret_or_token_is_in_the_database_or_the_log_sqlite() {
    scan(Kind::Sqlite);
}

#[test]
fn no_secret_or_token_is_in_the_database_or_the_log_postgres() {
    scan(Kind::Postgres);
}

async fn no_read_list_or_error_shows_a_secret_again(server: Server) {
    let operator = server.operator().await;
    let account = operator.creates("Robot", "member").await;
    let path = client_path(&account);
    let key = json!({ "label": "Probe" });
    let key = operator.post(&format!("{path}/api-keys"), key).await;
    let key = key.is(201).json;
    let added = operator.does(&format!("{path}/credentials")).await.is(201);
    let webhook = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let hook = json!({ "webhook_url": "https://hooks.example.org/", "webhook_secret": webhook });
    operator.patch("/api/v1/settings", hook).await.is(200);
    let guess = "a-guess-that-is-not-right";
    server
        .ask_for_token(&account.client_id, guess)
        .await
        .is(401);
    let token = server.token_of(&account).await;
    server.app.write_usage().await.unwrap();
    let text = |it: &serde_json::Value| it.as_str().unwrap().to_owned();
    let hidden = [
        account.secret.clone(),
        text(&key["key"]),
        text(&added.json["client_secret"]),
        webhook.to_owned(),
        guess.to_owned(),
        token,
        operator.account.secret.clone(),
        operator.token.clone(),
    ];
    let mut read = 0;
    let in_api = |it: &&Operation| it.method == Method::GET && it.path.starts_with("/api/v1/");
    for operation in operations().iter().filter(in_api) {
        let mut address = String::new();
        let mut before = "";
        for part in operation.path.split('/').skip(1) {
            let id = match before {
                "clients" => account.id.to_string(),
                "credentials" => account.credential.unwrap().to_string(),
                "api-keys" => text(&key["api_key"]["id"]),
                "profiles" => "service_account".to_owned(),
                "roles" => "tenant_member".to_owned(),
                "tenants" => "default".to_owned(),
                _ => Uuid::now_v7().to_string(),
            };
            let shown = if part.starts_with('{') {
                id.as_str()
            } else {
                part
            };
            address = format!("{address}/{shown}");
            before = part;
        }
        let reply = operator.get(&address).await;
        read += u32::from(reply.status == 200);
        for secret in &hidden {
            assert!(!reply.text.contains(secret), "{address}: {}", reply.text);
        }
    }
    assert!(read > 25, "only {read} could be read");
}

fn scan(kind: Kind) {
    let lines = Lines::default();
    // The runtime of `if_there` works on other threads, too: this one stays on this thread, where the log is heard.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut is_there = false;
    if_there(kind, async || is_there = true);
    if !is_there {
        return;
    }
    LazyLock::force(&SECOND);
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(lines.clone())
        .finish();
    let _heard = tracing::subscriber::set_default(subscriber);
    runtime.block_on(async {
        let server = Server::start(kind).await;
        let mut hidden = live(&server).await;
        hidden.extend(secrets_of_people::live(&server).await);
        let database = server.database.clone();
        let contents = dump(&database).await;
        assert!(contents.len() > 10_000);
        let log = lines.0.lock().unwrap().clone();
        let text = String::from_utf8_lossy(&log);
        assert!(
            [
                "/oauth2/token",
                "/regenerate-secret",
                "/sign-in",
                "/oauth2/consent"
            ]
            .iter()
            .all(|it| text.contains(it)),
            "the log was not heard"
        );
        for secret in &hidden {
            assert!(!contains(&contents, secret), "the database holds {secret}");
            assert!(!contains(&log, secret), "the log holds {secret}");
        }
        drop(server);
        database.remove().await;
    });
}

/// Does everything that has to do with secrets, and gives all that must not be found.
async fn live(server: &Server) -> Vec<String> {
    let operator = server.operator().await;
    let admin = server.actor("admin").await;
    let mut hidden = vec![
        operator.account.secret.clone(),
        operator.token.clone(),
        admin.account.secret.clone(),
        admin.token.clone(),
    ];
    let brought = "brought-along/secret+of=old days";
    let account = admin
        .creates_with(json!({ "name": "Robot", "credential": { "secret": brought } }))
        .await;
    hidden.push(brought.to_owned());
    let path = client_path(&account);
    let mut once = |json: &serde_json::Value| {
        let secret = json["client_secret"].as_str().unwrap().to_owned();
        hidden.push(secret.clone());
        secret
    };
    let added = admin.does(&format!("{path}/credentials")).await.is(201);
    let added = once(&added.json);
    let key = "idempotency-key-of-the-caller";
    let wire = admin.request(Method::POST, &format!("{path}/regenerate-secret"));
    let fresh = wire
        .header("Idempotency-Key", key)
        .json(&json!({}))
        .send()
        .await
        .is(201);
    let fresh = once(&fresh.json);
    hidden.push(key.to_owned());
    // What fails is not written down either.
    let guess = "a-guess-that-is-not-right";
    server
        .ask_for_token(&account.client_id, guess)
        .await
        .is(401);
    server
        .ask_for_token(&account.client_id, &added)
        .await
        .is(401);
    hidden.push(guess.to_owned());
    let weak = admin
        .post(
            &format!("{path}/credentials"),
            json!({ "secret": "weak-one-42" }),
        )
        .await;
    assert_eq!(weak.status, 422);
    hidden.push("weak-one-42".to_owned());
    let pair = data_encoding::BASE64.encode(format!("{}:{fresh}", account.client_id).as_bytes());
    let basic = server
        .request(Method::POST, "/oauth2/token")
        .header("Authorization", &format!("Basic {pair}"));
    let token = basic
        .form(&[("grant_type", "client_credentials")])
        .send()
        .await
        .is(200);
    let token = token.json["access_token"].as_str().unwrap().to_owned();
    hidden.extend([pair, token.clone()]);
    let robot = server.with_token(account.clone(), token.clone());
    robot.get("/api/v1/me").await.is(200);
    server.introspect(&admin.account, &token).await;
    let in_query = format!("/api/v1/me?access_token={token}");
    server.get(&in_query).await.is(401);
    server
        .get(&format!("/oauth2/token?client_secret={fresh}"))
        .await
        .is(405);
    let fields = [
        ("token", token.as_str()),
        ("client_id", &account.client_id),
        ("client_secret", &fresh),
    ];
    server.post_form("/oauth2/revoke", &fields).await.is(200);
    robot.get("/api/v1/me").await.is(401);
    admin.does(&format!("{path}/deactivate")).await.is(200);
    server
        .ask_for_token(&account.client_id, &fresh)
        .await
        .is(401);
    admin.delete(&path).await.is(204);
    admin.does(&format!("{path}/restore")).await.is(200);
    // The parts of a token that make it one, and the random part of a secret.
    let signatures: Vec<String> = hidden
        .iter()
        .filter_map(|it| Some(it.rsplit_once('.')?.1.to_owned()))
        .collect();
    hidden.extend(signatures);
    hidden
}

fn contains(haystack: &[u8], needle: &str) -> bool {
    haystack
        .windows(needle.len())
        .any(|it| it == needle.as_bytes())
}

/// All that the database holds, as bytes.
async fn dump(database: &TestDatabase) -> Vec<u8> {
    let mut all = Vec::new();
    match database.kind {
        Kind::Sqlite => {
            for entry in std::fs::read_dir(database.folder()).unwrap() {
                all.extend(std::fs::read(entry.unwrap().path()).unwrap());
            }
        }
        Kind::Postgres => {
            let tables = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'";
            for table in database.rows(tables).await {
                let table: String = table.try_get_by_index(0).unwrap();
                // Bytes as they are and as text: a hidden secret would stand in one of the two.
                let rows =
                    format!("SELECT convert_to(t::text, 'UTF8'), t::text FROM \"{table}\" t");
                for row in database.rows(&rows).await {
                    let bytes: Vec<u8> = row.try_get_by_index(0).unwrap();
                    let text: String = row.try_get_by_index(1).unwrap();
                    for piece in text.split("\\\\x").skip(1) {
                        let hex: String =
                            piece.chars().take_while(char::is_ascii_hexdigit).collect();
                        all.extend(
                            data_encoding::HEXLOWER_PERMISSIVE
                                .decode(hex.as_bytes())
                                .unwrap_or_default(),
                        );
                    }
                    all.extend(bytes);
                }
            }
        }
    }
    all
}
