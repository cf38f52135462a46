//! The introspection endpoint (RFC 7662).

use poem::{Request, web::Data};
use poem_openapi::{ApiResponse, Object, OpenApi};

use super::{
    NO_STORE,
    form::FormBody,
    token_reference::{self, TokenReference},
};
use crate::{
    api::{Tag, json::Json},
    app::App,
    domain::{
        authorization::{Grant, RefreshToken},
        timestamp::Timestamp,
    },
    oauth::{
        access_token::{Accepted, CommunityRoles, Standing},
        client_authentication::Authenticated,
        error::OAuthError,
        introspection::{self, Known},
    },
};

/// What is known of a token (RFC 7662, section 2.2). Of one that is not good, only that.
#[derive(Object, serde::Serialize)]
struct IntrospectionResponse {
    /// Whether it is good at this moment.
    active: bool,
    /// What was granted.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    /// The wire id of the client that got it.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    /// `Bearer`, or absent for a refresh token.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<String>,
    /// The e-mail address of the person it acts for.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    /// When it ends, in Unix seconds.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    /// When it was issued, in Unix seconds.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
    /// Whom it acts as.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    /// The API it is for.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<String>,
    /// The issuer.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<String>,
    /// Its own id.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<String>,
    /// The key of the tenant it acts in.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant: Option<String>,
    /// The keys of the roles of whom it acts as, at this moment.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    roles: Option<Vec<String>>,
    /// What it may do at the API at this moment, in the API's own words.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions: Option<Vec<String>>,
    /// The keys of the communities that are reached by way of that tenant, each with the keys of the roles held there.
    #[oai(skip_serializing_if_is_none)]
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
            roles: None,
            permissions: None,
            community_roles: None,
        }
    }

    fn access(accepted: &Accepted, standing: Standing) -> Self {
        let claims = &accepted.claims;
        let held = standing.holding;
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
            roles: Some(held.roles.to_vec()).filter(|it| !it.is_empty()),
            permissions: Some(held.permissions.to_vec()),
            community_roles: Some(standing.community_roles).filter(|it| !it.is_empty()),
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

#[derive(ApiResponse)]
enum IntrospectionReply {
    /// What is known of the token.
    #[oai(status = 200)]
    Ok(
        Json<IntrospectionResponse>,
        /// Never kept by anyone in between.
        #[oai(header = "Cache-Control")]
        String,
    ),
}

/// Where a client asks about a token.
pub(super) struct IntrospectionApi;

#[OpenApi(tag = "Tag::OAuth")]
impl IntrospectionApi {
    /// Introspect a token
    ///
    /// Whether a token is good at this moment (RFC 7662), and what it may do. A client may ask about its own tokens; one
    /// of an API's `introspection_clients`, about those for that API; one that may view clients, about those of its
    /// tenant. Of every other token it hears that it is not active, and no more.
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
        let (caller, token) = token_reference::receive(&app, request, &form).await?;
        let body = match introspection::introspect(&app, &caller, token).await? {
            None => IntrospectionResponse::inactive(),
            Some(Known::Access(accepted)) => {
                let standing = accepted.standing(&app).await?;
                IntrospectionResponse::access(&accepted, standing)
            }
            Some(Known::Refresh { grant, kept }) => {
                IntrospectionResponse::refresh(&app, &caller, &grant, kept)
            }
        };
        Ok(IntrospectionReply::Ok(Json(body), NO_STORE.to_owned()))
    }
}
