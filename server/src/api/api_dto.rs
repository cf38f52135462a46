//! APIs as they travel.

use poem_openapi::{Object, types::Example};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::client_dto::Actor;
use crate::{
    access::api_form::{ApiDraft, PermissionDraft},
    domain::{
        api::{Api as Known, ApiPermission as Row, Chosen},
        grid::columns,
    },
};

/// Something that accepts tokens of this server.
#[derive(Clone, Debug, Object, Serialize, Deserialize)]
pub struct Api {
    /// Its id for ever.
    pub id: Uuid,
    /// Its short name, fixed. Its permissions are written `<key>/<permission>:view` and `<key>/<permission>:change`.
    pub key: String,
    /// Its name in requests (`resource`) and tokens (`aud`).
    pub audience: String,
    /// What people call it.
    pub name: String,
    /// One or two sentences.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its rows of the permission grid. Those of this server's own API are listed by GET /api/v1/permissions only.
    pub permissions: Vec<ApiPermission>,
    /// `jwt`: signed, so that anyone can read and check a token; `opaque`: sealed, so that only introspection can.
    pub token_format: String,
    /// The longest that its tokens live, in seconds; absent: as long as the client's.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_lifetime: Option<i64>,
    /// Whether tokens are for it when their request names no `resource`.
    pub default: bool,
    /// The ids of its own clients: they may introspect every token that is for it.
    pub introspection_clients: Vec<String>,
    /// Whether it is this server's own API, which cannot be changed.
    pub built_in: bool,
    /// When it was made.
    pub created_at: String,
    /// By whom.
    pub created_by: Actor,
    /// When it was last changed.
    pub updated_at: String,
    /// By whom.
    pub updated_by: Actor,
    /// Counts its changes; the ETag.
    pub version: i64,
}

impl From<&Known> for Api {
    fn from(api: &Known) -> Self {
        let form = ApiForm::from(api);
        Self {
            id: api.id,
            key: api.key.clone(),
            audience: api.form.audience.to_string(),
            name: api.form.name.clone(),
            description: form.description,
            permissions: form.permissions.unwrap_or_default(),
            token_format: api.form.token_format.to_string(),
            token_lifetime: form.token_lifetime,
            default: api.form.chosen == Chosen::ByDefault,
            introspection_clients: form.introspection_clients.unwrap_or_default(),
            built_in: api.is_management(),
            created_at: api.created_at.to_string(),
            created_by: (&api.created_by).into(),
            updated_at: api.updated_at.to_string(),
            updated_by: (&api.updated_by).into(),
            version: api.version.0,
        }
    }
}

/// A row that an API adds to the permission grid.
#[derive(Clone, Debug, Object, Serialize, Deserialize)]
pub struct ApiPermission {
    /// Its short name: 2 to 64 characters of a-z, 0-9, hyphen and underscore, a letter first.
    pub key: String,
    /// What people read: 1 to 255 characters.
    pub label: String,
    /// `view` and `change`, or `view` alone. `change` always implies `view`, on write and on read-back.
    pub access: Vec<String>,
}

impl From<&Row> for ApiPermission {
    fn from(row: &Row) -> Self {
        let access = columns(row.most).iter();
        Self {
            key: row.key.clone(),
            label: row.label.clone(),
            access: access.map(|it| it.as_str().to_owned()).collect(),
        }
    }
}

impl From<ApiPermission> for PermissionDraft {
    fn from(row: ApiPermission) -> Self {
        Self {
            key: row.key,
            label: row.label,
            access: row.access,
        }
    }
}

/// A page of APIs, by name.
#[derive(Clone, Debug, Object, Serialize)]
pub struct ApiList {
    /// The APIs.
    pub items: Vec<Api>,
    /// The cursor of the next page, when more follow.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// What a new API is to be.
#[derive(Clone, Debug, Object)]
#[oai(example)]
pub struct CreateApi {
    /// Its short name, fixed: 2 to 64 characters of a-z, 0-9, hyphen and underscore, a letter first.
    pub key: String,
    /// An absolute URI without fragment (RFC 8707), unique among the APIs of all tenants; compared character by
    /// character.
    pub audience: String,
    /// What people call it: 1 to 255 characters.
    pub name: String,
    /// One or two sentences: up to 500 characters.
    pub description: Option<String>,
    /// Its rows of the permission grid, at most 100.
    #[oai(default)]
    pub permissions: Vec<ApiPermission>,
    /// `jwt` or `opaque`.
    #[oai(default = "jwt")]
    pub token_format: String,
    /// The longest that its tokens live: 60 to 86400 seconds.
    pub token_lifetime: Option<i64>,
    /// Whether tokens are for it when their request names no `resource`. The API that was the default gives way.
    #[oai(default)]
    pub default: bool,
    /// Uuids or wire ids of its own clients, at most 50: they may introspect every token that is for it.
    #[oai(default)]
    pub introspection_clients: Vec<String>,
}

fn jwt() -> String {
    "jwt".to_owned()
}

impl Example for CreateApi {
    fn example() -> Self {
        Self {
            key: "orders".to_owned(),
            audience: "https://orders.example.com".to_owned(),
            name: "Orders".to_owned(),
            description: Some("Takes orders and sends invoices.".to_owned()),
            permissions: vec![
                ApiPermission {
                    key: "invoices".to_owned(),
                    label: "Invoices".to_owned(),
                    access: vec!["view".to_owned(), "change".to_owned()],
                },
                ApiPermission {
                    key: "reports".to_owned(),
                    label: "Reports".to_owned(),
                    access: vec!["view".to_owned()],
                },
            ],
            token_format: jwt(),
            token_lifetime: Some(900),
            default: false,
            introspection_clients: Vec::new(),
        }
    }
}

impl From<CreateApi> for ApiDraft {
    fn from(new: CreateApi) -> Self {
        Self {
            audience: Some(new.audience),
            name: Some(new.name),
            description: new.description,
            permissions: new.permissions.into_iter().map(Into::into).collect(),
            token_format: Some(new.token_format),
            token_lifetime: new.token_lifetime,
            chosen: chosen(new.default),
            introspection_clients: new.introspection_clients,
        }
    }
}

/// The editable part of an API.
#[derive(Clone, Debug, Default, Object)]
#[oai(example)]
pub struct ApiForm {
    /// An absolute URI without fragment (RFC 8707), unique among the APIs of all tenants. Tokens that name the former
    /// one are good no longer.
    pub audience: Option<String>,
    /// What people call it: 1 to 255 characters.
    pub name: Option<String>,
    /// One or two sentences: up to 500 characters.
    #[oai(skip_serializing_if_is_none)]
    pub description: Option<String>,
    /// Its rows of the permission grid, at most 100. One that is left out is taken from everybody who held it.
    #[oai(skip_serializing_if_is_none)]
    pub permissions: Option<Vec<ApiPermission>>,
    /// `jwt` unless given, or `opaque`.
    #[oai(skip_serializing_if_is_none)]
    pub token_format: Option<String>,
    /// The longest that its tokens live: 60 to 86400 seconds.
    #[oai(skip_serializing_if_is_none)]
    pub token_lifetime: Option<i64>,
    /// Whether tokens are for it when their request names no `resource`. The API that was the default gives way; with
    /// none, tokens are for this server's own API. Programs that call that one have to name it once another is the
    /// default.
    #[oai(skip_serializing_if_is_none)]
    pub default: Option<bool>,
    /// Uuids or wire ids of its own clients, at most 50: they may introspect every token that is for it.
    #[oai(skip_serializing_if_is_none)]
    pub introspection_clients: Option<Vec<String>>,
}

impl Example for ApiForm {
    fn example() -> Self {
        let new = CreateApi::example();
        Self {
            audience: Some(new.audience),
            name: Some(new.name),
            description: new.description,
            permissions: Some(new.permissions),
            token_format: Some(new.token_format),
            token_lifetime: new.token_lifetime,
            default: Some(new.default),
            introspection_clients: Some(new.introspection_clients),
        }
    }
}

impl From<&Known> for ApiForm {
    fn from(api: &Known) -> Self {
        let form = &api.form;
        let clients = form.introspection_clients.iter();
        Self {
            audience: Some(form.audience.to_string()),
            name: Some(form.name.clone()),
            description: form.description.clone(),
            permissions: Some(form.permissions.iter().map(Into::into).collect()),
            token_format: Some(form.token_format.to_string()),
            token_lifetime: form.token_lifetime.map(|it| i64::from(it.seconds())),
            default: Some(form.chosen == Chosen::ByDefault),
            introspection_clients: Some(clients.map(ToString::to_string).collect()),
        }
    }
}

impl From<ApiForm> for ApiDraft {
    fn from(form: ApiForm) -> Self {
        let permissions = form.permissions.unwrap_or_default();
        Self {
            audience: form.audience,
            name: form.name,
            description: form.description,
            permissions: permissions.into_iter().map(Into::into).collect(),
            token_format: form.token_format,
            token_lifetime: form.token_lifetime,
            chosen: chosen(form.default.unwrap_or_default()),
            introspection_clients: form.introspection_clients.unwrap_or_default(),
        }
    }
}

const fn chosen(default: bool) -> Chosen {
    if default {
        Chosen::ByDefault
    } else {
        Chosen::ByName
    }
}
