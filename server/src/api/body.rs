//! A JSON body, held to the OpenAPI document before anything looks at it.

use std::io::ErrorKind;

use poem::{Request, RequestBody, error::ReadBodyError, http::header};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaMediaType, MetaRequest, Registry},
    types::{ParseFromJSON, ToJSON},
};
use serde_json::Value;

use super::{
    contract,
    problem::{self, ApiError},
};
use crate::{crypto::digest::Digest, error::Error};

/// The largest body that is read, in bytes.
pub const MOST_BYTES: usize = 1024 * 1024;

/// A body of type `T`. An empty body is read as `{}`.
pub struct Body<T> {
    /// The body, read.
    pub value: T,
    /// The body as JSON, where absent and `null` are still told apart.
    pub json: Value,
    /// Digest of method, path and body: what makes a repeated request the same.
    pub request: Digest,
}

impl<'a, T: ParseFromJSON> ApiExtractor<'a> for Body<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Some(MetaRequest {
            description: None,
            content: vec![MetaMediaType {
                content_type: "application/json",
                schema: T::schema_ref(),
            }],
            required: true,
        })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<Self::ParamType>,
    ) -> poem::Result<Self> {
        let bytes = read(body, MOST_BYTES).await.map_err(|it| match it {
            BodyProblem::TooLarge => problem::too_large(),
            BodyProblem::TooSlow => problem::too_slow(),
            BodyProblem::Broken => ApiError::malformed("The body is not what its headers promise."),
        })?;
        let json = if bytes.is_empty() {
            Value::Object(serde_json::Map::new())
        } else {
            if !is_json(request) {
                return Err(problem::unsupported_media_type().into());
            }
            serde_json::from_slice(&bytes)
                .map_err(|error| ApiError::malformed(format!("The body is not JSON: {error}.")))?
        };
        contract::check_body(&T::name(), &json)?;
        let value = T::parse_from_json(Some(json.clone())).map_err(|error| {
            ApiError::malformed(format!("The body does not fit: {}.", error.into_message()))
        })?;
        let mut identity = format!("{} {}\n", request.method(), request.uri().path()).into_bytes();
        identity.extend_from_slice(&bytes);
        Ok(Self {
            value,
            json,
            request: Digest::of(&identity),
        })
    }
}

/// Why a body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyProblem {
    /// It is larger than is allowed.
    TooLarge,
    /// It did not arrive in time.
    TooSlow,
    /// Its framing is wrong, or the connection ended.
    Broken,
}

/// Reads a whole body of `most` bytes or fewer.
///
/// # Errors
/// [`BodyProblem`].
pub async fn read(body: &mut RequestBody, most: usize) -> Result<Vec<u8>, BodyProblem> {
    let problem = |error: ReadBodyError| match error {
        ReadBodyError::PayloadTooLarge => BodyProblem::TooLarge,
        ReadBodyError::Io(error) if error.kind() == ErrorKind::TimedOut => BodyProblem::TooSlow,
        _ => BodyProblem::Broken,
    };
    let body = body.take().map_err(problem)?;
    let bytes = body.into_bytes_limit(most).await.map_err(problem)?;
    Ok(bytes.into())
}

fn is_json(request: &Request) -> bool {
    let header = request.headers().get(header::CONTENT_TYPE);
    let mime = header
        .and_then(|it| it.to_str().ok())
        .and_then(|it| it.parse::<mime::Mime>().ok());
    mime.is_some_and(|it| {
        it.type_() == mime::APPLICATION
            && (it.subtype() == mime::JSON || it.suffix() == Some(mime::JSON))
    })
}

/// The form that `patch` makes of `current` (RFC 7396).
///
/// # Errors
/// When the merged form does not fit, which a checked patch does not cause.
pub fn merged<T: ParseFromJSON + ToJSON>(current: &T, patch: &Value) -> Result<T, Error> {
    let mut merged = current.to_json().unwrap_or_default();
    json_patch::merge(&mut merged, patch);
    T::parse_from_json(Some(merged)).map_err(|error| Error::Unexpected(error.into_message()))
}
