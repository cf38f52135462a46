//! The list of groups.

use std::rc::Rc;

use leptos::prelude::*;

use super::form::Make;
use crate::{
    address::use_address,
    api::{types, use_api},
    clock,
    components::{
        button::{Button, Variant},
        cell,
        icon::Glyph,
        time_view::ago,
    },
    me::use_me,
    pages::listing::{Asked, Kind, Line, Listing, Page, name_cell},
};

/// The page, or why it is not shown.
#[component]
pub(crate) fn Groups() -> impl IntoView {
    let (api, address, me) = (use_api(), use_address(), use_me());
    let may_change = me.may_change("groups");
    let kind = Kind {
        title: "Groups",
        lead: "People who belong together, by team or by task.",
        words: ("group", "groups"),
        path: "/groups",
        needs: ("groups:view", me.may_view("groups")),
        may_create: false,
        search: Some("Search name or description"),
        columns: &["Name", "Description", "Last changed"],
        empty: (
            Glyph::Group,
            "A group keeps people together who share a team or a task. Roles given to it are its members\u{2019}, too.",
        ),
    };
    let fetch = Rc::new(move |asked: Asked| {
        let work = async move {
            let (cursor, search) = (asked.cursor.as_deref(), asked.search.as_deref());
            let list = api
                .call(|it| it.list_groups(cursor, Some(asked.limit), search))
                .await?;
            Ok(Page {
                lines: list.items.into_iter().map(line).collect(),
                next: list.next,
            })
        };
        Box::pin(work) as _
    });
    let actions = may_change.then(|| {
        view! {
            <Button variant=Variant::Primary icon=Glyph::Plus on:click=move |_| address.open("new", None)>"New group"</Button>
        }
        .into_any()
    });
    view! {
        <Listing kind fetch actions />
        {may_change.then(|| view! { <Make address /> })}
    }
}

fn line(group: types::Group) -> Line {
    let id = group.id.to_string();
    let description = group.description.as_deref();
    let changed = ago(clock::parse(&group.updated_at)) + cell::by(&group.updated_by.name);
    let cells = vec![
        name_cell("/groups", &id, &group.name, None),
        description.map_or_else(|| cell::none("None"), cell::words),
        cell::soft(changed),
    ];
    Line::new(&id, &group.name, cells)
}
