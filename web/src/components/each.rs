//! Pieces of a page that come and go one by one.

use leptos::prelude::*;

/// Draws each of `items`, which are told apart by their names: what stays is not drawn anew. The items come without
/// their type, so that what compares them is in the app once.
pub(crate) fn each(items: impl Fn() -> Vec<(String, ViewFn)> + Send + Sync + 'static) -> AnyView {
    let items = Signal::derive(items);
    view! { <For each=move || items.get() key=|(name, _)| name.clone() children=|(_, draw)| draw.run() /> }
        .into_any()
}
