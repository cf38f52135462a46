//! What each kind of client asks for: the profiles of the server, as forms see them.

use crate::{api::types, clock, components::icon::Glyph};

/// How rights are given to the clients of a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Roles {
    /// It acts as the user who consented.
    User,
    /// Exactly one rung.
    Ladder,
    /// Chosen permissions, in the grid.
    Grid,
    /// Roles in the tenant and its communities; these always.
    Set(Vec<String>),
}

/// Whether a client ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ends {
    /// It may, and that can be changed.
    Maybe,
    /// It must: after so many days unless somebody says otherwise.
    Must {
        /// Days from its creation.
        days: i64,
        /// Whether the end stays as it was set at creation.
        fixed: bool,
    },
}

/// When a new secret ends, unless somebody says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SecretEnds {
    /// Not by itself.
    Never,
    /// So many days on.
    After(i64),
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

/// Whether users are sent back to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Redirects {
    /// Never.
    No,
    /// Where it says so.
    Maybe,
    /// Always.
    Must,
}

/// A kind of client, as its form sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Profile {
    /// The API's word.
    pub(crate) key: String,
    /// Its name.
    pub(crate) title: String,
    /// Several of them.
    pub(crate) plural: String,
    /// One sentence that lets a person choose.
    pub(crate) text: String,
    /// Its picture.
    pub(crate) glyph: Glyph,
    /// Where the wire id comes from.
    pub(crate) id: IdFrom,
    /// How rights are given.
    pub(crate) roles: Roles,
    /// Whether users are sent back to it.
    pub(crate) redirects: Redirects,
    /// Whether it ends.
    pub(crate) ends: Ends,
    /// Whether a secret comes with it.
    pub(crate) secret_at_creation: bool,
    /// When a secret ends.
    pub(crate) secret_ends: SecretEnds,
    /// Whether a secret may live for ever.
    pub(crate) secret_may_stay: bool,
    /// Seconds its tokens live; `None` is a setting.
    pub(crate) lifetime: Option<i64>,
    /// The shortest lifetime that can be asked for.
    pub(crate) least: i64,
    /// The longest lifetime that can be asked for.
    pub(crate) most: i64,
    /// How its clients may authenticate; the first unless somebody says otherwise.
    pub(crate) auth_methods: Vec<String>,
}

/// The built-in profiles, in the order they are offered: key, several of them, the sentence, the picture.
const BUILT_IN: [(&str, &str, &str, Glyph); 5] = [
    (
        "service_account",
        "Service accounts",
        "A program that acts for your organization, with one role of the ladder.",
        Glyph::Client,
    ),
    (
        "app",
        "Apps",
        "Signs people in and acts for them, as far as they allow.",
        Glyph::App,
    ),
    (
        "api_access",
        "API access",
        "A partner\u{2019}s system, with chosen permissions and an end date that stays.",
        Glyph::Api,
    ),
    (
        "tenant_client",
        "Tenant clients",
        "Works in a tenant and its communities, with their roles.",
        Glyph::Tenant,
    ),
    (
        "short_lived",
        "Short-lived",
        "Tokens that live for minutes, for jobs that come and go.",
        Glyph::Bolt,
    ),
];

/// Those the server tells of, in the order they are offered: the built-in ones, then the tenant's own by name.
pub(crate) fn ordered(all: Vec<types::Profile>) -> Vec<Profile> {
    let by = |it: &Profile| (place(&it.key), it.title.to_ascii_lowercase());
    let mut ordered: Vec<Profile> = Vec::new();
    for it in all.into_iter().map(Profile::of) {
        let at = ordered.partition_point(|other| by(other) <= by(&it));
        ordered.insert(at, it);
    }
    ordered
}

fn place(key: &str) -> usize {
    let found = BUILT_IN.iter().position(|it| it.0 == key);
    found.unwrap_or(BUILT_IN.len())
}

impl Ends {
    /// Whether the end stays as it was set at creation.
    pub(crate) const fn is_fixed(self) -> bool {
        matches!(self, Self::Must { fixed: true, .. })
    }
}

impl SecretEnds {
    /// When a secret ends that is made now.
    pub(crate) fn at(self) -> Option<i64> {
        match self {
            Self::After(days) => Some(clock::end_of_utc_day(clock::now(), days)),
            Self::Never | Self::WithClient => None,
        }
    }
}

impl Profile {
    /// Its name within a sentence. "API access" keeps its capitals, and so does what the tenant named itself.
    pub(crate) fn in_sentence(&self) -> String {
        if self.key == "api_access" || place(&self.key) == BUILT_IN.len() {
            self.title.clone()
        } else {
            self.title.to_ascii_lowercase()
        }
    }

    /// Whether its clients may have no credential at all.
    pub(crate) fn may_be_public(&self) -> bool {
        self.auth_methods.iter().any(|it| it == "none")
    }

    fn of(it: types::Profile) -> Self {
        let built_in = BUILT_IN.get(place(&it.key));
        let or_a_year = |days: Option<i64>| days.unwrap_or(365);
        Self {
            plural: built_in.map_or_else(|| it.name.clone(), |built_in| built_in.1.to_owned()),
            text: built_in.map_or_else(
                || {
                    let own = "A kind of client of your organization\u{2019}s own.";
                    it.description.clone().unwrap_or_else(|| own.to_owned())
                },
                |built_in| built_in.2.to_owned(),
            ),
            glyph: built_in.map_or(Glyph::Profile, |built_in| built_in.3),
            title: it.name,
            id: match it.client_id.kind.as_str() {
                "chosen" => IdFrom::Person,
                "preferred" => IdFrom::Choice,
                _ => IdFrom::Server,
            },
            roles: match it.roles.kind.as_str() {
                "user" => Roles::User,
                "ladder" => Roles::Ladder,
                "grid" => Roles::Grid,
                _ => Roles::Set(it.roles.mandatory),
            },
            redirects: match it.redirect_uris.as_str() {
                "required" => Redirects::Must,
                "optional" => Redirects::Maybe,
                _ => Redirects::No,
            },
            ends: if it.expiry.kind == "required" {
                Ends::Must {
                    days: or_a_year(it.expiry.default_days),
                    fixed: it.expiry.fixed.unwrap_or_default(),
                }
            } else {
                Ends::Maybe
            },
            secret_at_creation: it.secret.at_creation,
            secret_ends: match it.secret.default_expiry.as_str() {
                "with_client" => SecretEnds::WithClient,
                "one_year" => SecretEnds::After(365),
                "days" => SecretEnds::After(or_a_year(it.secret.default_days)),
                _ => SecretEnds::Never,
            },
            secret_may_stay: it.secret.may_never_expire,
            lifetime: it.token_lifetime.default,
            least: it.token_lifetime.least,
            most: it.token_lifetime.most,
            auth_methods: it.auth_methods,
            key: it.key,
        }
    }
}
