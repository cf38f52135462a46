//! The client credentials grant (RFC 6749, section 4.4).

use super::TokenAnswer;
use crate::{
    app::App,
    clients::cache::KnownClient,
    oauth::{
        access_token::{self, ActsAs},
        error::{ErrorCode, OAuthError},
        parameters::Parameters,
        target, tenant_choice,
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
    let asked = parameters.one("scope").unwrap_or_default();
    let (scope, tenant) = tenant_choice::choose(app, known, asked).await?;
    let api = target::choose(app, known, tenant.id, parameters).await?;
    let acts_as = ActsAs::Client { tenant: &tenant };
    let issued = access_token::issue(app, known, &api, &scope, acts_as)?;
    Ok(TokenAnswer {
        access_token: issued.token,
        expires_in: issued.expires_in,
        scope: (!scope.is_empty()).then(|| scope.to_string()),
        refresh_token: None,
        id_token: None,
    })
}
