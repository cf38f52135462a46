//! The endpoint for pushed authorization requests (RFC 9126).

use poem::{Request, web::Data};
use poem_openapi::{ApiResponse, Object, OpenApi, payload::Json};

use super::{NO_STORE, authenticate, form::FormBody, origin};
use crate::{
    api::Tag,
    app::App,
    oauth::{error::OAuthError, held},
};

/// An authorization request, pushed by the client (RFC 9126, section 2.1).
#[derive(Object)]
struct PushedRequest {
    /// The client's wire id, unless it authenticates by HTTP Basic.
    client_id: Option<String>,
    /// The client's secret, unless it authenticates by HTTP Basic or has none.
    client_secret: Option<String>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`, with a client assertion (RFC 7523, section 2.2).
    client_assertion_type: Option<String>,
    /// A JWT that the client signed, instead of a secret.
    client_assertion: Option<String>,
    /// `code`.
    response_type: Option<String>,
    /// Where the person is sent back to; may be left out by a client that registered a single one.
    redirect_uri: Option<String>,
    /// Scopes, space-separated: `openid`, `profile`, `email`, `offline_access`, and permissions such as `users:view`.
    scope: Option<String>,
    /// The audience of the API that the tokens are to be for (RFC 8707); the tenant's default API unless given.
    resource: Option<String>,
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

/// Where a client pushes what it asks a person for.
pub(super) struct PushedRequestApi;

#[OpenApi(tag = "Tag::OAuth")]
impl PushedRequestApi {
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
        let source = origin(request).ip;
        let pushed = held::push(&app, &caller, &form.parameters, source).await?;
        let body = PushedResponse {
            request_uri: pushed.request_uri,
            expires_in: pushed.expires_in,
        };
        Ok(PushedReply::Created(Json(body), NO_STORE.to_owned()))
    }
}
