//! Examples of profiles and settings in the OpenAPI document.

use serde_json::{Value, json};

const CREATED: &str = "2027-03-31T08:30:00Z";
const NEXT: &str = "bm90IGEgcmVhbCBjdXJzb3I";

pub(super) fn find(schema: &str) -> Option<Value> {
    Some(match schema {
        "Profile" => profile(),
        "ProfileList" => json!({ "items": [profile()] }),
        "CreateProfile" => json!({
            "key": "device",
            "name": "Devices",
            "description": "What stands in the field and reports home.",
            "roles": { "kind": "grid" },
            "token_lifetime": { "default": 900, "least": 60, "most": 3600 },
            "secret": { "default_expiry": "days", "default_days": 90, "longest_days": 180 },
        }),
        "ProfileForm" => json!({
            "name": "Devices",
            "token_lifetime": { "default": 900, "least": 60, "most": 3600 },
            "secret": { "default_expiry": "days", "default_days": 90, "longest_days": 180 },
        }),
        "BreakingClientList" => json!({ "items": [{
            "id": "0198f0c1-0101-7abc-8def-0123456789c1",
            "client_id": "lkc_c5i2xq7mzr4v6t3w5y2a4b6d7e",
            "name": "Weather station",
            "broken": [{
                "pointer": "/token_lifetime",
                "code": "out_of_range",
                "message": "is 7200 seconds; this profile allows 60 to 3600 seconds",
            }],
        }], "next": NEXT, "total": { "count": 73, "exact": true } }),
        "Settings" => json!({
            "client_credentials_lifetime": "10m",
            "client_credentials_seconds": 600,
            "mail_notices": true,
            "mail_available": true,
            "notice_days": [90, 30, 7, 1],
            "webhook_url": "https://hooks.example.org/latchkey",
            "updated_at": CREATED,
            "version": 2,
        }),
        "SettingsForm" => json!({
            "client_credentials_lifetime": "10m",
            "mail_notices": true,
            "notice_days": [30, 7, 1],
        }),
        _ => return None,
    })
}

fn profile() -> Value {
    json!({
        "key": "device",
        "name": "Devices",
        "description": "What stands in the field and reports home.",
        "built_in": false,
        "grant_types": ["client_credentials"],
        "default_grant_types": ["client_credentials"],
        "client_id": { "kind": "generated" },
        "roles": { "kind": "grid" },
        "redirect_uris": "forbidden",
        "token_lifetime": { "default": 900, "least": 60, "most": 3600 },
        "expiry": { "kind": "optional" },
        "secret": {
            "at_creation": true,
            "default_expiry": "days",
            "default_days": 90,
            "may_never_expire": false,
            "longest_days": 180,
        },
        "auth_methods": ["any", "client_secret_basic", "client_secret_post"],
        "created_at": CREATED,
        "updated_at": CREATED,
        "version": 1,
    })
}
