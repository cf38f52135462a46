//! The APIs that accept tokens of this server.

mod api;
mod form;
mod permission_rows;

use std::rc::Rc;

use leptos::prelude::*;

pub(crate) use self::api::{ApiPage, NewApi};
use super::listing::{Asked, Kind, Line, Listing, Page, name_cell};
use crate::{
    api::{types, use_api},
    components::{cell, chip::built_in, copy::copy_text, icon::Glyph},
    me::use_me,
    words,
};

/// The list, or why it is not shown.
#[component]
pub(crate) fn Apis() -> impl IntoView {
    let me = use_me();
    let api = use_api();
    let kind = Kind {
        title: "APIs",
        lead: "What tokens are for: each API has its own audience, permissions and token format.",
        words: ("API", "APIs"),
        path: "/apis",
        needs: ("apis:view", me.may_view("apis")),
        may_create: me.may_change("apis"),
        search: Some("Search name, key or audience"),
        columns: &["API", "Audience", "Tokens", "Permissions"],
        empty: (
            Glyph::Api,
            "Register the API that your clients call. It gets an audience of its own and its rows of the permission grid.",
        ),
    };
    let fetch = Rc::new(move |asked: Asked| {
        let work = async move {
            let list = api
                .call(|it| {
                    let (cursor, search) = (asked.cursor.as_deref(), asked.search.as_deref());
                    it.list_apis(cursor, Some(asked.limit), search)
                })
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

fn line(api: types::Api) -> Line {
    let id = api.id.to_string();
    let permissions = if api.built_in {
        built_in()
    } else {
        cell::text(&words::count(
            api.permissions.len(),
            "resource",
            "resources",
        ))
    };
    let cells = vec![
        name_cell("/apis", &id, &api.name, Some(&api.key)),
        copy_text(&api.audience, "audience"),
        cell::text(&format(&api)),
        permissions,
    ];
    Line::new(&id, &api.name, cells)
}

/// What its tokens are.
fn format(api: &types::Api) -> String {
    let format = if api.token_format == "opaque" {
        "Opaque"
    } else {
        "JWT"
    };
    let default = if api.default { ", by default" } else { "" };
    format!("{format}{default}")
}
