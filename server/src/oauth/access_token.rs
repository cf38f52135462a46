//! Access tokens: JWTs by RFC 9068, issued without a database write and accepted only while everything they hang on
//! is as it was.

use std::sync::Arc;

use moka::sync::Cache;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::api_key;
use crate::{
    app::App,
    clients::cache::KnownClient,
    crypto::{digest::Digest, signing::decode_verified},
    domain::{
        authorization::Grant, client::Status, lifetime::TokenLifetime, permission::Rights,
        scope::Scope, timestamp::Timestamp, user::User,
    },
    error::{Error, Result},
    people::roles::rights_of,
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
pub struct VerifiedTokens(Cache<[u8; 32], Arc<Claims>>);

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
    /// What that person may do at this moment.
    person_may: Rights,
}

impl Accepted {
    /// What the token may do at this moment. For a person: all they may do, where the app is part of Latchkey; else
    /// what of that they allowed the app, permission by permission.
    pub fn rights(&self) -> Rights {
        match &self.user {
            None => self.known.rights(),
            Some(_) if self.known.client.built_in => self.person_may.clone(),
            Some(_) => {
                let allowed = Scope::parse(&self.claims.scope).unwrap_or_default();
                self.person_may
                    .clone()
                    .within(allowed.iter().filter_map(|it| it.parse().ok()).collect())
            }
        }
    }
}

/// Issues an access token to a client. It never outlives the client.
///
/// # Errors
/// When the signature fails, which it does not.
pub fn issue(app: &App, known: &KnownClient, scope: &Scope, acts_as: ActsAs<'_>) -> Result<Issued> {
    let client = &known.client;
    let now = app.clock.now();
    let rule = &known.profile.rules.token_lifetime;
    let lifetime = client
        .form
        .token_lifetime
        .unwrap_or_else(|| rule.default_or(app.settings.client_credentials_lifetime));
    let end = end_of(now, lifetime, client.form.expires_at);
    let (sub, grant, tenant) = match acts_as {
        ActsAs::Client => (client.service_user_id, None, known.tenant.key.as_str()),
        ActsAs::User {
            user,
            grant,
            tenant,
        } => (user.id, Some(grant), tenant),
    };
    let claims = Claims {
        iss: app.settings.issuer().to_owned(),
        sub,
        aud: app.settings.management_audience(),
        client_id: client.client_id.as_str().to_owned(),
        iat: now.unix(),
        exp: end.unix(),
        jti: Uuid::now_v7(),
        scope: scope.to_string(),
        tenant: tenant.to_owned(),
        client: client.id,
        generation: client.generation,
        user: grant.map(|it| it.user),
        session: grant.map(|it| it.session),
        grant: grant.map(|it| it.id),
    };
    let keys = app.keys.current();
    let token = keys
        .signer
        .sign_jwt(TYPE, &claims)
        .map_err(|it| Error::Unexpected(it.to_string()))?;
    Ok(Issued {
        token,
        expires_in: end.unix() - now.unix(),
    })
}

fn end_of(now: Timestamp, lifetime: TokenLifetime, client_end: Option<Timestamp>) -> Timestamp {
    let end = now.plus(i64::from(lifetime.seconds()));
    client_end.map_or(end, |it| it.min(end))
}

/// What a token says, if this server signed it, for this issuer and the management API, and it has not expired.
/// Whether it was revoked is not asked.
pub fn verify(app: &App, token: &str) -> Option<Arc<Claims>> {
    let digest = *Digest::of(token.as_bytes()).as_bytes();
    let claims = if let Some(claims) = app.verified.0.get(&digest) {
        claims
    } else {
        let keys = app.keys.current();
        let claims = decode_verified(token, TYPE, |kid| keys.find(kid)).ok()?;
        let claims: Claims = serde_json::from_value(Value::Object(claims)).ok()?;
        let ours =
            claims.iss == app.settings.issuer() && claims.aud == app.settings.management_audience();
        if !ours {
            return None;
        }
        let claims = Arc::new(claims);
        app.verified.0.insert(digest, claims.clone());
        claims
    };
    (app.clock.now().unix() < claims.exp).then_some(claims)
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
    let person_may = match &user {
        None => Rights::none(),
        Some(user) => rights_of(app, user).await?,
    };
    Ok(Some(Accepted {
        claims,
        known,
        user,
        person_may,
    }))
}
