//! Examples of APIs in the OpenAPI document.

use serde_json::{Value, json};

const API: &str = "0198f0c1-0101-7abc-8def-0123456789a1";
const SERVICE: &str = "0198f0c1-0202-7abc-8def-0123456789a2";
// An id stands in one place of an example only: linters take it for the name of a schema.
const CREATOR: &str = "0198f0c1-0404-7abc-8def-0123456789a4";
const EDITOR: &str = "0198f0c1-0505-7abc-8def-0123456789a5";
const NEXT: &str = "bm90IGEgcmVhbCBjdXJzb3I";
const CREATED: &str = "2027-03-31T08:30:00Z";

pub(super) fn find(schema: &str) -> Option<Value> {
    Some(match schema {
        "Api" => api(),
        "ApiList" => json!({ "items": [api()], "next": NEXT }),
        _ => return None,
    })
}

fn actor(id: &str) -> Value {
    json!({ "kind": "user", "id": id, "name": "Administrator" })
}

fn api() -> Value {
    json!({
        "id": API,
        "key": "orders",
        "audience": "https://orders.example.com",
        "name": "Orders",
        "description": "Takes orders and sends invoices.",
        "permissions": [
            { "key": "invoices", "label": "Invoices", "access": ["view", "change"] },
            { "key": "reports", "label": "Reports", "access": ["view"] },
        ],
        "token_format": "jwt",
        "token_lifetime": 900,
        "default": false,
        "introspection_clients": [SERVICE],
        "built_in": false,
        "created_at": CREATED,
        "created_by": actor(CREATOR),
        "updated_at": CREATED,
        "updated_by": actor(EDITOR),
        "version": 1,
    })
}
