//! Taking away what is shown, as a file.

use api_client::browser::{
    ToJson,
    text::{self, Layout},
};
use js_sys::Array;
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};

use crate::{api::types, words};

/// The form of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// For spreadsheets (RFC 4180).
    Csv,
    /// For programs: as the API sent it.
    Json,
}

impl Format {
    const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv;charset=utf-8",
            Self::Json => "application/json",
        }
    }

    const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}

/// Events of the audit trail.
pub(crate) fn audit(events: &[types::AuditEvent], format: Format) -> String {
    if format == Format::Json {
        return text::write(&events.to_json(), Layout::Lines);
    }
    let mut rows = vec![row(&[
        "at",
        "actor",
        "actor_id",
        "action",
        "object",
        "object_id",
        "ip",
        "request_id",
        "changes",
    ])];
    for event in events {
        let changes: Vec<_> = event
            .changes
            .iter()
            .map(|it| {
                let side = |value| words::value(&it.field, value).unwrap_or_default();
                format!("{}: {} -> {}", it.field, side(&it.before), side(&it.after))
            })
            .collect();
        rows.push(row(&[
            &event.at,
            &event.actor.name,
            &event.actor.id.to_string(),
            &event.action,
            &event.object.name,
            &event.object.id.to_string(),
            event.ip.as_deref().unwrap_or_default(),
            &event.request_id,
            &changes.join("; "),
        ]));
    }
    rows.concat()
}

fn row(cells: &[&str]) -> String {
    let cells: Vec<_> = cells.iter().map(|it| cell(it)).collect();
    format!("{}\r\n", cells.join(","))
}

/// Quoted; and never the beginning of a formula, because names are whatever people typed.
fn cell(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        "'"
    } else {
        ""
    };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

/// Hands a text over to the browser as a file.
pub(crate) fn save(text: &str, name: &str, format: Format) {
    // Every step fails only in a browser without files, which then does nothing.
    let parts = Array::of1(&JsValue::from_str(text));
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(format.media_type());
    let Ok(blob) = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options) else {
        return;
    };
    let Ok(url) = web_sys::Url::create_object_url_with_blob(&blob) else {
        return;
    };
    let link = document()
        .create_element("a")
        .ok()
        .and_then(|it| it.dyn_into::<web_sys::HtmlAnchorElement>().ok());
    if let Some(link) = link {
        link.set_href(&url);
        link.set_download(&format!("{name}.{}", format.extension()));
        link.click();
    }
    drop(web_sys::Url::revoke_object_url(&url));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_never_becomes_a_formula() {
        assert_eq!(cell("=1+1"), "\"'=1+1\"");
        assert_eq!(cell("say \"hi\""), "\"say \"\"hi\"\"\"");
    }
}
