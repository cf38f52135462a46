//! `/clients/{id}/token-preview`: what a client's next token would say.

use poem_openapi::{
    Object, OpenApi,
    param::{Path, Query},
    types::Any,
};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    Tag,
    auth::{Authorized, ViewClients},
    json::Json,
    problem::ApiError,
    reply::Listed,
};
use crate::oauth::preview::{self, Preview};

/// One thing that a token says.
#[derive(Clone, Debug, Object, Serialize)]
pub struct TokenClaim {
    /// The name of the claim or header parameter.
    pub name: String,
    /// Its value.
    pub value: Any<Value>,
}

/// What a token would say. It is none: nothing here can be used to call anything.
#[derive(Clone, Debug, Object, Serialize)]
pub struct TokenPreview {
    /// `jwt`, or `opaque` where only introspection can read it.
    pub format: String,
    /// The JOSE header of a JWT.
    pub header: Vec<TokenClaim>,
    /// What it says. `iat`, `exp` and `jti` are those of a token issued at this moment.
    pub claims: Vec<TokenClaim>,
    /// How many seconds it would live.
    pub expires_in: i64,
}

impl From<Preview> for TokenPreview {
    fn from(preview: Preview) -> Self {
        let list = |all: Map<String, Value>| {
            let claim = |(name, value)| TokenClaim {
                name,
                value: Any(value),
            };
            all.into_iter().map(claim).collect()
        };
        let format = if preview.header.is_some() {
            "jwt"
        } else {
            "opaque"
        };
        Self {
            format: format.to_owned(),
            header: list(preview.header.unwrap_or_default()),
            claims: list(preview.claims),
            expires_in: preview.expires_in,
        }
    }
}

/// The route of the preview.
pub struct TokenPreviewApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Clients")]
impl TokenPreviewApi {
    /// Preview a client's token
    ///
    /// What a token would say that the client asks for at this moment by `client_credentials`. No token is given out,
    /// and the client does not count as used. A client that acts for people only answers 409.
    #[oai(
        path = "/clients/:id/token-preview",
        method = "get",
        operation_id = "preview_client_token"
    )]
    async fn preview_client_token(
        &self,
        auth: Authorized<ViewClients>,
        /// The client's uuid or wire id.
        id: Path<String>,
        /// The scope it would ask for.
        scope: Query<Option<String>>,
        /// The API it would ask for (RFC 8707).
        resource: Query<Option<String>>,
    ) -> Result<Listed<TokenPreview>, ApiError> {
        let preview = preview::preview_token(
            &auth.app,
            &auth.caller,
            &id.0,
            scope.0.as_deref(),
            resource.0.as_deref(),
        )
        .await?;
        Ok(Listed::Ok(Json(preview.into()), None))
    }
}
