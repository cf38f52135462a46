//! A failed call, shown beside what caused it.

use leptos::prelude::*;

use super::{
    button::Button,
    copy::CopyButton,
    icon::{Glyph, Icon},
};
use crate::problem::Problem;

/// Shows a problem, and a way to try again where trying again makes sense.
#[component]
pub(crate) fn ProblemNotice(
    problem: Problem,
    /// For what is not yet broken but soon will be.
    #[prop(optional)]
    warning: bool,
    #[prop(optional)] on_retry: Option<Callback<()>>,
) -> impl IntoView {
    let Problem {
        title,
        detail,
        request_id,
        ..
    } = problem;
    let (class, glyph) = if warning {
        ("notice notice-warn", Glyph::Warning)
    } else {
        ("notice notice-bad", Glyph::Problem)
    };
    view! {
        <div class=class role="alert">
            <Icon glyph />
            <div class="notice-body">
                <p class="notice-title">{title}</p>
                {detail.map(|detail| view! { <p>{detail}</p> })}
                {request_id.map(|id| view! {
                    <p class="notice-request">"Request "<code>{id.clone()}</code><CopyButton text=id what="request ID" /></p>
                })}
            </div>
            {on_retry.map(|retry| view! {
                <Button small=true icon=Glyph::Rotate on:click=move |_| retry.run(())>"Try again"</Button>
            })}
        </div>
    }
}
