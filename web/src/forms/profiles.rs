//! What each kind of client asks for.

use crate::components::icon::Glyph;

/// How rights are given to the clients of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Roles {
    /// It acts as the user who consented.
    User,
    /// Exactly one rung.
    Ladder,
    /// Chosen permissions, in the grid.
    Grid,
    /// Roles in the tenant and its communities; these always.
    Set(&'static [&'static str]),
}

/// Whether a client ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ends {
    /// It may, and that can be changed.
    Maybe,
    /// It must, and that is fixed when it is made.
    Fixed,
}

/// When a new secret ends, unless somebody says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SecretEnds {
    /// Not by itself.
    Never,
    /// One year on.
    OneYear,
    /// When the client ends.
    WithClient,
}

/// Where the wire id comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IdFrom {
    /// The server makes it.
    Server,
    /// It may be chosen.
    Choice,
    /// It must be chosen.
    Person,
}

/// A kind of client, as its form sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Profile {
    /// The API's word.
    pub(crate) key: &'static str,
    /// Its name.
    pub(crate) title: &'static str,
    /// Several of them.
    pub(crate) plural: &'static str,
    /// One sentence that lets a person choose.
    pub(crate) text: &'static str,
    /// Its picture.
    pub(crate) glyph: Glyph,
    /// Where the wire id comes from.
    pub(crate) id: IdFrom,
    /// How rights are given.
    pub(crate) roles: Roles,
    /// Whether users are sent back to it.
    pub(crate) redirects: bool,
    /// Whether it ends.
    pub(crate) ends: Ends,
    /// Whether a secret comes with it.
    pub(crate) secret_at_creation: bool,
    /// When a secret ends.
    pub(crate) secret_ends: SecretEnds,
    /// Seconds its tokens live; `None` is a setting of the server.
    pub(crate) lifetime: Option<i64>,
    /// The longest lifetime that can be asked for.
    pub(crate) most: i64,
}

const BASE: Profile = Profile {
    key: "",
    title: "",
    plural: "",
    text: "",
    glyph: Glyph::Client,
    id: IdFrom::Server,
    roles: Roles::Ladder,
    redirects: false,
    ends: Ends::Maybe,
    secret_at_creation: true,
    secret_ends: SecretEnds::Never,
    lifetime: Some(3_600),
    most: 86_400,
};

/// The built-in profiles, in the order they are offered.
pub(crate) const PROFILES: [Profile; 5] = [
    Profile {
        key: "service_account",
        title: "Service account",
        plural: "Service accounts",
        text: "A program that acts for your organization, with one role of the ladder.",
        lifetime: Some(86_400),
        ..BASE
    },
    Profile {
        key: "app",
        title: "App",
        plural: "Apps",
        text: "Signs people in and acts for them, as far as they allow.",
        glyph: Glyph::App,
        roles: Roles::User,
        redirects: true,
        ..BASE
    },
    Profile {
        key: "api_access",
        title: "API access",
        plural: "API access",
        text: "A partner\u{2019}s system, with chosen permissions and an end date that stays.",
        glyph: Glyph::Api,
        id: IdFrom::Person,
        roles: Roles::Grid,
        ends: Ends::Fixed,
        secret_ends: SecretEnds::WithClient,
        ..BASE
    },
    Profile {
        key: "tenant_client",
        title: "Tenant client",
        plural: "Tenant clients",
        text: "Works in a tenant and its communities, with their roles.",
        glyph: Glyph::Tenant,
        roles: Roles::Set(&["tenant_member"]),
        secret_at_creation: false,
        secret_ends: SecretEnds::OneYear,
        most: 3_600,
        ..BASE
    },
    Profile {
        key: "short_lived",
        title: "Short-lived client",
        plural: "Short-lived",
        text: "Tokens that live for minutes, for jobs that come and go.",
        glyph: Glyph::Bolt,
        id: IdFrom::Choice,
        roles: Roles::Set(&[]),
        lifetime: None,
        ..BASE
    },
];

/// The profile with this key.
pub(crate) fn find(key: &str) -> Option<&'static Profile> {
    PROFILES.iter().find(|it| it.key == key)
}
