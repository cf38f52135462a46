//! Access tokens: JWTs by RFC 9068, or the same claims sealed where the API asks for opaque ones; issued without a
//! database write and accepted only while everything they hang on is as it was.

use std::sync::Arc;

use moka::sync::Cache;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{api_key, sealing_keys};
use crate::{
    access::known_apis::KnownApi,
    app::App,
    clients::{cache::KnownClient, holding::Holding},
    crypto::{digest::Digest, signing::decode_verified},
    domain::{
        api::{Api, TokenFormat},
        authorization::Grant,
        client::Status,
        lifetime::TokenLifetime,
        permission::Rights,
        scope::Scope,
        timestamp::Timestamp,
        user::User,
    },
    error::{Error, Result},
};

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
    /// The roles of whom it acts as, in that tenant. Not those of a person that an app acts for: a role cannot be
    /// narrowed to what they allowed.
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

/// Whom a new access token acts as.
#[derive(Clone, Copy, Debug)]
pub enum ActsAs<'a> {
    /// The client itself.
    Client,
    /// A person, by what they allowed.
    User {
        /// The person.
        user: &'a User,
        /// What they allowed.
        grant: &'a Grant,
        /// The key of the person's tenant.
        tenant: &'a str,
    },
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

/// A token that is good at this moment, and the client it belongs to.
pub struct Accepted {
    /// What it says.
    pub claims: Arc<Claims>,
    /// The client that got it.
    pub known: Arc<KnownClient>,
    /// The person it acts for, as of this moment.
    pub user: Option<User>,
    /// The API it is for.
    pub api: Arc<KnownApi>,
}

impl Accepted {
    /// What the token may do at this moment. For a person: all they may do, where the app is part of Latchkey; else
    /// what of that they allowed the app, permission by permission.
    pub fn rights(&self) -> Rights {
        match &self.user {
            None => self.known.rights(),
            Some(user) => {
                let allowed = Scope::parse(&self.claims.scope).unwrap_or_default();
                rights_by_app(&self.known, user, &allowed)
            }
        }
    }

    /// What it may do at its API at this moment, and by which roles.
    pub fn holding(&self) -> Holding {
        match &self.user {
            None => self.known.holding_at(&self.api),
            Some(user) => Holding {
                roles: roles_by_app(&self.known, user),
                permissions: self.api.permissions_of(&self.rights()),
            },
        }
    }
}

/// What an app may do for a person: all they may do, where the app is part of Latchkey; else what of that is in `scope`,
/// permission by permission.
fn rights_by_app(known: &KnownClient, user: &User, scope: &Scope) -> Rights {
    if known.client.built_in {
        return user.rights();
    }
    let allowed = scope.iter().filter_map(|it| it.parse().ok()).collect();
    user.rights().within(allowed)
}

/// The roles of a person that an app is told.
fn roles_by_app(known: &KnownClient, user: &User) -> Arc<[String]> {
    let told = known.client.built_in.then(|| user.form.role.to_string());
    told.into_iter().collect()
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
        .unwrap_or_else(|| rule.default_or(app.settings.client_credentials_lifetime));
    let most = api.api.form.token_lifetime.unwrap_or(lifetime);
    let end = end_of(now, lifetime.min(most), client.form.expires_at);
    let (sub, grant, tenant, held) = match acts_as {
        ActsAs::Client => {
            let held = known.holding_at(api);
            (
                client.service_user_id,
                None,
                known.tenant.key.as_str(),
                held,
            )
        }
        ActsAs::User {
            user,
            grant,
            tenant,
        } => {
            let held = Holding {
                roles: roles_by_app(known, user),
                permissions: api.permissions_of(&rights_by_app(known, user, scope)),
            };
            (user.id, Some(grant), tenant, held)
        }
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
        tenant: tenant.to_owned(),
        roles: held.roles,
        permissions: held.permissions,
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
    client_end.map_or(end, |it| it.min(end))
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

/// A token that is good at this moment: signed here, not expired, not revoked, its client switched on and of the same
/// generation; where it acts for a person, the person active and what they allowed not ended. A client API key counts
/// as such a token. `None` for everything else.
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
    let Some(api) = api_of(app, &known, &claims).await? else {
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
    Ok(Some(Accepted {
        claims,
        known,
        user,
        api,
    }))
}

/// The API that a token is for, if it is the one that it was issued for.
async fn api_of(app: &App, known: &KnownClient, claims: &Claims) -> Result<Option<Arc<KnownApi>>> {
    let apis = app.known_apis(known.tenant.id).await?;
    let found = apis.find_named(claims.api);
    Ok(found
        .filter(|it| audience(app, &it.api) == claims.aud)
        .cloned())
}
