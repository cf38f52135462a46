//! The tenant that a token acts in: chosen when it is issued, and looked at again each time it is used.
//!
//! A client acts in its home tenant, or in one that its service user is assigned to; an operator, in any. A person acts
//! in their own tenant; an operator at the admin screens, in any. `scope=tenant:<key>` names one other than the home
//! tenant.

use std::borrow::Cow;

use uuid::Uuid;

use super::error::{ErrorCode, OAuthError};
use crate::{
    app::App,
    clients::cache::KnownClient,
    domain::{
        scope::{Scope, tenant_in},
        tenant::Tenant,
        user::User,
    },
    error::Result,
};

fn invalid(why: &str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidScope, why)
}

/// The one tenant that a scope names.
///
/// # Errors
/// `invalid_scope` when it names two.
pub fn named(scope: &Scope) -> std::result::Result<Option<&str>, OAuthError> {
    let mut keys = scope.tenants();
    let first = keys.next();
    if keys.next().is_some() {
        return Err(invalid("name one tenant: a token acts in one"));
    }
    Ok(first)
}

/// The tenant that `asked` picks for a token of the client itself, and the scope that is granted.
///
/// # Errors
/// `invalid_scope` for two tenants, for one that the client is not assigned to, or for any other scope; the database
/// being away.
pub async fn choose<'a>(
    app: &App,
    known: &'a KnownClient,
    asked: &str,
) -> std::result::Result<(Scope, Cow<'a, Tenant>), OAuthError> {
    let scope = Scope::parse(asked).map_err(|it| invalid(&it.to_string()))?;
    let tenant = match named(&scope)? {
        None => Some(Cow::Borrowed(&known.tenant)),
        Some(key) => find_for_client(app, known, key).await?,
    };
    let tenant = tenant.ok_or_else(|| invalid("the client is not assigned to this tenant"))?;
    if scope.iter().any(|it| tenant_in(it).is_none()) {
        return Err(invalid(
            "the scope is unknown: rights come from the client's role, and tenant:<key> picks the tenant",
        ));
    }
    Ok((scope, tenant))
}

async fn find_for_client<'a>(
    app: &App,
    known: &'a KnownClient,
    key: &str,
) -> Result<Option<Cow<'a, Tenant>>> {
    let mut own = std::iter::once(&known.tenant).chain(&known.further_tenants);
    if let Some(tenant) = own.find(|it| it.key == key) {
        return Ok(Some(Cow::Borrowed(tenant)));
    }
    if !known.client.operator {
        return Ok(None);
    }
    Ok(app.store.find_tenant_by_key(key).await?.map(Cow::Owned))
}

async fn find_for_person<'a>(
    app: &App,
    known: &'a KnownClient,
    user: &User,
    key: Option<&str>,
) -> Result<Option<Cow<'a, Tenant>>> {
    let home = if user.tenant_id == known.tenant.id {
        Some(Cow::Borrowed(&known.tenant))
    } else {
        let found = app.store.find_tenant(user.tenant_id).await?;
        found.map(Cow::Owned)
    };
    let Some(key) = key.filter(|key| home.as_ref().is_none_or(|it| it.key != *key)) else {
        return Ok(home);
    };
    if user.operator && known.client.built_in {
        return Ok(app.store.find_tenant_by_key(key).await?.map(Cow::Owned));
    }
    Ok(None)
}

/// The tenant in which a client with `scope` acts for a person.
///
/// # Errors
/// `invalid_scope` for one that is not theirs; the database being away.
pub async fn for_person<'a>(
    app: &App,
    known: &'a KnownClient,
    user: &User,
    scope: &Scope,
) -> std::result::Result<Cow<'a, Tenant>, OAuthError> {
    let found = find_for_person(app, known, user, named(scope)?).await?;
    found.ok_or_else(|| invalid("the person does not belong to this tenant"))
}

/// The tenant with this key, which a token names, if the client or the person may act in it at this moment.
///
/// # Errors
/// The database being away.
pub async fn find_tenant(
    app: &App,
    known: &KnownClient,
    user: Option<&User>,
    key: &str,
) -> Result<Option<Uuid>> {
    let found = match user {
        None => find_for_client(app, known, key).await?,
        Some(user) => find_for_person(app, known, user, Some(key)).await?,
    };
    Ok(found.map(|it| it.id))
}
