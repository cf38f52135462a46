//! What a row of the list shows.

use std::sync::Arc;

use crate::{
    api::types,
    clock,
    components::{
        cell,
        chip::{Status, chip, tags},
        copy::{copy_button, copy_text},
        data_table::{Column, Room, Row},
        markup::{Markup, markup},
        time_view::{ago, expiry},
    },
    routes, words,
};

/// A client in a list.
pub(crate) type Item = Arc<types::Client>;

impl Row for Item {
    fn id(&self) -> String {
        self.id.to_string()
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn is_muted(&self) -> bool {
        self.effective_status == types::EffectiveStatus::Expired
    }
}

/// The chip of a client.
pub(crate) fn status(client: &types::Client) -> Status {
    match client.effective_status {
        types::EffectiveStatus::Active => Status::Active,
        types::EffectiveStatus::Inactive => Status::Inactive,
        types::EffectiveStatus::Expired => Status::Expired,
        types::EffectiveStatus::NoCredential => Status::NoCredential,
        types::EffectiveStatus::ExpiringSoon => Status::ExpiringSoon,
    }
}

/// The columns of a tab.
pub(crate) fn columns(profile: Option<&str>, deleted: bool) -> Vec<Column<Item>> {
    let kind = profile.is_none();
    if deleted {
        return vec![name(kind), client_id(), deleted_at(), restorable_until()];
    }
    if profile == Some("api_access") {
        return vec![chosen_id(), state(), roles(), expiry_date(), notes()];
    }
    vec![
        name(kind),
        client_id(),
        state(),
        roles(),
        next_expiry(),
        last_used(),
        owner(),
    ]
}

fn name(kind: bool) -> Column<Item> {
    Column::new("Name", move |client: &Item| {
        let kind = kind.then(|| cell::below(&words::profile(&client.profile)));
        link(client, &client.name) + kind
    })
    .sortable("name")
    .track("minmax(6.625rem, 2fr)")
}

fn link(client: &types::Client, name: &str) -> Markup {
    let href = routes::href(&routes::client(&client.id.to_string()));
    cell::link(&href, name)
}

/// The id that people chose, with the name where it says something else.
fn chosen_id() -> Column<Item> {
    Column::new("Client ID", |client: &Item| {
        let id = link(client, &client.client_id) + copy_button(&client.client_id, "client ID");
        let name = (client.name != client.client_id).then(|| cell::below(&client.name));
        id.within(r#"<span class="copy-text">"#, "</span>") + name
    })
    .sortable("name")
    .track("minmax(8rem, 1.6fr)")
}

fn client_id() -> Column<Item> {
    Column::new("Client ID", |client: &Item| {
        copy_text(&client.client_id, "client ID")
    })
    .track("minmax(7.25rem, 1.2fr)")
    .needs(Room::Wide)
}

fn state() -> Column<Item> {
    Column::new("Status", |client: &Item| chip(status(client))).track("7.25rem")
}

fn roles() -> Column<Item> {
    Column::new("Roles", |client: &Item| {
        let keys: Vec<_> = client.role.iter().chain(&client.roles).collect();
        if !keys.is_empty() {
            return tags(keys.into_iter().map(|it| words::key(it)));
        }
        match client.permissions.len() {
            0 if client.profile == "app" => cell::none("Acts as its user"),
            0 => cell::none("None yet"),
            count => {
                let all = client.permissions.join("\n");
                let words = words::count(count, "permission", "permissions");
                let html = r#"<span class="cell-soft" title="{}">{}</span>"#;
                markup(html, &[&all, &words])
            }
        }
    })
    .track("minmax(6.875rem, 1fr)")
    .needs(Room::Middle)
}

fn next_expiry() -> Column<Item> {
    Column::new("Next expiry", |client: &Item| {
        if client.effective_status == types::EffectiveStatus::NoCredential {
            return cell::none("No credential");
        }
        expiry(clock::moment(client.usable_until.as_ref()))
    })
    .sortable("usable_until")
    .track("minmax(6.5rem, 1fr)")
}

fn expiry_date() -> Column<Item> {
    Column::new("Expiry date", |client: &Item| {
        expiry(clock::moment(client.expires_at.as_ref()))
    })
    .sortable("usable_until")
    .track("minmax(6.5rem, 1fr)")
}

fn last_used() -> Column<Item> {
    Column::new("Last used", |client: &Item| {
        cell::soft(ago(clock::moment(client.last_used_at.as_ref())))
    })
    .sortable("last_used_at")
    .track("minmax(6.5rem, 1fr)")
}

fn owner() -> Column<Item> {
    Column::new("Owner", |client: &Item| {
        let owner = client.owner.as_deref();
        owner.map_or_else(|| cell::none("Nobody"), cell::words)
    })
    .needs(Room::Wide)
}

fn notes() -> Column<Item> {
    Column::new("Notes", |client: &Item| {
        let notes = client.notes.as_deref();
        notes.map_or_else(|| cell::none("None"), cell::words)
    })
    .track("minmax(5.5rem, 2fr)")
}

fn deleted_at() -> Column<Item> {
    Column::new("Deleted", |client: &Item| {
        cell::soft(
            ago(clock::moment(client.deleted_at.as_ref())) + cell::by(&client.updated_by.name),
        )
    })
}

fn restorable_until() -> Column<Item> {
    Column::new("Can be restored until", |client: &Item| {
        expiry(clock::moment(client.restorable_until.as_ref()))
    })
}
