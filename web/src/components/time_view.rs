//! Times in a list: how far away at a glance, exactly when on hover.

use leptos::prelude::*;

use wasm_bindgen::JsCast;

use super::{
    icon::{Glyph, Icon, icon},
    markup::{Markup, markup},
};
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
    let mark = memo(move || mark(at - now.get()));
    view! {
        <span class=move || mark.get().0>
            {move || mark.get().1.map(|glyph| view! { <Icon glyph /> })}
            <TimeAgo at=Some(at) />
        </span>
    }
    .into_any()
}

fn mark(left: i64) -> (&'static str, Option<Glyph>) {
    match left {
        ..=0 => ("expiry expiry-past", Some(Glyph::Warning)),
        1..=SOON => ("expiry expiry-soon", Some(Glyph::Clock)),
        _ => ("expiry", None),
    }
}

/// When something happened, in a list; the list keeps it up to date with `tick`.
pub(crate) fn ago(at: Option<i64>) -> Markup {
    let Some(at) = at else {
        return markup(r#"<span class="cell-none">Never</span>"#, &[]);
    };
    let exact = clock::exact(at, clock::zone_minutes(at));
    let relative = clock::relative(at, clock::now());
    markup(
        r#"<time class="time" datetime="{}" title="{}">{}</time>"#,
        &[&clock::iso(at), &exact, &relative],
    )
}

/// When something stops working, in a list.
pub(crate) fn expiry(at: Option<i64>) -> Markup {
    let Some(moment) = at else {
        return markup(r#"<span class="expiry expiry-never">Never</span>"#, &[]);
    };
    let (class, glyph) = mark(moment - clock::now());
    markup(r#"<span class="{}">"#, &[class]) + glyph.map(icon) + ago(at) + markup("</span>", &[])
}

/// Tells the times of a list anew.
pub(crate) fn tick(list: &web_sys::Element) {
    let now = clock::now();
    // Fails for no selector that is written here.
    let Ok(times) = list.query_selector_all("time") else {
        return;
    };
    for time in (0..times.length()).filter_map(|index| times.item(index)) {
        let time: web_sys::Element = time.unchecked_into();
        let at = time
            .get_attribute("datetime")
            .as_deref()
            .and_then(clock::parse);
        let Some(text) = at.map(|at| clock::relative(at, now)) else {
            continue;
        };
        if time.text_content().as_ref() != Some(&text) {
            time.set_text_content(Some(&text));
        }
    }
}
