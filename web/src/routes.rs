//! The map of the app: where it lives, and what the navigation offers.

use crate::components::icon::Glyph;

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
}

/// Sections that belong together.
pub(crate) struct Group {
    /// What they have in common; the first group needs no title.
    pub(crate) title: Option<&'static str>,
    /// The sections.
    pub(crate) sections: &'static [Section],
}

const fn section(path: &'static str, label: &'static str, glyph: Glyph) -> Section {
    Section { path, label, glyph }
}

/// The side navigation, from top to bottom.
pub(crate) const NAVIGATION: &[Group] = &[
    Group {
        title: None,
        sections: &[
            section("/", "Overview", Glyph::Overview),
            section("/clients", "Clients", Glyph::Client),
        ],
    },
    Group {
        title: Some("Access"),
        sections: &[
            section("/roles", "Roles", Glyph::Role),
            section("/apis", "APIs", Glyph::Api),
            section("/users", "Users", Glyph::User),
            section("/groups", "Groups", Glyph::Group),
        ],
    },
    Group {
        title: Some("Organization"),
        sections: &[
            section("/tenants", "Tenants", Glyph::Tenant),
            section("/communities", "Communities", Glyph::Community),
        ],
    },
    Group {
        title: Some("System"),
        sections: &[
            section("/profiles", "Profiles", Glyph::Profile),
            section("/settings", "Settings", Glyph::Settings),
            section("/signing-keys", "Signing keys", Glyph::Key),
            section("/activity", "Activity", Glyph::Activity),
        ],
    },
];

/// At the foot of the navigation.
pub(crate) const ACCOUNT: Section = section("/account", "My account", Glyph::Account);

/// The whole path of an address below the app's base.
pub(crate) fn href(path: &str) -> String {
    format!("{BASE}{path}")
}
