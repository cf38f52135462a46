//! The OAuth endpoints: form in, JSON out, errors by RFC 6749.

mod discovery;
mod documents;
mod error;
mod form;
mod introspection;
mod pushed_request;
mod revocation;
mod token;
mod token_reference;
mod userinfo;

pub use error::from_framework;

use poem::{Request, http::header};
use poem_openapi::OpenApi;

use crate::{
    app::App,
    domain::caller::Origin,
    oauth::{
        client_authentication::{self, Authenticated, Presented},
        error::OAuthError,
        parameters::Parameters,
    },
};

/// `Cache-Control` of what nobody in between may keep.
const NO_STORE: &str = "no-store";

/// Every OAuth endpoint of the document.
pub fn endpoints() -> impl OpenApi {
    (
        token::TokenApi,
        introspection::IntrospectionApi,
        revocation::RevocationApi,
        pushed_request::PushedRequestApi,
        userinfo::UserInfoApi,
        discovery::DiscoveryApi,
    )
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

/// Where the request came from.
fn origin(request: &Request) -> Origin {
    request.data::<Origin>().cloned().unwrap_or_default()
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
