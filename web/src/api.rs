//! The one place that talks to the management API, through the client made from its document.

use api_client::browser::{
    self, Answer, Request, Unreadable,
    text::{self, Layout},
};
pub(crate) use api_client::types;
use serde_json::Value;

use crate::{
    fetch::{Reply, fetch},
    problem::{FieldProblem, InUse, Problem},
    routes,
    session::{Session, use_session},
};

/// The operations of the API.
pub(crate) type Client = browser::Client<Problem>;

/// Calls the API as the person who is signed in.
#[derive(Clone, Copy)]
pub(crate) struct Api {
    session: Session,
}

/// The API, from anywhere below the app.
pub(crate) fn use_api() -> Api {
    Api::of(use_session())
}

impl Api {
    /// The API for a session.
    pub(crate) const fn of(session: Session) -> Self {
        Self { session }
    }

    /// Calls one operation. The answer is whatever the operation fails with, in one form, or what it gives.
    pub(crate) fn call<T>(
        self,
        operation: impl FnOnce(&Client) -> Answer<T, Problem>,
    ) -> Answer<T, Problem> {
        let session = self.session;
        operation(&Client::new(move |request| {
            Box::pin(send(session, request))
        }))
    }
}

/// Sends a request. A token that the server no longer takes is renewed once.
async fn send(session: Session, request: Request) -> Result<Value, Problem> {
    let body = request.body.as_ref();
    let body = body.map(|it| text::write(it, Layout::Compact));
    let body = body.as_deref();
    let mut reply = attempt(&session.token().await?, &request, body).await?;
    if reply.status == 401 {
        reply = attempt(&session.renew().await?, &request, body).await?;
    }
    if (200..300).contains(&reply.status) {
        return Ok(parse(&reply)?);
    }
    Err(problem(&reply))
}

fn parse(reply: &Reply) -> Result<Value, Unreadable> {
    if reply.body.is_empty() {
        return Ok(Value::Null);
    }
    text::parse(&reply.body).ok_or(Unreadable)
}

async fn attempt(token: &str, request: &Request, body: Option<&str>) -> Result<Reply, Problem> {
    let bearer = format!("Bearer {token}");
    let mut headers = vec![
        ("accept", "application/json"),
        ("authorization", bearer.as_str()),
    ];
    if body.is_some() {
        headers.push(("content-type", "application/json"));
    }
    let own = request.headers.iter();
    headers.extend(own.map(|(name, value)| (*name, value.as_str())));
    let url = format!("{}{}", routes::server(), request.path);
    fetch(request.method, &url, &headers, body).await
}

/// The value of `If-Match` for a version.
pub(crate) fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

fn problem(reply: &Reply) -> Problem {
    parse(reply).and_then(browser::read).map_or_else(
        |unreadable| Problem {
            status: Some(reply.status),
            ..Problem::from(unreadable)
        },
        read,
    )
}

impl From<Unreadable> for Problem {
    fn from(_: Unreadable) -> Self {
        Self::local(
            "The answer cannot be read",
            "Something between this page and the server may have answered in its place. Try again; if it stays, reload the page.",
        )
    }
}

fn read(problem: types::Problem) -> Problem {
    Problem {
        status: Some(problem.status),
        kind: problem
            .type_
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_owned(),
        title: problem.title,
        detail: Some(problem.detail).filter(|it| !it.is_empty()),
        request_id: Some(problem.request_id).filter(|it| !it.is_empty()),
        fields: problem
            .errors
            .into_iter()
            .map(|it| FieldProblem {
                pointer: it.pointer,
                message: it.message,
            })
            .collect(),
        in_use: problem.in_use.map(|it| InUse {
            last_used_at: it.last_used_at,
            last_used_from: it.last_used_from,
            use_count: it.use_count,
        }),
    }
}
