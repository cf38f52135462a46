//! Access tokens: JWTs by RFC 9068, or the same claims sealed where the API asks for opaque ones; issued without a
//! database write and accepted only while everything they hang on is as it was.

mod acceptance;
mod claims;
mod for_person;

use std::sync::Arc;

use moka::sync::Cache;
use serde_json::Value;
use uuid::Uuid;

pub use acceptance::{Accepted, accept};
pub use claims::{Claims, CommunityRoles, TYPE};
pub use for_person::ByApp;

use super::sealing_keys;
use crate::{
    access::known_apis::KnownApi,
    app::App,
    clients::{cache::KnownClient, holding::Holding},
    crypto::{digest::Digest, signing::decode_verified},
    domain::{
        api::{Api, TokenFormat},
        authorization::Grant,
        lifetime::TokenLifetime,
        scope::Scope,
        tenant::Tenant,
        timestamp::Timestamp,
        user::User,
    },
    error::{Error, Result},
};

/// Whom a new access token acts as.
#[derive(Clone, Debug)]
pub enum ActsAs<'a> {
    /// The client itself.
    Client {
        /// The tenant it acts in.
        tenant: &'a Tenant,
    },
    /// A person, by what they allowed.
    User {
        /// The person.
        user: &'a User,
        /// What they allowed.
        grant: &'a Grant,
        /// The tenant they act in.
        tenant: &'a Tenant,
        /// What the client is told of them.
        standing: Standing,
    },
}

/// What a token says of the rights of whom it acts as.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Its roles in the tenant, and its permissions at the API.
    pub holding: Holding,
    /// Its roles in the communities that are reached by way of that tenant.
    pub community_roles: CommunityRoles,
}

impl Standing {
    /// Of a client that acts for itself.
    fn of_client(known: &KnownClient, tenant_id: Uuid, api: &KnownApi) -> Self {
        Self {
            holding: known.holding_at(tenant_id, api),
            community_roles: known.assignments.community_role_keys_in(tenant_id),
        }
    }
}

/// A new access token.
pub struct Issued {
    /// The token.
    pub token: String,
    /// How many seconds it lives.
    pub expires_in: i64,
}

/// Tokens whose signature was found right, by their digest. Whether they are still good is asked each time.
pub struct VerifiedTokens(Cache<[u8; 32], Verified>);

#[derive(Clone)]
struct Verified {
    claims: Arc<Claims>,
    /// The key that signed it.
    kid: String,
}

impl VerifiedTokens {
    /// Room for `most` tokens.
    pub fn new(most: u64) -> Self {
        Self(Cache::new(most))
    }
}

/// Issues an access token for `api` to a client. It never outlives the client.
///
/// # Errors
/// When the signature fails, which it does not.
pub fn issue(
    app: &App,
    known: &KnownClient,
    api: &KnownApi,
    scope: &Scope,
    acts_as: ActsAs<'_>,
) -> Result<Issued> {
    let client = &known.client;
    let now = app.clock.now();
    let rule = &known.profile.rules.token_lifetime;
    let lifetime = client
        .form
        .token_lifetime
        .unwrap_or_else(|| rule.default_or(known.default_lifetime));
    let most = api.api.form.token_lifetime.unwrap_or(lifetime);
    let end = end_of(now, lifetime.min(most), client.form.expires_at);
    let (sub, grant, tenant, standing) = match acts_as {
        ActsAs::Client { tenant } => {
            let standing = Standing::of_client(known, tenant.id, api);
            (client.service_user_id, None, tenant, standing)
        }
        ActsAs::User {
            user,
            grant,
            tenant,
            standing,
        } => (user.id, Some(grant), tenant, standing),
    };
    let claims = Claims {
        iss: app.settings.issuer().to_owned(),
        sub,
        aud: audience(app, &api.api),
        client_id: client.client_id.as_str().to_owned(),
        iat: now.unix(),
        exp: end.unix(),
        jti: Uuid::now_v7(),
        scope: scope.to_string(),
        tenant: tenant.key.clone(),
        community_roles: standing.community_roles,
        roles: standing.holding.roles,
        permissions: standing.holding.permissions,
        api: api.named_id(),
        client: client.id,
        generation: client.generation,
        user: grant.map(|it| it.user),
        session: grant.map(|it| it.session),
        grant: grant.map(|it| it.id),
    };
    Ok(Issued {
        token: write(app, &claims, api.api.form.token_format)?,
        expires_in: end.unix() - now.unix(),
    })
}

fn write(app: &App, claims: &Claims, format: TokenFormat) -> Result<String> {
    let unexpected = |it: &dyn std::fmt::Display| Error::Unexpected(it.to_string());
    match format {
        TokenFormat::Jwt => {
            let keys = app.keys.current();
            let signed = keys.signer.sign_jwt(TYPE, claims);
            signed.map_err(|it| unexpected(&it))
        }
        TokenFormat::Opaque => {
            let text = serde_json::to_vec(claims).map_err(|it| unexpected(&it))?;
            app.sealing_keys.seal(&text, app.clock.now())
        }
    }
}

/// What the settings say of the management API counts, whatever another node wrote.
fn audience(app: &App, api: &Api) -> String {
    if api.is_management() {
        app.settings.management_audience()
    } else {
        api.form.audience.to_string()
    }
}

fn end_of(now: Timestamp, lifetime: TokenLifetime, client_end: Option<Timestamp>) -> Timestamp {
    let end = now.plus(i64::from(lifetime.seconds()));
    // The client works in the last second of its own; the token's end is the first second in which it does not.
    client_end.map_or(end, |it| it.plus(1).min(end))
}

/// What a token says, if this server signed or sealed it, for this issuer, and it has not expired. Whether it was
/// revoked, and for which API it is, is not asked.
pub fn verify(app: &App, token: &str) -> Option<Arc<Claims>> {
    let claims = if token.starts_with(sealing_keys::PREFIX) {
        let text = app.sealing_keys.unseal(token)?;
        let claims: Claims = serde_json::from_slice(&text).ok()?;
        Arc::new(claims)
    } else {
        verify_signed(app, token)?
    };
    let good = claims.iss == app.settings.issuer() && app.clock.now().unix() < claims.exp;
    good.then_some(claims)
}

fn verify_signed(app: &App, token: &str) -> Option<Arc<Claims>> {
    let digest = *Digest::of(token.as_bytes()).as_bytes();
    let keys = app.keys.current();
    let now = app.clock.now();
    if let Some(verified) = app.verified.0.get(&digest) {
        // What was signed by a key that was withdrawn since is good no longer.
        keys.find(&verified.kid, now)?;
        return Some(verified.claims);
    }
    let mut kid = String::new();
    let claims = decode_verified(token, TYPE, |named| {
        named.clone_into(&mut kid);
        keys.find(named, now)
    });
    let mut claims: Claims = serde_json::from_value(Value::Object(claims.ok()?)).ok()?;
    // Rights are asked for anew each time; there is no need to keep those of before.
    (claims.roles, claims.permissions) = (Arc::default(), Arc::default());
    let claims = Arc::new(claims);
    let verified = Verified {
        claims: claims.clone(),
        kid,
    };
    app.verified.0.insert(digest, verified);
    Some(claims)
}
