//! A disk that is full, and has room again.
#![cfg(target_os = "linux")]

use std::process::Command;

use crate::support::{Home, Server, eventually};

/// Lets the files of a running server grow again.
fn make_room(server: &Server) {
    let id = server.id().to_string();
    let made = Command::new("prlimit")
        .args(["--pid", &id, "--fsize=unlimited:unlimited"])
        .status();
    assert!(made.unwrap().success());
}

#[tokio::test]
async fn a_full_disk_is_503_with_nothing_half_written_and_passes_by_itself() {
    let home = Home::new();
    let first = home.serve(&[]);
    let operator = first.operator();
    first.stop();
    let server = home.serve_in_a_small_place(512);
    let token = server.token(&operator).await;

    let mut acknowledged = 0;
    let refused = loop {
        let response = server.create_client(&token, "Filler").send().await.unwrap();
        if response.status() != 201 {
            break response;
        }
        acknowledged += 1;
        assert!(acknowledged < 500, "the disk is not full");
    };
    assert_eq!(refused.status(), 503, "{}", server.logged());
    assert!(refused.headers().contains_key("retry-after"));
    let problem: serde_json::Value = refused.json().await.unwrap();
    assert_eq!(problem["type"], "/problems/unavailable");
    for _ in 0..20 {
        let again = server.create_client(&token, "Filler").send().await.unwrap();
        // A smaller write may still have fitted in.
        match again.status().as_u16() {
            201 => acknowledged += 1,
            status => assert_eq!(status, 503),
        }
    }
    // What needs no room goes on.
    server.token(&operator).await;
    let clients = server.clients(&token).await;
    assert_eq!(clients.len(), acknowledged + 1);

    make_room(&server);
    eventually("a write works again", async || {
        let made = server.create_client(&token, "Later").send().await.unwrap();
        made.status() == 201
    })
    .await;
    for client in server.clients(&token).await {
        let audit = server
            .audit_of(&token, client["id"].as_str().unwrap())
            .await;
        assert_eq!(audit, ["credential.created", "client.created"], "{client}");
    }
    server.stop();
}
