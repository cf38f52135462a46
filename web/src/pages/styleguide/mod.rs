//! Every component in every state, on one page.

mod controls;
mod feedback;
mod forms;
mod foundations;
mod lists;
mod overlays;
mod samples;

use leptos::prelude::*;

use crate::components::page_header::PageHeader;

const SECTIONS: [(&str, &str); 6] = [
    ("foundations", "Foundations"),
    ("controls", "Controls"),
    ("forms", "Forms"),
    ("lists", "Lists and figures"),
    ("overlays", "Overlays"),
    ("feedback", "Feedback"),
];

/// The style guide.
#[component]
pub(crate) fn Styleguide() -> impl IntoView {
    let index = SECTIONS
        .map(|(id, title)| view! { <li><a href=format!("#{id}") rel="external">{title}</a></li> })
        .into_iter()
        .collect_view();
    view! {
        <PageHeader
            title="Style guide"
            lead="The pieces every screen is made of. Calm and dense, keyboard first, the same in light and dark."
        />
        <div class="guide">
            <nav aria-label="Sections of this page"><ul class="guide-index" role="list">{index}</ul></nav>
            <foundations::Foundations />
            <controls::Controls />
            <forms::Forms />
            <lists::Lists />
            <overlays::Overlays />
            <feedback::Feedback />
        </div>
    }
}

/// A part of the page with a heading that can be linked to.
#[component]
fn Section(
    /// Which of [`SECTIONS`].
    index: usize,
    children: Children,
) -> impl IntoView {
    let (id, title) = SECTIONS[index];
    view! {
        <section class="guide-section" id=id aria-labelledby=format!("{id}-title")>
            <h2 id=format!("{id}-title")>{title}</h2>
            {children()}
        </section>
    }
}

/// One component or one state of it.
#[component]
fn Specimen(
    title: &'static str,
    #[prop(optional)] note: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="guide-specimen">
            <h3>{title}</h3>
            {note.map(|note| view! { <p class="guide-note">{note}</p> })}
            {children()}
        </div>
    }
}
