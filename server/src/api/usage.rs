//! `/clients/{id}/requests`, `/clients/{id}/usage` and `/usage`: what is asked of the token endpoint.

use poem::http::Uri;
use poem_openapi::{
    Enum, Object, OpenApi,
    param::{Path, Query},
};
use serde::Serialize;
use uuid::Uuid;

use super::{
    Tag,
    auth::{Authorized, ViewClients},
    json::Json,
    paging,
    problem::ApiError,
    reply::Listed,
};
use crate::{
    clients::usage::{self, Stretch, TokenRequestRow},
    domain::{
        timestamp::Timestamp,
        usage::{Counts, Span},
        violation::Violations,
    },
};

/// How a token request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum RequestOutcome {
    /// By a token.
    Accepted,
    /// By an error.
    Refused,
}

impl RequestOutcome {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
        }
    }
}

/// A token request of a client.
#[derive(Clone, Debug, Object, Serialize)]
pub struct ClientRequest {
    /// Its id; later requests have greater ids.
    pub id: Uuid,
    /// When it was answered.
    pub at: String,
    /// `accepted` or `refused`.
    pub outcome: String,
    /// Precisely why it was refused: `wrong_secret`, `secret_expired`, `secret_retired`, `secret_revoked`,
    /// `wrong_assertion`, `client_deactivated`, `client_expired`, `wrong_method`, `grant_not_allowed`, `unknown_grant`,
    /// `unknown_scope`, `unknown_resource`, `malformed` or `server_fault`. The client itself was told less.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The credential that was used, where one was recognised.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential: Option<Uuid>,
    /// From which address.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
    /// By which program.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// The id of the request, which the client got as `X-Request-Id`.
    pub request_id: String,
}

impl From<TokenRequestRow> for ClientRequest {
    fn from(row: TokenRequestRow) -> Self {
        Self {
            id: row.id,
            at: row.at.to_string(),
            outcome: row.outcome,
            reason: row.reason,
            credential: row.credential,
            ip: row.ip,
            user_agent: row.user_agent,
            request_id: row.request_id,
        }
    }
}

/// A page of token requests, newest first.
#[derive(Clone, Debug, Object, Serialize)]
pub struct ClientRequestList {
    /// The requests.
    pub items: Vec<ClientRequest>,
    /// The cursor of the next page, when more follow.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// The length of time that a count covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum UsageSpan {
    /// An hour in UTC.
    Hour,
    /// A day in UTC.
    Day,
}

impl From<UsageSpan> for Span {
    fn from(span: UsageSpan) -> Self {
        match span {
            UsageSpan::Hour => Self::Hour,
            UsageSpan::Day => Self::Day,
        }
    }
}

/// The token requests of one hour or day.
#[derive(Clone, Debug, Object, Serialize)]
pub struct UsageCount {
    /// When the hour or day begins.
    pub start: String,
    /// How many got a token.
    pub accepted: i64,
    /// How many were refused.
    pub refused: i64,
}

/// Token requests, hour by hour or day by day, oldest first; hours without any are there with zeros.
#[derive(Clone, Debug, Object, Serialize)]
pub struct Usage {
    /// The counts.
    pub items: Vec<UsageCount>,
    /// The requests that named no client of this server, or were slowed down before anyone looked. They belong to no
    /// tenant, so operators alone see them.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown_clients: Option<Vec<UsageCount>>,
}

fn shown(counted: Vec<(Timestamp, Counts)>) -> Vec<UsageCount> {
    let show = |(start, it): (Timestamp, Counts)| UsageCount {
        start: start.to_string(),
        accepted: it.accepted,
        refused: it.refused,
    };
    counted.into_iter().map(show).collect()
}

fn stretch(
    per: Option<UsageSpan>,
    since: Option<&str>,
    until: Option<&str>,
    now: Timestamp,
) -> Result<Stretch, ApiError> {
    let mut wrong = Violations::none();
    let since = wrong.take_optional("since", since, Timestamp::parse);
    let until = wrong.take_optional("until", until, Timestamp::parse);
    let span = per.unwrap_or(UsageSpan::Hour).into();
    let stretch = wrong.take("since", Stretch::parse(span, since, until, now));
    match stretch {
        Some(stretch) if wrong.is_empty() => Ok(stretch),
        _ => Err(ApiError::violations(400, &wrong)),
    }
}

type Answer<T> = Result<T, ApiError>;

/// The routes of what is asked of the token endpoint.
pub struct UsageApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Activity")]
impl UsageApi {
    /// List token requests of a client
    ///
    /// The last 200 of the last 30 days, newest first, with the precise reason of each refusal. They appear within a
    /// few seconds; under heavy load some accepted ones are counted, but not listed.
    #[oai(
        path = "/clients/:id/requests",
        method = "get",
        operation_id = "list_client_requests"
    )]
    async fn list_client_requests(
        &self,
        auth: Authorized<ViewClients>,
        uri: &Uri,
        /// The client's uuid or wire id.
        id: Path<String>,
        /// How many to show, 1 to 200; 50 unless given.
        limit: Query<Option<i64>>,
        /// Where the page begins: `next` of the page before.
        cursor: Query<Option<String>>,
        /// Only requests that ended this way.
        outcome: Query<Option<RequestOutcome>>,
    ) -> Answer<Listed<ClientRequestList>> {
        let limit = paging::limit(limit.0)?;
        let outcome = outcome.0.map(RequestOutcome::as_str);
        let list = format!("client requests {} {outcome:?}", id.0);
        let after = paging::open(&auth.app, &list, cursor.0.as_deref())?;
        let page =
            usage::list_client_requests(&auth.app, &auth.caller, &id.0, outcome, after, limit)
                .await?;
        let next = paging::seal(&auth.app, &list, page.next.as_ref())?;
        let link = paging::link(uri, next.as_deref());
        let items = page.items.into_iter().map(Into::into).collect();
        Ok(Listed::Ok(Json(ClientRequestList { items, next }), link))
    }

    /// Count token requests of a client
    ///
    /// By hour for 31 days, by day for 400; at most 744 at once.
    #[oai(
        path = "/clients/:id/usage",
        method = "get",
        operation_id = "get_client_usage"
    )]
    async fn get_client_usage(
        &self,
        auth: Authorized<ViewClients>,
        /// The client's uuid or wire id.
        id: Path<String>,
        /// By hour (unless given) or by day.
        per: Query<Option<UsageSpan>>,
        /// From the hour or day of this moment; unless given, the last 24 hours or 30 days.
        since: Query<Option<String>>,
        /// To the hour or day of this moment; unless given, now.
        until: Query<Option<String>>,
    ) -> Answer<Listed<Usage>> {
        let now = auth.app.clock.now();
        let stretch = stretch(per.0, since.0.as_deref(), until.0.as_deref(), now)?;
        let counted = usage::list_client_usage(&auth.app, &auth.caller, &id.0, stretch).await?;
        let usage = Usage {
            items: shown(counted),
            unknown_clients: None,
        };
        Ok(Listed::Ok(Json(usage), None))
    }

    /// Count all token requests
    ///
    /// Those of every client of the tenant, as for one client. An operator sees those of unknown clients beside them.
    #[oai(path = "/usage", method = "get", operation_id = "get_usage")]
    async fn get_usage(
        &self,
        auth: Authorized<ViewClients>,
        /// By hour (unless given) or by day.
        per: Query<Option<UsageSpan>>,
        /// From the hour or day of this moment; unless given, the last 24 hours or 30 days.
        since: Query<Option<String>>,
        /// To the hour or day of this moment; unless given, now.
        until: Query<Option<String>>,
    ) -> Answer<Listed<Usage>> {
        let now = auth.app.clock.now();
        let stretch = stretch(per.0, since.0.as_deref(), until.0.as_deref(), now)?;
        let counted = usage::list_usage(&auth.app, &auth.caller, stretch).await?;
        let unknown = usage::list_unknown_usage(&auth.app, &auth.caller, stretch).await?;
        let usage = Usage {
            items: shown(counted),
            unknown_clients: unknown.map(shown),
        };
        Ok(Listed::Ok(Json(usage), None))
    }
}
