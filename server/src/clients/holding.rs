//! What a client holds at an API, as its tokens say it: worked out once, and kept for as long as the client is known.

use std::sync::{Arc, PoisonError, RwLock};

use uuid::Uuid;

use super::cache::KnownClient;
use crate::access::known_apis::KnownApi;

/// How many are kept for one client.
const MOST: usize = 32;

/// What a token says of the rights of whom it acts as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// The keys of the roles in the tenant, in order.
    pub roles: Arc<[String]>,
    /// The permissions at the API, in its own words.
    pub permissions: Arc<[String]>,
}

/// What one client holds, by tenant and API.
#[derive(Debug, Default)]
pub struct Holdings(RwLock<Vec<((Uuid, Uuid), Holding)>>);

impl Holdings {
    fn find(&self, key: (Uuid, Uuid)) -> Option<Holding> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find(|(it, _)| *it == key);
        found.map(|(_, holding)| holding.clone())
    }

    fn keep(&self, key: (Uuid, Uuid), holding: &Holding) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < MOST && kept.iter().all(|(it, _)| *it != key) {
            kept.push((key, holding.clone()));
        }
    }
}

impl KnownClient {
    /// What the client itself holds at an API, acting in its own tenant.
    pub fn holding_at(&self, api: &KnownApi) -> Holding {
        let tenant_id = self.tenant.id;
        let key = (tenant_id, api.api.id);
        if let Some(kept) = self.holdings.find(key) {
            return kept;
        }
        let ladder = self.client.form.role.map(|it| it.to_string());
        let roles = ladder
            .into_iter()
            .chain(self.assignments.role_keys_in(tenant_id))
            .collect();
        let holding = Holding {
            roles,
            permissions: api.permissions_of(&self.rights()),
        };
        self.holdings.keep(key, &holding);
        holding
    }
}
