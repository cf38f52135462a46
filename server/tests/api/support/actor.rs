//! Those who use the API.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::wire::{Reply, Wire};

/// What a JWT says, unverified.
pub(crate) fn claims_of(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    let text = data_encoding::BASE64URL_NOPAD.decode(part.as_bytes());
    serde_json::from_slice(&text.unwrap()).unwrap()
}

/// A service account and its secret.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    /// Its uuid.
    pub(crate) id: Uuid,
    /// Its wire id.
    pub(crate) client_id: String,
    /// Its secret.
    pub(crate) secret: String,
    /// The id of the secret, where it is known.
    pub(crate) credential: Option<Uuid>,
}

impl Account {
    /// From the answer to the request that made a client.
    pub(crate) fn of(created: &Value) -> Self {
        let uuid = |it: &Value| it.as_str().and_then(|it| it.parse().ok());
        let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
        Self {
            id: uuid(&created["client"]["id"]).unwrap(),
            client_id: text(&created["client"]["client_id"]),
            secret: text(&created["client_secret"]),
            credential: uuid(&created["credential"]["id"]),
        }
    }
}

/// Somebody with a token.
pub(crate) struct Actor {
    /// The account it uses.
    pub(crate) account: Account,
    /// Its token.
    pub(crate) token: String,
    url: String,
    http: reqwest::Client,
}

impl Actor {
    pub(super) fn new(account: Account, token: String, url: &str, http: &reqwest::Client) -> Self {
        Self {
            account,
            token,
            url: url.to_owned(),
            http: http.clone(),
        }
    }

    /// The generated client, with this token. Made for those who ask: it reads every certificate of the machine.
    pub(crate) fn api(&self) -> api_client::Client {
        api_client::with_token(&self.url, &self.token).unwrap()
    }

    /// A request with its token.
    pub(crate) fn request(&self, method: Method, path: &str) -> Wire {
        let url = format!("{}{path}", self.url);
        Wire(self.http.request(method, url).bearer_auth(&self.token))
    }

    /// Reads.
    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.request(Method::GET, path).send().await
    }

    /// Posts a body.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.request(Method::POST, path).json(&body).send().await
    }

    /// Posts nothing.
    pub(crate) async fn does(&self, path: &str) -> Reply {
        self.request(Method::POST, path).send().await
    }

    /// Merges a patch.
    pub(crate) async fn patch(&self, path: &str, body: Value) -> Reply {
        self.request(Method::PATCH, path).json(&body).send().await
    }

    /// Replaces, whatever the version.
    pub(crate) async fn put(&self, path: &str, body: Value) -> Reply {
        self.request(Method::PUT, path)
            .header("If-Match", "*")
            .json(&body)
            .send()
            .await
    }

    /// Deletes, whatever the version.
    pub(crate) async fn delete(&self, path: &str) -> Reply {
        self.request(Method::DELETE, path)
            .header("If-Match", "*")
            .send()
            .await
    }

    /// Creates a service account.
    pub(crate) async fn creates(&self, name: &str, role: &str) -> Account {
        let body = json!({ "profile": "service_account", "name": name, "role": role });
        Account::of(&self.post("/api/v1/clients", body).await.is(201).json)
    }

    /// Creates a service account with more than a name, all of it in `fields`.
    pub(crate) async fn creates_with(&self, fields: Value) -> Account {
        let mut body =
            json!({ "profile": "service_account", "name": "Some client", "role": "member" });
        for (name, value) in fields.as_object().unwrap() {
            body[name] = value.clone();
        }
        Account::of(&self.post("/api/v1/clients", body).await.is(201).json)
    }
}

/// The address of a client.
pub(crate) fn client_path(account: &Account) -> String {
    format!("/api/v1/clients/{}", account.id)
}
