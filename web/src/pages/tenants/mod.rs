//! The tenants of this server, for those who run it.

mod administrator;
mod tenant;

use std::rc::Rc;

use leptos::prelude::*;

pub(crate) use self::tenant::{NewTenant, TenantPage};
use super::listing::{Asked, Kind, Line, Listing, Page, name_cell};
use crate::{
    api::{types, use_api},
    clock,
    components::{icon::Glyph, time_view::TimeAgo},
    me::use_me,
};

/// The list, or why it is not shown.
#[component]
pub(crate) fn Tenants() -> impl IntoView {
    let me = use_me();
    let api = use_api();
    let kind = Kind {
        title: "Tenants",
        lead: "Each tenant owns its clients, people, roles and APIs, and sees nothing of another one\u{2019}s.",
        words: ("tenant", "tenants"),
        path: "/tenants",
        needs: ("operator", me.operator),
        may_create: me.operator,
        search: None,
        columns: &["Tenant", "External key", "Made", "Changed"],
        empty: (
            Glyph::Tenant,
            "Make a tenant for each organization that is to keep its own clients and people.",
        ),
    };
    let fetch = Rc::new(move |asked: Asked| {
        let work = async move {
            let list = api
                .call(|it| it.list_tenants(asked.cursor.as_deref(), Some(asked.limit)))
                .await?;
            let lines = list.items.into_iter().map(line).collect();
            Ok(Page {
                lines,
                next: list.next,
            })
        };
        Box::pin(work) as _
    });
    view! { <Listing kind fetch /> }
}

fn line(tenant: types::Tenant) -> Line {
    let (id, version, name) = (tenant.id.to_string(), tenant.version, tenant.name.clone());
    Line::new(&id, version, &name, move |column| match column {
        0 => name_cell(
            "/tenants",
            &tenant.id.to_string(),
            &tenant.name,
            Some(tenant.key.clone()),
        ),
        1 => match &tenant.external_key {
            Some(key) => view! { <code>{key.clone()}</code> }.into_any(),
            None => view! { <span class="cell-none">"None"</span> }.into_any(),
        },
        2 => view! { <TimeAgo at=clock::parse(&tenant.created_at) /> }.into_any(),
        _ => view! { <TimeAgo at=clock::parse(&tenant.updated_at) /> }.into_any(),
    })
}
