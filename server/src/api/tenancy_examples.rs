//! Examples of tenants and communities in the OpenAPI document, by schema.

use serde_json::{Value, json};

const CREATED: &str = "2027-03-31T08:30:00Z";
const NEXT: &str = "bm90IGEgcmVhbCBjdXJzb3I";

pub(super) fn find(schema: &str) -> Option<Value> {
    Some(match schema {
        "Tenant" => tenant(),
        "TenantList" => json!({ "items": [tenant()], "next": NEXT }),
        "CreateTenant" => json!({
            "key": "north", "name": "North branch", "external_key": "NB-7",
        }),
        "TenantForm" => json!({ "name": "Northern branch", "external_key": "NB-7" }),
        "CreateAdministrator" => json!({
            "email": "administrator@north.example.org", "name": "Administrator of the north",
        }),
        "Community" => community(),
        "CommunityList" => json!({ "items": [community()], "next": NEXT }),
        "CreateCommunity" => json!({ "key": "branches", "name": "All branches" }),
        "CommunityForm" => json!({ "name": "Every branch" }),
        "CommunityTenantList" => json!({ "items": [tenant_name()], "next": NEXT }),
        "CommunityMember" => member(),
        "CommunityMemberList" => json!({ "items": [member()], "next": NEXT }),
        "RoleHolderList" => json!({ "items": [{
            "kind": "group", "id": "0198f09f-11aa-7b22-8c33-1d2e3f405109", "name": "Night shift",
        }], "next": NEXT }),
        "CommunityMemberRoles" => json!({ "roles": ["community_member"] }),
        "Directory" => json!({ "items": [{
            "id": "0198f0a2-7c1e-7d3b-9a55-3f2b8c6d1e21",
            "client_id": "stock-levels",
            "name": "Stock levels",
            "description": "Tells what each branch has in store.",
            "profile": "short_lived",
            "tenant": tenant_name(),
            "shared_at": CREATED,
        }], "next": NEXT }),
        "ClientTenants" => json!({ "items": [{
            "tenant": "north",
            "roles": ["tenant_member"],
            "community_roles": [{ "community": "branches", "roles": ["community_member"] }],
        }] }),
        "AssignedClient" => assigned_client(),
        "AssignedClientList" => json!({ "items": [assigned_client()], "next": NEXT }),
        _ => return None,
    })
}

fn tenant() -> Value {
    json!({
        "id": "0198f09e-5566-7788-99aa-bbccddeeff15",
        "key": "north",
        "name": "North branch",
        "external_key": "NB-7",
        "created_at": CREATED,
        "updated_at": CREATED,
        "version": 1,
    })
}

fn assigned_client() -> Value {
    json!({
        "id": "0198f0a2-7c1e-7d3b-9a55-3f2b8c6d1e23",
        "client_id": "stock-levels",
        "name": "Stock levels",
        "tenant": tenant_name(),
        "roles": ["tenant_member"],
        "community_roles": [{ "community": "branches", "roles": ["community_member"] }],
    })
}

fn tenant_name() -> Value {
    json!({ "id": "0198f09e-5566-7788-99aa-bbccddeeff16", "key": "north", "name": "North branch" })
}

fn community() -> Value {
    json!({
        "id": "0198f09e-5566-7788-99aa-bbccddeeff17",
        "key": "branches",
        "name": "All branches",
        "created_at": CREATED,
        "updated_at": CREATED,
        "version": 1,
    })
}

fn member() -> Value {
    json!({
        "kind": "client",
        "id": "0198f0a2-7c1e-7d3b-9a55-3f2b8c6d1e22",
        "name": "Stock levels",
        "tenant": tenant_name(),
        "roles": ["community_member"],
    })
}
