//! Kill -9 in the middle of writes.

use std::{collections::HashMap, time::Duration};

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Credentials, Home, Server};

const ROUNDS: usize = 10;
const WRITERS: usize = 6;

/// What a writer was told was done.
#[derive(Default)]
struct Acknowledged {
    created: HashMap<String, Credentials>,
    renamed: HashMap<String, String>,
    deleted: Vec<String>,
}

/// Creates clients, renames every second of them and deletes every fifth, until the server is gone.
async fn write(request: impl Fn(Method, &str) -> reqwest::RequestBuilder) -> Acknowledged {
    let mut done = Acknowledged::default();
    for number in 0.. {
        let new = json!({ "profile": "service_account", "name": format!("Number {number}"), "role": "member" });
        let sent = request(Method::POST, "/clients").json(&new).send().await;
        let Ok(response) = sent else { break };
        assert_eq!(response.status(), 201);
        let Ok(made) = response.json::<Value>().await else {
            break;
        };
        let id = made["client"]["id"].as_str().unwrap().to_owned();
        let secret = json!({ "client_id": made["client"]["client_id"], "client_secret": made["client_secret"] });
        done.created.insert(id.clone(), Credentials::of(&secret));
        let path = format!("/clients/{id}");
        if number % 2 == 0 {
            let name = format!("Renamed {number}");
            let rename = request(Method::PATCH, &path).json(&json!({ "name": name }));
            let Ok(response) = rename.send().await else {
                break;
            };
            assert_eq!(response.status(), 200);
            done.renamed.insert(id.clone(), name);
        }
        if number % 5 == 0 {
            let read = request(Method::GET, &path).send().await;
            let Ok(read) = read else { break };
            let tag = read.headers()["etag"].clone();
            let gone = request(Method::DELETE, &path)
                .header("If-Match", tag)
                .send()
                .await;
            let Ok(response) = gone else { break };
            assert!(response.status().is_success(), "{}", response.status());
            done.deleted.push(id);
        }
    }
    done
}

async fn everything_acknowledged_is_there(server: &Server, token: &str, done: &Acknowledged) {
    for (id, credentials) in &done.created {
        let read = server
            .api(Method::GET, &format!("/clients/{id}"), token)
            .send()
            .await;
        let read = read.unwrap();
        assert_eq!(read.status(), 200, "an acknowledged client is gone");
        let client: Value = read.json().await.unwrap();
        if done.deleted.contains(id) {
            assert!(client["deleted_at"].is_string(), "{client}");
            continue;
        }
        if let Some(name) = done.renamed.get(id) {
            assert_eq!(client["name"], *name);
        }
        if client["deleted_at"].is_null() {
            server.token(credentials).await;
        }
    }
}

/// Whatever is in the database is whole, acknowledged or not.
async fn nothing_is_half_written(server: &Server, token: &str) {
    for client in server.clients(token).await {
        let id = client["id"].as_str().unwrap();
        let audit = server.audit_of(token, id).await;
        for made in ["client.created", "credential.created"] {
            assert!(audit.iter().any(|it| it == made), "{client}: {audit:?}");
        }
        let version = client["version"].as_i64().unwrap();
        // One for each change, and one for the secret that creating it made.
        assert_eq!(
            audit.len(),
            usize::try_from(version).unwrap() + 1,
            "{client}: {audit:?}"
        );
        let path = format!("/clients/{id}/credentials");
        let secrets = server.api(Method::GET, &path, token).send().await.unwrap();
        let secrets: Value = secrets.json().await.unwrap();
        assert_eq!(secrets["items"].as_array().unwrap().len(), 1, "{client}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_killed_in_the_middle_of_writes_loses_nothing_acknowledged() {
    let home = Home::new();
    let mut server = home.serve(&["--log", "warn"]);
    let operator = server.operator();
    let mut acknowledged = 0;
    for round in 0..ROUNDS {
        let token = server.token(&operator).await;
        let writers: Vec<_> = (0..WRITERS)
            .map(|_| {
                let (http, address, token) =
                    (server.http.clone(), server.address.clone(), token.clone());
                tokio::spawn(write(move |method, path| {
                    http.request(method, format!("{address}/api/v1{path}"))
                        .bearer_auth(&token)
                }))
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(200 + 37 * round as u64)).await;
        server.signal("KILL");
        let _ = server.wait();
        server = home.serve(&["--log", "warn"]);
        let token = server.token(&operator).await;
        for writer in writers {
            let done = writer.await.unwrap();
            acknowledged += done.created.len();
            everything_acknowledged_is_there(&server, &token, &done).await;
        }
    }
    assert!(acknowledged > ROUNDS, "{acknowledged}");
    let token = server.token(&operator).await;
    nothing_is_half_written(&server, &token).await;
    server.stop();
}
