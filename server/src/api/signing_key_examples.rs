//! Examples of signing keys in the OpenAPI document.

use serde_json::{Value, json};

pub(super) fn find(schema: &str) -> Option<Value> {
    Some(match schema {
        "SigningKey" => active(),
        "SigningKeyList" => json!({ "items": [
            active(),
            {
                "kid": "qkfWq1dXoKKJfGqbLZ0nnIMuOQBkmG3mDpZmbkJVFvM",
                "alg": "ES256",
                "status": "next",
                "created_at": "2027-03-31T08:30:00Z",
                "version": 1,
            },
        ] }),
        "RetiredSigningKey" => json!({
            "key": {
                "kid": "mAUpFzHYAr2JwHOyRbWmCzXcK0-AXK2jDwDGeYh1bDc",
                "alg": "ES256",
                "status": "retired",
                "created_at": "2027-01-02T08:30:00Z",
                "activated_at": "2027-01-02T08:30:00Z",
                "retired_at": "2027-03-31T08:30:00Z",
                "gone_at": "2027-03-31T08:30:00Z",
                "version": 3,
            },
            "tokens_at_most": 1204,
        }),
        _ => return None,
    })
}

fn active() -> Value {
    json!({
        "kid": "mAUpFzHYAr2JwHOyRbWmCzXcK0-AXK2jDwDGeYh1bDc",
        "alg": "ES256",
        "status": "active",
        "created_at": "2027-01-02T08:30:00Z",
        "activated_at": "2027-01-02T08:30:00Z",
        "rotates_at": "2027-04-02T08:30:00Z",
        "version": 2,
    })
}
