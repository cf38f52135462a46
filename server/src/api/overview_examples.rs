//! Examples of what needs a person, and of what a token would say.

use serde_json::{Value, json};

pub(super) fn overview() -> Value {
    let exactly = |count: u64| json!({ "count": count, "exact": true });
    json!({
        "clients": exactly(1234),
        "expiring": [
            { "days": 1, "clients": exactly(1) },
            { "days": 7, "clients": exactly(4) },
            { "days": 30, "clients": exactly(19) },
            { "days": 90, "clients": exactly(71) },
        ],
        "expired": exactly(12),
        "without_credential": exactly(3),
        "unused": exactly(40),
        "unused_since": "2026-12-31T23:59:59Z",
        "unowned": exactly(9),
        "refused": exactly(5),
        "refusals": { "last_day": 480, "usual_per_day": 12, "jumped": true },
    })
}

pub(super) fn token_preview() -> Value {
    json!({
        "format": "jwt",
        "header": [{ "name": "alg", "value": "ES256" }, { "name": "typ", "value": "at+jwt" }],
        "claims": [
            { "name": "client_id", "value": "lkc_c5i2xq7mzr4v6t3w5y2a4b6d7e" },
            { "name": "exp", "value": 1_806_568_200 },
            { "name": "iss", "value": "https://id.example.com" },
        ],
        "expires_in": 86400,
    })
}
