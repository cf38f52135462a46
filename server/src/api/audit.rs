//! `/audit` and `/clients/{id}/audit`: who changed what.

use poem::http::Uri;
use poem_openapi::{
    Object, OpenApi,
    param::{Path, Query},
    types::Any,
};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    Tag,
    auth::{Authorized, ViewAudit, ViewClients},
    client_dto::Actor,
    json::Json,
    paging,
    problem::ApiError,
    reply::Listed,
};
use crate::{
    access::{self, AuditFilter, AuditRow},
    app::App,
    clients::read,
    domain::{page::Page, timestamp::Timestamp, violation::Violations},
};

/// Something that was done.
#[derive(Clone, Debug, Object, Serialize)]
pub struct AuditEvent {
    /// Its id; later events have greater ids.
    pub id: Uuid,
    /// When.
    pub at: String,
    /// Who.
    pub actor: Actor,
    /// From which address.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
    /// By which program.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// In which request.
    pub request_id: String,
    /// What, such as `client.created`.
    pub action: String,
    /// To what.
    pub object: AuditObject,
    /// The fields that changed. Secrets are never among them.
    pub changes: Vec<FieldChange>,
}

/// What an event is about.
#[derive(Clone, Debug, Object, Serialize)]
pub struct AuditObject {
    /// The kind of object, such as `client`.
    pub kind: String,
    /// Its id.
    pub id: Uuid,
    /// Its name at that moment.
    pub name: String,
}

/// One field, before and after.
#[derive(Clone, Debug, Object, Serialize)]
pub struct FieldChange {
    /// The field's name in the API.
    pub field: String,
    /// What it was; `null` is "not set".
    pub before: Any<Value>,
    /// What it is; `null` is "not set".
    pub after: Any<Value>,
}

/// A page of events, newest first.
#[derive(Clone, Debug, Object, Serialize)]
pub struct AuditEventList {
    /// The events.
    pub items: Vec<AuditEvent>,
    /// The cursor of the next page, when more follow.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl From<AuditRow> for AuditEvent {
    fn from(row: AuditRow) -> Self {
        Self {
            id: row.id,
            at: row.at.to_string(),
            actor: Actor {
                kind: row.actor_kind,
                id: row.actor_id,
                name: row.actor_name,
            },
            ip: row.ip,
            user_agent: row.user_agent,
            request_id: row.request_id,
            action: row.action,
            object: AuditObject {
                kind: row.object_kind,
                id: row.object_id,
                name: row.object_name,
            },
            changes: row
                .changes
                .into_iter()
                .map(|it| FieldChange {
                    field: it.field,
                    before: Any(it.before),
                    after: Any(it.after),
                })
                .collect(),
        }
    }
}

type Answer<T> = Result<T, ApiError>;

/// The routes of the audit trail.
pub struct AuditApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Activity")]
impl AuditApi {
    /// List what was done
    ///
    /// Every change in the tenant, newest first: who, from where, what, and what it was before.
    #[oai(path = "/audit", method = "get", operation_id = "list_audit")]
    #[expect(
        clippy::too_many_arguments,
        reason = "each is a query parameter of the API"
    )]
    async fn list_audit(
        &self,
        auth: Authorized<ViewAudit>,
        uri: &Uri,
        /// How many to show, 1 to 200; 50 unless given.
        limit: Query<Option<i64>>,
        /// Where the page begins: `next` of the page before.
        cursor: Query<Option<String>>,
        /// Only by this actor.
        actor: Query<Option<Uuid>>,
        /// Only about this client or a part of it, by uuid.
        client: Query<Option<Uuid>>,
        /// Only about this object itself, of any kind, by uuid.
        object: Query<Option<Uuid>>,
        /// Only this action, such as `client.created`.
        action: Query<Option<String>>,
        /// Only at or after this moment.
        since: Query<Option<String>>,
        /// Only before this moment.
        before: Query<Option<String>>,
    ) -> Answer<Listed<AuditEventList>> {
        let limit = paging::limit(limit.0)?;
        let mut wrong = Violations::none();
        let mut moment = |name, text: Option<String>| {
            wrong.take_optional(name, text.as_deref(), Timestamp::parse)
        };
        let filter = AuditFilter {
            client: client.0,
            object: object.0,
            actor: actor.0,
            action: action.0,
            since: moment("since", since.0),
            before: moment("before", before.0),
        };
        if !wrong.is_empty() {
            return Err(ApiError::violations(400, &wrong));
        }
        let list = format!("audit {filter:?}");
        let after = paging::open(&auth.app, &list, cursor.0.as_deref())?;
        let page = access::list_audit(&auth.app, &auth.caller, &filter, after, limit).await?;
        shown(&auth.app, uri, &list, page)
    }

    /// List what was done to a client
    ///
    /// Every change of the client and its credentials, newest first.
    #[oai(
        path = "/clients/:id/audit",
        method = "get",
        operation_id = "list_client_audit"
    )]
    async fn list_client_audit(
        &self,
        auth: Authorized<ViewClients>,
        uri: &Uri,
        /// The client's uuid or wire id.
        id: Path<String>,
        /// How many to show, 1 to 200; 50 unless given.
        limit: Query<Option<i64>>,
        /// Where the page begins: `next` of the page before.
        cursor: Query<Option<String>>,
    ) -> Answer<Listed<AuditEventList>> {
        let limit = paging::limit(limit.0)?;
        let list = format!("client audit {}", id.0);
        let after = paging::open(&auth.app, &list, cursor.0.as_deref())?;
        let page = read::list_client_audit(&auth.app, &auth.caller, &id.0, after, limit).await?;
        shown(&auth.app, uri, &list, page)
    }
}

fn shown(
    app: &App,
    uri: &Uri,
    list: &str,
    page: Page<AuditRow, Uuid>,
) -> Answer<Listed<AuditEventList>> {
    let next = paging::seal(app, list, page.next.as_ref())?;
    let link = paging::link(uri, next.as_deref());
    let items = page.items.into_iter().map(Into::into).collect();
    Ok(Listed::Ok(Json(AuditEventList { items, next }), link))
}
