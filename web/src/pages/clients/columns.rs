//! What a row of the list shows.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use leptos::prelude::*;

use crate::{
    api::types,
    clock,
    components::{
        chip::{Status, StatusChip, Tags},
        copy::{CopyButton, CopyText},
        data_table::{Column, Row},
        time_view::{Expiry, TimeAgo},
    },
    routes, words,
};

/// A client in a list.
pub(crate) type Item = Arc<types::Client>;

impl Row for Item {
    fn id(&self) -> String {
        self.id.to_string()
    }

    fn version(&self) -> u64 {
        // Time and use change what a row shows without a new version of the client.
        let mut hasher = DefaultHasher::new();
        self.version.hash(&mut hasher);
        self.last_used_at.hash(&mut hasher);
        self.effective_status.to_string().hash(&mut hasher);
        hasher.finish()
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
        let href = routes::href(&routes::client(&client.id.to_string()));
        view! {
            <a class="cell-strong cell-clip" href=href title=client.name.clone()><bdi>{client.name.clone()}</bdi></a>
            {kind.then(|| view! { <span class="cell-sub">{words::profile(&client.profile)}</span> })}
        }
    })
    .sortable("name")
}

/// The id that people chose, with the name where it says something else.
fn chosen_id() -> Column<Item> {
    Column::new("Client ID", |client: &Item| {
        let href = routes::href(&routes::client(&client.id.to_string()));
        let id = client.client_id.clone();
        let name = (client.name != client.client_id).then(|| client.name.clone());
        view! {
            <span class="copy-text">
                <a class="cell-strong cell-clip" href=href title=id.clone()>{id.clone()}</a>
                <CopyButton text=id what="client ID" />
            </span>
            {name.map(|name| view! { <span class="cell-sub"><bdi>{name}</bdi></span> })}
        }
    })
    .sortable("name")
}

fn client_id() -> Column<Item> {
    Column::new("Client ID", |client: &Item| {
        view! { <CopyText text=client.client_id.clone() what="client ID" /> }
    })
}

fn state() -> Column<Item> {
    Column::new(
        "Status",
        |client: &Item| view! { <StatusChip status=status(client) /> },
    )
}

fn roles() -> Column<Item> {
    Column::new("Roles", |client: &Item| {
        let keys: Vec<_> = client.role.iter().chain(&client.roles).collect();
        if !keys.is_empty() {
            let names = keys.into_iter().map(|it| words::key(it)).collect();
            return view! { <Tags names /> }.into_any();
        }
        match client.permissions.len() {
            0 if client.profile == "app" => {
                view! { <span class="cell-none">"Acts as its user"</span> }.into_any()
            }
            0 => view! { <span class="cell-none">"None yet"</span> }.into_any(),
            count => {
                let all = client.permissions.join("\n");
                let words = words::count(count, "permission", "permissions");
                view! { <span class="cell-soft" title=all>{words}</span> }.into_any()
            }
        }
    })
}

fn next_expiry() -> Column<Item> {
    Column::new("Next expiry", |client: &Item| {
        if client.effective_status == types::EffectiveStatus::NoCredential {
            return view! { <span class="cell-none">"No credential"</span> }.into_any();
        }
        view! { <Expiry at=clock::moment(client.usable_until.as_ref()) /> }.into_any()
    })
    .sortable("usable_until")
}

fn expiry_date() -> Column<Item> {
    Column::new("Expiry date", |client: &Item| {
        view! { <Expiry at=clock::moment(client.expires_at.as_ref()) /> }
    })
    .sortable("usable_until")
}

fn last_used() -> Column<Item> {
    Column::new("Last used", |client: &Item| {
        view! { <span class="cell-soft"><TimeAgo at=clock::moment(client.last_used_at.as_ref()) /></span> }
    })
    .sortable("last_used_at")
}

fn owner() -> Column<Item> {
    Column::new("Owner", |client: &Item| {
        match client.owner.clone() {
        Some(owner) => view! { <span class="cell-soft cell-clip" title=owner.clone()><bdi>{owner.clone()}</bdi></span> }.into_any(),
        None => view! { <span class="cell-none">"Nobody"</span> }.into_any(),
    }
    })
}

fn notes() -> Column<Item> {
    Column::new("Notes", |client: &Item| {
        match client.notes.clone() {
        Some(notes) => view! { <span class="cell-soft cell-clip cell-wide" title=notes.clone()><bdi>{notes.clone()}</bdi></span> }.into_any(),
        None => view! { <span class="cell-none">"None"</span> }.into_any(),
    }
    })
}

fn deleted_at() -> Column<Item> {
    Column::new("Deleted", |client: &Item| {
        let by = client.updated_by.name.clone();
        view! {
            <span class="cell-soft"><TimeAgo at=clock::moment(client.deleted_at.as_ref()) />" by "<bdi>{by}</bdi></span>
        }
    })
}

fn restorable_until() -> Column<Item> {
    Column::new("Can be restored until", |client: &Item| {
        view! { <Expiry at=clock::moment(client.restorable_until.as_ref()) /> }
    })
}
