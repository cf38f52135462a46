//! Buttons, chips, tabs.

use leptos::prelude::*;

use super::{Section, Specimen};
use crate::components::{
    button::{Button, IconButton, LinkButton, Variant},
    chip::{Status, StatusChip, Tags},
    copy::CopyText,
    icon::Glyph,
    page_header::{Crumb, HeaderFrame},
    snippet_tabs::SnippetTabs,
    tabs::{Tab, Tabs},
    tooltip::Tooltip,
};
use crate::{routes, snippets::Access};

#[component]
pub(super) fn Controls() -> impl IntoView {
    let busy = RwSignal::new(true);
    let chips = Status::ALL
        .map(|status| view! { <StatusChip status /> })
        .into_iter()
        .collect_view();
    let snippets = Access {
        token_url: "https://id.example.com/oauth2/token",
        client_id: "svc_H8rPz1Wd5NaY",
        client_secret: "lk_sample_not_a_secret_0000000000000000000000000000",
    }
    .snippets();
    view! {
        <Section index=1>
            <Specimen title="Buttons">
                <div class="guide-row">
                    <Button variant=Variant::Primary icon=Glyph::Plus>"New client"</Button>
                    <Button>"Edit"</Button>
                    <Button icon=Glyph::Rotate>"Rotate secret"</Button>
                    <Button variant=Variant::Ghost>"Cancel"</Button>
                    <Button variant=Variant::DangerQuiet icon=Glyph::Trash>"Delete\u{2026}"</Button>
                    <Button variant=Variant::Danger>"Delete client"</Button>
                    <LinkButton href=routes::href("/styleguide") icon=Glyph::Swatches>"A link"</LinkButton>
                </div>
                <div class="guide-row">
                    <Button variant=Variant::Primary busy on:click=move |_| busy.set(true)>"Saving"</Button>
                    <Button busy>"Loading"</Button>
                    <Button disabled=true>"Disabled"</Button>
                    <Button variant=Variant::Primary disabled=true>"Disabled"</Button>
                    <Button small=true>"Small"</Button>
                    <IconButton glyph=Glyph::Pencil label="Edit Warehouse sync" />
                    <IconButton glyph=Glyph::Trash label="Delete Warehouse sync" small=true />
                </div>
            </Specimen>
            <Specimen title="Status" note="An icon and words; colour only repeats them.">
                <div class="guide-row">{chips}</div>
                <div class="guide-row">
                    <Tags names=vec!["admin".to_owned(), "tenant_member".to_owned(), "billing".to_owned()] />
                </div>
            </Specimen>
            <div class="guide-columns">
                <Specimen title="Copy, tooltip">
                    <div class="guide-row">
                        <CopyText text="svc_7Q2mXc9LkT4v" what="client ID" />
                        <Tooltip
                            text="Raises the client's token generation: every live token stops working at once."
                            children=|id| view! { <Button attr:aria-describedby=id>"Revoke all tokens"</Button> }.into_any()
                        />
                    </div>
                </Specimen>
                <Specimen title="Tabs" note="Each is an address, so Back works.">
                    <SampleTabs label="Sample tabs" />
                </Specimen>
            </div>
            <Specimen title="Page header">
                <div class="panel guide-frame"><SampleHeader /></div>
            </Specimen>
            <Specimen title="Snippets">
                <SnippetTabs snippets />
            </Specimen>
        </Section>
    }
}

/// The head of a client's page.
#[component]
fn SampleHeader() -> impl IntoView {
    let actions = view! {
        <Button icon=Glyph::Pencil>"Edit"</Button>
        <Button variant=Variant::Primary icon=Glyph::Rotate>"Rotate secret"</Button>
    };
    view! {
        <HeaderFrame
            heading=view! { <h4 class="guide-title">"Warehouse sync"</h4> }.into_any()
            crumbs=vec![Crumb { label: "Clients".to_owned(), href: routes::href("/styleguide") }]
            beside=Some((|| view! { <StatusChip status=Status::ExpiringSoon /> }).into())
            actions=Some(actions.into_any())
        />
    }
}

/// Tabs over the kinds of clients, the first one shown.
#[component]
pub(super) fn SampleTabs(label: &'static str) -> impl IntoView {
    let tabs = [
        ("All", Some(7)),
        ("Service accounts", Some(4)),
        ("Apps", Some(1)),
        ("API access", None),
        ("Tenant clients", None),
        ("Short-lived", None),
    ]
    .into_iter()
    .enumerate()
    .map(|(index, (label, count))| Tab {
        href: routes::href("/styleguide"),
        label: label.to_owned(),
        count,
        current: Signal::stored(index == 0),
    })
    .collect();
    view! { <Tabs label tabs /> }
}
