//! The issuer is a setting, and no request can say otherwise.

use serde_json::Value;

use crate::support::Home;

#[tokio::test]
async fn the_issuer_is_the_public_url_whatever_the_request_says() {
    let server = Home::new().serve(&["--public-url", "https://login.example.org/"]);
    let metadata = server
        .http
        .get(server.url("/.well-known/oauth-authorization-server"))
        .header("Host", "evil.example")
        .header("X-Forwarded-Host", "evil.example")
        .header("X-Forwarded-Proto", "gopher")
        .header("Forwarded", "host=evil.example;proto=gopher")
        .send()
        .await
        .unwrap();
    let text = metadata.text().await.unwrap();
    assert!(!text.contains("evil") && !text.contains("gopher"), "{text}");
    let metadata: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(metadata["issuer"], "https://login.example.org");
    assert_eq!(
        metadata["token_endpoint"],
        "https://login.example.org/oauth2/token"
    );
}

#[tokio::test]
async fn without_a_public_url_the_issuer_is_the_address_listened_on() {
    let server = Home::new().serve(&[]);
    let metadata: Value = server
        .get("/.well-known/oauth-authorization-server")
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(metadata["issuer"], server.address);
}
