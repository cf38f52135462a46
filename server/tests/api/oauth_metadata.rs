//! Authorization server metadata (RFC 8414): what is listed works, what is not listed does not exist.

use figment::{Figment, providers::Serialized};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ASSERTION_TYPE, KeyPair, Server, on_both_databases};

on_both_databases! {
    the_issuer_is_exact_and_every_address_hangs_on_it,
    no_list_is_empty_and_nothing_is_null,
    what_is_listed_works,
    what_is_not_listed_is_refused,
    a_public_url_is_the_issuer_of_tokens_too,
}

const PATH: &str = "/.well-known/oauth-authorization-server";

async fn the_issuer_is_exact_and_every_address_hangs_on_it(server: Server) {
    let reply = server
        .request(Method::GET, PATH)
        .header("Host", "evil.example")
        .header("X-Forwarded-Host", "evil.example")
        .header("X-Forwarded-Proto", "https")
        .header("Forwarded", "host=evil.example")
        .send()
        .await
        .is(200);
    assert!(!reply.text.contains("evil.example"));
    assert_eq!(reply.json["issuer"], server.url);
    for (name, value) in reply.json.as_object().unwrap() {
        if name.ends_with("_endpoint") || name.ends_with("_uri") || name == "service_documentation"
        {
            assert!(
                value
                    .as_str()
                    .unwrap()
                    .starts_with(&format!("{}/", server.url)),
                "{name}"
            );
        }
    }
}

async fn no_list_is_empty_and_nothing_is_null(server: Server) {
    let metadata = server.get(PATH).await.is(200).json;
    for (name, value) in metadata.as_object().unwrap() {
        assert!(!value.is_null(), "{name}");
        assert!(value.as_array().is_none_or(|it| !it.is_empty()), "{name}");
    }
    for required in [
        "issuer",
        "token_endpoint",
        "response_types_supported",
        "grant_types_supported",
    ] {
        assert!(metadata.get(required).is_some(), "{required}");
    }
}

async fn what_is_listed_works(server: Server) {
    let metadata = server.get(PATH).await.is(200).json;
    let account = server.actor("member").await.account;
    let path = |name: &str| {
        metadata[name]
            .as_str()
            .unwrap()
            .trim_start_matches(&server.url)
            .to_owned()
    };
    for name in ["jwks_uri", "service_documentation"] {
        server.get(&path(name)).await.is(200);
    }
    for (endpoint, methods) in [
        ("token_endpoint", "token_endpoint_auth_methods_supported"),
        (
            "introspection_endpoint",
            "introspection_endpoint_auth_methods_supported",
        ),
        (
            "revocation_endpoint",
            "revocation_endpoint_auth_methods_supported",
        ),
    ] {
        for method in metadata[methods].as_array().unwrap() {
            let fields = [("grant_type", "client_credentials"), ("token", "x")];
            let in_body = [
                fields[0],
                fields[1],
                ("client_id", &account.client_id),
                ("client_secret", &account.secret),
            ];
            let request = server.request(Method::POST, &path(endpoint));
            let request = match method.as_str().unwrap() {
                "client_secret_basic" => {
                    use base64::Engine as _;
                    let pair = format!("{}:{}", account.client_id, account.secret);
                    let pair = base64::engine::general_purpose::STANDARD.encode(pair);
                    request
                        .header("Authorization", &format!("Basic {pair}"))
                        .form(&fields)
                }
                "client_secret_post" => request.form(&in_body),
                "private_key_jwt" => {
                    let key = KeyPair::new();
                    let operator = server.operator().await;
                    let by_key = json!({
                        "token_endpoint_auth_method": "private_key_jwt",
                        "credential": key.credential(),
                    });
                    let by_key = operator.creates_with(by_key).await;
                    let assertion = key.assertion(&server, &by_key.client_id);
                    request.form(&[
                        fields[0],
                        fields[1],
                        ("client_assertion_type", ASSERTION_TYPE),
                        ("client_assertion", &assertion),
                    ])
                }
                // Public apps: how they get a token is tested with codes and refresh tokens.
                "none" => continue,
                other => panic!("{other} is listed; how is it tried?"),
            };
            request.send().await.is(200);
        }
    }
}

async fn what_is_not_listed_is_refused(server: Server) {
    let metadata = server.get(PATH).await.is(200).json;
    let account = server.actor("member").await.account;
    let listed = |name: &str, value: &str| {
        metadata[name]
            .as_array()
            .is_some_and(|it| it.iter().any(|it| it == value))
    };
    for grant in [
        "password",
        "implicit",
        "authorization_code",
        "refresh_token",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "urn:ietf:params:oauth:grant-type:token-exchange",
    ] {
        let fields = [
            ("grant_type", grant),
            ("client_id", account.client_id.as_str()),
            ("client_secret", account.secret.as_str()),
        ];
        let reply = server.post_form("/oauth2/token", &fields).await;
        if !listed("grant_types_supported", grant) {
            assert_eq!(reply.status, 400, "{grant}: {}", reply.text);
        }
    }
    for (name, path) in [
        ("authorization_endpoint", "/oauth2/authorize"),
        ("registration_endpoint", "/oauth2/register"),
        (
            "device_authorization_endpoint",
            "/oauth2/device_authorization",
        ),
        ("pushed_authorization_request_endpoint", "/oauth2/par"),
        ("userinfo_endpoint", "/oauth2/userinfo"),
        ("end_session_endpoint", "/oauth2/logout"),
    ] {
        if metadata.get(name).is_none() {
            server.get(path).await.is(404);
        }
    }
}

async fn a_public_url_is_the_issuer_of_tokens_too(server: Server) {
    let settings = Serialized::default("public_url", "https://login.example.org/");
    let server = Server::start_with(server.database.kind, Figment::new().merge(settings)).await;
    let operator = server.operator().await;
    let metadata = server.get(PATH).await.is(200).json;
    assert_eq!(metadata["issuer"], "https://login.example.org");
    let said = server.introspect(&operator.account, &operator.token).await;
    assert_eq!(said["iss"], "https://login.example.org");
    assert_eq!(said["aud"], Value::from("https://login.example.org/api/v1"));
    operator.get("/api/v1/me").await.is(200);
}
