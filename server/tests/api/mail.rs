//! One-time links on their way to people: by mail where a mail server is configured, else shown once.

use figment::{Figment, providers::Serialized};
use serde_json::{Value, json};

use crate::support::{Browser, PASSWORD, Server, Sink, link_form, on_both_databases};

on_both_databases! {
    an_invitation_is_mailed_and_its_link_works,
    a_password_reset_is_mailed_and_its_link_works,
    without_a_mail_server_a_link_is_shown_once,
    a_link_that_cannot_be_mailed_is_shown,
}

async fn mailing_to(server: Server, port: u16) -> Server {
    let settings = Figment::new()
        .merge(Serialized::default(
            "smtp_url",
            format!("smtp://127.0.0.1:{port}"),
        ))
        .merge(Serialized::default(
            "smtp_from",
            "Latchkey <latchkey@example.org>",
        ));
    server.restart_with(settings).await
}

/// The path of the link in the last mail, which went to this address.
fn mailed(server: &Server, sink: &Sink, to: &str) -> String {
    let arrived = sink.arrived();
    let mail = arrived.last().expect("a mail was sent");
    let envelope = format!("RCPT TO:<{to}>");
    assert!(mail.head.contains(&envelope), "{:?}", mail.head);
    // Long lines are folded by quoted-printable.
    let body = mail.body.replace("=\r\n", "");
    assert!(body.contains(&format!("To: {to}")) || body.contains(&format!("<{to}>")));
    let start = body.find(&server.url).expect("the mail has a link");
    let link = body[start..].split_whitespace().next().unwrap();
    link.strip_prefix(&server.url).unwrap().to_owned()
}

async fn an_invitation_is_mailed_and_its_link_works(server: Server) {
    let sink = Sink::smtp().await;
    let server = mailing_to(server, sink.port).await;
    let operator = server.operator().await;
    let body = json!({ "email": "ada@example.org", "name": "Ada", "role": "member" });
    let made = operator.post("/api/v1/users", body).await.is(201);
    let invitation = &made.json["invitation"];
    assert_eq!(invitation["mailed"], true);
    assert_eq!(invitation["url"], Value::Null, "nobody else sees it");
    let path = mailed(&server, &sink, "ada@example.org");
    assert!(path.starts_with("/invitation/"));
    assert!(!made.text.contains(&path));
    let again = format!(
        "/api/v1/users/{}/invite",
        made.json["user"]["id"].as_str().unwrap()
    );
    let link = operator.does(&again).await.is(201).json;
    assert_eq!(link["mailed"], true);
    let newer = mailed(&server, &sink, "ada@example.org");
    let browser = Browser::new(&server);
    browser.get(&path).await.is(410);
    let (action, fields) = link_form(&newer, PASSWORD);
    browser.fill(&newer, action, &fields).await.is(303);
    assert!(browser.is_signed_in().await);
    assert_eq!(sink.arrived().len(), 2);
}

async fn a_password_reset_is_mailed_and_its_link_works(server: Server) {
    let ada = server.person("ada", "member").await;
    let sink = Sink::smtp().await;
    let server = mailing_to(server, sink.port).await;
    let operator = server.operator().await;
    let reset = format!("/api/v1/users/{}/reset-password", ada.id);
    let link = operator.does(&reset).await.is(201).json;
    assert_eq!(link["mailed"], true);
    assert_eq!(link["url"], Value::Null, "nobody else sees it");
    let path = mailed(&server, &sink, &ada.email);
    let (action, fields) = link_form(&path, "seven maple lanterns");
    let browser = Browser::new(&server);
    browser.fill(&path, action, &fields).await.is(303);
    browser
        .sign_in(&ada.email, "seven maple lanterns")
        .await
        .is(303);
}

async fn without_a_mail_server_a_link_is_shown_once(server: Server) {
    let operator = server.operator().await;
    let body = json!({ "email": "ada@example.org", "name": "Ada", "role": "member" });
    let made = operator.post("/api/v1/users", body).await.is(201).json;
    assert_eq!(made["invitation"]["mailed"], false);
    let url = made["invitation"]["url"].as_str().unwrap();
    let (_, token) = url.rsplit_once('/').unwrap();
    let id = made["user"]["id"].as_str().unwrap();
    for path in [
        format!("/api/v1/users/{id}"),
        format!("/api/v1/users/{id}/groups"),
        "/api/v1/users".to_owned(),
        "/api/v1/audit".to_owned(),
    ] {
        let reply = operator.get(&path).await.is(200);
        assert!(!reply.text.contains(token), "{path}");
    }
}

async fn a_link_that_cannot_be_mailed_is_shown(server: Server) {
    // Nobody listens there any more.
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let server = mailing_to(server, port).await;
    let operator = server.operator().await;
    let body = json!({ "email": "ada@example.org", "name": "Ada", "role": "member" });
    let made = operator.post("/api/v1/users", body).await.is(201).json;
    assert_eq!(made["invitation"]["mailed"], false);
    assert!(made["invitation"]["url"].is_string());
}
