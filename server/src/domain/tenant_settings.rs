//! What a tenant sets for itself, beside what the server's configuration says for all.

use super::{lifetime::TokenLifetime, notice::DAYS_BEFORE, timestamp::Timestamp, version::Version};

/// The settings of one tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantSettings {
    /// How long access tokens live where the profile leaves it open; `None` is what the server's configuration says.
    pub client_credentials_lifetime: Option<TokenLifetime>,
    /// What is said before something ends.
    pub notices: Notices,
    /// When it was last changed; `None` is never.
    pub updated_at: Option<Timestamp>,
    /// Counts its changes.
    pub version: Version,
}

/// Whether and when a tenant's people and programs are told of what ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notices {
    /// Whether contacts and owners get mails, where the server can send any.
    pub mail: bool,
    /// How many days before an end; some of [`DAYS_BEFORE`].
    pub days: Vec<i64>,
    /// The tenant's own webhook.
    pub webhook: Option<SealedWebhook>,
}

/// A webhook whose secret can be read with the master key only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedWebhook {
    /// Where it goes.
    pub url: String,
    /// What signs it, sealed.
    pub secret: Vec<u8>,
}

impl Default for TenantSettings {
    fn default() -> Self {
        Self {
            client_credentials_lifetime: None,
            notices: Notices {
                mail: true,
                days: DAYS_BEFORE.to_vec(),
                webhook: None,
            },
            updated_at: None,
            version: Version::FIRST,
        }
    }
}
