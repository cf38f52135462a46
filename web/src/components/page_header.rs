//! The head of a page: where one is, what it is called, what can be done.

use leptos::{html, prelude::*};

use crate::effect::effect;

use super::icon::{Glyph, Icon};

/// Whether a page was already shown since the app started. The first one does not take the focus: a reader starts
/// at the top; later ones do, because a navigation without reload is otherwise silent.
#[derive(Clone, Copy)]
pub(crate) struct Visited(StoredValue<bool>);

impl Visited {
    /// Starts with no page visited.
    pub(crate) fn provide() {
        provide_context(Self(StoredValue::new(false)));
    }
}

/// A step on the way here.
#[derive(Clone)]
pub(crate) struct Crumb {
    /// Its name.
    pub(crate) label: String,
    /// Its address, below the app's base.
    pub(crate) href: String,
}

/// Names the page: in its `h1`, in the browser's tab and, on navigation, to a screen reader.
#[component]
pub(crate) fn PageHeader(
    #[prop(into)] title: Signal<String>,
    /// The way here, without the page itself.
    #[prop(optional)]
    crumbs: Vec<Crumb>,
    #[prop(optional)] lead: Option<&'static str>,
    /// Stands beside the title: a status, usually.
    #[prop(optional, into)]
    beside: Option<ViewFn>,
    /// The page's actions.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    let visited = use_context::<Visited>();
    effect(move || document().set_title(&format!("{} \u{b7} Latchkey", title.get())));
    effect(move || {
        let (Some(heading), Some(Visited(visited))) = (heading.get(), visited) else {
            return;
        };
        if visited.get_value() {
            // Fails for no element that is in the page.
            drop(heading.focus());
        }
        visited.set_value(true);
    });
    view! {
        <HeaderFrame
            heading=view! { <h1 node_ref=heading tabindex="-1">{title}</h1> }.into_any()
            crumbs
            lead
            beside
            actions=children.map(|children| children())
        />
    }
}

/// How a header is laid out, without the claim to be the page's.
#[component]
pub(crate) fn HeaderFrame(
    heading: AnyView,
    crumbs: Vec<Crumb>,
    #[prop(optional_no_strip)] lead: Option<&'static str>,
    #[prop(optional_no_strip)] beside: Option<ViewFn>,
    #[prop(optional_no_strip)] actions: Option<AnyView>,
) -> impl IntoView {
    let crumbs = (!crumbs.is_empty()).then(|| {
        let steps = crumbs
            .into_iter()
            .map(|Crumb { label, href }| view! { <li><a href=href>{label}</a><Icon glyph=Glyph::Next /></li> })
            .collect_view();
        view! { <nav class="breadcrumb" aria-label="Breadcrumb"><ol>{steps}</ol></nav> }
    });
    view! {
        <header class="page-header">
            {crumbs}
            <div class="page-header-row">
                <div class="page-header-title">
                    {heading}
                    {beside.map(|beside| beside.run())}
                </div>
                {actions.map(|actions| view! { <div class="page-header-actions">{actions}</div> })}
            </div>
            {lead.map(|lead| view! { <p class="page-header-lead">{lead}</p> })}
        </header>
    }
}
