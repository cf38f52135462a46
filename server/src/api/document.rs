//! The OpenAPI document: what the framework knows, finished.

use poem_openapi::{OpenApi, OpenApiService};
use serde_json::{Map, Value, json};

use super::{
    api_keys::ApiKeysApi, apis::ApisApi, applications::ApplicationsApi,
    assigned_clients::AssignedClientsApi, audit::AuditApi, auth::SCHEME_PREFIX,
    client_roles::ClientRolesApi, client_tenants::ClientTenantsApi, clients::ClientsApi,
    communities::CommunitiesApi, community_members::CommunityMembersApi,
    credentials::CredentialsApi, examples, groups::GroupsApi, me::MeApi, overview::OverviewApi,
    people_roles::PeopleRolesApi, permissions::PermissionsApi, profiles::ProfilesApi,
    role_holders::RoleHoldersApi, roles::RolesApi, rotation::RotationApi, settings::SettingsApi,
    signing_keys::SigningKeysApi, tenants::TenantsApi, token_preview::TokenPreviewApi,
    usage::UsageApi, user_links::UserLinksApi, users::UsersApi,
};
use crate::{
    domain::{permission::Access, role::MANAGEMENT_RESOURCES},
    oauth_http,
};

/// Every route of the document, in its chapters.
pub fn service() -> OpenApiService<impl OpenApi, ()> {
    let clients = (
        ClientsApi,
        CredentialsApi,
        RotationApi,
        ApiKeysApi,
        TokenPreviewApi,
        UsageApi,
    );
    let people = (
        UsersApi,
        UserLinksApi,
        GroupsApi,
        PeopleRolesApi,
        MeApi,
        ApplicationsApi,
    );
    let access = (
        PermissionsApi,
        ApisApi,
        RolesApi,
        ClientRolesApi,
        RoleHoldersApi,
        ProfilesApi,
    );
    let tenancy = (
        TenantsApi,
        CommunitiesApi,
        CommunityMembersApi,
        ClientTenantsApi,
        AssignedClientsApi,
    );
    let tenant = (OverviewApi, AuditApi, SettingsApi, SigningKeysApi);
    let apis = (
        clients,
        people,
        access,
        tenancy,
        tenant,
        oauth_http::endpoints(),
    );
    OpenApiService::new(apis, "Latchkey", env!("CARGO_PKG_VERSION"))
}

/// The document, as it is checked in and served.
pub fn document() -> Value {
    // The framework writes valid JSON; were it not, the drift test would show an empty document.
    let mut document: Value = serde_json::from_str(&service().spec()).unwrap_or_default();
    describe(&mut document);
    open_unions(&mut document);
    describe_once(&mut document);
    let scopes = secure(&mut document);
    let schemes = json!({
        "oauth2": {
            "type": "oauth2",
            "description": "An access token of this server, by the client credentials grant. The permission that an \
                operation needs stands as its scope; the caller's roles decide whether it has it.",
            "flows": { "clientCredentials": { "tokenUrl": "/oauth2/token", "scopes": scopes } },
        },
        "client": {
            "type": "http",
            "scheme": "basic",
            "description": "The client_id and client_secret of a client, each form-encoded.",
        },
    });
    document["components"]["securitySchemes"] = schemes;
    close_requests(&mut document);
    close_empty(&mut document);
    bound_parameters(&mut document);
    spell_headers(&mut document);
    examples::illustrate(&mut document);
    document
}

/// The document as text.
pub fn text() -> String {
    let mut text = serde_json::to_string_pretty(&document()).unwrap_or_default();
    text.push('\n');
    text
}

/// The interactive page. It is the framework's, with our document in place of the unfinished one.
pub fn page() -> String {
    let service = service();
    let html = service
        .swagger_ui_html()
        .replacen(&service.spec(), &text(), 1)
        .replacen(
            "<html charset=\"UTF-8\">",
            "<!doctype html><html lang=\"en\">",
            1,
        );
    html.replacen(
        "<title>Swagger UI</title>",
        "<title>Latchkey API</title>",
        1,
    )
}

fn describe(document: &mut Value) {
    document["info"]["description"] = json!(
        "The life of machine credentials: create a client, edit it, rotate its secrets, deactivate it, let it expire, \
         delete it, and issue the tokens it asks for.\n\n\
         Services of your own can accept this server's tokens: register each as an API. A client asks for a token for it \
         by `resource` (RFC 8707); the token then says for whom it is (`aud`) and with which `roles`, `permissions`, \
         `scope` and `tenant`, and no other API accepts it. An API that asks for `opaque` tokens looks into them by \
         introspection. A permission of a registered API is written `<key of the API>/<permission>:view` or \
         `:change` where rights are given, and `<permission>:view` or `:change` in its tokens.\n\n\
         Errors of the management API are `application/problem+json` (RFC 9457); those of the OAuth endpoints follow \
         RFC 6749. Every object has an ETag. Times are UTC."
    );
    document["info"]["license"] = json!({
        "name": "Apache-2.0",
        "url": "https://www.apache.org/licenses/LICENSE-2.0",
    });
    document["servers"] = json!([{ "url": "/", "description": "This server" }]);
}

/// Takes back that "one of these" is an object: the framework says so of every union, also of one of plain values.
fn open_unions(document: &mut Value) {
    let schemas = document["components"]["schemas"].as_object_mut();
    for schema in schemas.into_iter().flat_map(Map::values_mut) {
        if schema.get("anyOf").is_some()
            && schema.get("properties").is_none()
            && let Some(schema) = schema.as_object_mut()
        {
            schema.remove("type");
        }
    }
}

/// Takes back the second telling of what a field is for: the framework writes its description beside the reference and,
/// in `allOf`, as a schema of its own, which is one of anything and which generators of clients cannot merge.
fn describe_once(value: &mut Value) {
    if let Some(object) = value.as_object_mut() {
        let described = object.contains_key("description");
        if let Some(parts) = object.get_mut("allOf").and_then(Value::as_array_mut) {
            parts.retain(|it| {
                let only_words = |it: &Map<String, Value>| it.keys().eq(["description"]);
                !described || !it.as_object().is_some_and(only_words)
            });
        }
        object.values_mut().for_each(describe_once);
    } else if let Some(array) = value.as_array_mut() {
        array.iter_mut().for_each(describe_once);
    }
}

/// Turns the names that stand for permissions into one security scheme with scopes, and gives the scopes.
fn secure(document: &mut Value) -> Map<String, Value> {
    let mut scopes = Map::new();
    for resource in MANAGEMENT_RESOURCES {
        let label = resource.label;
        scopes.insert(
            format!("{}:view", resource.key),
            json!(format!("{label}: read")),
        );
        if resource.most() == Access::View {
            continue;
        }
        scopes.insert(
            format!("{}:change", resource.key),
            json!(format!("{label}: create, change and delete")),
        );
    }
    scopes.insert(
        "operator".to_owned(),
        json!("Tenants and communities: for operators"),
    );
    for operation in operations(document) {
        let Some(name) = operation["security"][0]
            .as_object()
            .and_then(|it| it.keys().next().cloned())
        else {
            // Without the framework's list the route is open to all: said openly, and held by a test.
            if operation.get("security").is_none() {
                operation["security"] = json!([]);
            }
            continue;
        };
        let Some(permission) = name.strip_prefix(SCHEME_PREFIX) else {
            continue;
        };
        let (scopes, said) = if permission.is_empty() {
            (json!([]), "Any valid token will do.".to_owned())
        } else {
            (
                json!([permission]),
                format!("Needs the permission `{permission}`."),
            )
        };
        operation["security"] = json!([{ "oauth2": scopes }]);
        let description = operation["description"].as_str().unwrap_or_default();
        operation["description"] = json!(format!("{description}\n\n{said}").trim());
    }
    authenticate_clients(document);
    scopes
}

/// Where a form takes a client's secret, HTTP Basic takes it, too.
fn authenticate_clients(document: &mut Value) {
    let schemas = document["components"]["schemas"].clone();
    for operation in operations(document) {
        let form = &operation["requestBody"]["content"]["application/x-www-form-urlencoded"];
        let name = form["schema"]["$ref"]
            .as_str()
            .and_then(|it| it.rsplit('/').next());
        let takes_secret =
            name.is_some_and(|it| schemas[it]["properties"].get("client_secret").is_some());
        if takes_secret {
            operation["security"] = json!([{ "client": [] }, {}]);
        }
    }
}

/// Headers in the spelling of their RFCs.
fn spell_headers(document: &mut Value) {
    for operation in operations(document) {
        let responses = operation["responses"].as_object_mut();
        for response in responses.into_iter().flat_map(Map::values_mut) {
            let Some(headers) = response.get_mut("headers").and_then(Value::as_object_mut) else {
                continue;
            };
            *headers = std::mem::take(headers)
                .into_iter()
                .map(|(name, header)| (spelling(&name), header))
                .collect();
        }
    }
}

/// An object without members is empty, not free-form.
fn close_empty(document: &mut Value) {
    let schemas = document["components"]["schemas"].as_object_mut();
    for schema in schemas.into_iter().flat_map(Map::values_mut) {
        if schema["type"] == "object" && schema.get("properties").is_none() {
            schema["additionalProperties"] = json!(false);
        }
    }
}

/// `CACHE-CONTROL` is `Cache-Control`.
fn spelling(name: &str) -> String {
    if name.eq_ignore_ascii_case("etag") {
        return "ETag".to_owned();
    }
    let words: Vec<String> = name
        .split('-')
        .map(|word| {
            let mut word = word.to_ascii_lowercase();
            if let Some(first) = word.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            word
        })
        .collect();
    words.join("-")
}

/// What the values of parameters are, where the handlers read them as plain text.
fn bound_parameters(document: &mut Value) {
    for operation in operations(document) {
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            let bounds = match parameter["name"].as_str().unwrap_or_default() {
                "limit" => json!({ "minimum": 1, "maximum": 200, "default": 50 }),
                "expires_within" | "refused_within" => json!({ "minimum": 1, "maximum": 366 }),
                "Idempotency-Key" => json!({
                    "pattern": "^[!-~]{1,255}$",
                    "example": "0b2f6c1e-6f0e-4c3e-9a51-2d8b0f6a7c11",
                }),
                "If-Match" => json!({
                    "pattern": "^(\\*|(W/)?\"[!#-~]*\"( *, *(W/)?\"[!#-~]*\")*)$",
                    "example": "\"1\"",
                }),
                _ => continue,
            };
            if let (Some(schema), Value::Object(bounds)) =
                (parameter["schema"].as_object_mut(), bounds)
            {
                schema.extend(bounds);
            }
        }
    }
}

fn operations(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    document["paths"]
        .as_object_mut()
        .into_iter()
        .flat_map(Map::values_mut)
        .filter_map(Value::as_object_mut)
        .flat_map(Map::values_mut)
}

/// In what is sent to the API, a field that is not described is a mistake; and a body that may be empty is optional.
fn close_requests(document: &mut Value) {
    let mut sent: Vec<String> = operations(document)
        .filter_map(|it| {
            it["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str()
        })
        .map(str::to_owned)
        .collect();
    let mut done = 0;
    while let Some(reference) = sent.get(done).cloned() {
        done += 1;
        let Some(schema) = document.pointer_mut(reference.trim_start_matches('#')) else {
            continue;
        };
        // One that only says "either of these" has no fields to close.
        if schema.get("properties").is_some() {
            schema["additionalProperties"] = json!(false);
        }
        let mut inner = Vec::new();
        references(schema, &mut inner);
        for one in inner {
            if !sent.contains(&one) {
                sent.push(one);
            }
        }
        // What may be left out may be null as well: both say "not set".
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let properties = schema.get_mut("properties");
        let properties = properties.and_then(Value::as_object_mut);
        for (name, property) in properties.into_iter().flatten() {
            let optional = !required.contains(&json!(name)) && property.get("default").is_none();
            if optional && property.get("type").is_some() {
                property["nullable"] = json!(true);
            }
            // So it is for the values of a map.
            if let Some(values) = property.get_mut("additionalProperties")
                && values.get("type").is_some()
            {
                values["nullable"] = json!(true);
            }
        }
    }
    let schemas = document["components"]["schemas"].clone();
    for operation in operations(document) {
        let Some(body) = operation.get_mut("requestBody") else {
            continue;
        };
        let name = body["content"]["application/json"]["schema"]["$ref"]
            .as_str()
            .and_then(|it| it.rsplit('/').next());
        if let Some(name) = name
            && schemas[name].get("required").is_none()
        {
            body["required"] = json!(false);
        }
    }
}

fn references(value: &Value, found: &mut Vec<String>) {
    if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
        found.push(reference.to_owned());
    }
    if let Some(object) = value.as_object() {
        object.values().for_each(|it| references(it, found));
    } else if let Some(array) = value.as_array() {
        for item in array {
            references(item, found);
        }
    }
}
