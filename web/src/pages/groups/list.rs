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
        icon::Glyph,
        time_view::TimeAgo,
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
                .call(async |it| it.list_groups(cursor, Some(asked.limit), search).await)
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
    let (id, name) = (group.id.to_string(), group.name.clone());
    Line::new(&id, group.version, &name, move |column| {
        match column {
        0 => name_cell("/groups", &group.id.to_string(), &group.name, None),
        1 => match group.description.clone() {
            Some(text) => view! { <span class="cell-soft cell-clip cell-wide" title=text.clone()><bdi>{text.clone()}</bdi></span> }.into_any(),
            None => view! { <span class="cell-none">"None"</span> }.into_any(),
        },
        _ => {
            let by = group.updated_by.name.clone();
            view! {
                <span class="cell-soft">
                    <TimeAgo at=clock::parse(&group.updated_at) />
                    <span class="cell-sub cell-clip" title=by.clone()>"by "<bdi>{by.clone()}</bdi></span>
                </span>
            }
            .into_any()
        }
    }
    })
}
