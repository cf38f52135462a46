//! The kinds of clients: those that are part of Latchkey, whose credential policy can be made stricter, and the tenant's
//! own.

mod breaking;
mod fields;
mod form;
mod profile;

use std::rc::Rc;

use leptos::prelude::*;

pub(crate) use self::profile::{NewProfile, ProfilePage};
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
pub(crate) fn Profiles() -> impl IntoView {
    let me = use_me();
    let api = use_api();
    let kind = Kind {
        title: "Profiles",
        lead: "Kinds of clients. Each says what its clients may have, and how their tokens and secrets live.",
        words: ("profile", "profiles"),
        path: "/profiles",
        needs: ("profiles:view", me.may_view("profiles")),
        may_create: me.may_change("profiles"),
        search: None,
        columns: &["Profile", "Tokens live", "A secret ends", "Changed"],
        empty: (Glyph::Profile, "A profile is a kind of client."),
    };
    let fetch = Rc::new(move |_: Asked| {
        let work = async move {
            let list = api.call(|it| it.list_profiles()).await?;
            let lines = list.items.into_iter().map(line).collect();
            Ok(Page { lines, next: None })
        };
        Box::pin(work) as _
    });
    view! { <Listing kind fetch /> }
}

fn line(profile: types::Profile) -> Line {
    let changed = if profile.version == 1 && profile.built_in {
        built_in()
    } else {
        ago(clock::parse(&profile.updated_at))
    };
    let cells = vec![
        name_cell("/profiles", &profile.key, &profile.name, Some(&profile.key)),
        cell::text(&lifetime(&profile)),
        cell::text(&secret_ends(&profile)),
        changed,
    ];
    Line::new(&profile.key, &profile.name, cells)
}

/// How long a token lives.
fn lifetime(profile: &types::Profile) -> String {
    let default = profile.token_lifetime.default;
    default.map_or_else(|| "As in the settings".to_owned(), words::seconds)
}

/// When a secret ends of which nobody says when.
fn secret_ends(profile: &types::Profile) -> String {
    let rule = &profile.secret;
    match rule.default_expiry.as_str() {
        "one_year" => "After a year".to_owned(),
        "with_client" => "With the client".to_owned(),
        "days" => format!("After {} days", rule.default_days.unwrap_or_default()),
        _ => "Never".to_owned(),
    }
}

/// How rights are given.
fn rights(kind: &str) -> &'static str {
    match kind {
        "user" => "They act for people",
        "grid" => "Single permissions",
        "set" => "Roles",
        _ => "Member, admin or super admin",
    }
}
