//! The same operations for a browser: what is sent and how the answer is read, without a way to send it. Nothing here
//! depends on an operation's types but the reading itself, so an operation costs little code.

use std::{
    collections::HashMap,
    fmt::Write,
    future::Future,
    hash::BuildHasher,
    marker::PhantomData,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::{Map, Value};

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

/// What a call answers, when it is there.
pub type Answer<T, E> = Pin<Box<dyn Future<Output = Result<T, E>>>>;

/// Calls the API through what sends for it, which fails in its own way.
#[derive(Clone)]
pub struct Client<E> {
    transport: Rc<dyn Fn(Request) -> Answer<String, E>>,
}

impl<E> Client<E> {
    /// A client that hands every request to `transport`. It is asked for the body of a success; every other status is
    /// an error of its own.
    pub fn new(transport: impl Fn(Request) -> Answer<String, E> + 'static) -> Self {
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
    body: Answer<String, E>,
    of: PhantomData<fn() -> T>,
}

impl<T: FromJson, E: From<Unreadable>> Future for Reading<T, E> {
    type Output = Result<T, E>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let body = self.body.as_mut().poll(context);
        body.map(|body| read(&body?).map_err(E::from))
    }
}

/// An answer that is not what the document promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

/// Reads an answer, or a problem.
///
/// # Errors
/// When it is not what the document promises.
pub fn read<T: FromJson>(body: &str) -> Result<T, Unreadable> {
    let value = parse(body)?;
    T::from_json(value).ok_or(Unreadable)
}

fn parse(body: &str) -> Result<Value, Unreadable> {
    if body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(body).map_err(|_| Unreadable)
}

/// What can be read from JSON.
pub trait FromJson: Sized {
    /// Reads it; nothing where `value` is something else.
    fn from_json(value: Value) -> Option<Self>;

    /// What it is where it was left out.
    fn absent() -> Option<Self> {
        None
    }
}

/// The members of a JSON object, taken one by one.
struct Members(Map<String, Value>);

impl Members {
    fn of(value: Value) -> Option<Self> {
        match value {
            Value::Object(members) => Some(Self(members)),
            _ => None,
        }
    }

    #[inline(never)]
    fn take<T: FromJson>(&mut self, name: &str) -> Option<T> {
        match self.0.remove(name) {
            Some(value) => T::from_json(value),
            None => T::absent(),
        }
    }

    #[inline(never)]
    fn take_or_default<T: FromJson + Default>(&mut self, name: &str) -> Option<T> {
        match self.0.remove(name) {
            Some(value) => T::from_json(value),
            None => Some(T::default()),
        }
    }
}

impl FromJson for () {
    fn from_json(_: Value) -> Option<Self> {
        Some(())
    }
}

impl FromJson for Value {
    fn from_json(value: Value) -> Option<Self> {
        Some(value)
    }

    fn absent() -> Option<Self> {
        Some(Value::Null)
    }
}

impl FromJson for String {
    fn from_json(value: Value) -> Option<Self> {
        match value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }
}

impl FromJson for bool {
    fn from_json(value: Value) -> Option<Self> {
        value.as_bool()
    }
}

impl FromJson for i64 {
    fn from_json(value: Value) -> Option<Self> {
        value.as_i64()
    }
}

impl FromJson for u64 {
    fn from_json(value: Value) -> Option<Self> {
        value.as_u64()
    }
}

impl FromJson for u32 {
    fn from_json(value: Value) -> Option<Self> {
        value.as_u64()?.try_into().ok()
    }
}

impl FromJson for u16 {
    fn from_json(value: Value) -> Option<Self> {
        value.as_u64()?.try_into().ok()
    }
}

impl FromJson for uuid::Uuid {
    fn from_json(value: Value) -> Option<Self> {
        value.as_str()?.parse().ok()
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(value: Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_json(value).map(Some),
        }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(value: Value) -> Option<Self> {
        match value {
            Value::Array(items) => {
                let mut read = Self::with_capacity(items.len());
                for item in items {
                    read.push(T::from_json(item)?);
                }
                Some(read)
            }
            _ => None,
        }
    }
}

impl<T: FromJson, S: BuildHasher + Default> FromJson for HashMap<String, T, S> {
    fn from_json(value: Value) -> Option<Self> {
        let Members(members) = Members::of(value)?;
        members
            .into_iter()
            .map(|(name, value)| Some((name, T::from_json(value)?)))
            .collect()
    }
}

macro_rules! by_serde {
    ($($name:ident)*) => {
        $(impl FromJson for types::$name {
            fn from_json(value: Value) -> Option<Self> {
                serde_json::from_value(value).ok()
            }
        })*
    };
}

// Written in ways of their own, and only ever sent: the browser never asks to read them.
by_serde! { GracePeriod TokenReferenceToken }

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
