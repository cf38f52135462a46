//! Everything that people and their apps must keep to themselves, used once: passwords, cookies, one-time links, codes
//! and tokens. The test of secrecy then looks for it everywhere.

use latchkey::bootstrap;
use reqwest::Method;
use serde_json::json;

use crate::support::{
    Account, Browser, CALLBACK, PASSWORD, Reply, Server, Signer, VERIFIER, challenge, form_token,
    link_form, path_of,
};

/// What was used, and what must not be repeated by an answer either.
#[derive(Default)]
struct Used {
    secrets: Vec<String>,
    refused: Vec<Reply>,
}

impl Used {
    fn hide(&mut self, secret: impl Into<String>) {
        let secret = secret.into();
        assert!(secret.len() >= 8, "{secret} may be found by chance");
        self.secrets.push(secret);
    }
}

/// Does everything that has to do with secrets of people, and gives all that must not be found.
pub(crate) async fn live(server: &Server) -> Vec<String> {
    let mut used = Used::default();
    passwords(server, &mut used).await;
    apps(server, &mut used).await;
    for reply in &used.refused {
        for secret in &used.secrets {
            assert!(!reply.text.contains(secret.as_str()), "{}", reply.text);
            let location = reply.header("location");
            assert!(!location.contains(secret.as_str()), "{location}");
        }
    }
    used.secrets
}

/// Invitation, sign-in, wrong guesses, change and reset.
async fn passwords(server: &Server, used: &mut Used) {
    let made = bootstrap::make_operator(&server.app, Some("first@example.org"));
    let made = made.await.unwrap();
    used.hide(made.reveal_password());
    used.hide(made.reveal_secret());
    let operator = server.operator().await;
    let body = json!({ "email": "ada@example.org", "name": "Ada", "role": "member" });
    let wire = operator.request(Method::POST, "/api/v1/users");
    let wire = wire
        .header("Idempotency-Key", "an-invitation-once")
        .json(&body);
    let made = wire.send().await.is(201).json;
    let path = path_of(server, &made["invitation"]);
    let (action, fields) = link_form(&path, PASSWORD);
    used.hide(fields[0].1);
    used.hide(PASSWORD);
    let browser = Browser::new(server);
    used.hide(form_token(&browser.get(&path).await.is(200).text));
    used.hide(browser.cookie().unwrap());
    let weak = "weak-one-43";
    used.hide(weak);
    let (_, too_weak) = link_form(&path, weak);
    let answer = browser.fill(&path, action, &too_weak).await;
    assert!(!answer.is(422).text.contains(weak));
    browser.fill(&path, action, &fields).await.is(303);
    used.refused.push(browser.get(&path).await.is(410));
    used.hide(browser.cookie().unwrap());
    let elsewhere = Browser::new(server);
    let guess = "a-guess-of-a-password";
    used.hide(guess);
    let answer = elsewhere.sign_in("ada@example.org", guess).await;
    used.refused.push(answer.is(401));
    elsewhere.get("/sign-in").await.is(200);
    let first_cookie = elsewhere.cookie().unwrap();
    used.hide(first_cookie);
    let right = elsewhere.sign_in("first@example.org", made_password(used));
    right.await.is(303);
    used.hide(elsewhere.cookie().unwrap());
    let id = made["user"]["id"].as_str().unwrap();
    let reset = format!("/api/v1/users/{id}/reset-password");
    let path = path_of(server, &operator.does(&reset).await.is(201).json);
    let (action, fields) = link_form(&path, "seven maple lanterns");
    used.hide(fields[0].1);
    used.hide("seven maple lanterns");
    let third = Browser::new(server);
    third.fill(&path, action, &fields).await.is(303);
    used.hide(third.cookie().unwrap());
    let page = "/account/password";
    let change = [
        ("current_password", "seven maple lanterns"),
        ("new_password", "eight walnut kettles"),
        ("repeat_password", "eight walnut kettles"),
    ];
    used.hide("eight walnut kettles");
    third.fill(page, page, &change).await.is(303);
    used.hide(third.cookie().unwrap());
    third.fill("/account", "/sign-out", &[]).await.is(303);
}

/// The one-time password, which was hidden first.
fn made_password(used: &Used) -> &str {
    &used.secrets[0]
}

/// Code, tokens and ID token, rightly and wrongly used.
async fn apps(server: &Server, used: &mut Used) {
    let admin = server.actor("admin").await;
    let person = server.somebody("bea@example.org", "member").await;
    used.hide(&person.password);
    let confidential = admin.registers_app(json!({})).await;
    used.hide(&confidential.secret);
    let public = json!({ "public": true, "token_endpoint_auth_method": "none" });
    let public = admin.registers_app(public).await;
    used.hide(VERIFIER);
    for app in [&confidential, &public] {
        one_app(server, used, &person, app).await;
    }
    let fields = [
        ("client_id", confidential.client_id.as_str()),
        ("client_secret", &confidential.secret),
        ("redirect_uri", CALLBACK),
        ("code_challenge", &challenge()),
        ("code_challenge_method", "S256"),
    ];
    let pushed = server.post_form("/oauth2/par", &fields).await.is(201).json;
    let uri = pushed["request_uri"].as_str().unwrap();
    used.hide(uri.rsplit(':').next().unwrap());
    let mut browser = server.visitor_of(&person).await;
    let query = format!(
        "/oauth2/authorize?client_id={}&request_uri={uri}",
        confidential.client_id
    );
    browser.visit(&query).await;
}

async fn one_app(server: &Server, used: &mut Used, person: &Signer, app: &Account) {
    let mut browser = server.visitor_of(person).await;
    let cookie = browser.cookie.clone().unwrap();
    used.hide(cookie.split_once('=').unwrap().1);
    let page = browser.authorize(app, &[]).await.is(200);
    used.hide(form_token(&page.text));
    let name = page.text.split("name=\"request\" value=\"").nth(1).unwrap();
    used.hide(name.split('"').next().unwrap());
    let asked = browser.allows(app, &[]).await;
    used.hide(asked.code());
    let wrong = "a-code-that-nobody-was-given";
    used.hide(wrong);
    used.refused.push(server.redeem(app, wrong).await.is(400));
    let got = server.redeem(app, &asked.code()).await.is(200).json;
    let token = |name: &str| got[name].as_str().unwrap().to_owned();
    let (access, refresh, id) = (
        token("access_token"),
        token("refresh_token"),
        token("id_token"),
    );
    for it in [&access, &refresh, &id] {
        used.hide(it);
    }
    for it in [&access, &id] {
        used.hide(it.rsplit('.').next().unwrap());
    }
    assert!(server.is_alive(&access).await);
    let got = server.refresh(app, &refresh).await.is(200).json;
    let newest = got["refresh_token"].as_str().unwrap().to_owned();
    used.hide(&newest);
    used.hide(got["access_token"].as_str().unwrap());
    let guess = format!("{newest}x");
    used.refused.push(server.refresh(app, &guess).await.is(400));
    let in_query = format!("/oauth2/revoke?token={newest}");
    used.refused.push(server.get(&in_query).await.is(405));
    let in_query = format!("/oauth2/userinfo?access_token={access}");
    used.refused.push(server.get(&in_query).await.is(401));
    let logout = format!("/oauth2/logout?id_token_hint={id}");
    browser.get(&logout).await.is(303);
    // A second use ends everything, and is written down.
    used.refused
        .push(server.redeem(app, &asked.code()).await.is(400));
    used.refused
        .push(server.refresh(app, &newest).await.is(400));
}
