//! The tenants of this server, for those who run it.

mod administrator;
mod guests;
mod tenant;

use std::rc::Rc;

use leptos::prelude::*;

pub(crate) use self::tenant::{NewTenant, TenantPage};
use super::listing::{Asked, Kind, Line, Listing, Page, name_cell};
use crate::{
    api::{types, use_api},
    clock,
    components::{cell, icon::Glyph, time_view::ago},
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
    let id = tenant.id.to_string();
    let external = tenant.external_key.as_deref();
    let cells = vec![
        name_cell("/tenants", &id, &tenant.name, Some(&tenant.key)),
        external.map_or_else(|| cell::none("None"), cell::code),
        ago(clock::parse(&tenant.created_at)),
        ago(clock::parse(&tenant.updated_at)),
    ];
    Line::new(&id, &tenant.name, cells)
}
