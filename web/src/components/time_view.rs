//! Times in a list: how far away at a glance, exactly when on hover.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::clock;
use crate::effect::memo;

/// When something happened; `None` is never.
#[component]
pub(crate) fn TimeAgo(at: Option<i64>) -> impl IntoView {
    let now = clock::use_now();
    match at {
        None => view! { <span class="cell-none">"Never"</span> }.into_any(),
        Some(at) => view! {
            <time class="time" datetime=clock::iso(at) title=clock::exact(at, clock::zone_minutes(at))>
                {move || clock::relative(at, now.get())}
            </time>
        }
        .into_any(),
    }
}

/// The days before its date from which an expiry is pointed out.
const SOON: i64 = 30 * clock::DAY;

/// When something stops working; `None` is never.
#[component]
pub(crate) fn Expiry(at: Option<i64>) -> impl IntoView {
    let now = clock::use_now();
    let Some(at) = at else {
        return view! { <span class="expiry expiry-never">"Never"</span> }.into_any();
    };
    let mark = memo(move || match at - now.get() {
        ..=0 => ("expiry expiry-past", Some(Glyph::Warning)),
        1..=SOON => ("expiry expiry-soon", Some(Glyph::Clock)),
        _ => ("expiry", None),
    });
    view! {
        <span class=move || mark.get().0>
            {move || mark.get().1.map(|glyph| view! { <Icon glyph /> })}
            <TimeAgo at=Some(at) />
        </span>
    }
    .into_any()
}
