//! A form that was sent from one of our pages.

use poem::{FromRequest, Request, RequestBody, http::header};
use url::Url;

use super::{Browser, PageError};
use crate::oauth::parameters::Parameters;

/// The largest form, in bytes.
const MOST_BYTES: usize = 64 * 1024;

/// A form from our own page in this browser: anything else is refused before a handler sees it.
pub struct SentForm {
    /// The browser.
    pub browser: Browser,
    /// What was filled in.
    pub fields: Parameters,
}

impl SentForm {
    /// What was filled in at `name`; empty when nothing was.
    pub fn text(&self, name: &str) -> &str {
        self.fields.one(name).unwrap_or_default()
    }
}

impl<'a> FromRequest<'a> for SentForm {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let browser = Browser::from_request(request, body).await?;
        check_origin(request, browser.app.settings.issuer())?;
        if request.uri().query().is_some() || !is_form(request) {
            return Err(PageError::Unreadable.into());
        }
        let bytes = body
            .take()?
            .into_bytes_limit(MOST_BYTES)
            .await
            .map_err(|_| PageError::Unreadable)?;
        let fields = Parameters::parse(&bytes).map_err(|_| PageError::Unreadable)?;
        if !browser.sent_from_our_page(fields.one("form_token").unwrap_or_default()) {
            return Err(PageError::OutOfDate.into());
        }
        Ok(Self { browser, fields })
    }
}

/// Refuses a form that another site sent. Browsers say where a form comes from; one that says nothing is left to the
/// form's token.
fn check_origin(request: &Request, issuer: &str) -> Result<(), PageError> {
    let text = |name| {
        request
            .headers()
            .get(name)
            .map(|it| it.to_str().unwrap_or("null"))
    };
    let ours = Url::parse(issuer).map(|it| it.origin().ascii_serialization());
    if let (Some(origin), Ok(ours)) = (text(header::ORIGIN), ours)
        && origin != ours
    {
        return Err(PageError::AnotherOrigin {
            ours,
            path: request.uri().path().to_owned(),
        });
    }
    match text(header::HeaderName::from_static("sec-fetch-site")) {
        None | Some("same-origin" | "none") => Ok(()),
        Some(_) => Err(PageError::OutOfDate),
    }
}

pub(super) fn is_form(request: &Request) -> bool {
    let header = request.headers().get(header::CONTENT_TYPE);
    header
        .and_then(|it| it.to_str().ok())
        .and_then(|it| it.split(';').next())
        .is_some_and(|it| {
            it.trim()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        })
}
