//! The same operations for a browser: what is sent and how the answer is read, without a way to send it. Nothing here
//! depends on an operation's types but the reading itself, so an operation costs little code.

use std::{fmt::Write, future::Future, pin::Pin, rc::Rc};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Serialize, de::DeserializeOwned};

use crate::types;

/// What may stand in a part of a URL as it is (RFC 3986, section 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What an operation sends.
#[derive(Clone, Debug)]
pub struct Request {
    /// The HTTP method.
    pub method: &'static str,
    /// Path and query.
    pub path: String,
    /// Headers of this operation.
    pub headers: Vec<(&'static str, String)>,
    /// JSON, where there is a body.
    pub body: Option<String>,
}

impl Request {
    fn new(method: &'static str, path: &str) -> Self {
        Self {
            method,
            path: path.to_owned(),
            headers: Vec::new(),
            body: None,
        }
    }

    fn segment(mut self, name: &str, value: &str) -> Self {
        let value = utf8_percent_encode(value, RESERVED).to_string();
        self.path = self.path.replace(&format!("{{{name}}}"), &value);
        self
    }

    fn query(mut self, name: &str, value: Option<String>) -> Self {
        if let Some(value) = value {
            let mark = if self.path.contains('?') { '&' } else { '?' };
            let value = utf8_percent_encode(&value, RESERVED);
            // Writing into a text never fails.
            let _ = write!(self.path, "{mark}{name}={value}");
        }
        self
    }

    fn header(mut self, name: &'static str, value: Option<&str>) -> Self {
        self.headers.extend(value.map(|it| (name, it.to_owned())));
        self
    }

    fn body(mut self, value: &impl Serialize) -> Self {
        // Every body type is a struct with names for keys, which always has a JSON form.
        self.body = serde_json::to_string(value).ok();
        self
    }
}

/// The body of a successful answer, when it is there.
pub type Answer<E> = Pin<Box<dyn Future<Output = Result<String, E>>>>;

/// Calls the API through what sends for it, which fails in its own way.
#[derive(Clone)]
pub struct Client<E> {
    transport: Rc<dyn Fn(Request) -> Answer<E>>,
}

impl<E> Client<E> {
    /// A client that hands every request to `transport`. It is asked for the body of a success; every other status is
    /// an error of its own.
    pub fn new(transport: impl Fn(Request) -> Answer<E> + 'static) -> Self {
        Self {
            transport: Rc::new(transport),
        }
    }

    fn send(&self, request: Request) -> Answer<E> {
        (self.transport)(request)
    }
}

/// An answer that is not what the document promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

fn read<T: DeserializeOwned>(body: &str) -> Result<T, Unreadable> {
    let body = if body.is_empty() { "null" } else { body };
    serde_json::from_str(body).map_err(|_| Unreadable)
}

include!(concat!(env!("OUT_DIR"), "/browser.rs"));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_is_encoded() {
        let request = Request::new("GET", "/api/v1/clients/{id}")
            .segment("id", "a/b c")
            .query("q", Some("50 %&".to_owned()))
            .query("sort", None)
            .query("limit", Some("5".to_owned()));
        assert_eq!(
            request.path,
            "/api/v1/clients/a%2Fb%20c?q=50%20%25%26&limit=5"
        );
    }
}
