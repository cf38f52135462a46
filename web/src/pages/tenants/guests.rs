//! The clients of other tenants that may act in a tenant: who they are, what they hold there, and sending them away.

use std::{rc::Rc, sync::Arc};

use leptos::prelude::*;

use crate::{
    address::Address,
    api::{types, use_api},
    components::{button::row_words, cell, chip::tags, copy::copy_text, icon::Glyph},
    forms::editor::Work,
    me::use_me,
    pages::{
        listing::{Asked, Kind, Line, Page, list, name_cell},
        thing::AskDialog,
    },
    words,
};

/// The section, for those who may see clients of every kind.
#[component]
pub(super) fn Guests(tenant: Arc<types::Tenant>, address: Address) -> impl IntoView {
    let (api, me) = (use_api(), use_me());
    if !me.may_view("clients") {
        return ().into_any();
    }
    let may_change = me.may_change("clients");
    let again = RwSignal::new(0);
    let shown = RwSignal::new(Vec::<types::AssignedClient>::new());
    let kind = Kind {
        title: "Clients of other tenants",
        lead: "",
        words: ("client of another tenant", "clients of other tenants"),
        path: "/tenants",
        needs: ("clients:view", true),
        may_create: false,
        search: None,
        columns: if may_change {
            &["Client", "Client ID", "Its tenant", "Roles here", "Action"]
        } else {
            &["Client", "Client ID", "Its tenant", "Roles here"]
        },
        empty: (
            Glyph::Client,
            "When another tenant lets a client of its own act in this one, it stands here with the roles it holds.",
        ),
    };
    let id = tenant.id.to_string();
    let fetch = Rc::new(move |asked: Asked| {
        let id = id.clone();
        let work = async move {
            let list = api
                .call(|it| {
                    it.list_assigned_clients(&id, asked.cursor.as_deref(), Some(asked.limit))
                })
                .await?;
            let lines = list.items.iter().map(|it| line(it, may_change)).collect();
            shown.try_set(list.items);
            Ok(Page {
                lines,
                next: list.next,
            })
        };
        Box::pin(work) as _
    });
    view! {
        <div class="stack-small">
            <h2 class="section-title">"Clients of other tenants"</h2>
            {list(kind, fetch, again)}
        </div>
        {may_change.then(|| dialog(tenant, address, shown, again))}
    }
    .into_any()
}

fn line(client: &types::AssignedClient, may_change: bool) -> Line {
    let (id, home) = (client.id.to_string(), &client.tenant);
    let roles = tags(roles(client));
    let mut cells = vec![
        cell::strong(&client.name),
        copy_text(&client.client_id, "client ID"),
        name_cell("/tenants", &home.id.to_string(), &home.name, None),
        if roles == tags([]) {
            cell::none("None yet")
        } else {
            roles
        },
    ];
    if may_change {
        let label = format!("Remove {}", client.name);
        cells.push(row_words("Remove\u{2026}", &label, "remove-client"));
    }
    Line::new(&id, &client.name, cells)
}

/// What it holds here, in the tenant and by way of it in communities.
fn roles(client: &types::AssignedClient) -> impl Iterator<Item = String> {
    let own = client.roles.iter().map(|it| words::key(it));
    own.chain(client.community_roles.iter().flat_map(|held| {
        let community = &held.community;
        held.roles
            .iter()
            .map(move |it| format!("{} in {community}", words::key(it)))
    }))
}

fn dialog(
    tenant: Arc<types::Tenant>,
    address: Address,
    shown: RwSignal<Vec<types::AssignedClient>>,
    again: RwSignal<u32>,
) -> AnyView {
    let api = use_api();
    let subject = move || {
        let on = address.get("on")?;
        shown.with(|all| all.iter().find(|it| it.id.to_string() == on).cloned())
    };
    let id = tenant.id.to_string();
    let deed: Rc<dyn Fn() -> Work<String>> = Rc::new(move || {
        let (id, client) = (id.clone(), untrack(subject));
        Box::pin(async move {
            // The dialog names a client, or it is not open.
            let Some(client) = client else {
                return Ok(String::new());
            };
            api.call(|it| it.remove_assigned_client(&id, &client.id.to_string()))
                .await?;
            Ok(format!("{} was removed", client.name))
        })
    });
    let (name, key) = (tenant.name.clone(), tenant.key.clone());
    let title = move || {
        let client = subject().map(|it| it.name).unwrap_or_default();
        format!("Remove {client} from {name}?")
    };
    let held = move || {
        let held = subject().map(|it| roles(&it).collect::<Vec<_>>().join(", "));
        held.filter(|it| !it.is_empty())
            .map(|held| view! { <li>"it loses what it holds here: "{held}</li> })
    };
    let home = move || subject().map(|it| it.tenant.name).unwrap_or_default();
    view! {
        <AskDialog
            open=Signal::derive(move || address.dialog().as_deref() == Some("remove-client") && subject().is_some())
            on_close=Callback::new(move |()| address.close())
            title=Signal::derive(title)
            confirm="Remove client"
            keep="Keep it"
            deed
            on_done=Callback::new(move |()| { address.close(); again.update(|it| *it += 1); })
        >
            <p>"From the next request on, this stops working:"</p>
            <ul class="consequences">
                <li>"it gets no token for "<code>"tenant:"{key.clone()}</code></li>
                <li>"tokens and API keys that it has for this tenant are dead"</li>
                {held}
            </ul>
            <p>"Elsewhere it works on, and "<bdi>{home}</bdi>" can assign it again."</p>
        </AskDialog>
    }
    .into_any()
}
