//! Examples in the OpenAPI document, by schema; a test holds them to their schemas.

use serde_json::{Map, Value, json};

const CLIENT: &str = "0198f0a2-7c1e-7d3b-9a55-3f2b8c6d1e01";
const SERVICE_USER: &str = "0198f0a2-7c1e-7d3b-9a55-40c1d2e3f402";
const CREDENTIAL: &str = "0198f0a2-7c20-7a11-8d77-5b6a7c8d9e03";
// An id stands in one place of an example only: linters take it for the name of a schema.
const CREATOR: &str = "0198f09f-11aa-7b22-8c33-1d2e3f405104";
const EDITOR: &str = "0198f09f-11aa-7b22-8c33-1d2e3f405105";
const ISSUER: &str = "0198f09f-11aa-7b22-8c33-1d2e3f405106";
const ROTATOR: &str = "0198f09f-11aa-7b22-8c33-1d2e3f405107";
const OLD_CREDENTIAL: &str = "0198f0a2-7c20-7a11-8d77-5b6a7c8d9e04";
const API_KEY: &str = "0198f0a2-7c20-7a11-8d77-5b6a7c8d9e05";
const KEY_MAKER: &str = "0198f09f-11aa-7b22-8c33-1d2e3f405108";
const TENANT: &str = "0198f09e-5566-7788-99aa-bbccddeeff05";
const WIRE_ID: &str = "lkc_c5i2xq7mzr4v6t3w5y2a4b6d7e";
const SECRET: &str = "lks_example_not_a_secret";
const TOKEN: &str = "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2lnbmF0dXJl";
const NEXT: &str = "bm90IGEgcmVhbCBjdXJzb3I";
const CREATED: &str = "2027-03-31T08:30:00Z";

/// Gives the schemas of bodies an example each. One that a schema brings along stays, without its nulls.
pub(super) fn illustrate(document: &mut Value) {
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else {
        return;
    };
    for (name, schema) in schemas {
        if let Some(own) = schema.get_mut("example").and_then(Value::as_object_mut) {
            own.retain(|_, value| !value.is_null());
        } else if let Some(example) = find(name) {
            schema["example"] = example;
        }
    }
}

fn role() -> Value {
    json!({
        "id": "0198f0a2-7c30-7c55-9e01-6c7d8e9fa008",
        "scope": "tenant",
        "key": "support",
        "name": "Support",
        "description": "Looks things up and changes nothing.",
        "permissions": ["users:view"],
        "built_in": false,
        "created_at": CREATED,
        "updated_at": CREATED,
        "version": 1,
    })
}

#[expect(clippy::too_many_lines, reason = "it is a table")]
fn find(schema: &str) -> Option<Value> {
    Some(match schema {
        "Client" => client(),
        "ClientList" => json!({
            "items": [client()], "next": NEXT, "total": { "count": 1234, "exact": true },
        }),
        "CreatedClient" => json!({
            "client": client(), "client_secret": SECRET, "credential": credential(),
        }),
        "PermissionGrid" => json!({ "items": [
            { "resource": "users", "label": "Users", "access": ["view", "change"] },
        ] }),
        "Role" => role(),
        "RoleList" => json!({ "items": [role()] }),
        "Credential" => credential(),
        "CredentialList" => json!({ "items": [credential()] }),
        "CreatedCredential" => json!({
            "credential": credential(), "client_id": WIRE_ID, "client_secret": SECRET,
        }),
        "RotatedCredential" => json!({
            "credential": credential(),
            "replaced": replaced(),
            "client_id": WIRE_ID,
            "client_secret": SECRET,
        }),
        "ApiKey" => api_key(),
        "ApiKeyList" => json!({ "items": [api_key()] }),
        "CreatedApiKey" => json!({ "api_key": api_key(), "key": "lkk_example_not_a_key" }),
        "Overview" => super::overview_examples::overview(),
        "TokenPreview" => super::overview_examples::token_preview(),
        "Usage" => json!({ "items": [{ "start": CREATED, "accepted": 118, "refused": 2 }] }),
        "ClientRequestList" => json!({ "items": [request()], "next": NEXT }),
        "ApplicationList" => json!({ "items": [{
            "id": CLIENT,
            "client_id": WIRE_ID,
            "name": "Expense reports",
            "scopes": ["openid", "email"],
            "allowed_at": CREATED,
            "updated_at": CREATED,
        }] }),
        "GrantList" => json!({ "items": [{
            "id": CREDENTIAL,
            "user_id": CREATOR,
            "scopes": ["openid", "email"],
            "created_at": CREATED,
            "expires_at": "2027-06-29T08:30:00Z",
        }], "next": NEXT }),
        "PushedRequest" => json!({
            "client_id": WIRE_ID,
            "client_secret": SECRET,
            "response_type": "code",
            "redirect_uri": "https://app.example.org/callback",
            "scope": "openid email",
            "state": "af0ifjsldkj",
        }),
        "PushedResponse" => json!({
            "request_uri": "urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c",
            "expires_in": 60,
        }),
        "UserInfo" => json!({ "sub": CREATOR, "email": "somebody@example.org" }),
        "AuditEventList" => json!({ "items": [event()], "next": NEXT }),
        "Me" => json!({
            "kind": "client",
            "id": CLIENT,
            "subject": SERVICE_USER,
            "name": "Nightly billing export",
            "tenant_id": TENANT,
            "role": "member",
            "operator": false,
            "permissions": [],
        }),
        "Problem" => json!({
            "type": "/problems/invalid",
            "title": "The input breaks rules",
            "status": 422,
            "detail": "/name must not be empty.",
            "request_id": "0198f0a3-0001-7abc-8def-0123456789ab",
            "errors": [{ "pointer": "/name", "code": "invalid", "message": "must not be empty" }],
        }),
        "OAuthError" => json!({
            "error": "invalid_client",
            "error_description": "the client is unknown or its secret is wrong",
        }),
        "TokenRequest" => json!({
            "grant_type": "client_credentials", "client_id": WIRE_ID, "client_secret": SECRET,
        }),
        "TokenResponse" => json!({
            "access_token": TOKEN, "token_type": "Bearer", "expires_in": 86400,
        }),
        "TokenReference" => json!({
            "token": TOKEN, "client_id": WIRE_ID, "client_secret": SECRET,
        }),
        "IntrospectionResponse" => json!({
            "active": true,
            "client_id": WIRE_ID,
            "token_type": "Bearer",
            "iat": 1_806_481_800,
            "exp": 1_806_568_200,
            "sub": SERVICE_USER,
            "aud": "https://login.example.org/api/v1",
            "iss": "https://login.example.org",
            "jti": "0198f0a4-0002-7abc-8def-0123456789ab",
            "tenant": "default",
        }),
        "Empty" => Value::Object(Map::new()),
        "JwkSet" => json!({ "keys": [{
            "kty": "EC",
            "kid": "2027-03",
            "alg": "ES256",
            "use": "sig",
            "crv": "P-256",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        }] }),
        "ServerMetadata" => json!({
            "issuer": "https://login.example.org",
            "token_endpoint": "https://login.example.org/oauth2/token",
            "jwks_uri": "https://login.example.org/oauth2/jwks",
            "response_types_supported": ["none"],
            "grant_types_supported": ["client_credentials"],
        }),
        _ => {
            return super::people_examples::find(schema)
                .or_else(|| super::access_examples::find(schema))
                .or_else(|| super::policy_examples::find(schema));
        }
    })
}

fn actor(id: &str) -> Value {
    json!({ "kind": "client", "id": id, "name": "Provisioning" })
}

fn client() -> Value {
    json!({
        "id": CLIENT,
        "client_id": WIRE_ID,
        "profile": "service_account",
        "service_user_id": SERVICE_USER,
        "operator": false,
        "public": false,
        "built_in": false,
        "post_logout_redirect_uris": [],
        "id_token_signed_response_alg": "ES256",
        "name": "Nightly billing export",
        "description": "Reads invoices and writes them to the archive.",
        "status": "active",
        "effective_status": "active",
        "redirect_uris": [],
        "grant_types": ["client_credentials"],
        "token_endpoint_auth_method": "any",
        "role": "member",
        "owner": "Billing team",
        "roles": [],
        "community_roles": [],
        "permissions": [],
        "contacts": [],
        "labels": { "env": "live" },
        "created_at": CREATED,
        "created_by": actor(CREATOR),
        "updated_at": CREATED,
        "updated_by": actor(EDITOR),
        "broken_rules": [],
        "version": 1,
    })
}

fn api_key() -> Value {
    json!({
        "id": API_KEY,
        "label": "Monitoring probe",
        "hint": "q5da",
        "status": "active",
        "created_at": CREATED,
        "created_by": { "kind": "client", "id": KEY_MAKER, "name": "Operator" },
        "use_count": 0,
        "version": 1,
    })
}

fn credential() -> Value {
    json!({
        "id": CREDENTIAL,
        "kind": "secret",
        "description": "Production, rotated every quarter",
        "hint": "cret",
        "status": "active",
        "created_at": CREATED,
        "created_by": actor(ISSUER),
        "use_count": 0,
        "version": 1,
    })
}

fn event() -> Value {
    json!({
        "id": "0198f0a5-0003-7abc-8def-0123456789ab",
        "at": CREATED,
        "actor": actor(CREATOR),
        "ip": "192.0.2.7",
        "user_agent": "provisioning/2.1",
        "request_id": "0198f0a3-0001-7abc-8def-0123456789ab",
        "action": "client.updated",
        "object": { "kind": "client", "id": CLIENT, "name": "Nightly billing export" },
        "changes": [{ "field": "name", "before": "Billing", "after": "Nightly billing export" }],
    })
}

fn replaced() -> Value {
    let mut old = credential();
    old["id"] = json!(OLD_CREDENTIAL);
    old["hint"] = json!("fore");
    old["status"] = json!("retiring");
    old["retires_at"] = json!("2027-04-01T08:30:00Z");
    old["created_by"] = actor(ROTATOR);
    old
}

fn request() -> Value {
    json!({
        "id": "0198f0a6-0004-7abc-8def-0123456789ab",
        "at": CREATED,
        "outcome": "refused",
        "reason": "secret_expired",
        "credential": CREDENTIAL,
        "ip": "192.0.2.7",
        "user_agent": "billing-export/4.0",
        "request_id": "0198f0a3-0001-7abc-8def-0123456789ac",
    })
}
