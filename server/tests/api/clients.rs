//! `/clients`: the life of a service account, as the document 000 B2B service accounts tells it.

use api_client::types::CreateClient;

use crate::support::{Account, Server, on_both_databases};

on_both_databases! {
    the_secret_of_a_new_client_is_shown_once_and_gets_a_token,
}

async fn the_secret_of_a_new_client_is_shown_once_and_gets_a_token(server: Server) {
    let admin = server.actor("admin").await;
    let wanted: CreateClient = serde_json::from_value(serde_json::json!({
        "profile": "service_account", "name": "Nightly export", "role": "member",
    }))
    .unwrap();
    let made = admin.api.create_client(None, &wanted).await.unwrap();
    assert_eq!(made.headers()["cache-control"], "no-store");
    let made = made.into_inner();
    let account = Account {
        id: made.client.id,
        client_id: made.client.client_id,
        secret: made.client_secret.unwrap(),
        credential: Some(made.credential.unwrap().id),
    };
    let token = server
        .ask_for_token(&account.client_id, &account.secret)
        .await
        .is(200);
    assert_eq!(token.json["token_type"], "Bearer");
    assert_eq!(token.json["expires_in"], 86_400);
    assert!(token.json.get("refresh_token").is_none());

    let read = admin
        .get(&format!("/api/v1/clients/{}", account.id))
        .await
        .is(200);
    assert!(!read.text.contains(&account.secret));
    assert_eq!(
        read.json["service_user_id"].as_str().unwrap(),
        made.client.service_user_id.to_string()
    );
}
