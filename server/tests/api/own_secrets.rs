//! Secrets that are brought along from elsewhere.

use serde_json::json;

use crate::{
    credentials::{adds, credential_path},
    support::{Server, client_path, on_both_databases},
};

on_both_databases! {
    a_secret_that_is_brought_along_works_and_is_kept_as_argon2id,
    a_secret_that_is_too_weak_is_not_brought_along,
}

async fn a_secret_that_is_brought_along_works_and_is_kept_as_argon2id(server: Server) {
    let admin = server.actor("admin").await;
    let secret = "brought along: 100% + more";
    let account = admin
        .creates_with(json!({ "credential": { "secret": secret } }))
        .await;
    assert_eq!(account.secret, secret);
    server.token_of(&account).await;
    server.token_of(&account).await;
    server
        .ask_for_token(&account.client_id, "brought along: 100% + mor")
        .await
        .is(401);
    let rows = server
        .database
        .rows("SELECT password_hash FROM credential WHERE password_hash IS NOT NULL")
        .await;
    let hash: String = rows[0].try_get_by_index(0).unwrap();
    assert!(
        hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{hash}"
    );
    let (other, _) = adds(
        &admin,
        &account,
        json!({ "secret": "another one from elsewhere" }),
    )
    .await;
    server.token_of(&other).await;
    admin.delete(&credential_path(&account)).await.is(204);
    // A verified one is remembered, and forgotten when it ends.
    server
        .ask_for_token(&account.client_id, secret)
        .await
        .is(401);
    server.token_of(&other).await;
}

async fn a_secret_that_is_too_weak_is_not_brought_along(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let path = format!("{}/credentials", client_path(&account));
    for weak in [
        "kurz-42",
        "aaaaaaaaaaaaaaaaaaaaaa",
        "with a é in the middle of it",
        "lks_something_that_is_not_ours",
    ] {
        let reply = admin.post(&path, json!({ "secret": weak })).await;
        let reply = reply.is_problem(422, "invalid");
        assert_eq!(
            reply.errors(),
            [("/secret".to_owned(), "invalid".to_owned())]
        );
        assert!(!reply.text.contains(weak), "{}", reply.text);
    }
    // With the client, the pointer says where.
    let body = json!({ "profile": "service_account", "name": "A", "role": "member", "credential": { "secret": "short" } });
    let reply = admin.post("/api/v1/clients", body).await.is(422);
    assert_eq!(
        reply.errors(),
        [("/credential/secret".to_owned(), "invalid".to_owned())]
    );
}
