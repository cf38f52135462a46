//! The token endpoint (RFC 6749, section 3.2).

use poem::{Request, web::Data};
use poem_openapi::{ApiResponse, Object, OpenApi};

use super::{NO_STORE, authorization, form::FormBody, origin};
use crate::{
    api::{Tag, json::Json},
    app::App,
    oauth::{error::OAuthError, grants},
};

/// A token request (RFC 6749, sections 4.1.3, 4.4.2 and 6).
#[derive(Object)]
struct TokenRequest {
    /// `client_credentials`, `authorization_code` or `refresh_token`.
    grant_type: String,
    /// The code, for `authorization_code`.
    code: Option<String>,
    /// The redirect URI of the authorization request, where it named one.
    redirect_uri: Option<String>,
    /// The PKCE verifier, where the authorization request had a challenge (RFC 7636).
    code_verifier: Option<String>,
    /// The refresh token, for `refresh_token`.
    refresh_token: Option<String>,
    /// The client's wire id, unless it authenticates by HTTP Basic.
    client_id: Option<String>,
    /// The client's secret, unless it authenticates by HTTP Basic.
    client_secret: Option<String>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`, with a client assertion (RFC 7523, section 2.2).
    client_assertion_type: Option<String>,
    /// A JWT that the client signed, instead of a secret.
    client_assertion: Option<String>,
    /// Scopes, space-separated: `tenant:<key>` picks the tenant.
    scope: Option<String>,
    /// The audience of the API that the token is for (RFC 8707); the tenant's default API unless given. A token is for
    /// one API. With `authorization_code` and `refresh_token` it is the one that the person allowed.
    resource: Option<String>,
}

/// A token (RFC 6749, section 5.1).
#[derive(Object, serde::Serialize)]
struct TokenResponse {
    /// The access token: a JWT by RFC 9068, or sealed where the API asks for opaque tokens, so that only introspection
    /// can read it.
    access_token: String,
    /// `Bearer`.
    token_type: String,
    /// Seconds until it ends.
    expires_in: i64,
    /// What was granted: for a person always, for the client itself when a scope was asked for.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    /// With which the next token is got, where the client acts for a person. Of a public client it works once.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    /// Who signed in, with the scope `openid` (OpenID Connect Core 1.0).
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
}

#[derive(ApiResponse)]
enum TokenReply {
    /// The token.
    #[oai(status = 200)]
    Ok(
        Json<TokenResponse>,
        /// Never kept by anyone in between.
        #[oai(header = "Cache-Control")]
        String,
        /// The same, for the oldest.
        #[oai(header = "Pragma")]
        String,
        /// There when the credential that was used ends within 30 days, by its own date or because it is being
        /// rotated: the last second in which it works (RFC 3339). `Sunset` and `Deprecation` (RFC 8594, RFC 9745)
        /// would speak of this address instead.
        #[oai(header = "Latchkey-Credential-Expires")]
        Option<String>,
        /// There when the client itself ends within 30 days: the last second in which it works (RFC 3339).
        #[oai(header = "Latchkey-Client-Expires")]
        Option<String>,
    ),
}

/// Where tokens come from.
pub(super) struct TokenApi;

#[OpenApi(tag = "Tag::OAuth")]
impl TokenApi {
    /// Issue a token
    ///
    /// The token endpoint (RFC 6749, section 3.2) with the grants `client_credentials`, `authorization_code` and
    /// `refresh_token`. The client authenticates by HTTP Basic or in the form, never by both; a public client only says
    /// its `client_id`.
    ///
    /// The token says for which API it is (`aud`), and with which `roles`, `permissions`, `scope` and `tenant`, so that
    /// the API can decide by itself. Permissions are those at that API as of the issue, in its own words; introspection
    /// tells those of the moment. Where an app acts for a person they are those that the person allowed, and no roles
    /// are told.
    #[oai(path = "/oauth2/token", method = "post", operation_id = "issue_token")]
    async fn issue_token(
        &self,
        app: Data<&App>,
        request: &Request,
        form: FormBody<TokenRequest>,
    ) -> Result<TokenReply, OAuthError> {
        let origin = origin(request);
        let authorization = authorization(request)?;
        let (answer, endings) =
            grants::token(&app, authorization, &form.parameters, &origin).await?;
        let body = TokenResponse {
            access_token: answer.access_token,
            token_type: "Bearer".to_owned(),
            expires_in: answer.expires_in,
            scope: answer.scope,
            refresh_token: answer.refresh_token,
            id_token: answer.id_token,
        };
        Ok(TokenReply::Ok(
            Json(body),
            NO_STORE.to_owned(),
            "no-cache".to_owned(),
            endings.credential.map(|it| it.to_string()),
            endings.client.map(|it| it.to_string()),
        ))
    }
}
