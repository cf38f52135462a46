//! The OAuth endpoints: form in, JSON out, errors by RFC 6749.

mod documents;
mod error;
mod form;
mod written;

pub use error::from_framework;

use poem::{Request, http::header, web::Data};
use poem_openapi::{ApiResponse, Object, OpenApi, payload::Json, types::Type};

use crate::{
    api::Tag,
    app::App,
    domain::{caller::Origin, timestamp::Timestamp},
    oauth::{
        access_token::Accepted,
        client_authentication::{self, Authenticated, Presented},
        error::OAuthError,
        grants, introspection,
        metadata::{self, Metadata},
        parameters::Parameters,
        revocation,
    },
};
use documents::{JwkSet, ServerMetadata, Shaped};
use form::FormBody;
use written::Written;

/// A token request (RFC 6749, section 4.4.2).
#[derive(Object)]
struct TokenRequest {
    /// `client_credentials`.
    grant_type: String,
    /// The client's wire id, unless it authenticates by HTTP Basic.
    client_id: Option<String>,
    /// The client's secret, unless it authenticates by HTTP Basic.
    client_secret: Option<String>,
    /// Scopes, space-separated: `tenant:<key>` picks the tenant.
    scope: Option<String>,
    /// The API that the token is for (RFC 8707).
    resource: Option<String>,
}

/// A question about a token, or its end (RFC 7662, section 2.1; RFC 7009, section 2.1).
#[derive(Object)]
struct TokenReference {
    /// The token.
    #[oai(validator(min_length = 1))]
    token: String,
    /// What kind of token it may be; a wrong hint does no harm.
    token_type_hint: Option<String>,
    /// The client's wire id, unless it authenticates by HTTP Basic.
    client_id: Option<String>,
    /// The client's secret, unless it authenticates by HTTP Basic.
    client_secret: Option<String>,
}

/// A token (RFC 6749, section 5.1).
#[derive(Object, serde::Serialize)]
struct TokenResponse {
    /// The access token: a JWT by RFC 9068.
    access_token: String,
    /// `Bearer`.
    token_type: String,
    /// Seconds until it ends.
    expires_in: i64,
    /// What was granted, when a scope was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
}

/// What is known of a token (RFC 7662, section 2.2). Of one that is not good, only that.
#[derive(Object, serde::Serialize)]
struct IntrospectionResponse {
    /// Whether it is good at this moment.
    active: bool,
    /// What was granted.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    /// The wire id of the client that got it.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    /// `Bearer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<String>,
    /// When it ends, in Unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    /// When it was issued, in Unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
    /// Whom it acts as.
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    /// The API it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<String>,
    /// The issuer.
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<String>,
    /// Its own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<String>,
    /// The key of the tenant it acts in.
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant: Option<String>,
}

impl IntrospectionResponse {
    fn of(accepted: Option<&Accepted>) -> Self {
        let claims = accepted.map(|it| &it.claims);
        let scope = claims.map(|it| it.scope.clone());
        Self {
            active: accepted.is_some(),
            scope: scope.filter(|it| !it.is_empty()),
            client_id: claims.map(|it| it.client_id.clone()),
            token_type: claims.map(|_| "Bearer".to_owned()),
            // What never ends has no end to tell.
            exp: claims
                .map(|it| it.exp)
                .filter(|it| *it < Timestamp::MAX.unix()),
            iat: claims.map(|it| it.iat),
            sub: claims.map(|it| it.sub.to_string()),
            aud: claims.map(|it| it.aud.clone()),
            iss: claims.map(|it| it.iss.clone()),
            jti: claims.map(|it| it.jti.to_string()),
            tenant: claims.map(|it| it.tenant.clone()),
        }
    }
}

/// Nothing to say.
#[derive(Object)]
struct Empty {}

#[derive(ApiResponse)]
enum TokenReply {
    /// The token.
    #[oai(status = 200)]
    Ok(
        Written<TokenResponse>,
        /// Never kept by anyone in between.
        #[oai(header = "Cache-Control")]
        String,
        /// The same, for the oldest.
        #[oai(header = "Pragma")]
        String,
        /// There when the credential that was used ends within 30 days, by its own date or because it is being
        /// rotated: the first second in which it fails (RFC 3339). `Sunset` and `Deprecation` (RFC 8594, RFC 9745)
        /// would speak of this address instead.
        #[oai(header = "Latchkey-Credential-Expires")]
        Option<String>,
        /// There when the client itself ends within 30 days: the first second in which it does not work (RFC 3339).
        #[oai(header = "Latchkey-Client-Expires")]
        Option<String>,
    ),
}

#[derive(ApiResponse)]
enum IntrospectionReply {
    /// What is known of the token.
    #[oai(status = 200)]
    Ok(
        Written<IntrospectionResponse>,
        /// Never kept by anyone in between.
        #[oai(header = "Cache-Control")]
        String,
    ),
}

#[derive(ApiResponse)]
enum RevocationReply {
    /// The token is good no longer, or never was.
    #[oai(status = 200)]
    Ok(
        Json<Empty>,
        /// Never kept by anyone in between.
        #[oai(header = "Cache-Control")]
        String,
    ),
}

#[derive(ApiResponse)]
enum CacheableReply<T: Type> {
    /// The document.
    #[oai(status = 200)]
    Ok(
        Json<Shaped<T>>,
        /// How long it may be kept.
        #[oai(header = "Cache-Control")]
        String,
    ),
}

const NO_STORE: &str = "no-store";

/// Five minutes, so that a new key is known before the last program asks.
const CACHEABLE: &str = "public, max-age=300";

/// The OAuth endpoints.
pub struct OAuthApi;

#[OpenApi(tag = "Tag::OAuth")]
impl OAuthApi {
    /// Issue a token
    ///
    /// The token endpoint (RFC 6749, section 3.2) with the client credentials grant. The client authenticates by HTTP
    /// Basic or in the form, never by both.
    #[oai(path = "/oauth2/token", method = "post", operation_id = "issue_token")]
    async fn issue_token(
        &self,
        app: Data<&App>,
        request: &Request,
        form: FormBody<TokenRequest>,
    ) -> Result<TokenReply, OAuthError> {
        let unknown = Origin::default();
        let origin = request.data::<Origin>().unwrap_or(&unknown);
        let authorization = authorization(request)?;
        let (answer, endings) =
            grants::token(&app, authorization, &form.parameters, origin).await?;
        let body = TokenResponse {
            access_token: answer.access_token,
            token_type: "Bearer".to_owned(),
            expires_in: answer.expires_in,
            scope: answer.scope,
        };
        Ok(TokenReply::Ok(
            Written(body),
            NO_STORE.to_owned(),
            "no-cache".to_owned(),
            endings.credential.map(|it| it.to_string()),
            endings.client.map(|it| it.to_string()),
        ))
    }

    /// Introspect a token
    ///
    /// Whether a token is good at this moment (RFC 7662). A client may ask about its own tokens; one that may view
    /// clients, about those of its tenant.
    #[oai(
        path = "/oauth2/introspect",
        method = "post",
        operation_id = "introspect_token"
    )]
    async fn introspect_token(
        &self,
        app: Data<&App>,
        request: &Request,
        form: FormBody<TokenReference>,
    ) -> Result<IntrospectionReply, OAuthError> {
        let caller = authenticate(&app, request, &form.parameters).await?;
        let token = token_of(&form.parameters)?;
        let accepted = introspection::introspect(&app, &caller, token).await?;
        let body = IntrospectionResponse::of(accepted.as_ref());
        Ok(IntrospectionReply::Ok(Written(body), NO_STORE.to_owned()))
    }

    /// Revoke a token
    ///
    /// Ends one access token of the client (RFC 7009). Unknown and already revoked ones are as good as ended.
    #[oai(
        path = "/oauth2/revoke",
        method = "post",
        operation_id = "revoke_token"
    )]
    async fn revoke_token(
        &self,
        app: Data<&App>,
        request: &Request,
        form: FormBody<TokenReference>,
    ) -> Result<RevocationReply, OAuthError> {
        let caller = authenticate(&app, request, &form.parameters).await?;
        let token = token_of(&form.parameters)?;
        let origin = request.data::<Origin>().cloned().unwrap_or_default();
        revocation::revoke(&app, &caller, token, origin).await?;
        Ok(RevocationReply::Ok(Json(Empty {}), NO_STORE.to_owned()))
    }

    /// Read the signing keys
    ///
    /// The public keys that verify this server's tokens, as a JWK Set (RFC 7517).
    #[oai(path = "/oauth2/jwks", method = "get", operation_id = "get_jwks")]
    #[expect(clippy::unused_async, reason = "the framework wants it")]
    async fn get_jwks(&self, app: Data<&App>) -> Result<CacheableReply<JwkSet>, OAuthError> {
        let keys = Shaped::new(app.keys.current().jwks());
        Ok(CacheableReply::Ok(Json(keys), CACHEABLE.to_owned()))
    }

    /// Read the server's metadata
    ///
    /// Where everything is and what works (RFC 8414).
    #[oai(
        path = "/.well-known/oauth-authorization-server",
        method = "get",
        operation_id = "get_authorization_server_metadata"
    )]
    #[expect(clippy::unused_async, reason = "the framework wants it")]
    async fn get_authorization_server_metadata(
        &self,
        app: Data<&App>,
    ) -> Result<CacheableReply<ServerMetadata>, OAuthError> {
        let metadata: Metadata = metadata::metadata(&app);
        let body = Shaped::new(serde_json::to_value(metadata).unwrap_or_default());
        Ok(CacheableReply::Ok(Json(body), CACHEABLE.to_owned()))
    }
}

/// The one `Authorization` header, if there is one.
fn authorization(request: &Request) -> Result<Option<&str>, OAuthError> {
    let mut headers = request.headers().get_all(header::AUTHORIZATION).iter();
    let Some(first) = headers.next() else {
        return Ok(None);
    };
    if headers.next().is_some() {
        return Err(OAuthError::invalid_request(
            "there are two Authorization headers: send one",
        ));
    }
    first
        .to_str()
        .map(Some)
        .map_err(|_| OAuthError::invalid_request("the Authorization header is not text"))
}

async fn authenticate(
    app: &App,
    request: &Request,
    parameters: &Parameters,
) -> Result<Authenticated, OAuthError> {
    let source = request.data::<Origin>().and_then(|it| it.ip);
    let presented = Presented::read(authorization(request)?, parameters)?;
    client_authentication::authenticate(app, presented, source).await
}

fn token_of(parameters: &Parameters) -> Result<&str, OAuthError> {
    parameters
        .one("token")
        .ok_or_else(|| OAuthError::invalid_request("token is missing"))
}
