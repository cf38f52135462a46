//! What went wrong, as a page in plain words with the way on.

use std::time::Duration;

use askama::Template;
use poem::{
    Error as PoemError, Response,
    error::{MethodNotAllowedError, ResponseError},
    http::{HeaderValue, StatusCode, header},
};

use super::layout::{Layout, Onward, show};
use crate::{
    domain::refusal::Refusal,
    error::Error,
    oauth::{held::NotHeld, throttle::TooMany},
};

/// Why a page cannot be shown, or a form not be taken.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// The form is not from the page that this browser has now.
    #[error("the form is out of date")]
    OutOfDate,
    /// The form was sent from a page at another address.
    #[error("the form was sent from another address than {ours}")]
    AnotherOrigin {
        /// Our own origin.
        ours: String,
        /// Where the form was sent to.
        path: String,
    },
    /// Not a form, or a broken one.
    #[error("the form cannot be read")]
    Unreadable,
    /// Nothing is here.
    #[error("there is no such page")]
    NotFound,
    /// A link that was used, replaced, or is too old.
    #[error("the link no longer works")]
    LinkOver,
    /// Too many failures.
    #[error("too many failures")]
    SlowDown(Duration),
    /// Strangers sent too many requests for sign-in.
    #[error("too many authorization requests")]
    TooMany(TooMany),
    /// Anything that a page of its own explains.
    #[error("{title}")]
    Explained {
        /// The status.
        status: StatusCode,
        /// What is wrong, in a few words.
        title: String,
        /// What it means, and what to do.
        text: String,
    },
    /// A use case failed.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<NotHeld> for PageError {
    fn from(why: NotHeld) -> Self {
        match why {
            NotHeld::TooMany(why) => Self::TooMany(why),
            NotHeld::Failed(error) => Self::Failed(error),
        }
    }
}

impl From<Refusal> for PageError {
    fn from(refusal: Refusal) -> Self {
        Self::Failed(refusal.into())
    }
}

impl ResponseError for PageError {
    fn status(&self) -> StatusCode {
        match self {
            Self::OutOfDate | Self::AnotherOrigin { .. } => StatusCode::FORBIDDEN,
            Self::Unreadable => StatusCode::BAD_REQUEST,
            Self::NotFound | Self::Failed(Error::Refused(Refusal::NotFound(_))) => {
                StatusCode::NOT_FOUND
            }
            Self::LinkOver => StatusCode::GONE,
            Self::SlowDown(_) | Self::TooMany(TooMany::FromSource(_)) => {
                StatusCode::TOO_MANY_REQUESTS
            }
            Self::Explained { status, .. } => *status,
            Self::Failed(Error::Refused(_)) => StatusCode::CONFLICT,
            Self::TooMany(TooMany::FromAll(_)) | Self::Failed(Error::Unavailable(_)) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Failed(Error::Unexpected(_)) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn as_response(&self) -> Response {
        self.into_response_for("")
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    layout: Layout,
    title: &'a str,
    text: &'a str,
    way: &'a str,
    way_label: &'a str,
    request_id: &'a str,
}

impl PageError {
    /// What the framework refused, or a handler.
    pub fn from_framework(error: PoemError) -> Self {
        if error.is::<Self>() {
            return error.downcast::<Self>().unwrap_or(Self::NotFound);
        }
        if error.is::<MethodNotAllowedError>() {
            return Self::Explained {
                status: StatusCode::METHOD_NOT_ALLOWED,
                title: "This page is not opened like that".to_owned(),
                text: "It is a step within another page. Start at the beginning.".to_owned(),
            };
        }
        let status = error.status();
        if status.is_client_error() {
            return Self::Unreadable;
        }
        Self::Failed(Error::Unexpected(error.to_string()))
    }

    /// How long to wait before trying again.
    const fn wait(&self) -> Option<Duration> {
        match self {
            Self::SlowDown(wait)
            | Self::TooMany(TooMany::FromSource(wait) | TooMany::FromAll(wait)) => Some(*wait),
            _ => None,
        }
    }

    /// The page, with the id of the request for those who help.
    pub fn into_response_for(&self, request_id: &str) -> Response {
        let here = "/sign-in".to_owned();
        let (title, text, way, way_label) = match self {
            Self::OutOfDate => (
                "This page is out of date",
                "It was open for too long, or you signed in or out in another tab since. Nothing was changed. If an \
                 application sent you here, go back to it and start there."
                    .to_owned(),
                here,
                "Start again",
            ),
            Self::AnotherOrigin { ours, path } => (
                "This page belongs to another address",
                format!("Sign-in works at {ours} only. Open it there; nothing was changed."),
                format!("{ours}{path}"),
                "Open it there",
            ),
            Self::Unreadable => (
                "This request cannot be read",
                "It was cut short or changed on its way. Nothing was changed.".to_owned(),
                here,
                "Start again",
            ),
            Self::NotFound => (
                "There is no such page",
                "The address may be mistyped, or the page is gone.".to_owned(),
                here,
                "Go to your account",
            ),
            Self::LinkOver => (
                "This link no longer works",
                "It was used already, a newer one took its place, or it is too old. Ask the administrator who sent \
                 it for a new one."
                    .to_owned(),
                here,
                "Go to sign-in",
            ),
            Self::SlowDown(wait) => (
                "Too many attempts",
                format!(
                    "There were too many failed attempts. Wait {}, then try again. No account is locked.",
                    in_words(*wait)
                ),
                here,
                "Back to sign-in",
            ),
            Self::TooMany(why) => (
                "Too many sign-ins at once",
                too_many(*why),
                here,
                "Sign in without the application",
            ),
            Self::Explained { title, text, .. } => {
                (title.as_str(), text.clone(), here, "Start again")
            }
            Self::Failed(Error::Refused(Refusal::NotFound(what))) => (
                "Not found",
                format!("There is no such {what} any more."),
                "/account".to_owned(),
                "Go to your account",
            ),
            Self::Failed(Error::Refused(refusal)) => (
                "This is not possible now",
                format!("The reason: {refusal}."),
                "/account".to_owned(),
                "Go to your account",
            ),
            Self::Failed(Error::Unavailable(why)) => {
                tracing::warn!(%why, "the database is not available");
                (
                    "Not available for a moment",
                    "The server cannot reach its database. Nothing was changed; try again in a moment.".to_owned(),
                    here,
                    "Try again",
                )
            }
            Self::Failed(Error::Unexpected(why)) => {
                tracing::error!(%why, "a page failed");
                (
                    "Something went wrong here",
                    "This is a fault of the server, not yours. Tell its administrator the request id below.".to_owned(),
                    here,
                    "Start again",
                )
            }
        };
        let page = ErrorPage {
            layout: Layout::new(title),
            title,
            text: &text,
            way: &way,
            way_label,
            request_id,
        };
        let mut response = show(self.status(), &page, Onward::Here);
        if let Some(wait) = self.wait()
            && let Ok(seconds) = HeaderValue::from_str(&wait.as_secs().max(1).to_string())
        {
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response
    }
}

fn too_many(why: TooMany) -> String {
    let (reason, wait) = match why {
        TooMany::FromSource(wait) => (
            "Applications asked for sign-in too often from your network.",
            wait,
        ),
        TooMany::FromAll(wait) => (
            "More people are signing in here than this server has room for.",
            wait,
        ),
    };
    format!(
        "{reason} Wait {}, then go back to the application and start again. Nothing was changed.",
        in_words(wait)
    )
}

/// "40 seconds", "3 minutes".
fn in_words(wait: Duration) -> String {
    let seconds = wait.as_secs().max(1);
    match seconds {
        1 => "a second".to_owned(),
        2..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}
