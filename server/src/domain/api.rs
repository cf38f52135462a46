//! APIs (resource servers): what accepts the tokens of this server.

use std::{fmt, str::FromStr};

use uuid::Uuid;

use super::{
    audience::Audience,
    caller::Actor,
    grid::Row,
    key::Key,
    lifetime::TokenLifetime,
    permission::{Access, Permission},
    timestamp::Timestamp,
    version::Version,
};

/// The key of the management API, which no other API can have.
pub const MANAGEMENT: &str = "management";

/// The id of the management API: the same everywhere, so that two nodes that start at once cannot make it twice.
pub const MANAGEMENT_ID: Uuid = Uuid::from_u128(0x6c61_7463_686b_8079_8000_0000_0000_0101);

/// How many APIs a tenant may have.
pub const MOST_PER_TENANT: usize = 500;

/// How many rows an API may add to the permission grid.
pub const MOST_PERMISSIONS: usize = 100;

/// How many clients may look into the tokens of an API.
pub const MOST_INTROSPECTION_CLIENTS: usize = 50;

/// Something that accepts tokens of this server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Api {
    /// Its id for ever; tokens hang on it.
    pub id: Uuid,
    /// The tenant it belongs to; `None` is the management API, which is everybody's.
    pub tenant_id: Option<Uuid>,
    /// Its short name, fixed: its permissions begin with it.
    pub key: String,
    /// What people may change.
    pub form: ApiForm,
    /// When it was made.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: Actor,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// By whom.
    pub updated_by: Actor,
    /// Counts its changes.
    pub version: Version,
}

/// The editable part of an API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiForm {
    /// Its name in requests and tokens.
    pub audience: Audience,
    /// What people call it.
    pub name: String,
    /// One or two sentences.
    pub description: Option<String>,
    /// Its rows of the permission grid.
    pub permissions: Vec<ApiPermission>,
    /// What its tokens look like.
    pub token_format: TokenFormat,
    /// The longest that its tokens live, where clients would get longer ones.
    pub token_lifetime: Option<TokenLifetime>,
    /// When a token is for it.
    pub chosen: Chosen,
    /// The clients that are this API's own: they may look into every token that is for it.
    pub introspection_clients: Vec<Uuid>,
}

/// A row that an API adds to the permission grid.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ApiPermission {
    /// Its short name, unique in the API.
    pub key: String,
    /// What a person reads.
    pub label: String,
    /// How far it can be opened at most.
    pub most: Access,
}

/// What the tokens of an API look like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenFormat {
    /// Signed, so that anyone can read and check one (RFC 9068).
    #[default]
    Jwt,
    /// Sealed, so that only introspection can read one.
    Opaque,
}

/// When a token is for an API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Chosen {
    /// When the request names it.
    #[default]
    ByName,
    /// Also when the request names none.
    ByDefault,
}

impl TokenFormat {
    /// The word in requests, answers and rows.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jwt => "jwt",
            Self::Opaque => "opaque",
        }
    }
}

impl fmt::Display for TokenFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no token format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a token format: use jwt or opaque")]
pub struct UnknownTokenFormat;

impl FromStr for TokenFormat {
    type Err = UnknownTokenFormat;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Jwt, Self::Opaque]
            .into_iter()
            .find(|it| it.as_str() == text)
            .ok_or(UnknownTokenFormat)
    }
}

impl Api {
    /// Whether it is the management API.
    pub fn is_management(&self) -> bool {
        self.id == MANAGEMENT_ID
    }

    /// The permission that `own`, one of this API's own, is in the grid.
    pub fn resource(&self, own: &str) -> String {
        format!("{}/{own}", self.key)
    }

    /// The rows of the grid that are its.
    pub fn rows(&self) -> impl Iterator<Item = Row> {
        self.form.permissions.iter().map(|it| Row {
            resource: self.resource(&it.key),
            label: it.label.clone(),
            api: Some(self.key.clone()),
            most: it.most,
        })
    }

    /// Every permission that it has, as the grid writes them.
    pub fn permissions(&self) -> Vec<Permission> {
        self.rows()
            .flat_map(|row| {
                let access = row.access().iter();
                access.map(move |it| Permission {
                    resource: row.resource.clone(),
                    access: *it,
                })
            })
            .collect()
    }
}

/// A key that an API may have.
///
/// # Errors
/// The rule of [`Key`], or that the name is taken by the server itself.
pub fn parse_key(text: &str) -> Result<Key, String> {
    let key = Key::parse(text).map_err(|it| it.to_string())?;
    if key.as_str() == MANAGEMENT {
        return Err("is the key of the server's own API: choose a different one".to_owned());
    }
    Ok(key)
}
