//! The same operations for a browser: what is sent and how the answer is read, without a way to send it. Nothing here
//! depends on an operation's types but the reading itself, so an operation costs little code.

mod json;
pub mod text;

use std::{
    fmt::Write,
    future::Future,
    marker::PhantomData,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use self::json::{Faults, Members, object};
pub use self::json::{FromJson, ToJson, read_uuid};
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
    /// What is sent along, where there is anything.
    pub body: Option<Value>,
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

    fn body(mut self, value: &dyn ToJson) -> Self {
        self.body = Some(value.to_json());
        self
    }
}

/// What a call answers, when it is there.
pub type Answer<T, E> = Pin<Box<dyn Future<Output = Result<T, E>>>>;

/// Calls the API through what sends for it, which fails in its own way.
#[derive(Clone)]
pub struct Client<E> {
    transport: Rc<dyn Fn(Request) -> Answer<Value, E>>,
}

impl<E> Client<E> {
    /// A client that hands every request to `transport`. It is asked for the body of a success, which
    /// is null where there is none; every other status is an error of its own.
    pub fn new(transport: impl Fn(Request) -> Answer<Value, E> + 'static) -> Self {
        Self {
            transport: Rc::new(transport),
        }
    }
}

impl<E: From<Unreadable> + 'static> Client<E> {
    /// Sends the request of any operation. What waits for the answer is made once for each type that is answered.
    #[inline(never)]
    fn ask<T: FromJson + 'static>(&self, request: Request) -> Answer<T, E> {
        Box::pin(Reading {
            body: (self.transport)(request),
            of: PhantomData,
        })
    }
}

/// Reads an answer when it is there.
struct Reading<T, E> {
    body: Answer<Value, E>,
    of: PhantomData<fn() -> T>,
}

impl<T: FromJson, E: From<Unreadable>> Future for Reading<T, E> {
    type Output = Result<T, E>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let body = self.body.as_mut().poll(context);
        body.map(|body| read(body?).map_err(E::from))
    }
}

/// An answer that is not what the document promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

/// Reads an answer, or a problem.
///
/// # Errors
/// When it is not what the document promises.
pub fn read<T: FromJson>(body: Value) -> Result<T, Unreadable> {
    T::from_json(body).ok_or(Unreadable)
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
