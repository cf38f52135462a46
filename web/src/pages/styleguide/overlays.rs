//! What opens above the page.

use leptos::prelude::*;

use super::{Section, Specimen, samples};
use crate::{
    clock,
    components::{
        button::{Button, Variant},
        chip::{Status, StatusChip},
        dialog::{ConfirmDialog, Dialog},
        drawer::Drawer,
        field::Field,
        icon::{Glyph, Icon},
        menu::{Item, Menu, Part},
        secret_reveal::SecretReveal,
        text_input::TextInput,
        time_view::{Expiry, TimeAgo},
        toast::Toasts,
    },
    routes,
};

#[component]
pub(super) fn Overlays() -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let revealed = RwSignal::new(None);
    view! {
        <Section index=4>
            <Specimen title="Dialogs and drawers" note="Native dialogs: the page behind is inert, the focus comes back to where it was.">
                <div class="guide-row">
                    <Confirm />
                    <Edit />
                    <Button icon=Glyph::Key on:click=move |_| revealed.set(Some(samples::revealed(clock::now())))>"Reveal a secret"</Button>
                    <Details />
                </div>
                <SecretReveal revealed />
            </Specimen>
            <Specimen title="Menus" note="The rarer things to do, behind one button. Arrows, Home, End and first letters move; Esc gives the focus back.">
                <div class="guide-row"><Menus /></div>
            </Specimen>
            <Specimen title="Messages">
                <div class="guide-row">
                    <Button on:click=move |_| toasts.done("Warehouse sync was saved")>"Something worked"</Button>
                    <Button on:click=move |_| toasts.failed("Warehouse sync could not be saved: the server did not answer")>
                        "Something failed"
                    </Button>
                </div>
            </Specimen>
        </Section>
    }
}

#[component]
fn Menus() -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let order = RwSignal::new("name");
    let export = |label, words: &'static str| Item::action(label, move || toasts.done(words));
    let by = |label, key| {
        Item::choice(
            label,
            move || order.with(|it| *it == key),
            move || order.set(key),
        )
    };
    let choices = vec![
        by("Name", "name"),
        by("Last used", "last_used_at"),
        by("Next expiry", "usable_until"),
    ];
    let part = |title: Option<&str>, items| Part {
        title: title.map(str::to_owned),
        items,
    };
    let mixed = vec![
        part(Some("Sort by"), choices),
        part(
            None,
            vec![
                Item::link("Style guide", routes::href("/styleguide")).icon(Glyph::Swatches),
                export("Save a picture", "A picture was saved").icon(Glyph::Save),
            ],
        ),
    ];
    let forms = vec![
        export("CSV, for spreadsheets", "CSV was saved"),
        export("JSON, for programs", "JSON was saved"),
    ];
    let nothing = vec![part(None, vec![export("CSV, for spreadsheets", "")])];
    view! {
        <Menu label="Export" parts=vec![part(None, forms)]>
            <Icon glyph=Glyph::Save />"Export"<Icon glyph=Glyph::Down />
        </Menu>
        <Menu label="View" class="button button-ghost" parts=mixed>"View"<Icon glyph=Glyph::Down /></Menu>
        <Menu label="Disabled" disabled=true parts=nothing>"Disabled"<Icon glyph=Glyph::Down /></Menu>
    }
}

#[component]
fn Confirm() -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let open = RwSignal::new(false);
    view! {
        <Button variant=Variant::DangerQuiet icon=Glyph::Trash on:click=move |_| open.set(true)>"Delete\u{2026}"</Button>
        <ConfirmDialog
            open
            on_close=Callback::new(move |()| open.set(false))
            title="Delete Warehouse sync?"
            confirm="Delete client"
            keep="Keep it"
            on_confirm=Callback::new(move |()| {
                open.set(false);
                toasts.done("Warehouse sync was deleted");
            })
        >
            <p>"From the next request on, this stops working:"</p>
            <ul class="consequences">
                <li><strong>"2 secrets"</strong>", one of them used 2 minutes ago"</li>
                <li><strong>"18 live tokens"</strong>", on every node"</li>
            </ul>
            <p>"It can be restored for 30 days. If you only want to stop it for now, deactivate it instead."</p>
        </ConfirmDialog>
    }
}

#[component]
fn Edit() -> impl IntoView {
    let open = RwSignal::new(false);
    let name = RwSignal::new("Deploy pipeline, blue".to_owned());
    let close = move || open.set(false);
    view! {
        <Button icon=Glyph::Pencil on:click=move |_| open.set(true)>"Edit a secret"</Button>
        <Dialog
            open
            on_close=Callback::new(move |()| close())
            title="Secret ending in 9xQd"
            footer=move || view! {
                <Button on:click=move |_| close()>"Cancel"</Button>
                <Button variant=Variant::Primary on:click=move |_| close()>"Save"</Button>
            }
        >
            <Field label="Description" hint="Where this secret is used.">
                <TextInput value=name attr:autofocus=true />
            </Field>
        </Dialog>
    }
}

#[component]
fn Details() -> impl IntoView {
    let open = RwSignal::new(false);
    let now = clock::now();
    view! {
        <Button on:click=move |_| open.set(true)>"Show details"</Button>
        <Drawer
            open
            on_close=Callback::new(move |()| open.set(false))
            title="Secret ending in 9xQd"
            footer=move || view! { <Button icon=Glyph::Rotate on:click=move |_| open.set(false)>"Rotate"</Button> }
        >
            <dl class="facts">
                <dt>"Status"</dt>
                <dd><StatusChip status=Status::Retiring /></dd>
                <dt>"Description"</dt>
                <dd>"Deploy pipeline, blue"</dd>
                <dt>"Expires"</dt>
                <dd><Expiry at=Some(now + 5 * clock::DAY) /></dd>
                <dt>"Last used"</dt>
                <dd><TimeAgo at=Some(now - 140) />" from 192.0.2.17"</dd>
                <dt>"Used"</dt>
                <dd>"41 218 times"</dd>
            </dl>
        </Drawer>
    }
}
