//! The body of an OAuth request.

use std::marker::PhantomData;

use poem::{Request, RequestBody, http::header};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaMediaType, MetaRequest, Registry},
    types::Type,
};

use zeroize::Zeroizing;

use crate::{
    api::body::{BodyProblem, read},
    oauth::{error::OAuthError, parameters::Parameters},
};

/// The largest body, in bytes.
const MOST_BYTES: usize = 64 * 1024;

/// The parameters of a request that the document describes by `T`.
pub(super) struct FormBody<T> {
    /// The parameters, read strictly.
    pub(super) parameters: Parameters,
    described_by: PhantomData<T>,
}

impl<'a, T: Type> ApiExtractor<'a> for FormBody<T> {
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
                content_type: "application/x-www-form-urlencoded",
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
        if request.uri().query().is_some() {
            // A query ends up in logs, and secrets must not (RFC 6749, section 2.3.1).
            return Err(OAuthError::invalid_request(
                "send the parameters in the body, not in the address",
            )
            .into());
        }
        if !is_form(request) {
            return Err(OAuthError::not_a_form().into());
        }
        let bytes = read(body, MOST_BYTES).await.map(Zeroizing::new);
        let bytes = bytes.map_err(|it| match it {
            BodyProblem::TooLarge => OAuthError::too_large(),
            BodyProblem::TooSlow => OAuthError::too_slow(),
            BodyProblem::Broken => {
                OAuthError::invalid_request("the body is not what its headers promise")
            }
        })?;
        let parameters = Parameters::parse(&bytes)
            .map_err(|problem| OAuthError::invalid_request(problem.to_string()))?;
        Ok(Self {
            parameters,
            described_by: PhantomData,
        })
    }
}

fn is_form(request: &Request) -> bool {
    let header = request.headers().get(header::CONTENT_TYPE);
    header
        .and_then(|it| it.to_str().ok())
        .and_then(|it| it.split(';').next())
        .is_some_and(|it| {
            it.trim()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        })
}
