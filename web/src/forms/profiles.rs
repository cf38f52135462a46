//! What each kind of client asks for.

use std::cell::RefCell;

use crate::{api::types, clock, components::icon::Glyph};

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
    /// It must, and when can be changed.
    Must,
    /// It must, and that is fixed when it is made.
    Fixed,
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

impl SecretEnds {
    /// The end of a secret that is made now, where it has one of its own.
    pub(crate) fn default_end(self) -> Option<i64> {
        match self {
            Self::After(days) => Some(clock::end_of_utc_day(clock::now(), days)),
            Self::Never | Self::WithClient => None,
        }
    }
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
    /// How many days from now it ends, where it must and nobody says when.
    pub(crate) ends_days: i64,
    /// Whether a secret comes with it.
    pub(crate) secret_at_creation: bool,
    /// When a secret ends.
    pub(crate) secret_ends: SecretEnds,
    /// Seconds its tokens live; `None` is a setting of the server.
    pub(crate) lifetime: Option<i64>,
    /// The longest lifetime that can be asked for.
    pub(crate) most: i64,
    /// Whether the tenant made it for itself.
    pub(crate) is_own: bool,
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
    ends_days: 365,
    secret_at_creation: true,
    secret_ends: SecretEnds::Never,
    lifetime: Some(3_600),
    most: 86_400,
    is_own: false,
};

/// The built-in profiles, in the order they are offered.
const PROFILES: [Profile; 5] = [
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
        secret_ends: SecretEnds::After(365),
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

thread_local! {
    /// What the server told of. They are a few dozen at most, and stay as long as the page.
    static TOLD: RefCell<Vec<&'static Profile>> = const { RefCell::new(Vec::new()) };
}

/// Takes over what the server says: profiles of the tenant’s own, and what it set for built-in ones.
pub(crate) fn learn(told: &[types::Profile]) {
    TOLD.with_borrow_mut(|known| {
        for told in told {
            let now = read(told);
            match known.iter_mut().find(|it| it.key == now.key) {
                Some(it) if **it == now => {}
                Some(it) => *it = Box::leak(Box::new(now)),
                None => known.push(Box::leak(Box::new(now))),
            }
        }
    });
}

/// Forgets one that was deleted.
pub(crate) fn forget(key: &str) {
    TOLD.with_borrow_mut(|known| known.retain(|it| it.key != key));
}

/// The built-in ones in the order they are offered, then the tenant’s own.
pub(crate) fn all() -> Vec<&'static Profile> {
    let built_in = PROFILES.iter().filter_map(|it| find(it.key));
    let own = TOLD.with_borrow(|known| known.iter().copied().filter(|it| it.is_own).collect());
    built_in.chain::<Vec<_>>(own).collect()
}

/// The profile with this key.
pub(crate) fn find(key: &str) -> Option<&'static Profile> {
    let told = TOLD.with_borrow(|known| known.iter().copied().find(|it| it.key == key));
    told.or_else(|| PROFILES.iter().find(|it| it.key == key))
}

/// The same; one that nobody told of has the fields of the plainest.
pub(crate) fn find_or_plain(key: &str) -> &'static Profile {
    find(key).unwrap_or(&PROFILES[0])
}

fn kept(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

fn read(told: &types::Profile) -> Profile {
    let built_in = PROFILES.iter().find(|it| it.key == told.key);
    let base = built_in.map_or_else(|| own(told), |it| *it);
    let rule = &told.secret;
    Profile {
        ends: match (told.expiry.kind.as_deref(), told.expiry.fixed) {
            (Some("required"), Some(true)) => Ends::Fixed,
            (Some("required"), _) => Ends::Must,
            _ => Ends::Maybe,
        },
        ends_days: told.expiry.default_days.unwrap_or(base.ends_days),
        secret_at_creation: rule.at_creation.unwrap_or(base.secret_at_creation),
        secret_ends: match rule.default_expiry.as_deref() {
            Some("one_year") => SecretEnds::After(365),
            Some("days") => SecretEnds::After(rule.default_days.unwrap_or(365)),
            Some("with_client") => SecretEnds::WithClient,
            _ => SecretEnds::Never,
        },
        lifetime: told.token_lifetime.default.or(base.lifetime),
        most: told.token_lifetime.most.unwrap_or(base.most),
        ..base
    }
}

fn own(told: &types::Profile) -> Profile {
    let mandatory = told.roles.mandatory.iter().flatten();
    let mandatory: Vec<_> = mandatory.map(|it| kept(it)).collect();
    let title = kept(&told.name);
    Profile {
        key: kept(&told.key),
        title,
        plural: title,
        text: told
            .description
            .as_deref()
            .map_or("A kind of client of your organization\u{2019}s own.", kept),
        glyph: Glyph::Profile,
        id: match told.client_id.kind.as_deref() {
            Some("chosen") => IdFrom::Person,
            Some("preferred") => IdFrom::Choice,
            _ => IdFrom::Server,
        },
        roles: match told.roles.kind.as_deref() {
            Some("user") => Roles::User,
            Some("grid") => Roles::Grid,
            Some("set") => Roles::Set(Box::leak(mandatory.into_boxed_slice())),
            _ => Roles::Ladder,
        },
        redirects: told.redirect_uris != "forbidden",
        lifetime: None,
        is_own: true,
        ..BASE
    }
}
