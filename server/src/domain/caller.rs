//! Who asks, and from where.

use uuid::Uuid;

use super::permission::{Access, Rights};

/// What kind of principal acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ActorKind {
    /// A machine client, by its service user.
    Client,
    /// A person, in a browser or by an application that acts for them.
    User,
    /// Latchkey itself: the command line, or work in the background.
    System,
}

impl ActorKind {
    /// The word in rows and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::User => "user",
            Self::System => "system",
        }
    }

    /// The kind a row names; what no row of this version says counts as the system.
    pub fn from_row(text: &str) -> Self {
        match text {
            "client" => Self::Client,
            "user" => Self::User,
            _ => Self::System,
        }
    }
}

/// Who did something, as it is written down: the name is the one of that moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Client, user or system.
    pub kind: ActorKind,
    /// The client's or user's id; nil for the system.
    pub id: Uuid,
    /// The name at that moment.
    pub name: String,
}

impl Actor {
    /// Latchkey itself, doing `what`.
    pub fn system(what: &str) -> Self {
        Self {
            kind: ActorKind::System,
            id: Uuid::nil(),
            name: what.to_owned(),
        }
    }
}

/// Where a request came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The address of the caller, after trusted proxies.
    pub ip: Option<std::net::IpAddr>,
    /// What the caller says it is, cut to 255 characters.
    pub user_agent: Option<String>,
    /// The id of the request, in the answer's `X-Request-Id` too.
    pub request_id: String,
}

/// A principal whose token was accepted, with the rights it has at this moment in one tenant.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who it is.
    pub actor: Actor,
    /// `sub` of its token: the service user, or the person.
    pub subject: Uuid,
    /// The tenant it acts in.
    pub tenant_id: Uuid,
    /// What it may do there.
    pub rights: Rights,
    /// The role these rights come from.
    pub role: Option<super::role::LadderRole>,
    /// Whether it may manage tenants and communities.
    pub operator: bool,
    /// The browser session behind it, where a person acts by the pages or the admin screens; apps that act for a person
    /// have none.
    pub session_id: Option<Uuid>,
    /// Where the request came from.
    pub origin: Origin,
}

impl Caller {
    /// Latchkey itself in `tenant_id`: it may do everything.
    pub fn system(what: &str, tenant_id: Uuid) -> Self {
        Self {
            actor: Actor::system(what),
            subject: Uuid::nil(),
            tenant_id,
            rights: Rights::Everything,
            role: None,
            operator: true,
            session_id: None,
            origin: Origin {
                request_id: Uuid::now_v7().to_string(),
                ..Origin::default()
            },
        }
    }

    /// Whether it may reach clients of `profile`: by the right to all clients, or to those of this profile.
    pub fn may_reach_clients_of(&self, profile: &str, access: Access) -> bool {
        self.rights.allow("clients", access) || self.rights.allow(profile, access)
    }
}
