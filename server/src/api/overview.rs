//! `/overview`: what needs a person, at a glance.

use poem_openapi::{Object, OpenApi};
use serde::Serialize;

use super::{
    Tag,
    auth::{Authorized, ViewClients},
    json::Json,
    paging::ListTotal,
    problem::ApiError,
    reply::Listed,
};
use crate::clients::overview;

/// How many clients end within a number of days.
#[derive(Clone, Debug, Object, Serialize)]
pub struct Expiring {
    /// The days, as `expires_within` of the list takes them.
    pub days: u16,
    /// The clients that end in that time, or a credential of which does.
    pub clients: ListTotal,
}

/// Refused token requests of the tenant.
#[derive(Clone, Debug, Object, Serialize)]
pub struct Refusals {
    /// In the last 24 hours.
    pub last_day: i64,
    /// On a day of the week before that.
    pub usual_per_day: i64,
    /// Whether there are far more of them than usual.
    pub jumped: bool,
}

/// What needs a person. Figures beyond 1,000 are not counted to the end, but for that of all clients.
#[derive(Clone, Debug, Object, Serialize)]
pub struct Overview {
    /// All clients.
    pub clients: ListTotal,
    /// Those that end soon, the shortest time first; each holds the ones before it.
    pub expiring: Vec<Expiring>,
    /// Those that have expired: `effective_status=expired` of the list.
    pub expired: ListTotal,
    /// Those that have nothing to authenticate with: `effective_status=no_credential`.
    pub without_credential: ListTotal,
    /// Those that got no token for 90 days: `unused_since`.
    pub unused: ListTotal,
    /// What to give as `unused_since` to list them.
    pub unused_since: String,
    /// Those that nobody answers for: `unowned=true`.
    pub unowned: ListTotal,
    /// Those that were refused a token within a day: `refused_within=1`.
    pub refused: ListTotal,
    /// How many refused requests that were; only for whoever may see all clients.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusals: Option<Refusals>,
}

impl From<overview::Overview> for Overview {
    fn from(it: overview::Overview) -> Self {
        let expiring = it.expiring.into_iter().map(|(days, clients)| Expiring {
            days: days.number(),
            clients: clients.into(),
        });
        Self {
            clients: it.clients.into(),
            expiring: expiring.collect(),
            expired: it.expired.into(),
            without_credential: it.without_credential.into(),
            unused: it.unused.into(),
            unused_since: it.unused_since.to_string(),
            unowned: it.unowned.into(),
            refused: it.refused.into(),
            refusals: it.refusals.map(|it| Refusals {
                last_day: it.last_day,
                usual_per_day: it.usual,
                jumped: it.jumped(),
            }),
        }
    }
}

/// The route of what needs a person.
pub struct OverviewApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Activity")]
impl OverviewApi {
    /// Count what needs a person
    ///
    /// Clients that end soon, have ended, are not used, are refused, or belong to nobody. Each count is that of the
    /// list of clients under the filter named beside it.
    #[oai(path = "/overview", method = "get", operation_id = "get_overview")]
    async fn get_overview(
        &self,
        auth: Authorized<ViewClients>,
    ) -> Result<Listed<Overview>, ApiError> {
        let counted = overview::read_overview(&auth.app, &auth.caller).await?;
        Ok(Listed::Ok(Json(counted.into()), None))
    }
}
