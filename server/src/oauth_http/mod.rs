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
    domain::{
        authorization::{Grant, RefreshToken},
        caller::Origin,
        timestamp::Timestamp,
    },
    oauth::{
        access_token::{Accepted, CommunityRoles},
        client_authentication::{self, Authenticated, Presented},
        error::OAuthError,
        grants, held,
        introspection::{self, Known},
        metadata::{self, Metadata},
        parameters::Parameters,
        revocation,
        userinfo::{self, Denied},
    },
};
use documents::{JwkSet, ServerMetadata, Shaped};
use form::FormBody;
use written::Written;

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
    /// What was granted: for a person always, for the client itself when a scope was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    /// With which the next token is got, where the client acts for a person. Of a public client it works once.
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    /// Who signed in, with the scope `openid` (OpenID Connect Core 1.0).
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
}

/// An authorization request, pushed by the client (RFC 9126, section 2.1).
#[derive(Object)]
struct PushedRequest {
    /// The client's wire id, unless it authenticates by HTTP Basic.
    client_id: Option<String>,
    /// The client's secret, unless it authenticates by HTTP Basic or has none.
    client_secret: Option<String>,
    /// `code`.
    response_type: Option<String>,
    /// Where the person is sent back to; may be left out by a client that registered a single one.
    redirect_uri: Option<String>,
    /// Scopes, space-separated: `openid`, `profile`, `email`, `offline_access`, and permissions such as `users:view`.
    scope: Option<String>,
    /// Comes back with the answer, byte for byte.
    state: Option<String>,
    /// Comes back in the ID token.
    nonce: Option<String>,
    /// The PKCE challenge (RFC 7636).
    code_challenge: Option<String>,
    /// `S256` or `plain`.
    code_challenge_method: Option<String>,
    /// `none`, `login`, `consent`, `select_account`.
    prompt: Option<String>,
    /// The longest time since the person signed in, in seconds.
    max_age: Option<i64>,
    /// The person's e-mail address, to be filled in at sign-in.
    login_hint: Option<String>,
}

/// How a pushed request is named (RFC 9126, section 2.2).
#[derive(Object)]
struct PushedResponse {
    /// What the browser brings as `request_uri`.
    request_uri: String,
    /// Seconds until it is forgotten.
    expires_in: i64,
}

/// Who the person is (OpenID Connect Core 1.0, section 5.3.2).
#[derive(Object)]
#[oai(rename = "UserInfo")]
struct UserInfoResponse {
    /// The person's id for ever.
    sub: String,
    /// What people call them, with the scope `profile`.
    #[oai(skip_serializing_if_is_none)]
    name: Option<String>,
    /// When the account last changed, in Unix seconds, with the scope `profile`.
    #[oai(skip_serializing_if_is_none)]
    updated_at: Option<i64>,
    /// With the scope `email`.
    #[oai(skip_serializing_if_is_none)]
    email: Option<String>,
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
    /// `Bearer`, or absent for a refresh token.
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<String>,
    /// The e-mail address of the person it acts for.
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
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
    /// The keys of the communities that are reached by way of that tenant, each with the keys of the roles held there.
    #[serde(skip_serializing_if = "Option::is_none")]
    community_roles: Option<CommunityRoles>,
}

impl IntrospectionResponse {
    fn inactive() -> Self {
        Self {
            active: false,
            scope: None,
            client_id: None,
            token_type: None,
            username: None,
            exp: None,
            iat: None,
            sub: None,
            aud: None,
            iss: None,
            jti: None,
            tenant: None,
            community_roles: None,
        }
    }

    fn access(accepted: &Accepted) -> Self {
        let claims = &accepted.claims;
        Self {
            active: true,
            scope: said(claims.scope.clone()),
            client_id: Some(claims.client_id.clone()),
            token_type: Some("Bearer".to_owned()),
            username: accepted.user.as_ref().map(|it| it.form.email.to_string()),
            // What never ends has no end to tell.
            exp: Some(claims.exp).filter(|it| *it < Timestamp::MAX.unix()),
            iat: Some(claims.iat),
            sub: Some(claims.sub.to_string()),
            aud: Some(claims.aud.clone()),
            iss: Some(claims.iss.clone()),
            jti: Some(claims.jti.to_string()),
            tenant: Some(claims.tenant.clone()),
            community_roles: Some(accepted.community_roles()).filter(|it| !it.is_empty()),
        }
    }

    fn refresh(app: &App, caller: &Authenticated, grant: &Grant, kept: RefreshToken) -> Self {
        Self {
            active: true,
            scope: said(grant.scope.to_string()),
            client_id: Some(caller.known.client.client_id.to_string()),
            exp: Some(kept.expires_at.unix()),
            sub: Some(grant.user.to_string()),
            iss: Some(app.settings.issuer().to_owned()),
            ..Self::inactive()
        }
    }
}

fn said(scope: String) -> Option<String> {
    Some(scope).filter(|it| !it.is_empty())
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
enum PushedReply {
    /// The request is held.
    #[oai(status = 201)]
    Created(
        Json<PushedResponse>,
        /// Never kept by anyone in between.
        #[oai(header = "Cache-Control")]
        String,
    ),
}

#[derive(ApiResponse)]
enum UserInfoReply {
    /// Who the person is.
    #[oai(status = 200)]
    Ok(
        Json<UserInfoResponse>,
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
    /// The token endpoint (RFC 6749, section 3.2) with the grants `client_credentials`, `authorization_code` and
    /// `refresh_token`. The client authenticates by HTTP Basic or in the form, never by both; a public client only says
    /// its `client_id`.
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
            refresh_token: answer.refresh_token,
            id_token: answer.id_token,
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
        let body = match introspection::introspect(&app, &caller, token).await? {
            None => IntrospectionResponse::inactive(),
            Some(Known::Access(accepted)) => IntrospectionResponse::access(&accepted),
            Some(Known::Refresh { grant, kept }) => {
                IntrospectionResponse::refresh(&app, &caller, &grant, kept)
            }
        };
        Ok(IntrospectionReply::Ok(Written(body), NO_STORE.to_owned()))
    }

    /// Revoke a token
    ///
    /// Ends one access token of the client, or a refresh token with all access tokens that came of it (RFC 7009).
    /// Unknown and already revoked ones are as good as ended.
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

    /// Push an authorization request
    ///
    /// Takes the parameters of an authorization request from the client itself (RFC 9126). The browser then brings only
    /// their name to `/oauth2/authorize`: `client_id` and `request_uri`. It works once.
    #[oai(
        path = "/oauth2/par",
        method = "post",
        operation_id = "push_authorization_request"
    )]
    async fn push_authorization_request(
        &self,
        app: Data<&App>,
        request: &Request,
        form: FormBody<PushedRequest>,
    ) -> Result<PushedReply, OAuthError> {
        let caller = authenticate(&app, request, &form.parameters).await?;
        let pushed = held::push(&app, &caller, &form.parameters).await?;
        let body = PushedResponse {
            request_uri: pushed.request_uri,
            expires_in: pushed.expires_in,
        };
        Ok(PushedReply::Created(Json(body), NO_STORE.to_owned()))
    }

    /// Read who the person is
    ///
    /// Who the person is that the access token acts for, as far as they allowed it (OpenID Connect Core 1.0, section
    /// 5.3). The token needs the scope `openid`; `profile` and `email` add more.
    #[oai(
        path = "/oauth2/userinfo",
        method = "get",
        operation_id = "get_userinfo"
    )]
    async fn get_userinfo(
        &self,
        app: Data<&App>,
        request: &Request,
    ) -> Result<UserInfoReply, OAuthError> {
        self.say_who(&app, request).await
    }

    /// Read who the person is, by POST
    ///
    /// The same for clients that send POST; the token still stands in the header.
    #[oai(
        path = "/oauth2/userinfo",
        method = "post",
        operation_id = "post_userinfo"
    )]
    async fn post_userinfo(
        &self,
        app: Data<&App>,
        request: &Request,
    ) -> Result<UserInfoReply, OAuthError> {
        self.say_who(&app, request).await
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
        Ok(say_metadata(&app))
    }

    /// Read the server's metadata as an OpenID provider
    ///
    /// The same document where OpenID Connect libraries look for it (OpenID Connect Discovery 1.0).
    #[oai(
        path = "/.well-known/openid-configuration",
        method = "get",
        operation_id = "get_openid_configuration"
    )]
    #[expect(clippy::unused_async, reason = "the framework wants it")]
    async fn get_openid_configuration(
        &self,
        app: Data<&App>,
    ) -> Result<CacheableReply<ServerMetadata>, OAuthError> {
        Ok(say_metadata(&app))
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

fn say_metadata(app: &App) -> CacheableReply<ServerMetadata> {
    let metadata: Metadata = metadata::metadata(app);
    let body = Shaped::new(serde_json::to_value(metadata).unwrap_or_default());
    CacheableReply::Ok(Json(body), CACHEABLE.to_owned())
}

impl OAuthApi {
    async fn say_who(&self, app: &App, request: &Request) -> Result<UserInfoReply, OAuthError> {
        let token = authorization(request)?
            .and_then(|it| it.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim())
            .ok_or_else(OAuthError::no_token)?;
        match userinfo::userinfo(app, token).await? {
            Ok(info) => {
                let body = UserInfoResponse {
                    sub: info.sub.to_string(),
                    name: info.name,
                    updated_at: info.updated_at,
                    email: info.email,
                };
                Ok(UserInfoReply::Ok(Json(body), NO_STORE.to_owned()))
            }
            Err(Denied::InvalidToken) => Err(OAuthError::invalid_token()),
            Err(Denied::InsufficientScope) => Err(OAuthError::insufficient_scope()),
        }
    }
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
