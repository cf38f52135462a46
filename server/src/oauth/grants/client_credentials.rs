//! The client credentials grant (RFC 6749, section 4.4).

use super::TokenAnswer;
use crate::{
    app::App,
    clients::cache::KnownClient,
    domain::scope::Scope,
    oauth::{
        access_token::{self, ActsAs},
        error::{ErrorCode, OAuthError},
        parameters::Parameters,
        target,
    },
};

/// A token for the client itself: no refresh token, no user.
///
/// # Errors
/// `invalid_scope`, `invalid_target`, or `unauthorized_client` for a public client.
pub(in crate::oauth) async fn grant(
    app: &App,
    known: &KnownClient,
    parameters: &Parameters,
) -> Result<TokenAnswer, OAuthError> {
    if known.client.public {
        return Err(OAuthError::new(
            ErrorCode::UnauthorizedClient,
            "a public client cannot use client_credentials",
        ));
    }
    let api = target::choose(app, known, parameters).await?;
    let scope = granted(known, parameters.one("scope").unwrap_or_default())?;
    let issued = access_token::issue(app, known, &api, &scope, ActsAs::Client)?;
    Ok(TokenAnswer {
        access_token: issued.token,
        expires_in: issued.expires_in,
        scope: (!scope.is_empty()).then(|| scope.to_string()),
        refresh_token: None,
        id_token: None,
    })
}

/// The tenant that a scope picks. The home tenant, whether it is named or not.
fn granted(known: &KnownClient, asked: &str) -> Result<Scope, OAuthError> {
    let invalid = |why: &str| Err(OAuthError::new(ErrorCode::InvalidScope, why));
    let scope = match Scope::parse(asked) {
        Ok(scope) => scope,
        Err(problem) => return invalid(&problem.to_string()),
    };
    if scope.tenants().count() > 1 {
        return invalid("name one tenant: a token acts in one");
    }
    if scope.tenants().any(|it| it != known.tenant.key) {
        return invalid("the client is not assigned to this tenant");
    }
    if scope.iter().any(|it| !it.starts_with("tenant:")) {
        return invalid(
            "the scope is unknown: rights come from the client's role, and tenant:<key> picks the tenant",
        );
    }
    Ok(scope)
}
