//! Sending a request with what the browser has for it.

use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::problem::Problem;

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The whole body.
    pub(crate) body: String,
}

/// Sends `body` to `url`, and reads what comes back.
///
/// # Errors
/// When nobody answers.
pub(crate) async fn fetch(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: Option<&str>,
) -> Result<Reply, Problem> {
    exchange(method, url, headers, body)
        .await
        .map_err(|_| Problem::unreachable())
}

async fn exchange(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: Option<&str>,
) -> Result<Reply, JsValue> {
    let named = web_sys::Headers::new()?;
    for (name, value) in headers {
        named.append(name, value)?;
    }
    let init = web_sys::RequestInit::new();
    init.set_method(method);
    init.set_headers(&named);
    if let Some(body) = body {
        init.set_body(&JsValue::from_str(body));
    }
    let response = JsFuture::from(window().fetch_with_str_and_init(url, &init)).await?;
    let response: web_sys::Response = response.dyn_into()?;
    let status = response.status();
    let body = JsFuture::from(response.text()?).await?;
    Ok(Reply {
        status,
        body: body.as_string().unwrap_or_default(),
    })
}
