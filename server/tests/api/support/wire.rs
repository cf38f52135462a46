//! Requests and answers as they travel.

use reqwest::{Body, RequestBuilder, header::HeaderMap};
use serde_json::Value;

use super::described;

/// A request on its way.
pub(crate) struct Wire(pub(super) RequestBuilder);

impl Wire {
    /// With a header.
    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        Self(self.0.header(name, value))
    }

    /// With a JSON body.
    pub(crate) fn json(self, body: &Value) -> Self {
        Self(self.0.json(body))
    }

    /// With a body of this kind.
    pub(crate) fn body(self, kind: &str, body: impl Into<Body>) -> Self {
        Self(self.0.header("Content-Type", kind).body(body))
    }

    /// With a form.
    pub(crate) fn form(self, fields: &[(&str, &str)]) -> Self {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        self.body("application/x-www-form-urlencoded", form.finish())
    }

    /// With query parameters.
    pub(crate) fn query(self, pairs: &[(&str, &str)]) -> Self {
        Self(self.0.query(pairs))
    }

    /// Sends it. The answer must be as the OpenAPI document describes it.
    pub(crate) async fn send(self) -> Reply {
        let (client, request) = self.0.build_split();
        let request = request.expect("a request that can be sent");
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let response = client.execute(request).await.expect("the server answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.expect("the answer has an end");
        let reply = Reply {
            status,
            headers,
            json: serde_json::from_str(&text).unwrap_or_default(),
            text,
        };
        described::hold(&method, &path, &reply);
        reply
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    /// Its status.
    pub(crate) status: u16,
    /// Its headers.
    pub(crate) headers: HeaderMap,
    /// Its body.
    pub(crate) text: String,
    /// Its body as JSON, or null.
    pub(crate) json: Value,
}

impl Reply {
    /// Has this status.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "the answer is {}", self.text);
        self
    }

    /// Is a problem (RFC 9457) of this status and kind, whole and with the request id of its header.
    #[expect(
        clippy::wrong_self_convention,
        reason = "it reads as a sentence: the answer is a problem"
    )]
    #[track_caller]
    pub(crate) fn is_problem(self, status: u16, kind: &str) -> Self {
        let reply = self.is(status);
        assert_eq!(reply.header("content-type"), "application/problem+json");
        assert_eq!(
            reply.json["type"],
            format!("/problems/{kind}"),
            "{}",
            reply.text
        );
        assert_eq!(reply.json["status"], status);
        assert_eq!(reply.json["request_id"], reply.header("x-request-id"));
        for member in ["title", "detail"] {
            let text = reply.json[member].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "{member} is missing: {}", reply.text);
        }
        reply
    }

    /// Its `errors` as pointer and code, in order of the pointers.
    pub(crate) fn errors(&self) -> Vec<(String, String)> {
        let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
        let list = self.json["errors"].as_array().cloned().unwrap_or_default();
        let mut errors: Vec<_> = list
            .iter()
            .map(|it| (text(&it["pointer"]), text(&it["code"])))
            .collect();
        errors.sort();
        errors
    }

    /// A field of each item of a list.
    pub(crate) fn each(&self, field: &str) -> Vec<&str> {
        let items = self.json["items"].as_array().expect("a list");
        let texts = items.iter().map(|it| it[field].as_str());
        texts.map(|it| it.expect("a text")).collect()
    }

    /// A header, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.and_then(|it| it.to_str().ok()).unwrap_or_default()
    }
}
