//! A JSON body, held to the OpenAPI document before anything looks at it.

use std::time::Duration;

use futures_util::{Stream, StreamExt};
use poem::{Request, RequestBody, http::header};
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
use crate::{
    crypto::digest::Digest,
    error::{Error, Result},
};

/// The largest body that is read, in bytes.
pub const MOST_BYTES: usize = 1024 * 1024;

/// How much of a body that is too large is read and thrown away, so that its sender, who reads no answer before it
/// has sent everything, gets one instead of a reset.
const MOST_DISCARDED: usize = 32 * 1024 * 1024;

/// How long that may take.
const DISCARDING_TAKES: Duration = Duration::from_secs(10);

/// The bytes of a body, or nothing when there are more than `most`.
pub async fn read_at_most(body: poem::Body, most: usize) -> Option<Vec<u8>> {
    let mut pieces = Box::pin(body.into_bytes_stream());
    let mut bytes = Vec::new();
    while let Some(piece) = pieces.next().await {
        // A body that breaks off has nobody left to answer to.
        bytes.extend_from_slice(&piece.ok()?);
        if bytes.len() > most {
            discard_rest(pieces).await;
            return None;
        }
    }
    Some(bytes)
}

/// Reads a body to its end, within bounds, and throws it away.
pub async fn discard(body: poem::Body) {
    discard_rest(Box::pin(body.into_bytes_stream())).await;
}

async fn discard_rest<P: AsRef<[u8]>, E>(
    mut pieces: impl Stream<Item = std::result::Result<P, E>> + Unpin,
) {
    let discarding = async {
        let mut left = MOST_DISCARDED;
        while let Some(Ok(piece)) = pieces.next().await {
            let Some(less) = left.checked_sub(piece.as_ref().len()) else {
                return;
            };
            left = less;
        }
    };
    // Whoever is slower than that may be reset.
    let _ = tokio::time::timeout(DISCARDING_TAKES, discarding).await;
}

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
        let bytes = read_at_most(body.take()?, MOST_BYTES)
            .await
            .ok_or_else(problem::too_large)?;
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
pub fn merged<T: ParseFromJSON + ToJSON>(current: &T, patch: &Value) -> Result<T> {
    let mut merged = current.to_json().unwrap_or_default();
    json_patch::merge(&mut merged, patch);
    T::parse_from_json(Some(merged)).map_err(|error| Error::Unexpected(error.into_message()))
}
