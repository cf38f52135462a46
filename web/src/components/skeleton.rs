//! The shape of what is coming, in the size it will have. It appears after 150 ms, so quick answers never flicker.

use leptos::prelude::*;

/// Rows that are on their way.
#[component]
pub(crate) fn Skeleton(
    /// As many as are likely to come.
    rows: usize,
    /// What is loading, for screen readers.
    label: &'static str,
) -> impl IntoView {
    let rows = (0..rows)
        .map(|_| view! {
            <div class="skeleton-row">
                <span class="skeleton-bar"></span><span class="skeleton-bar"></span><span class="skeleton-bar"></span>
            </div>
        })
        .collect_view();
    view! {
        <div role="status">
            <span class="visually-hidden">{label}</span>
            <div class="skeleton" aria-hidden="true">{rows}</div>
        </div>
    }
}
