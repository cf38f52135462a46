//! The communities: groups of tenants that share roles.

mod community;
mod member_roles;
mod part;

use std::rc::Rc;

use leptos::prelude::*;

pub(crate) use self::community::{CommunityPage, NewCommunity};
use super::listing::{Asked, Kind, Line, Listing, Page, name_cell};
use crate::{
    api::{types, use_api},
    clock,
    components::{icon::Glyph, time_view::ago},
    me::use_me,
};

/// The list: everybody sees those they have a part in.
#[component]
pub(crate) fn Communities() -> impl IntoView {
    let api = use_api();
    let kind = Kind {
        title: "Communities",
        lead: "Tenants that work together: they give roles to each other\u{2019}s people and clients, and show clients to each other.",
        words: ("community", "communities"),
        path: "/communities",
        needs: ("operator", true),
        may_create: use_me().operator,
        search: None,
        columns: &["Community", "Made", "Changed"],
        empty: (
            Glyph::Community,
            "Operators make communities and put tenants into them. Those in which you hold a role stand here.",
        ),
    };
    let fetch = Rc::new(move |asked: Asked| {
        let work = async move {
            let list = api
                .call(|it| it.list_communities(asked.cursor.as_deref(), Some(asked.limit)))
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

fn line(it: types::Community) -> Line {
    let id = it.id.to_string();
    let cells = vec![
        name_cell("/communities", &id, &it.name, Some(&it.key)),
        ago(clock::parse(&it.created_at)),
        ago(clock::parse(&it.updated_at)),
    ];
    Line::new(&id, &it.name, cells)
}
