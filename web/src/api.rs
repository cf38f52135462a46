//! The one place that talks to the management API, through the client made from its document.

pub(crate) use api_client::types;
use api_client::{Client, ResponseValue, client::Error};

use crate::{
    problem::{FieldProblem, InUse, Problem},
    routes,
    session::{Session, use_session},
};

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

    /// Calls one operation. A token that the server no longer takes is renewed once.
    ///
    /// # Errors
    /// Whatever the operation fails with, in one form.
    pub(crate) async fn call<T>(
        self,
        operation: impl AsyncFn(&Client) -> Result<ResponseValue<T>, Error<types::Problem>>,
    ) -> Result<T, Problem> {
        let token = self.session.token().await?;
        let mut outcome = operation(&client(&token)?).await;
        if outcome.as_ref().is_err_and(is_unauthorized) {
            let token = self.session.renew().await?;
            outcome = operation(&client(&token)?).await;
        }
        outcome.map(ResponseValue::into_inner).map_err(problem)
    }
}

fn client(token: &str) -> Result<Client, Problem> {
    api_client::with_token(&routes::server(), token)
        .map_err(|_| Problem::local("The session cannot be used", "Sign in again."))
}

fn is_unauthorized(error: &Error<types::Problem>) -> bool {
    error.status().is_some_and(|it| it.as_u16() == 401)
}

/// The value of `If-Match` for a version.
pub(crate) fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

fn problem(error: Error<types::Problem>) -> Problem {
    let status = error.status().map(|it| it.as_u16());
    match error {
        Error::ErrorResponse(response) => read(response.into_inner()),
        Error::CommunicationError(_) | Error::ResponseBodyError(_) | Error::InvalidUpgrade(_) => {
            Problem::unreachable()
        }
        Error::InvalidRequest(_)
        | Error::InvalidResponsePayload(..)
        | Error::UnexpectedResponse(_)
        | Error::Custom(_) => Problem {
            status,
            ..Problem::local(
                "The answer cannot be read",
                "Something between this page and the server may have answered in its place. Try again; if it stays, reload the page.",
            )
        },
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
