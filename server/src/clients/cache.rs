//! What the token endpoint needs to know of a client, kept in memory so that the hot path reads no database.
//!
//! An entry is right or it is not used: a change bumps the stamp of its client after the commit and before anyone is
//! told that the change is done, and an entry counts only while its stamp is the one it was loaded under. A load that
//! raced with a change therefore produces an entry that nobody will use. Nothing here is locked while waiting.

use std::{
    collections::HashSet,
    hash::{BuildHasher, RandomState},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use moka::sync::Cache;
use uuid::Uuid;

use super::{ceiling, holding::Holdings};
use crate::{
    access::known_apis::ApiCache,
    app::App,
    domain::{
        assignment::Assignments,
        caller::{Actor, ActorKind, Caller, Origin},
        client::Client,
        permission::Rights,
        profile::Profile,
        secret::KeyId,
    },
    error::{Error, Result},
    store::{ALL_CLIENTS, StoredCredential, Tenant},
};

/// How many stamps there are. Two clients that share one only cost each other a reload.
const STAMPS: usize = 1024;

/// A client with all that decides about its tokens.
pub struct KnownClient {
    /// The client.
    pub client: Client,
    /// Its profile.
    pub profile: Profile,
    /// Its tenant.
    pub tenant: Tenant,
    /// What its service user holds.
    pub assignments: Assignments,
    /// The credentials that worked when it was loaded.
    pub credentials: Vec<StoredCredential>,
    /// Its access tokens that were revoked one by one.
    pub revoked_tokens: HashSet<Uuid>,
    /// The grants of people to it that were ended, as long as access tokens of theirs may be about.
    pub revoked_grants: HashSet<Uuid>,
    /// What it holds at APIs, as far as it was asked for.
    pub holdings: Holdings,
    stamp: u64,
}

impl KnownClient {
    /// What the client itself may do in its home tenant.
    pub fn rights(&self) -> Rights {
        ceiling::rights_of(&self.client.form, &self.assignments, self.tenant.id)
    }

    /// The client as the one who asks for something.
    pub fn caller(&self, origin: Origin) -> Caller {
        let client = &self.client;
        Caller {
            actor: Actor {
                kind: ActorKind::Client,
                id: client.id,
                name: client.form.name.clone(),
            },
            subject: client.service_user_id,
            tenant_id: client.tenant_id,
            rights: self.rights(),
            role: client.form.role,
            operator: client.operator,
            session_id: None,
            origin,
        }
    }
}

/// The clients that were asked for lately.
pub struct ClientCache {
    by_client_id: Cache<String, Uuid>,
    by_id: Cache<Uuid, Arc<KnownClient>>,
    /// The APIs of their tenants.
    apis: ApiCache,
    /// The clients of API keys. A key never changes hands.
    by_key: Cache<KeyId, Uuid>,
    stamps: Box<[AtomicU64]>,
    hasher: RandomState,
    /// Whether every change is heard of. While it is not, nothing cached is used.
    complete: AtomicBool,
}

impl ClientCache {
    /// Room for `most` clients. `complete` says whether this process hears of every change from the start.
    pub fn new(most: u64, complete: bool) -> Self {
        Self {
            by_client_id: Cache::new(most),
            by_id: Cache::new(most),
            apis: ApiCache::new(most),
            by_key: Cache::new(most),
            stamps: (0..STAMPS).map(|_| AtomicU64::new(0)).collect(),
            hasher: RandomState::new(),
            complete: AtomicBool::new(complete),
        }
    }

    /// The APIs of their tenants.
    pub fn apis(&self) -> &ApiCache {
        &self.apis
    }

    fn stamp(&self, id: Uuid) -> &AtomicU64 {
        let index = self.hasher.hash_one(id) % STAMPS as u64;
        // In range: the index is a remainder by the length.
        #[expect(
            clippy::indexing_slicing,
            clippy::cast_possible_truncation,
            reason = "see above"
        )]
        &self.stamps[index as usize]
    }

    /// What is kept of `id` is out of date; of every client, where [`ALL_CLIENTS`] is named.
    pub fn forget(&self, id: Uuid) {
        if id == ALL_CLIENTS {
            self.forget_all();
        } else {
            self.stamp(id).fetch_add(1, Ordering::SeqCst);
        }
    }

    fn forget_all(&self) {
        // First: a client that is loaded from here on must not find APIs of before.
        self.apis.forget_all();
        for stamp in &self.stamps {
            stamp.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// From now on every change is heard of, or no longer. What was kept before is out of date either way.
    pub fn set_complete(&self, complete: bool) {
        self.complete.store(complete, Ordering::SeqCst);
        self.forget_all();
    }

    /// Whether every change is heard of.
    pub fn is_complete(&self) -> bool {
        self.complete.load(Ordering::SeqCst)
    }

    fn kept(&self, id: Uuid) -> Option<Arc<KnownClient>> {
        if !self.is_complete() {
            return None;
        }
        self.by_id
            .get(&id)
            .filter(|it| it.stamp == self.stamp(id).load(Ordering::SeqCst))
    }
}

impl App {
    /// The client that has this wire id, unless it is deleted.
    ///
    /// # Errors
    /// The database being away.
    pub async fn known_client(&self, client_id: &str) -> Result<Option<Arc<KnownClient>>> {
        if let Some(id) = self.clients.by_client_id.get(client_id)
            && let Some(known) = self.known_client_by_id(id).await?
        {
            return Ok(Some(known));
        }
        // The id may have passed to a younger client since.
        let Some(id) = self.store.find_id_of_client(client_id).await? else {
            return Ok(None);
        };
        self.clients.by_client_id.insert(client_id.to_owned(), id);
        self.known_client_by_id(id).await
    }

    /// The client that a credential with this key id belongs to, whatever became of either.
    ///
    /// # Errors
    /// The database being away.
    pub async fn client_of_key(&self, key_id: KeyId) -> Result<Option<Uuid>> {
        if let Some(client) = self.clients.by_key.get(&key_id) {
            return Ok(Some(client));
        }
        let Some(stored) = self.store.find_credential_by_key(key_id).await? else {
            return Ok(None);
        };
        let client = stored.credential.client;
        self.clients.by_key.insert(key_id, client);
        Ok(Some(client))
    }

    /// The client with this uuid, unless it is deleted.
    ///
    /// # Errors
    /// The database being away.
    pub async fn known_client_by_id(&self, id: Uuid) -> Result<Option<Arc<KnownClient>>> {
        if let Some(known) = self.clients.kept(id) {
            return Ok(Some(known));
        }
        // Before the first read: a change that commits from here on makes this load count for nothing.
        let stamp = self.clients.stamp(id).load(Ordering::SeqCst);
        let now = self.clock.now();
        let Some(client) = self.store.find_client_by_id(id).await? else {
            return Ok(None);
        };
        if client.deleted_at.is_some() {
            return Ok(None);
        }
        let missing =
            |what: &str| Error::Unexpected(format!("the {what} of client {id} is missing"));
        let known = Arc::new(KnownClient {
            profile: self
                .store
                .find_profile(client.tenant_id, &client.profile)
                .await?
                .ok_or_else(|| missing("profile"))?,
            tenant: self
                .store
                .find_tenant(client.tenant_id)
                .await?
                .ok_or_else(|| missing("tenant"))?,
            assignments: self.store.list_assignments(client.service_user_id).await?,
            credentials: self.store.list_live_credentials(id, now).await?,
            revoked_tokens: self
                .store
                .list_revoked_tokens(id, now)
                .await?
                .into_iter()
                .collect(),
            revoked_grants: self
                .store
                .list_revoked_grants(id, now)
                .await?
                .into_iter()
                .collect(),
            client,
            holdings: Holdings::default(),
            stamp,
        });
        self.clients.by_id.insert(id, known.clone());
        Ok(Some(known))
    }
}
