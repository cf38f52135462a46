//! The roles of the tenant: those that are part of Latchkey, and its own.

mod form;
mod holders;
mod role;

use std::rc::Rc;

use leptos::prelude::*;

pub(crate) use self::role::{NewRole, Role};
use super::listing::{Asked, Kind, Line, Listing, Page, name_cell};
use crate::{
    api::{types, use_api},
    clock,
    components::{cell, chip::built_in, icon::Glyph, time_view::ago},
    me::use_me,
    words,
};

/// The list, or why it is not shown.
#[component]
pub(crate) fn Roles() -> impl IntoView {
    let me = use_me();
    let api = use_api();
    let kind = Kind {
        title: "Roles",
        lead: "Named sets of permissions, given to people, groups and clients. A change acts on live tokens at once.",
        words: ("role", "roles"),
        path: "/roles",
        needs: ("roles:view", me.may_view("roles")),
        may_create: me.may_change("roles"),
        search: None,
        columns: &["Role", "Given in", "May do", "Changed"],
        empty: (
            Glyph::Role,
            "A role says what its holders may see and change.",
        ),
    };
    let fetch = Rc::new(move |asked: Asked| {
        let work = async move {
            let list = api
                .call(|it| it.list_roles(asked.cursor.as_deref(), Some(asked.limit)))
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

fn line(role: types::Role) -> Line {
    let id = role.id.to_string();
    let changed = if role.built_in {
        built_in()
    } else {
        ago(clock::parse(&role.updated_at))
    };
    let cells = vec![
        name_cell("/roles", &id, &role.name, Some(&role.key)),
        cell::text(scope(&role.scope)),
        cell::text(&allows(&role)),
        changed,
    ];
    Line::new(&id, &role.name, cells)
}

/// Where a role can be given.
fn scope(scope: &str) -> &'static str {
    match scope {
        "community" => "A community",
        "global" => "Every tenant",
        _ => "This tenant",
    }
}

fn allows(role: &types::Role) -> String {
    match (role.key.as_str(), role.permissions.len()) {
        ("super_admin", _) => "Everything in the tenant".to_owned(),
        (_, 0) => "Only what is its own".to_owned(),
        (_, count) => words::count(count, "permission", "permissions"),
    }
}
