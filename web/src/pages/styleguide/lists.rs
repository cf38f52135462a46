//! Tables, charts, tiles, empty lists.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::{
    Section, Specimen,
    controls::SampleTabs,
    samples::{self, SampleClient},
};
use crate::{
    clock,
    components::{
        button::{Button, LinkButton, Variant, row_button},
        cell,
        chart::{BarChart, Sparkline, grouped},
        chip::{chip, tags},
        copy::copy_text,
        data_table::{Column, DataTable, Room, Sort},
        empty_state::EmptyState,
        filter_bar::{FilterBar, FilterChip, SearchBox},
        icon::Glyph,
        pager::Pager,
        select::Select,
        tile::{Tile, Urgency},
        time_view::{ago, expiry},
        toast::Toasts,
    },
    routes,
};

#[component]
pub(super) fn Lists() -> impl IntoView {
    let hours = samples::hours();
    let per_hour: Vec<_> = hours.iter().map(|bar| bar.issued).collect();
    let issued = grouped(hours.iter().map(|bar| bar.issued).sum());
    let refused = grouped(hours.iter().map(|bar| bar.refused).sum());
    view! {
        <Section index=3>
            <Specimen title="Tiles">
                <div class="tiles">
                    <Tile href=routes::href("/styleguide") glyph=Glyph::Clock label="Expire within 7 days" value="3" note="2 secrets, 1 client" urgency=Urgency::Warn />
                    <Tile href=routes::href("/styleguide") glyph=Glyph::Refused label="Refused today" value=refused note="11 times the usual" urgency=Urgency::Bad />
                    <Tile href=routes::href("/styleguide") glyph=Glyph::User label="Without an owner" value="12" note="Nobody is told before they expire" />
                    <Tile href=routes::href("/styleguide") glyph=Glyph::Key label="Tokens today" value=issued note="Last 24 hours">
                        <Sparkline values=per_hour label="Tokens per hour" />
                    </Tile>
                </div>
            </Specimen>
            <Specimen title="Chart">
                <div class="panel"><BarChart title="Token requests per hour" bars=hours /></div>
            </Specimen>
            <Specimen title="Client list">
                <SampleTabs label="Kinds of clients" />
                <ClientList />
            </Specimen>
            <Specimen title="Nothing there">
                <div class="table-frame">
                    <EmptyState
                        glyph=Glyph::Client
                        title="No service accounts yet"
                        text="A service account lets a program work for your organization without a person signing in. Give it a name and a role; its secret is shown once."
                    >
                        <Button variant=Variant::Primary icon=Glyph::Plus>"New service account"</Button>
                        <LinkButton href=routes::href("/styleguide")>"Read how it works"</LinkButton>
                    </EmptyState>
                </div>
            </Specimen>
        </Section>
    }
}

fn columns() -> Vec<Column<SampleClient>> {
    vec![
        Column::new("Name", |client: &SampleClient| {
            cell::link(&routes::href("/styleguide"), client.name)
        })
        .sortable("name")
        .track("minmax(8rem, 2fr)"),
        Column::new("Client ID", |client: &SampleClient| {
            copy_text(client.client_id, "client ID")
        })
        .needs(Room::Wide),
        Column::new("Status", |client: &SampleClient| chip(client.status)).track("7rem"),
        Column::new("Roles", |client: &SampleClient| {
            if client.roles.is_empty() {
                cell::none("Acts as its user")
            } else {
                tags(client.roles.iter().map(ToString::to_string))
            }
        })
        .needs(Room::Middle),
        Column::new("Next expiry", |client: &SampleClient| {
            expiry(client.expires_at)
        })
        .sortable("expires_at"),
        Column::new("Last used", |client: &SampleClient| {
            cell::soft(ago(client.last_used_at))
        })
        .sortable("last_used_at"),
        Column::new("Owner", |client: &SampleClient| {
            client
                .owner
                .map_or_else(|| cell::none("Nobody"), cell::words)
        })
        .needs(Room::Wide),
    ]
}

#[component]
fn ClientList() -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let sort = RwSignal::new(Sort {
        by: "name",
        descending: false,
    });
    let selected = RwSignal::new(BTreeSet::from(["svc_H8rPz1Wd5NaY".to_owned()]));
    let search = RwSignal::new(String::new());
    let owner = RwSignal::new(String::new());
    let filtered = RwSignal::new(true);
    let page_size = RwSignal::new("50".to_owned());
    let all = samples::clients(clock::now());
    let rows = Signal::derive(move || {
        let Sort { by, descending } = sort.get();
        let wanted = search.get().to_lowercase();
        let mut rows: Vec<_> = all
            .iter()
            .filter(|client| client.name.to_lowercase().contains(&wanted))
            .cloned()
            .collect();
        rows.sort_by(|one, other| match by {
            "expires_at" => one
                .expires_at
                .unwrap_or(i64::MAX)
                .cmp(&other.expires_at.unwrap_or(i64::MAX)),
            "last_used_at" => one.last_used_at.cmp(&other.last_used_at),
            _ => one.name.cmp(other.name),
        });
        if descending {
            rows.reverse();
        }
        rows
    });
    let actions = Column::actions("var(--action)", |client: &SampleClient| {
        row_button(Glyph::Pencil, &format!("Edit {}", client.name), "edit")
    });
    let mut columns = columns();
    columns.push(actions);
    view! {
        <div>
            <FilterBar label="Filter clients">
                <SearchBox value=search label="Search name, client ID or owner" />
                <Select
                    value=owner
                    options=vec![("", "Any owner"), ("none", "Without an owner"), ("mine", "Owned by me")]
                    attr:aria-label="Owner"
                />
                <Show when=move || filtered.get()>
                    <FilterChip label="Tenant: default" on_remove=Callback::new(move |()| filtered.set(false)) />
                </Show>
            </FilterBar>
            <DataTable
                caption="Clients"
                columns
                rows
                sort
                selected
                bulk=move || view! {
                    <Button small=true icon=Glyph::Paused on:click=move |_| toasts.done("Nothing was deactivated: these are samples")>
                        "Deactivate"
                    </Button>
                    <Button small=true variant=Variant::DangerQuiet icon=Glyph::Trash>"Delete\u{2026}"</Button>
                }
            >
                <Pager
                    shown=Signal::derive(move || format!("{} clients", rows.with(Vec::len)))
                    has_previous=false
                    has_next=true
                    on_previous=Callback::new(|()| ())
                    on_next=Callback::new(move |()| toasts.done("There are no more samples"))
                    page_size
                />
            </DataTable>
        </div>
    }
}
