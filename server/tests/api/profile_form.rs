//! What can be written into a profile, and what is named as wrong.

use serde_json::json;

use crate::{
    profiles::PROFILES,
    support::{Server, on_both_databases},
};

on_both_databases! {
    what_a_profile_may_not_say_is_named,
}

#[expect(clippy::too_many_lines, reason = "one case after the other")]
async fn what_a_profile_may_not_say_is_named(server: Server) {
    let admin = server.actor("admin").await;
    for (fields, pointer, code) in [
        (json!({ "key": "Device" }), "/key", "invalid"),
        (json!({ "name": " " }), "/name", "invalid"),
        (
            json!({ "roles": { "kind": "king" } }),
            "/roles/kind",
            "invalid",
        ),
        (json!({ "roles": {} }), "/roles/kind", "required"),
        (
            json!({ "roles": { "kind": "set", "mandatory": ["tenant_member", "nobody"] } }),
            "/roles/mandatory/1",
            "unknown_role",
        ),
        (
            json!({ "roles": { "kind": "grid", "mandatory": ["tenant_member"] } }),
            "/roles/mandatory",
            "not_allowed",
        ),
        (
            json!({ "roles": { "kind": "user" }, "grant_types": ["client_credentials"], "auth_methods": ["any"] }),
            "/roles/kind",
            "inconsistent",
        ),
        (json!({ "grant_types": [] }), "/grant_types", "required"),
        (
            json!({ "grant_types": ["password"] }),
            "/grant_types/0",
            "invalid",
        ),
        (
            json!({ "grant_types": ["client_credentials", "refresh_token"] }),
            "/grant_types",
            "inconsistent",
        ),
        (
            json!({ "default_grant_types": ["authorization_code"] }),
            "/default_grant_types/0",
            "inconsistent",
        ),
        (
            json!({ "redirect_uris": "required" }),
            "/redirect_uris",
            "inconsistent",
        ),
        (
            json!({ "auth_methods": ["none"], "grant_types": ["authorization_code"], "roles": { "kind": "user" } }),
            "/auth_methods",
            "inconsistent",
        ),
        (
            json!({ "client_id": { "kind": "guessed" } }),
            "/client_id/kind",
            "invalid",
        ),
        (
            json!({ "client_id": { "kind": "chosen", "wire_pattern": "wallet" } }),
            "/client_id/wire_pattern",
            "invalid",
        ),
        (
            json!({ "client_id": { "wire_pattern": "{client_id}" } }),
            "/client_id/wire_pattern",
            "not_allowed",
        ),
        (
            json!({ "token_lifetime": { "least": 59 } }),
            "/token_lifetime/least",
            "out_of_range",
        ),
        (
            json!({ "token_lifetime": { "most": 86_401 } }),
            "/token_lifetime/most",
            "out_of_range",
        ),
        (
            json!({ "token_lifetime": { "least": 600, "most": 300 } }),
            "/token_lifetime/most",
            "inconsistent",
        ),
        (
            json!({ "token_lifetime": { "default": 61, "least": 120 } }),
            "/token_lifetime/default",
            "inconsistent",
        ),
        (
            json!({ "expiry": { "fixed": true } }),
            "/expiry/fixed",
            "not_allowed",
        ),
        (
            json!({ "expiry": { "kind": "required", "default_days": 0 } }),
            "/expiry/default_days",
            "out_of_range",
        ),
        (
            json!({ "secret": { "longest_days": 3_651 } }),
            "/secret/longest_days",
            "out_of_range",
        ),
        (
            json!({ "secret": { "longest_days": 90, "may_never_expire": true } }),
            "/secret/may_never_expire",
            "inconsistent",
        ),
        (
            json!({ "secret": { "default_expiry": "never", "may_never_expire": false } }),
            "/secret/default_expiry",
            "inconsistent",
        ),
        (
            json!({ "secret": { "default_expiry": "days" } }),
            "/secret/default_days",
            "required",
        ),
        (
            json!({ "secret": { "default_days": 91, "longest_days": 90 } }),
            "/secret/default_days",
            "inconsistent",
        ),
    ] {
        let mut body = json!({ "key": "device", "name": "Devices", "roles": { "kind": "grid" } });
        for (name, value) in fields.as_object().unwrap() {
            body[name] = value.clone();
        }
        let refused = admin.post(PROFILES, body).await.is_problem(422, "invalid");
        assert_eq!(
            refused.errors(),
            [(pointer.to_owned(), code.to_owned())],
            "{fields}"
        );
    }
    for key in ["users", "clients", "app", "community_members"] {
        let body = json!({ "key": key, "name": "A", "roles": { "kind": "grid" } });
        admin
            .post(PROFILES, body)
            .await
            .is_problem(409, "key_taken");
    }
}
