//! Races, run for real: what must hold when two things happen at once.

use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

use crate::support::{Account, Server, client_path, eventually, on_both_databases};

on_both_databases! {
    regenerations_at_once_leave_one_live_secret,
    adding_at_once_never_gives_more_than_ten,
    no_token_that_was_issued_during_a_deactivation_works_after_it,
    no_old_secret_works_once_a_regeneration_has_answered,
    one_of_many_with_the_same_chosen_id_wins,
    changes_at_once_are_all_kept,
    deleting_and_restoring_at_once_never_breaks_a_client,
    a_lowered_role_never_acts_again_once_it_has_been_answered,
}

async fn regenerations_at_once_leave_one_live_secret(server: Server) {
    let admin = server.actor("admin").await;
    for _ in 0..3 {
        let account = admin.creates("Robot", "member").await;
        let path = format!("{}/regenerate-secret", client_path(&account));
        let replies = join_all((0..4).map(|_| admin.does(&path))).await;
        let mut working = 0;
        for reply in &replies {
            assert_eq!(reply.status, 201, "{}", reply.text);
            let secret = reply.json["client_secret"].as_str().unwrap();
            let token = server.ask_for_token(&account.client_id, secret).await;
            working += i32::from(token.status == 200);
        }
        assert_eq!(working, 1);
        let list = admin
            .get(&format!("{}/credentials", client_path(&account)))
            .await
            .is(200);
        let live = list.each("status").into_iter().filter(|it| *it == "active");
        assert_eq!(live.count(), 1);
    }
}

async fn adding_at_once_never_gives_more_than_ten(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let path = format!("{}/credentials", client_path(&account));
    let replies = join_all((0..16).map(|_| admin.does(&path))).await;
    let made = replies.iter().filter(|it| it.status == 201).count();
    let refused = replies.iter().filter(|it| it.status == 409).count();
    assert_eq!((made, refused), (9, 7));
}

async fn no_token_that_was_issued_during_a_deactivation_works_after_it(server: Server) {
    let admin = server.actor("admin").await;
    for round in 0..5 {
        let account = admin.creates(&format!("Robot {round}"), "member").await;
        let path = client_path(&account);
        let (begun, over) = (AtomicBool::new(false), AtomicBool::new(false));
        let asking = join_all((0..6).map(|_| async {
            let mut tokens = Vec::new();
            while !over.load(Ordering::SeqCst) {
                let reply = server
                    .ask_for_token(&account.client_id, &account.secret)
                    .await;
                if reply.status == 200 {
                    begun.store(true, Ordering::SeqCst);
                    tokens.push(reply.json["access_token"].as_str().unwrap().to_owned());
                }
            }
            tokens
        }));
        let switching = async {
            eventually(async || begun.load(Ordering::SeqCst)).await;
            admin.does(&format!("{path}/deactivate")).await.is(200);
            // Those that were asked for before the answer may still come in.
            tokio::time::sleep(std::time::Duration::from_millis(30)).await;
            over.store(true, Ordering::SeqCst);
        };
        let (tokens, ()) = tokio::join!(asking, switching);
        let tokens: Vec<String> = tokens.into_iter().flatten().collect();
        for token in &tokens {
            let robot = server.with_token(account.clone(), token.clone());
            robot.get("/api/v1/me").await.is(401);
        }
        // Nor do they come back with the client.
        admin.does(&format!("{path}/reactivate")).await.is(200);
        let last = server.with_token(account.clone(), tokens.last().unwrap().clone());
        last.get("/api/v1/me").await.is(401);
    }
}

async fn no_old_secret_works_once_a_regeneration_has_answered(server: Server) {
    let admin = server.actor("admin").await;
    let mut account = admin.creates("Robot", "member").await;
    let path = format!("{}/regenerate-secret", client_path(&account));
    for _ in 0..8 {
        // Others load the client again and again meanwhile.
        let asking =
            join_all((0..4).map(|_| server.ask_for_token(&account.client_id, &account.secret)));
        let (_, reply) = tokio::join!(asking, admin.does(&path));
        let fresh = reply.is(201).json["client_secret"]
            .as_str()
            .unwrap()
            .to_owned();
        let old = server
            .ask_for_token(&account.client_id, &account.secret)
            .await;
        assert_eq!(old.status, 401);
        account.secret = fresh;
        server.token_of(&account).await;
    }
}

async fn one_of_many_with_the_same_chosen_id_wins(server: Server) {
    let admin = server.actor("admin").await;
    let chosen = json!({ "profile": "short_lived", "name": "A", "client_id": "the-one" });
    let replies = join_all((0..8).map(|_| admin.post("/api/v1/clients", chosen.clone()))).await;
    let made: Vec<_> = replies.iter().filter(|it| it.status == 201).collect();
    assert_eq!(made.len(), 1);
    for refused in replies.iter().filter(|it| it.status != 201) {
        assert_eq!(refused.status, 409, "{}", refused.text);
    }
    server.token_of(&Account::of(&made[0].json)).await;
    let audit = admin
        .get("/api/v1/audit?action=client.created")
        .await
        .is(200);
    assert_eq!(
        audit.each("id").len(),
        4,
        "the admin screens, the operator, the admin, the one"
    );
}

async fn changes_at_once_are_all_kept(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let path = client_path(&account);
    let patches = (0..10).map(|number| {
        let wire = admin.request(Method::PATCH, &path);
        wire.json(&json!({ "labels": { format!("label-{number}"): "x" } }))
            .send()
    });
    for reply in join_all(patches).await {
        reply.is(200);
    }
    let read = admin.get(&path).await.is(200);
    assert_eq!(read.json["labels"].as_object().unwrap().len(), 10);
    assert_eq!(read.json["version"], 11);
    let trail = admin.get(&format!("{path}/audit")).await.is(200);
    let updates = trail
        .each("action")
        .into_iter()
        .filter(|it| *it == "client.updated");
    assert_eq!(updates.count(), 10);
}

async fn deleting_and_restoring_at_once_never_breaks_a_client(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let path = client_path(&account);
    let restore = format!("{path}/restore");
    let busy = join_all((0..6).map(|number| {
        let (admin, path, restore) = (&admin, &path, &restore);
        async move {
            let reply = if number % 2 == 0 {
                admin.delete(path).await
            } else {
                admin.does(restore).await
            };
            assert!(matches!(reply.status, 200 | 204 | 404), "{}", reply.text);
        }
    }));
    busy.await;
    admin.does(&restore).await.is(200);
    server.token_of(&account).await;
}

async fn a_lowered_role_never_acts_again_once_it_has_been_answered(server: Server) {
    let operator = server.operator().await;
    for _ in 0..5 {
        let account = operator.creates("Robot", "admin").await;
        let robot = server.sign_in(&account).await;
        let reading = join_all((0..4).map(|_| robot.get("/api/v1/clients?limit=1")));
        let path = client_path(&account);
        let lowering = operator.patch(&path, json!({ "role": "member" }));
        let (_, lowered) = tokio::join!(reading, lowering);
        lowered.is(200);
        robot.get("/api/v1/clients").await.is(403);
    }
}
