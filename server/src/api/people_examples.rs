//! Examples of people and groups in the OpenAPI document.

use serde_json::{Value, json};

const PERSON: &str = "0198f0b1-0101-7abc-8def-0123456789a1";
const GROUP: &str = "0198f0b1-0202-7abc-8def-0123456789a2";
const SESSION: &str = "0198f0b1-0303-7abc-8def-0123456789a3";
// An id stands in one place of an example only: linters take it for the name of a schema.
const CREATOR: &str = "0198f0b1-0404-7abc-8def-0123456789a4";
const EDITOR: &str = "0198f0b1-0505-7abc-8def-0123456789a5";
const NEXT: &str = "bm90IGEgcmVhbCBjdXJzb3I";
const CREATED: &str = "2027-03-31T08:30:00Z";
const EMAIL: &str = "night.shift@example.org";

pub(super) fn find(schema: &str) -> Option<Value> {
    Some(match schema {
        "User" => user(),
        "UserForm" | "CreateUser" => {
            json!({ "email": EMAIL, "name": "Night shift lead", "role": "admin" })
        }
        "CreatedUser" => json!({ "user": user(), "invitation": link() }),
        "UserList" => json!({
            "items": [user()], "next": NEXT, "total": { "count": 12, "exact": true },
        }),
        "OneTimeLink" => link(),
        "Group" => group(),
        "GroupForm" => json!({ "name": "Night shift", "description": "Who is awake." }),
        "GroupList" => json!({ "items": [group()], "next": NEXT }),
        "ChangePassword" => json!({
            "current_password": "the one that works now",
            "new_password": "the one that is to work",
        }),
        "SessionList" => json!({ "items": [{
            "id": SESSION,
            "current": true,
            "signed_in_at": CREATED,
            "last_seen_at": CREATED,
            "expires_at": "2027-03-31T20:30:00Z",
            "ip": "192.0.2.7",
        }] }),
        _ => return super::signing_key_examples::find(schema),
    })
}

fn actor(id: &str) -> Value {
    json!({ "kind": "user", "id": id, "name": "Administrator" })
}

fn user() -> Value {
    json!({
        "id": PERSON,
        "email": EMAIL,
        "name": "Night shift lead",
        "role": "admin",
        "status": "active",
        "operator": false,
        "has_password": false,
        "must_change_password": false,
        "created_at": CREATED,
        "created_by": actor(CREATOR),
        "updated_at": CREATED,
        "updated_by": actor(EDITOR),
        "version": 1,
    })
}

fn link() -> Value {
    json!({
        "url": "https://login.example.org/invitation/example-not-a-token",
        "mailed": false,
        "expires_at": "2027-04-07T08:30:00Z",
    })
}

fn group() -> Value {
    json!({
        "id": GROUP,
        "name": "Night shift",
        "description": "Who is awake.",
        "created_at": CREATED,
        "created_by": actor(CREATOR),
        "updated_at": CREATED,
        "updated_by": actor(EDITOR),
        "version": 1,
    })
}
