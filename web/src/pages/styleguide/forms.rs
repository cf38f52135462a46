//! Fields and the larger choices of a client's form.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::{Section, Specimen, samples};
use crate::{
    clock,
    components::{
        button::{Button, Variant},
        choice::{Checkbox, Choice, ChoiceCards},
        expiry_picker::ExpiryPicker,
        field::{Count, Field},
        icon::Glyph,
        lines_input::LinesInput,
        permission_grid::PermissionGrid,
        role_ladder::{RoleLadder, Rung},
        select::Select,
        text_input::{TextArea, TextInput},
        toast::Toasts,
    },
    forms::{lines, redirect_uris},
};

#[component]
pub(super) fn Forms() -> impl IntoView {
    let profile = RwSignal::new("service_account".to_owned());
    let role = RwSignal::new("member".to_owned());
    let granted = RwSignal::new(BTreeSet::from([
        "invoices:change".to_owned(),
        "invoices:view".to_owned(),
        "ledger:view".to_owned(),
    ]));
    view! {
        <Section index=2>
            <Specimen title="What kind of client">
                <ChoiceCards value=profile legend="Profile" choices=profiles() />
            </Specimen>
            <div class="guide-columns">
                <Specimen title="Fields"><Fields /></Specimen>
                <Specimen title="Expiry"><Expiries /></Specimen>
            </div>
            <Specimen title="A list, one per line" note="Pasted spaces and blank lines are understood; each mistake stands beside its line.">
                <RedirectUris />
            </Specimen>
            <div class="guide-columns">
                <Specimen title="Role ladder"><RoleLadder value=role legend="Role" rungs=rungs() /></Specimen>
                <Specimen title="Permission grid" note="One tab stop; arrows move, space ticks. Change holds View.">
                    <PermissionGrid caption="Permissions of Invoice archive" resources=samples::resources() granted />
                </Specimen>
            </div>
        </Section>
    }
}

fn profiles() -> Vec<Choice> {
    let choice = |key, title, text, glyph| Choice {
        key,
        title,
        text,
        glyph,
    };
    vec![
        choice(
            "service_account",
            "Service account",
            "A program that acts for your organization, with one role of the ladder.",
            Glyph::Client,
        ),
        choice(
            "app",
            "App",
            "Signs people in and acts for them, as far as they allow.",
            Glyph::App,
        ),
        choice(
            "api_access",
            "API access",
            "A partner's system, with chosen permissions and an end date that stays.",
            Glyph::Api,
        ),
        choice(
            "tenant_client",
            "Tenant client",
            "Works in a tenant and its communities, with their roles.",
            Glyph::Tenant,
        ),
        choice(
            "short_lived",
            "Short-lived",
            "Tokens that live for minutes, for jobs that come and go.",
            Glyph::Bolt,
        ),
    ]
}

fn rungs() -> Vec<Rung> {
    vec![
        Rung {
            key: "member",
            title: "Member",
            text: "Reads its own profile and lists the applications it may use.",
            refused: None,
        },
        Rung {
            key: "admin",
            title: "Admin",
            text: "Manages users, groups, apps, service accounts, APIs and settings.",
            refused: None,
        },
        Rung {
            key: "super_admin",
            title: "Super admin",
            text: "Everything in the tenant, anonymizing users included.",
            refused: Some("Exceeds your own role"),
        },
    ]
}

#[component]
fn Fields() -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let name = RwSignal::new("Warehouse sync".to_owned());
    let client_id = RwSignal::new("warehouse sync".to_owned());
    let notes = RwSignal::new(String::new());
    let method = RwSignal::new("any".to_owned());
    let public = RwSignal::new(false);
    let id_error = Signal::derive(move || {
        let allowed =
            |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
        client_id.with(|id| {
            (!id.chars().all(allowed)).then(|| "Only letters, digits, - and _".to_owned())
        })
    });
    view! {
        <form class="form" on:submit=move |event| {
            event.prevent_default();
            toasts.done("Warehouse sync was saved");
        }>
            <Field label="Name" hint="What people will look for." count=Count::of(name, 255)>
                <TextInput value=name />
            </Field>
            <Field label="Client ID" error=id_error hint="Cannot be changed later.">
                <TextInput value=client_id mono=true />
            </Field>
            <Field label="How it authenticates">
                <Select value=method options=vec![
                    ("any", "Any, by header or body"),
                    ("client_secret_basic", "Secret in the Authorization header"),
                    ("client_secret_post", "Secret in the request body"),
                    ("private_key_jwt", "Signed assertion (private key)"),
                ] />
            </Field>
            <Field label="Notes" optional=true count=Count::of(notes, 4000)>
                <TextArea value=notes attr:placeholder="Whom to ask, what depends on it" />
            </Field>
            <Checkbox checked=public label="Public client" hint="Runs where a secret cannot be kept; uses PKCE instead." />
            <div class="button-group">
                <Button variant=Variant::Primary kind="submit">"Save changes"</Button>
                <Button>"Discard"</Button>
            </div>
        </form>
    }
}

#[component]
fn Expiries() -> impl IntoView {
    let now = clock::now();
    let year = RwSignal::new(Some(clock::end_of_utc_day(now, 365)));
    let never = RwSignal::new(None);
    let chosen = RwSignal::new(Some(now - 2 * clock::DAY));
    let past = Signal::derive(move || {
        chosen
            .get()
            .filter(|at| *at <= now)
            .map(|_| "Has to be in the future".to_owned())
    });
    view! {
        <div class="form">
            <ExpiryPicker value=year legend="Client expires" />
            <ExpiryPicker value=never legend="Secret expires" may_be_never=true />
            <ExpiryPicker value=chosen legend="Grace period ends" error=past />
        </div>
    }
}

#[component]
fn RedirectUris() -> impl IntoView {
    let uris = RwSignal::new(
        "https://portal.example.com/callback\nhttp://portal.example.com/callback\nhttp://127.0.0.1:8400/callback\nhttps://portal.example.com/#done"
            .to_owned(),
    );
    view! {
        <Field label="Redirect URIs" hint="One per line, compared character by character.">
            <LinesInput value=uris mistake=redirect_uris::mistake placeholder="https://app.example.com/callback" />
        </Field>
        <p class="guide-note" role="status">
            {move || format!("{} addresses would be sent.", uris.with(|text| lines::entries(text).len()))}
        </p>
    }
}
