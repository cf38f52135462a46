//! A person's browser: it keeps the cookie, and sends the forms that pages have.

use std::{collections::HashMap, sync::Mutex};

use reqwest::Method;

use super::{Reply, Server};

/// A browser that knows no script.
pub(crate) struct Browser<'a> {
    server: &'a Server,
    /// The address that a proxy in front of the server says it has.
    source: Option<String>,
    cookies: Mutex<HashMap<String, String>>,
}

impl<'a> Browser<'a> {
    /// A new one, without a cookie.
    pub(crate) fn new(server: &'a Server) -> Self {
        Self {
            server,
            source: None,
            cookies: Mutex::default(),
        }
    }

    /// A new one at this address, by way of a proxy that the server trusts.
    pub(crate) fn at(server: &'a Server, source: impl Into<String>) -> Self {
        Self {
            source: Some(source.into()),
            ..Self::new(server)
        }
    }

    /// What the cookie holds.
    pub(crate) fn cookie(&self) -> Option<String> {
        self.cookies.lock().unwrap().get("latchkey").cloned()
    }

    /// Puts another value into the cookie.
    pub(crate) fn set_cookie(&self, value: &str) {
        let mut cookies = self.cookies.lock().unwrap();
        cookies.insert("latchkey".to_owned(), value.to_owned());
    }

    async fn send(&self, method: Method, path: &str, fields: Option<&[(&str, &str)]>) -> Reply {
        let mut request = self.server.request(method, path);
        if let Some(source) = &self.source {
            request = request.header("X-Forwarded-For", source);
        }
        if let Some(value) = self.cookie() {
            request = request.header("Cookie", &format!("other=1; latchkey={value}"));
        }
        if let Some(fields) = fields {
            request = request.header("Origin", &self.server.url).form(fields);
        }
        let reply = request.send().await;
        for set in reply.headers.get_all("set-cookie") {
            let text = set.to_str().unwrap();
            let (name, value) = text.split(';').next().unwrap().split_once('=').unwrap();
            let mut cookies = self.cookies.lock().unwrap();
            if text.contains("Max-Age=0") || value.is_empty() {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        reply
    }

    /// Opens a page.
    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None).await
    }

    /// Sends a form with exactly these fields.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.send(Method::POST, path, Some(fields)).await
    }

    /// Opens a page, fills in its form and sends it to `action`.
    pub(crate) async fn fill(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Reply {
        let page = self.get(page).await;
        let token = form_token(&page.text);
        let mut all = vec![("form_token", token.as_str())];
        all.extend_from_slice(fields);
        self.post(action, &all).await
    }

    /// Tries to sign in.
    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> Reply {
        // With a request to go on with, so that the form is shown in every state.
        let fields = [("email", email), ("password", password)];
        self.fill("/sign-in?continue=nothing", "/sign-in", &fields)
            .await
    }

    /// Whether a person is signed in here and may go on.
    pub(crate) async fn is_signed_in(&self) -> bool {
        self.get("/account").await.status == 200
    }
}

/// What shows that a form is from this page.
pub(crate) fn form_token(page: &str) -> String {
    let (_, after) = page
        .split_once("name=\"form_token\" value=\"")
        .expect("the page has a form");
    after.split('"').next().unwrap().to_owned()
}
