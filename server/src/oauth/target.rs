//! What a token is for: the API that a request names by `resource` (RFC 8707).

use std::sync::Arc;

use super::{
    error::{ErrorCode, OAuthError},
    parameters::Parameters,
};
use crate::{
    access::known_apis::{KnownApi, KnownApis},
    app::App,
    clients::cache::KnownClient,
    domain::authorization::Grant,
};

/// The API that a request is for: the one it names, or the tenant's default. The admin screens get tokens for the
/// management API only.
///
/// # Errors
/// `invalid_target` for an unknown resource, and for more than one.
pub async fn choose(
    app: &App,
    known: &KnownClient,
    parameters: &Parameters,
) -> Result<Arc<KnownApi>, OAuthError> {
    let apis = app.known_apis(known.tenant.id).await?;
    let named = named(&apis, parameters)?;
    if known.client.built_in {
        let management = apis.management();
        return match named {
            Some(other) if !other.api.is_management() => Err(unknown()),
            _ => Ok(management.clone()),
        };
    }
    Ok(named.unwrap_or_else(|| apis.default().clone()))
}

/// The API that a grant is for. A request may name it again, but no other (RFC 8707, section 2.2).
///
/// # Errors
/// `invalid_target` for another resource; `invalid_grant` when the API is gone.
pub async fn of_grant(
    app: &App,
    known: &KnownClient,
    grant: &Grant,
    parameters: &Parameters,
) -> Result<Arc<KnownApi>, OAuthError> {
    let apis = app.known_apis(known.tenant.id).await?;
    let granted = apis
        .find_named(grant.api)
        .ok_or_else(|| OAuthError::invalid_grant("the API that this is for is no more"))?;
    match named(&apis, parameters)? {
        Some(other) if other.api.id != granted.api.id => Err(target(
            "the person allowed another API: name that one, or none",
        )),
        _ => Ok(granted.clone()),
    }
}

/// Refuses a `resource` that names no API, before anything is done for the request.
///
/// # Errors
/// `invalid_target`.
pub async fn check(
    app: &App,
    known: &KnownClient,
    parameters: &Parameters,
) -> Result<(), OAuthError> {
    let apis = app.known_apis(known.tenant.id).await?;
    named(&apis, parameters).map(|_| ())
}

fn named(apis: &KnownApis, parameters: &Parameters) -> Result<Option<Arc<KnownApi>>, OAuthError> {
    let mut resources = parameters.all("resource");
    let Some(first) = resources.next() else {
        return Ok(None);
    };
    if resources.any(|it| it != first) {
        return Err(target(
            "name one resource: a token is for one API, so ask for one token each",
        ));
    }
    apis.find(first).cloned().map(Some).ok_or_else(unknown)
}

fn unknown() -> OAuthError {
    target(
        "the resource is not an API of this server: use the audience of one, character by character",
    )
}

fn target(why: &str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidTarget, why)
}
