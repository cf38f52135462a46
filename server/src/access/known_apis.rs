//! The APIs of a tenant as tokens need them, kept in memory so that the hot path reads no database.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use moka::sync::Cache;
use uuid::Uuid;

use crate::{
    app::App,
    domain::{
        api::{Api, Chosen},
        grid::{Grid, Row},
        permission::{Permission, PermissionSet, Rights},
    },
    error::{Error, Result},
};

/// An API as tokens need it.
#[derive(Debug)]
pub struct KnownApi {
    /// The API.
    pub api: Api,
    /// Its rows of the permission grid.
    pub rows: Vec<Row>,
    /// Every permission it has, as the grid writes them.
    permissions: PermissionSet,
    /// The same in its own words, as tokens say them to it.
    every: Arc<[String]>,
}

impl KnownApi {
    fn new(api: Api, management: &Grid) -> Self {
        let rows: Vec<Row> = if api.is_management() {
            management.rows().to_vec()
        } else {
            api.rows().collect()
        };
        let most = |row: &Row| Permission {
            resource: row.resource.clone(),
            access: row.most,
        };
        let permissions: PermissionSet = rows.iter().map(most).collect();
        let every = permissions.iter().map(|it| in_own_words(&api, &it));
        Self {
            every: every.collect(),
            rows,
            permissions,
            api,
        }
    }

    /// The id that grants and tokens name; the management API is not named.
    pub fn named_id(&self) -> Option<Uuid> {
        (!self.api.is_management()).then_some(self.api.id)
    }

    /// Whether `scope` is a permission of this API, as the grid writes it.
    pub fn has_permission(&self, scope: &str) -> bool {
        scope
            .parse()
            .is_ok_and(|it: Permission| self.permissions.contains(&it))
    }

    /// What of `set` is for this API.
    pub fn permissions_in(&self, set: &PermissionSet) -> impl Iterator<Item = Permission> {
        set.iter().filter(|it| self.permissions.contains(it))
    }

    /// What of `rights` is for this API, in its own words: `invoices:view`, without the API's key, since the audience
    /// says whose they are.
    pub fn permissions_of(&self, rights: &Rights) -> Arc<[String]> {
        match rights {
            Rights::Everything => self.every.clone(),
            Rights::Only(held) => self
                .permissions_in(held)
                .map(|it| in_own_words(&self.api, &it))
                .collect(),
        }
    }
}

fn in_own_words(api: &Api, permission: &Permission) -> String {
    let text = permission.to_string();
    if api.is_management() {
        return text;
    }
    match text.split_once('/') {
        Some((_, own)) => own.to_owned(),
        None => text,
    }
}

/// The APIs of a tenant, the management API among them.
#[derive(Debug)]
pub struct KnownApis {
    by_audience: HashMap<String, Arc<KnownApi>>,
    management: Arc<KnownApi>,
    default: Arc<KnownApi>,
    stamp: u64,
}

impl KnownApis {
    /// The APIs that were registered, all but our own, by name.
    pub fn registered(&self) -> Vec<&KnownApi> {
        let all = self.by_audience.values().map(Arc::as_ref);
        let mut all: Vec<&KnownApi> = all.filter(|it| !it.api.is_management()).collect();
        all.sort_unstable_by(|one, other| one.api.form.name.cmp(&other.api.form.name));
        all
    }

    /// The API with this audience.
    pub fn find(&self, audience: &str) -> Option<&Arc<KnownApi>> {
        self.by_audience.get(audience)
    }

    /// The API that a grant names; `None` is the management API.
    pub fn find_named(&self, id: Option<Uuid>) -> Option<&Arc<KnownApi>> {
        let Some(id) = id else {
            return Some(&self.management);
        };
        self.by_audience.values().find(|it| it.api.id == id)
    }

    /// The API of requests that name none.
    pub const fn default(&self) -> &Arc<KnownApi> {
        &self.default
    }

    /// The management API.
    pub const fn management(&self) -> &Arc<KnownApi> {
        &self.management
    }
}

/// The APIs of the tenants that were asked for lately. As with clients, an entry is right or it is not used.
pub struct ApiCache {
    by_tenant: Cache<Uuid, Arc<KnownApis>>,
    /// How often APIs have changed.
    stamp: AtomicU64,
}

impl ApiCache {
    /// Room for `most` tenants.
    pub fn new(most: u64) -> Self {
        Self {
            by_tenant: Cache::new(most),
            stamp: AtomicU64::new(0),
        }
    }

    /// What is kept is out of date.
    pub fn forget_all(&self) {
        self.stamp.fetch_add(1, Ordering::SeqCst);
    }

    fn kept(&self, tenant_id: Uuid) -> Option<Arc<KnownApis>> {
        let kept = self.by_tenant.get(&tenant_id);
        kept.filter(|it| it.stamp == self.stamp.load(Ordering::SeqCst))
    }
}

impl App {
    /// The APIs of a tenant.
    ///
    /// # Errors
    /// The database being away.
    pub async fn known_apis(&self, tenant_id: Uuid) -> Result<Arc<KnownApis>> {
        let cache = self.clients.apis();
        if self.clients.is_complete()
            && let Some(kept) = cache.kept(tenant_id)
        {
            return Ok(kept);
        }
        // Before the first read: a change that commits from here on makes this load count for nothing.
        let stamp = cache.stamp.load(Ordering::SeqCst);
        let all = self.store.list_all_apis(tenant_id).await?;
        let profiles = self.store.list_profiles(tenant_id).await?;
        let grid = Grid::of_management(&profiles);
        let audience = self.settings.management_audience();
        let (mut by_audience, mut management, mut default) = (HashMap::new(), None, None);
        for api in all {
            let known = Arc::new(KnownApi::new(api, &grid));
            let form = &known.api.form;
            if form.chosen == Chosen::ByDefault {
                default = Some(known.clone());
            }
            if known.api.is_management() {
                management = Some(known.clone());
                // What the settings say counts, whatever another node wrote.
                by_audience.insert(audience.clone(), known);
            } else {
                by_audience.insert(form.audience.to_string(), known.clone());
            }
        }
        let management = management
            .ok_or_else(|| Error::Unexpected("the management API is missing".to_owned()))?;
        let known = Arc::new(KnownApis {
            by_audience,
            default: default.unwrap_or_else(|| management.clone()),
            management,
            stamp,
        });
        cache.by_tenant.insert(tenant_id, known.clone());
        Ok(known)
    }
}
