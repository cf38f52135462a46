//! The API's words as a person reads them.

use serde_json::Value;

use crate::{clock, me::use_me};

/// A field of the API.
pub(crate) fn field(name: &str) -> String {
    match name {
        "client_id" => "Client ID".to_owned(),
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

/// The first letter large.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
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

/// What was done, such as `client.created`.
pub(crate) fn action(action: &str) -> &str {
    match action {
        "client.created" => "created the client",
        "client.updated" => "changed the client",
        "client.deactivated" => "deactivated the client",
        "client.reactivated" => "reactivated the client",
        "client.deleted" => "deleted the client",
        "client.restored" => "restored the client",
        "client.tokens_revoked" => "revoked all tokens of the client",
        "credential.created" => "added a secret",
        "credential.updated" => "changed a secret",
        "credential.revoked" => "ended a secret",
        "token.revoked" => "revoked a token",
        "client.expired" => "expired: the client",
        "credential.rotated" => "began to rotate a secret",
        "credential.rotation_completed" => "completed the rotation of a secret",
        "credential.rotation_cancelled" => "cancelled the rotation of a secret",
        "credential.expired" => "expired: a secret",
        "role.created" => "made the role",
        "role.updated" => "changed the role",
        "role.deleted" => "deleted the role",
        "user.created" => "added the user",
        "user.updated" => "changed the user",
        "user.invited" => "invited the user",
        "user.deactivated" => "deactivated the user",
        "user.reactivated" => "reactivated the user",
        "user.anonymized" => "anonymized the user",
        "user.password_reset_begun" => "began to reset the password of",
        "user.password_changed" => "changed the password",
        "session.started" => "signed in",
        "session.ended" => "signed out",
        "session.all_ended" => "ended all sessions",
        "group.created" => "made the group",
        "group.updated" => "changed the group",
        "group.deleted" => "deleted the group",
        "group.member_added" => "added a member to the group",
        "group.member_removed" => "removed a member from the group",
        "consent.given" => "allowed the app",
        "consent.withdrawn" => "withdrew the consent for the app",
        "grant.created" => "signed in through the app",
        "grant.revoked" => "ended the access of the app",
        "settings.updated" => "changed",
        "profile.created" => "made the profile",
        "profile.updated" => "changed the profile",
        "profile.deleted" => "deleted the profile",
        other => other,
    }
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
            _ => number.to_string(),
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
            .map(|(key, it)| format!("{key}: {}", self::value(key, it).unwrap_or_default()))
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
