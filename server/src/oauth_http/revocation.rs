//! The revocation endpoint (RFC 7009).

use poem::{Request, web::Data};
use poem_openapi::{ApiResponse, Object, OpenApi, payload::Json};

use super::{
    NO_STORE,
    form::FormBody,
    origin,
    token_reference::{self, TokenReference},
};
use crate::{
    api::Tag,
    app::App,
    oauth::{error::OAuthError, revocation},
};

/// Nothing to say.
#[derive(Object)]
struct Empty {}

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

/// Where a client ends a token.
pub(super) struct RevocationApi;

#[OpenApi(tag = "Tag::OAuth")]
impl RevocationApi {
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
        let (caller, token) = token_reference::receive(&app, request, &form).await?;
        revocation::revoke(&app, &caller, token, origin(request)).await?;
        Ok(RevocationReply::Ok(Json(Empty {}), NO_STORE.to_owned()))
    }
}
