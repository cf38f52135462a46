//! What a token request may look like (RFC 6749, sections 3.2 and 5), and what becomes of one that does not.

use reqwest::Method;
use serde_json::json;

use crate::support::{Account, Reply, Server, on_both_databases};

on_both_databases! {
    an_answer_with_a_token_is_never_kept,
    an_answer_has_exactly_the_members_of_the_standard,
    only_post_is_answered,
    parameters_in_the_address_are_refused,
    only_forms_are_read,
    a_doubled_parameter_is_refused_an_unknown_one_ignored_an_empty_one_absent,
    a_grant_that_does_not_exist_is_unsupported,
    a_grant_that_is_not_the_clients_is_unauthorized,
    a_missing_grant_is_an_invalid_request,
    what_cannot_be_read_is_a_clear_4xx_at_every_endpoint,
    odd_headers_are_a_clear_4xx,
}

const ENDPOINTS: [&str; 3] = ["/oauth2/token", "/oauth2/introspect", "/oauth2/revoke"];
const FORM: &str = "application/x-www-form-urlencoded";

fn credentials(account: &Account) -> String {
    format!(
        "client_id={}&client_secret={}",
        account.client_id, account.secret
    )
}

async fn post(server: &Server, path: &str, body: impl Into<reqwest::Body>) -> Reply {
    server
        .request(Method::POST, path)
        .body(FORM, body)
        .send()
        .await
}

/// A flat error of RFC 6749, section 5.2, in the characters that it allows.
fn is_error(reply: &Reply, status: u16, code: &str) {
    assert_eq!(reply.status, status, "{}", reply.text);
    assert_eq!(reply.json["error"], code, "{}", reply.text);
    assert_eq!(reply.header("content-type"), "application/json");
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    let description = reply.json["error_description"].as_str().unwrap();
    let allowed = |it: char| matches!(it, '\x20'..='\x21' | '\x23'..='\x5b' | '\x5d'..='\x7e');
    assert!(description.chars().all(allowed), "{description}");
}

async fn an_answer_with_a_token_is_never_kept(server: Server) {
    let account = server.actor("member").await.account;
    let reply = server
        .ask_for_token(&account.client_id, &account.secret)
        .await
        .is(200);
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.header("pragma"), "no-cache");
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    assert!(reply.header("content-type").starts_with("application/json"));
}

async fn an_answer_has_exactly_the_members_of_the_standard(server: Server) {
    let account = server.actor("member").await.account;
    let reply = server
        .ask_for_token(&account.client_id, &account.secret)
        .await
        .is(200);
    let mut members: Vec<&String> = reply.json.as_object().unwrap().keys().collect();
    members.sort();
    assert_eq!(
        members,
        ["access_token", "expires_in", "token_type"],
        "no refresh token, no null"
    );
    assert_eq!(reply.json["token_type"], "Bearer");
    assert!(reply.json["expires_in"].is_u64());
}

async fn only_post_is_answered(server: Server) {
    for path in ENDPOINTS {
        for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH] {
            let reply = server.request(method.clone(), path).send().await;
            is_error(&reply, 405, "invalid_request");
            assert_eq!(reply.header("allow"), "POST", "{method} {path}");
        }
    }
}

async fn parameters_in_the_address_are_refused(server: Server) {
    let account = server.actor("member").await.account;
    let all = format!(
        "grant_type=client_credentials&token=x&{}",
        credentials(&account)
    );
    for path in ENDPOINTS {
        for address in [
            format!("{path}?{all}"),
            format!("{path}?scope=tenant:default"),
            format!("{path}?"),
        ] {
            let reply = post(&server, &address, all.clone()).await;
            is_error(&reply, 400, "invalid_request");
        }
    }
}

async fn only_forms_are_read(server: Server) {
    let account = server.actor("member").await.account;
    let form = format!(
        "grant_type=client_credentials&token=x&{}",
        credentials(&account)
    );
    let json = json!({
        "grant_type": "client_credentials", "client_id": account.client_id, "client_secret": account.secret,
    });
    for path in ENDPOINTS {
        let request = || server.request(Method::POST, path);
        is_error(&request().json(&json).send().await, 415, "invalid_request");
        for kind in [
            "text/plain",
            "multipart/form-data; boundary=x",
            "application/x-www-form-urlencodedx",
            "",
        ] {
            let reply = request().body(kind, form.clone()).send().await;
            is_error(&reply, 415, "invalid_request");
        }
        for kind in [
            "application/x-www-form-urlencoded; charset=UTF-8",
            "Application/X-WWW-Form-URLEncoded",
        ] {
            request().body(kind, form.clone()).send().await.is(200);
        }
        is_error(&request().send().await, 415, "invalid_request");
    }
}

async fn a_doubled_parameter_is_refused_an_unknown_one_ignored_an_empty_one_absent(server: Server) {
    let account = server.actor("member").await.account;
    let form = format!("grant_type=client_credentials&{}", credentials(&account));
    for more in [
        "grant_type=client_credentials",
        "grant_type=password",
        "client_id=x",
        "scope=a&scope=a",
        "scope=&scope=",
        "unknown=1&unknown=2",
        "%67rant_type=client_credentials",
    ] {
        let reply = post(&server, "/oauth2/token", format!("{form}&{more}")).await;
        is_error(&reply, 400, "invalid_request");
    }
    for more in [
        "",
        "unknown=1",
        "audience=x&nonce=y",
        "scope=",
        "scope",
        "resource=",
        "&&",
    ] {
        post(&server, "/oauth2/token", format!("{form}&{more}"))
            .await
            .is(200);
    }
    let empty = post(
        &server,
        "/oauth2/token",
        form.replace("client_credentials", ""),
    )
    .await;
    is_error(&empty, 400, "invalid_request");
}

async fn a_grant_that_does_not_exist_is_unsupported(server: Server) {
    let account = server.actor("member").await.account;
    for grant in [
        "password",
        "implicit",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "CLIENT_CREDENTIALS",
        "client_credentials ",
        "client_credentials%20authorization_code",
        "\u{1f980}",
    ] {
        let form = format!(
            "grant_type={grant}&username=a&password=b&{}",
            credentials(&account)
        );
        let reply = post(&server, "/oauth2/token", form).await;
        is_error(&reply, 400, "unsupported_grant_type");
    }
}

async fn a_grant_that_is_not_the_clients_is_unauthorized(server: Server) {
    let operator = server.operator().await;
    let body = json!({
        "profile": "app", "name": "On a server", "redirect_uris": ["https://app.example.org/callback"],
    });
    let app = Account::of(&operator.post("/api/v1/clients", body).await.is(201).json);
    let reply = server.ask_for_token(&app.client_id, &app.secret).await;
    is_error(&reply, 400, "unauthorized_client");
    let account = operator.creates("Machine", "member").await;
    for grant in [
        "authorization_code&code=x&redirect_uri=y",
        "refresh_token&refresh_token=x",
    ] {
        let form = format!("grant_type={grant}&{}", credentials(&account));
        let reply = post(&server, "/oauth2/token", form).await;
        is_error(&reply, 400, "unauthorized_client");
    }
}

async fn a_missing_grant_is_an_invalid_request(server: Server) {
    let account = server.actor("member").await.account;
    for form in [
        String::new(),
        credentials(&account),
        "grant_type".to_owned(),
    ] {
        let reply = post(&server, "/oauth2/token", form).await;
        is_error(&reply, 400, "invalid_request");
    }
    for path in ["/oauth2/introspect", "/oauth2/revoke"] {
        let reply = post(&server, path, credentials(&account)).await;
        is_error(&reply, 400, "invalid_request");
    }
}

async fn what_cannot_be_read_is_a_clear_4xx_at_every_endpoint(server: Server) {
    let account = server.actor("member").await.account;
    let start = format!(
        "grant_type=client_credentials&token=x&{}",
        credentials(&account)
    );
    let with = |end: &[u8]| [start.as_bytes(), b"&scope=", end].concat();
    let thousand: Vec<String> = (0..1000).map(|it| format!("p{it}=v")).collect();
    let thousand = thousand.join("&");
    for path in ENDPOINTS {
        for (body, status) in [
            (with(b"a%00b"), 400),
            (with(b"a\0b"), 400),
            (with(b"%"), 400),
            (with(b"%zz"), 400),
            (with(b"%f"), 400),
            (with(b"%ff%fe"), 400),
            (with(b"\xff\xfe"), 400),
            (with(b"%C0%80"), 400),
            (with(b"%ED%A0%80"), 400),
            (with(thousand.as_bytes()), 400),
            (
                with(&vec![b'a'; 64 * 1024 + 1 - start.len() - "&scope=".len()]),
                413,
            ),
            (vec![b'a'; 64 * 1024 + 1], 413),
            (vec![b'&'; 64 * 1024 + 1], 413),
        ] {
            let reply = post(&server, path, body).await;
            is_error(&reply, status, "invalid_request");
        }
        let reply = post(&server, path, vec![b'&'; 64 * 1024]).await;
        assert!((400..500).contains(&reply.status), "{}", reply.text);
        let reply = post(&server, path, vec![b'='; 64 * 1024]).await;
        assert!((400..500).contains(&reply.status), "{}", reply.text);
    }
    for scope in [
        "\u{0}",
        "\"",
        "\\",
        "caf\u{e9}",
        "\u{202e}",
        "a\tb",
        "a\r\nb",
    ] {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", &account.client_id),
            ("client_secret", &account.secret),
            ("scope", scope),
        ];
        let reply = server.post_form("/oauth2/token", &fields).await;
        assert_eq!(reply.status, 400, "{scope:?}: {}", reply.text);
    }
    let long = "x".repeat(60_000);
    for (name, status) in [("client_id", 401), ("client_secret", 401), ("token", 200)] {
        let mut fields = vec![("grant_type", "client_credentials"), (name, long.as_str())];
        for (other, value) in [
            ("client_id", &account.client_id),
            ("client_secret", &account.secret),
        ] {
            if other != name {
                fields.push((other, value));
            }
        }
        let reply = server
            .post_form(
                "/oauth2/introspect",
                &[
                    fields.as_slice(),
                    &[("token", "x")][..usize::from(name != "token")],
                ]
                .concat(),
            )
            .await;
        assert_eq!(reply.status, status, "{name}: {}", reply.text);
    }
}

async fn odd_headers_are_a_clear_4xx(server: Server) {
    let form = "grant_type=client_credentials&token=x";
    for value in [
        &b"Basic \xff\xfe"[..],
        b"Basic caf\xc3\xa9",
        b"\xf0\x9f\xa6\x80",
        b"",
    ] {
        for path in ENDPOINTS {
            let client = reqwest::Client::new();
            let value = reqwest::header::HeaderValue::from_bytes(value).unwrap();
            let response = client
                .post(format!("{}{path}", server.url))
                .header("Authorization", value)
                .header("Content-Type", FORM)
                .body(form)
                .send()
                .await
                .unwrap();
            assert!(response.status().is_client_error(), "{}", response.status());
        }
    }
    let long = format!("Basic {}", "A".repeat(8000));
    let reply = server
        .request(Method::POST, "/oauth2/token")
        .header("Authorization", &long)
        .body(FORM, form)
        .send()
        .await;
    is_error(&reply, 401, "invalid_client");
}
