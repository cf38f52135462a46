//! The API's words as a person reads them.

use api_client::browser::text::digits;
use serde_json::Value;

use crate::{clock, me::use_me};

/// A field of the API.
pub(crate) fn field(name: &str) -> String {
    match name {
        "client_id" => "Client ID".to_owned(),
        "email" => "E-mail".to_owned(),
        "redirect_uris" => "Redirect URIs".to_owned(),
        "token_endpoint_auth_method" => "Authentication".to_owned(),
        "grant_types" => "Grants".to_owned(),
        "expires_at" => "Expires".to_owned(),
        "token_lifetime" => "Token lifetime".to_owned(),
        "revoked_why" => "Reason".to_owned(),
        "deleted_at" => "Deleted".to_owned(),
        other => sentence(&other.replace('_', " ")),
    }
}

/// The first letter large, which is one of ASCII in all that the API says.
pub(crate) fn sentence(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// A role or another key: `super_admin` is "Super admin".
pub(crate) fn key(key: &str) -> String {
    match key {
        "api_access" => "API access".to_owned(),
        "apis" => "APIs".to_owned(),
        _ => sentence(&key.replace('_', " ")),
    }
}

/// The name of a profile.
pub(crate) fn profile(key: &str) -> String {
    use_me()
        .profile(key)
        .map_or_else(|| self::key(key), |it| it.title.clone())
}

/// How a client authenticates.
pub(crate) fn auth_method(method: &str) -> String {
    match method {
        "any" => "Secret, in the header or the body".to_owned(),
        "client_secret_basic" => "Secret, in the header only".to_owned(),
        "client_secret_post" => "Secret, in the body only".to_owned(),
        "private_key_jwt" => "Signed assertion".to_owned(),
        "none" => "None: a public client".to_owned(),
        other => key(other),
    }
}

/// What can be done: the API's word, what a person did, and the same as a choice of a list.
pub(crate) const ACTIONS: [(&str, &str, &str); 60] = [
    ("client.created", "created the client", "Client created"),
    ("client.updated", "changed the client", "Client changed"),
    (
        "client.deactivated",
        "deactivated the client",
        "Client deactivated",
    ),
    (
        "client.reactivated",
        "reactivated the client",
        "Client reactivated",
    ),
    ("client.expired", "expired: the client", "Client expired"),
    ("client.deleted", "deleted the client", "Client deleted"),
    ("client.restored", "restored the client", "Client restored"),
    (
        "client.tokens_revoked",
        "revoked all tokens of the client",
        "All tokens of a client revoked",
    ),
    ("credential.created", "added a secret", "Secret added"),
    ("credential.updated", "changed a secret", "Secret changed"),
    (
        "credential.rotated",
        "began to rotate a secret",
        "Secret rotation begun",
    ),
    (
        "credential.rotation_completed",
        "completed the rotation of a secret",
        "Secret rotation completed",
    ),
    (
        "credential.rotation_cancelled",
        "cancelled the rotation of a secret",
        "Secret rotation cancelled",
    ),
    ("credential.expired", "expired: a secret", "Secret expired"),
    ("credential.revoked", "ended a secret", "Secret ended"),
    ("token.revoked", "revoked a token", "Token revoked"),
    ("user.created", "added the user", "User added"),
    ("user.invited", "invited the user", "User invited"),
    ("user.updated", "changed the user", "User changed"),
    (
        "user.deactivated",
        "deactivated the user",
        "User deactivated",
    ),
    (
        "user.reactivated",
        "reactivated the user",
        "User reactivated",
    ),
    ("user.anonymized", "anonymized the user", "User anonymized"),
    (
        "user.password_reset_begun",
        "began to reset the password of",
        "Password reset begun",
    ),
    (
        "user.password_changed",
        "changed the password",
        "Password changed",
    ),
    ("session.started", "signed in", "Signed in"),
    ("session.ended", "signed out", "Signed out"),
    (
        "session.all_ended",
        "ended all sessions",
        "All sessions ended",
    ),
    ("group.created", "created the group", "Group created"),
    ("group.updated", "changed the group", "Group changed"),
    (
        "group.member_added",
        "added a member to the group",
        "Group member added",
    ),
    (
        "group.member_removed",
        "removed a member from the group",
        "Group member removed",
    ),
    ("group.deleted", "deleted the group", "Group deleted"),
    ("consent.given", "allowed the app", "App allowed"),
    (
        "consent.withdrawn",
        "withdrew the consent for the app",
        "Consent for an app withdrawn",
    ),
    (
        "grant.created",
        "signed in through the app",
        "Signed in through an app",
    ),
    (
        "grant.revoked",
        "ended the access of the app",
        "Access of an app ended",
    ),
    ("role.created", "created the role", "Role created"),
    ("role.updated", "changed the role", "Role changed"),
    ("role.deleted", "deleted the role", "Role deleted"),
    ("api.created", "registered the API", "API registered"),
    ("api.updated", "changed the API", "API changed"),
    ("api.deleted", "deleted the API", "API deleted"),
    ("profile.created", "created the profile", "Profile created"),
    ("profile.updated", "changed the profile", "Profile changed"),
    ("profile.deleted", "deleted the profile", "Profile deleted"),
    ("settings.updated", "changed", "Settings changed"),
    (
        "signing_key.created",
        "created the signing key",
        "Signing key created",
    ),
    (
        "signing_key.rotated",
        "rotated to the signing key",
        "Signing keys rotated",
    ),
    (
        "signing_key.retired",
        "withdrew the signing key",
        "Signing key withdrawn",
    ),
    ("tenant.created", "created the tenant", "Tenant created"),
    ("tenant.updated", "changed the tenant", "Tenant changed"),
    ("tenant.deleted", "deleted the tenant", "Tenant deleted"),
    (
        "community.created",
        "created the community",
        "Community created",
    ),
    (
        "community.updated",
        "changed the community",
        "Community changed",
    ),
    (
        "community.deleted",
        "deleted the community",
        "Community deleted",
    ),
    (
        "community.tenant_added",
        "put a tenant into the community",
        "Tenant put into a community",
    ),
    (
        "community.tenant_removed",
        "took a tenant out of the community",
        "Tenant taken out of a community",
    ),
    (
        "community.roles_changed",
        "changed the community roles of",
        "Roles in a community changed",
    ),
    (
        "community.client_shared",
        "showed a client to the community",
        "Client shown to a community",
    ),
    (
        "community.client_unshared",
        "took a client out of the directory of",
        "Client taken out of a directory",
    ),
];

/// What was done, such as `client.created`, in words.
pub(crate) fn action(action: &str) -> &str {
    let known = ACTIONS.iter().find(|(word, ..)| *word == action);
    known.map_or(action, |(_, words, _)| words)
}

/// Seconds in the largest unit that takes them whole.
pub(crate) fn seconds(seconds: i64) -> String {
    let (count, unit) = match seconds {
        it if it >= 86_400 && it % 86_400 == 0 => (it / 86_400, "day"),
        it if it >= 3_600 && it % 3_600 == 0 => (it / 3_600, "hour"),
        it if it >= 60 && it % 60 == 0 => (it / 60, "minute"),
        it => (it, "second"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// A number of things, as in "1 client" and "7 clients".
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    let word = if number == 1 { one } else { many };
    format!("{number} {word}")
}

/// The value of a field, in one line or several; `None` is "not set".
pub(crate) fn value(name: &str, value: &Value) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::Bool(true) => "Yes".to_owned(),
        Value::Bool(false) => "No".to_owned(),
        Value::Number(number) => match number.as_i64() {
            Some(it) if name.ends_with("lifetime") => seconds(it),
            _ => digits(number),
        },
        Value::String(text) => match name {
            _ if name.ends_with("_at") || name.ends_with("_until") => clock::parse(text)
                .map_or_else(
                    || text.clone(),
                    |at| clock::exact(at, clock::zone_minutes(at)),
                ),
            "role" | "status" => key(text),
            "profile" => profile(text),
            "token_endpoint_auth_method" => auth_method(text),
            _ => text.clone(),
        },
        Value::Array(items) => items
            .iter()
            .filter_map(|it| self::value(name, it))
            .collect::<Vec<_>>()
            .join("\n"),
        Value::Object(fields) => fields
            .iter()
            .filter_map(|(key, it)| Some(format!("{key}: {}", self::value(key, it)?)))
            .collect::<Vec<_>>()
            .join("\n"),
    };
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn seconds_are_told_in_the_largest_whole_unit() {
        assert_eq!(seconds(86_400), "1 day");
        assert_eq!(seconds(7_200), "2 hours");
        assert_eq!(seconds(90), "90 seconds");
        assert_eq!(seconds(0), "0 seconds");
    }

    #[test]
    fn an_empty_list_and_null_are_not_set() {
        assert_eq!(value("contacts", &json!([])), None);
        assert_eq!(value("owner", &json!(null)), None);
        assert_eq!(
            value("role", &json!("super_admin")).as_deref(),
            Some("Super admin")
        );
        assert_eq!(
            value("labels", &json!({ "team": "web" })).as_deref(),
            Some("team: web")
        );
    }
}
