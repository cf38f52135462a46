//! The map of the app: where it lives, and what the navigation offers.

use leptos::prelude::{document, window};

use crate::{components::icon::Glyph, me::Me};

/// Below which path the app is served; the same as `public_url` in `Trunk.toml`.
pub(crate) const BASE: &str = "/admin";

/// One entry of the navigation.
#[derive(Clone, Copy)]
pub(crate) struct Section {
    /// Its address, below [`BASE`].
    pub(crate) path: &'static str,
    /// Its name.
    pub(crate) label: &'static str,
    /// Its picture.
    pub(crate) glyph: Glyph,
    /// Who may see it.
    pub(crate) is_for: fn(&Me) -> bool,
}

/// Sections that belong together.
pub(crate) struct Group {
    /// What they have in common; the first group needs no title.
    pub(crate) title: Option<&'static str>,
    /// The sections.
    pub(crate) sections: &'static [Section],
}

const fn section(
    path: &'static str,
    label: &'static str,
    glyph: Glyph,
    is_for: fn(&Me) -> bool,
) -> Section {
    Section {
        path,
        label,
        glyph,
        is_for,
    }
}

/// The list of communities, which is there for whoever has a part in one.
pub(crate) const COMMUNITIES: &str = "/communities";

/// The side navigation, from top to bottom.
pub(crate) const NAVIGATION: &[Group] = &[
    Group {
        title: None,
        sections: &[
            section("/", "Overview", Glyph::Overview, Me::may_view_some_clients),
            section(
                "/clients",
                "Clients",
                Glyph::Client,
                Me::may_view_some_clients,
            ),
        ],
    },
    Group {
        title: Some("People"),
        sections: &[
            section("/users", "Users", Glyph::User, |me| me.may_view("users")),
            section("/groups", "Groups", Glyph::Group, |me| {
                me.may_view("groups")
            }),
        ],
    },
    Group {
        title: Some("Access"),
        sections: &[
            section("/roles", "Roles", Glyph::Role, |me| me.may_view("roles")),
            section("/apis", "APIs", Glyph::Api, |me| me.may_view("apis")),
        ],
    },
    Group {
        title: Some("System"),
        sections: &[
            section("/activity", "Activity", Glyph::Activity, |me| {
                me.may_view("audit")
            }),
            section("/profiles", "Profiles", Glyph::Profile, |me| {
                me.may_view("profiles")
            }),
            section("/settings", "Settings", Glyph::Settings, |me| {
                me.may_view("settings")
            }),
            section("/signing-keys", "Signing keys", Glyph::Key, |me| {
                me.may_view("signing_keys")
            }),
            section("/tenants", "Tenants", Glyph::Tenant, |me| me.operator),
            section(COMMUNITIES, "Communities", Glyph::Community, |_| true),
        ],
    },
];

/// One's own account.
pub(crate) const ACCOUNT: &str = "/account";

/// Where the server sends people back to after they signed in.
pub(crate) const CALLBACK: &str = "/callback";

/// Whether a whole path is shown to everybody: the style guide has nothing of anyone's in it.
pub(crate) fn is_open(path: &str) -> bool {
    cfg!(feature = "styleguide") && path == href("/styleguide")
}

/// The whole path of an address below the app's base.
pub(crate) fn href(path: &str) -> String {
    format!("{BASE}{path}")
}

/// The address of a client's page, by its uuid.
pub(crate) fn client(id: &str) -> String {
    format!("/clients/{id}")
}

/// The address of a user's page.
pub(crate) fn user(id: &str) -> String {
    format!("/users/{id}")
}

/// The address of a group's page.
pub(crate) fn group(id: &str) -> String {
    format!("/groups/{id}")
}

/// The origin of this page.
pub(crate) fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// The origin of the server: this page's own, unless the page was told another one because it is served from
/// elsewhere.
pub(crate) fn server() -> String {
    let told = document()
        .query_selector("meta[name='latchkey-server']")
        .ok()
        .flatten()
        .and_then(|it| it.get_attribute("content"))
        .filter(|it| !it.is_empty());
    told.map_or_else(origin, |it| it.trim_end_matches('/').to_owned())
}
