//! The documents that other programs read: how the OpenAPI document describes them.

use std::{borrow::Cow, marker::PhantomData};

use poem_openapi::{
    Object,
    registry::{MetaSchemaRef, Registry},
    types::{ToJSON, Type},
};
use serde_json::Value;

/// JSON that the document describes by `T`.
pub(super) struct Shaped<T> {
    value: Value,
    described_by: PhantomData<T>,
}

impl<T> Shaped<T> {
    /// A document that has the shape of `T`, which a test holds.
    pub(super) fn new(value: Value) -> Self {
        Self {
            value,
            described_by: PhantomData,
        }
    }
}

impl<T: Type> Type for Shaped<T> {
    const IS_REQUIRED: bool = true;

    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        T::name()
    }

    fn schema_ref() -> MetaSchemaRef {
        T::schema_ref()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        Some(self)
    }

    fn raw_element_iter<'a>(
        &'a self,
    ) -> Box<dyn Iterator<Item = &'a Self::RawElementValueType> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl<T: Type> ToJSON for Shaped<T> {
    fn to_json(&self) -> Option<Value> {
        Some(self.value.clone())
    }
}

/// Public keys (RFC 7517, section 5).
#[derive(Object)]
pub(super) struct JwkSet {
    /// The keys.
    keys: Vec<Jwk>,
}

/// A public key (RFC 7517, section 4).
#[derive(Object)]
struct Jwk {
    /// The family of the key, such as `EC`.
    kty: String,
    /// Its name in the header of tokens.
    kid: String,
    /// The algorithm it is for, such as `ES256`.
    alg: String,
    /// `sig`: it verifies signatures.
    #[oai(rename = "use")]
    purpose: String,
    /// The curve, of a key on one.
    crv: Option<String>,
    /// The first coordinate, of a key on a curve.
    x: Option<String>,
    /// The second coordinate, of a key on a curve.
    y: Option<String>,
    /// The modulus, of an RSA key.
    n: Option<String>,
    /// The exponent, of an RSA key.
    e: Option<String>,
}

/// What works here, and where (RFC 8414, section 2; OpenID Connect Discovery 1.0, section 3).
#[derive(Object)]
pub(super) struct ServerMetadata {
    /// The issuer, exactly as in tokens.
    issuer: String,
    /// Where tokens come from.
    token_endpoint: String,
    /// Where people allow apps to act for them.
    authorization_endpoint: Option<String>,
    /// Where an app pushes what it asks for (RFC 9126).
    pushed_authorization_request_endpoint: Option<String>,
    /// Whether it must.
    require_pushed_authorization_requests: Option<bool>,
    /// Whether `claims` works.
    claims_parameter_supported: Option<bool>,
    /// Where the keys are.
    jwks_uri: String,
    /// Where a token is asked about.
    introspection_endpoint: Option<String>,
    /// Where a token is ended.
    revocation_endpoint: Option<String>,
    /// Where an app reads who the person is.
    userinfo_endpoint: Option<String>,
    /// Where an app ends a session.
    end_session_endpoint: Option<String>,
    /// The answers of the authorization endpoint.
    response_types_supported: Vec<String>,
    /// How they travel.
    response_modes_supported: Option<Vec<String>>,
    /// The grants that work.
    grant_types_supported: Option<Vec<String>>,
    /// Scopes worth asking for.
    scopes_supported: Option<Vec<String>>,
    /// What `prompt` may be.
    prompt_values_supported: Option<Vec<String>>,
    /// How a challenge is made from a verifier (RFC 7636).
    code_challenge_methods_supported: Option<Vec<String>>,
    /// Whether answers say who gave them (RFC 9207).
    authorization_response_iss_parameter_supported: Option<bool>,
    /// How a client may authenticate at the token endpoint.
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// What an assertion may be signed with there.
    token_endpoint_auth_signing_alg_values_supported: Option<Vec<String>>,
    /// How a client may authenticate at the introspection endpoint.
    introspection_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// What an assertion may be signed with there.
    introspection_endpoint_auth_signing_alg_values_supported: Option<Vec<String>>,
    /// How a client may authenticate at the revocation endpoint.
    revocation_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// What an assertion may be signed with there.
    revocation_endpoint_auth_signing_alg_values_supported: Option<Vec<String>>,
    /// Whether a person has the same name everywhere.
    subject_types_supported: Option<Vec<String>>,
    /// What identity tokens are signed with.
    id_token_signing_alg_values_supported: Option<Vec<String>>,
    /// What can be said of a person.
    claims_supported: Option<Vec<String>>,
    /// Whether `request` works.
    request_parameter_supported: Option<bool>,
    /// Whether `request_uri` works.
    request_uri_parameter_supported: Option<bool>,
    /// Where people read on.
    service_documentation: Option<String>,
}
