//! Those who sign in.

use latchkey::oauth::access_token::{Claims, TYPE};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Actor, Browser, Server};

/// A person who has joined.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    /// Their id.
    pub(crate) id: Uuid,
    /// By what they sign in.
    pub(crate) email: String,
}

/// A password that may be set.
pub(crate) const PASSWORD: &str = "olive fjord abacus 7";

/// The path of a link of this server.
pub(crate) fn path_of(server: &Server, link: &Value) -> String {
    let url = link["url"].as_str().expect("the link is shown");
    url.strip_prefix(&server.url).unwrap().to_owned()
}

/// The fields of a form that sets a password by a link.
pub(crate) fn link_form<'a>(
    path: &'a str,
    password: &'a str,
) -> (&'a str, [(&'a str, &'a str); 3]) {
    let (action, token) = path.rsplit_once('/').unwrap();
    let fields = [
        ("token", token),
        ("new_password", password),
        ("repeat_password", password),
    ];
    (action, fields)
}

impl Server {
    /// A person with this role, who accepted an invitation and chose [`PASSWORD`].
    pub(crate) async fn person(&self, name: &str, role: &str) -> Person {
        let operator = self.operator().await;
        let email = format!("{name}@example.org");
        let body = json!({ "email": email, "name": name, "role": role });
        let made = operator.post("/api/v1/users", body).await.is(201).json;
        let path = path_of(self, &made["invitation"]);
        let (action, fields) = link_form(&path, PASSWORD);
        Browser::new(self)
            .fill(&path, action, &fields)
            .await
            .is(303);
        Person {
            id: made["user"]["id"].as_str().unwrap().parse().unwrap(),
            email,
        }
    }

    /// Somebody with a token that acts for this person, allowed in this session.
    pub(crate) async fn acting_for(&self, person: &Person, session: Option<Uuid>) -> Actor {
        let operator = self.operator().await;
        let payload = operator.token.split('.').nth(1).unwrap();
        let payload = data_encoding::BASE64URL_NOPAD
            .decode(payload.as_bytes())
            .unwrap();
        let own: Claims = serde_json::from_slice(&payload).unwrap();
        let claims = Claims {
            sub: person.id,
            user: Some(person.id),
            session,
            jti: Uuid::now_v7(),
            ..own
        };
        let keys = self.app.keys.current();
        let token = keys.signer.sign_jwt(TYPE, &claims).unwrap();
        self.with_token(operator.account, token)
    }
}
