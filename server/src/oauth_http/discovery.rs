//! What other programs read before they begin: the keys, and where everything is.

use poem::web::Data;
use poem_openapi::{ApiResponse, OpenApi, payload::Json, types::Type};

use super::documents::{JwkSet, ServerMetadata, Shaped};
use crate::{
    api::Tag,
    app::App,
    oauth::{
        error::OAuthError,
        metadata::{self, Metadata},
    },
};

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

/// Five minutes, so that a new key is known before the last program asks.
const CACHEABLE: &str = "public, max-age=300";

/// Where programs read what works here.
pub(super) struct DiscoveryApi;

#[OpenApi(tag = "Tag::OAuth")]
impl DiscoveryApi {
    /// Read the signing keys
    ///
    /// The public keys that verify this server's tokens, as a JWK Set (RFC 7517).
    #[oai(path = "/oauth2/jwks", method = "get", operation_id = "get_jwks")]
    #[expect(clippy::unused_async, reason = "the framework wants it")]
    async fn get_jwks(&self, app: Data<&App>) -> Result<CacheableReply<JwkSet>, OAuthError> {
        let keys = Shaped::new(app.keys.current().jwks(app.clock.now()));
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

fn say_metadata(app: &App) -> CacheableReply<ServerMetadata> {
    let metadata: Metadata = metadata::metadata(app);
    let body = Shaped::new(serde_json::to_value(metadata).unwrap_or_default());
    CacheableReply::Ok(Json(body), CACHEABLE.to_owned())
}
