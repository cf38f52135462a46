//! The endpoint that says who the person is (OpenID Connect Core 1.0, section 5.3).

use poem::{Request, web::Data};
use poem_openapi::{ApiResponse, Object, OpenApi, payload::Json};

use super::{NO_STORE, authorization};
use crate::{
    api::Tag,
    app::App,
    oauth::{
        error::OAuthError,
        userinfo::{self, Denied},
    },
};

/// Who the person is (OpenID Connect Core 1.0, section 5.3.2).
#[derive(Object)]
#[oai(rename = "UserInfo")]
struct UserInfoResponse {
    /// The person's id for ever.
    sub: String,
    /// What people call them, with the scope `profile`.
    #[oai(skip_serializing_if_is_none)]
    name: Option<String>,
    /// When the account last changed, in Unix seconds, with the scope `profile`.
    #[oai(skip_serializing_if_is_none)]
    updated_at: Option<i64>,
    /// With the scope `email`.
    #[oai(skip_serializing_if_is_none)]
    email: Option<String>,
}

#[derive(ApiResponse)]
enum UserInfoReply {
    /// Who the person is.
    #[oai(status = 200)]
    Ok(
        Json<UserInfoResponse>,
        /// Never kept by anyone in between.
        #[oai(header = "Cache-Control")]
        String,
    ),
}

/// Where a client asks who the person is.
pub(super) struct UserInfoApi;

#[OpenApi(tag = "Tag::OAuth")]
impl UserInfoApi {
    /// Read who the person is
    ///
    /// Who the person is that the access token acts for, as far as they allowed it (OpenID Connect Core 1.0, section
    /// 5.3). The token needs the scope `openid`; `profile` and `email` add more.
    #[oai(
        path = "/oauth2/userinfo",
        method = "get",
        operation_id = "get_userinfo"
    )]
    async fn get_userinfo(
        &self,
        app: Data<&App>,
        request: &Request,
    ) -> Result<UserInfoReply, OAuthError> {
        say_who(&app, request).await
    }

    /// Read who the person is, by POST
    ///
    /// The same for clients that send POST; the token still stands in the header.
    #[oai(
        path = "/oauth2/userinfo",
        method = "post",
        operation_id = "post_userinfo"
    )]
    async fn post_userinfo(
        &self,
        app: Data<&App>,
        request: &Request,
    ) -> Result<UserInfoReply, OAuthError> {
        say_who(&app, request).await
    }
}

async fn say_who(app: &App, request: &Request) -> Result<UserInfoReply, OAuthError> {
    let token = authorization(request)?
        .and_then(|it| it.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(OAuthError::no_token)?;
    match userinfo::userinfo(app, token).await? {
        Ok(info) => {
            let body = UserInfoResponse {
                sub: info.sub.to_string(),
                name: info.name,
                updated_at: info.updated_at,
                email: info.email,
            };
            Ok(UserInfoReply::Ok(Json(body), NO_STORE.to_owned()))
        }
        Err(Denied::InvalidToken) => Err(OAuthError::invalid_token()),
        Err(Denied::InsufficientScope) => Err(OAuthError::insufficient_scope()),
    }
}
