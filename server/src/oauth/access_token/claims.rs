//! What an access token says (RFC 9068, section 2.2).

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// `typ` of an access token (RFC 9068, section 2.1).
pub const TYPE: &str = "at+jwt";

/// What an access token says (RFC 9068, section 2.2).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    /// The issuer.
    pub iss: String,
    /// Whom the token acts as: the service user, or a person.
    pub sub: Uuid,
    /// The API it is for.
    pub aud: String,
    /// The wire id of the client that got it.
    pub client_id: String,
    /// When it was issued, in Unix seconds.
    pub iat: i64,
    /// The first second in which it no longer works.
    pub exp: i64,
    /// Its own id.
    pub jti: Uuid,
    /// What was granted.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub scope: String,
    /// The key of the tenant it acts in.
    pub tenant: String,
    /// The keys of the communities that are reached by way of that tenant, each with the keys of the roles held there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub community_roles: CommunityRoles,
    /// The roles of whom it acts as, in that tenant; of a person that an app acts for, those of which they allowed all.
    #[serde(default, with = "word_list", skip_serializing_if = "<[_]>::is_empty")]
    pub roles: Arc<[String]>,
    /// What it may do at the API as of its issue, in the API's own words (compare RFC 9068, section 2.2.3.1).
    #[serde(default, with = "word_list")]
    pub permissions: Arc<[String]>,
    /// The id of the API, where it is not the management API: one that is made again with its audience inherits
    /// nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<Uuid>,
    /// The uuid of the client: a deleted and made again wire id inherits nothing.
    pub client: Uuid,
    /// The client's token generation: raising it ends all tokens of before.
    pub generation: i64,
    /// The person it acts for, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<Uuid>,
    /// The session in which that person allowed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<Uuid>,
    /// What that person allowed: its end is the token's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<Uuid>,
}

/// Roles in communities: the keys of both.
pub type CommunityRoles = BTreeMap<String, Vec<String>>;

/// Lists of words, shared by the tokens that say them.
mod word_list {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        words: &Arc<[String]>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(words.iter())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Arc<[String]>, D::Error> {
        Vec::<String>::deserialize(deserializer).map(Into::into)
    }
}
