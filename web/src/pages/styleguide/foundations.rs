//! Colour, type, icons.

use leptos::prelude::*;

use super::{Section, Specimen};
use crate::components::{
    button::{Button, Variant},
    chip::{Status, StatusChip},
    icon::{Glyph, Icon},
    side_nav::SideNav,
};

const COLOURS: [&str; 18] = [
    "canvas",
    "surface",
    "raised",
    "sunken",
    "line",
    "line-strong",
    "ink",
    "ink-soft",
    "ink-faint",
    "accent",
    "accent-soft",
    "accent-ink",
    "good-soft",
    "good-ink",
    "warn-soft",
    "warn-ink",
    "bad-soft",
    "bad-ink",
];

#[component]
pub(super) fn Foundations() -> impl IntoView {
    let swatches = COLOURS
        .map(|name| view! {
            <li class="guide-swatch"><span style=("--swatch", format!("var(--{name})"))></span>{name}</li>
        })
        .into_iter()
        .collect_view();
    let icons = Glyph::ALL
        .iter()
        .map(|(name, glyph)| view! { <li><Icon glyph=*glyph />{*name}</li> })
        .collect_view();
    view! {
        <Section index=0>
            <Specimen title="Theme" note="Follows the system unless told otherwise in the account's menu. The choice is all this app keeps in the browser.">
                <div class="guide-themes">
                    <ThemeCard scheme="light" />
                    <ThemeCard scheme="dark" />
                </div>
            </Specimen>
            <Specimen title="Colour" note="One accent, neutral greys, three meanings. Ink reads at 4.5:1 or better on every surface.">
                <ul class="guide-swatches" role="list">{swatches}</ul>
            </Specimen>
            <div class="guide-columns">
                <Specimen title="Type">
                    <div class="guide-scale">
                        <p class="tile-value">"12\u{202f}960"</p>
                        <p class="guide-title">"Page title, 22 px"</p>
                        <p><strong>"Heading, 14 px"</strong></p>
                        <p>"Text, 14 px. Figures are tabular: 1\u{202f}111 and 8\u{202f}888 are as wide as each other."</p>
                        <p class="field-hint">"Hint, 12 px"</p>
                        <p><code>"svc_7Q2mXc9LkT4v"</code></p>
                    </div>
                </Specimen>
                <Specimen title="Navigation">
                    <div class="guide-nav"><SideNav label="Sample" /></div>
                </Specimen>
            </div>
            <Specimen title="Icons">
                <ul class="guide-icons" role="list">{icons}</ul>
            </Specimen>
        </Section>
    }
}

/// A little of everything in one scheme, whatever the page is shown in.
#[component]
fn ThemeCard(scheme: &'static str) -> impl IntoView {
    view! {
        <div class="guide-theme" data-scheme=scheme>
            <h4>{if scheme == "light" { "Light" } else { "Dark" }}</h4>
            <p>"Two credentials of " <strong>"Warehouse sync"</strong> " expire within a week."</p>
            <div class="guide-row">
                <StatusChip status=Status::Active />
                <StatusChip status=Status::ExpiringSoon />
                <StatusChip status=Status::Expired />
            </div>
            <div class="button-group">
                <Button variant=Variant::Primary>"Rotate secret"</Button>
                <Button>"Later"</Button>
            </div>
        </div>
    }
}
