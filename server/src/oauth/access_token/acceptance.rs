//! Whether a token is good at this moment, and what it may do.

use std::sync::Arc;

use uuid::Uuid;

use super::{
    Claims, audience,
    for_person::{self, ByApp},
    verify,
};
use crate::{
    access::{held::list_held_by_person, known_apis::KnownApi},
    app::App,
    clients::cache::KnownClient,
    domain::{client::Status, permission::Rights, scope::Scope, user::User},
    error::Result,
    oauth::{access_token::Standing, api_key, tenant_choice},
    people::roles::rights_of,
};

/// A token that is good at this moment, and the client it belongs to.
pub struct Accepted {
    /// What it says.
    pub claims: Arc<Claims>,
    /// The client that got it.
    pub known: Arc<KnownClient>,
    /// The person it acts for, as of this moment.
    pub user: Option<User>,
    /// The tenant it acts in: it may, at this moment.
    pub tenant_id: Uuid,
    /// What that person may do at this moment.
    person_may: Rights,
    /// The API it is for.
    pub api: Arc<KnownApi>,
}

impl Accepted {
    /// What the token may do at this moment. For a person: all they may do, where the app is part of Latchkey; else
    /// what of that they allowed the app, permission by permission.
    pub fn rights(&self) -> Rights {
        if self.user.is_none() {
            return self.known.rights_in(self.tenant_id);
        }
        for_person::rights(&self.known, &self.person_may, &self.allowed())
    }

    fn allowed(&self) -> Scope {
        Scope::parse(&self.claims.scope).unwrap_or_default()
    }

    /// What it may do at its API at this moment, and by which roles.
    ///
    /// # Errors
    /// The database being away.
    pub async fn standing(&self, app: &App) -> Result<Standing> {
        let Some(user) = &self.user else {
            return Ok(Standing::of_client(&self.known, self.tenant_id, &self.api));
        };
        let held = list_held_by_person(app, user).await?;
        let by = ByApp {
            known: &self.known,
            api: &self.api,
            allowed: &self.allowed(),
        };
        Ok(by.standing(user, &held, self.tenant_id))
    }
}

/// A token that is good at this moment: signed here, not expired, not revoked, its client switched on and of the same
/// generation, and assigned to the tenant that the token names; where it acts for a person, the person active and what
/// they allowed not ended. A client API key counts as such a token. `None` for everything else.
///
/// # Errors
/// The database being away.
pub async fn accept(app: &App, token: &str) -> Result<Option<Accepted>> {
    let said = if api_key::is_one(token) {
        api_key::claims(app, token).await?
    } else {
        verify(app, token)
    };
    let Some(claims) = said else {
        return Ok(None);
    };
    let Some(known) = app.known_client_by_id(claims.client).await? else {
        return Ok(None);
    };
    let client = &known.client;
    let good = client.status == Status::Active
        && !client.is_expired(app.clock.now())
        && client.generation == claims.generation
        && !known.revoked_tokens.contains(&claims.jti)
        && claims
            .grant
            .is_none_or(|it| !known.revoked_grants.contains(&it));
    if !good {
        return Ok(None);
    }
    let user = match claims.user {
        None => None,
        Some(id) => {
            let found = app.store.find_user_by_id(id).await?;
            let Some(user) = found.filter(|it| it.is_active() && it.id == claims.sub) else {
                return Ok(None);
            };
            Some(user)
        }
    };
    let found = tenant_choice::find_tenant(app, &known, user.as_ref(), &claims.tenant).await?;
    let Some(tenant_id) = found else {
        return Ok(None);
    };
    let person_may = match &user {
        None => Rights::none(),
        Some(user) => rights_of(app, user, tenant_id).await?,
    };
    let api = api_of(app, tenant_id, &claims).await?;
    Ok(api.map(|api| Accepted {
        claims,
        known,
        user,
        tenant_id,
        person_may,
        api,
    }))
}

/// The API that a token is for, if it is the one that it was issued for.
async fn api_of(app: &App, tenant_id: Uuid, claims: &Claims) -> Result<Option<Arc<KnownApi>>> {
    let apis = app.known_apis(tenant_id).await?;
    let found = apis.find_named(claims.api);
    Ok(found
        .filter(|it| audience(app, &it.api) == claims.aud)
        .cloned())
}
