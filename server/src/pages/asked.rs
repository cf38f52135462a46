//! What an app asks a person for, in words that need no knowledge of this server.

use crate::{
    access::known_apis::{KnownApi, KnownApis},
    domain::{grid::Row, permission::Access, role::opens_clients, scope::Scope},
};

/// What an app may do in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// Where; `None` for what it learns of the person.
    pub(super) place: Option<String>,
    /// What, each as the end of a sentence that begins with "It can".
    pub(super) what: Vec<String>,
}

/// What an app may do with this scope. Everything in the scope that opens something has its words here: what a person
/// does not read they do not allow.
pub(super) fn in_words(scope: &Scope, apis: &KnownApis) -> Vec<Asked> {
    let mut of_the_person = vec!["recognise you by your account".to_owned()];
    for (name, words) in [
        ("profile", "see your name"),
        ("email", "see your e-mail address"),
    ] {
        if scope.contains(name) {
            of_the_person.push(words.to_owned());
        }
    }
    let mut all = vec![Asked {
        place: None,
        what: of_the_person,
    }];
    let management = at(apis.management(), "Latchkey", scope, of_management);
    let registered = apis
        .registered()
        .into_iter()
        .map(|it| at(it, &it.api.form.name, scope, of_registered));
    all.extend(std::iter::once(management).chain(registered).flatten());
    all
}

/// What of `scope` is for one API.
fn at(
    api: &KnownApi,
    place: &str,
    scope: &Scope,
    words: impl Fn(&Row, Access) -> String,
) -> Option<Asked> {
    let what: Vec<String> = api
        .rows
        .iter()
        .filter_map(|row| Some(words(row, access_in(scope, row)?)))
        .collect();
    (!what.is_empty()).then(|| Asked {
        place: Some(place.to_owned()),
        what,
    })
}

/// How far `scope` opens a row.
fn access_in(scope: &Scope, row: &Row) -> Option<Access> {
    [Access::Change, Access::View]
        .into_iter()
        .find(|access| scope.contains(&format!("{}:{}", row.resource, access.as_str())))
}

/// A row of an API that we know nothing of but its label.
fn of_registered(row: &Row, access: Access) -> String {
    match access {
        Access::View => format!("view {}", row.label),
        Access::Change => format!("view and change {}", row.label),
    }
}

fn of_management(row: &Row, access: Access) -> String {
    let known = match row.resource.as_str() {
        "users" => Some((
            "see the people in your organization",
            "invite, change and deactivate people in your organization",
        )),
        "groups" => Some((
            "see groups and who is in them",
            "make, change and delete groups, and decide who is in them",
        )),
        "roles" => Some((
            "see roles and what they allow",
            "make, change and delete roles",
        )),
        "apis" => Some((
            "see which APIs are registered",
            "register, change and remove APIs",
        )),
        "profiles" => Some((
            "see the rules for each kind of client",
            "change the rules for each kind of client",
        )),
        "identity_providers" => Some((
            "see identity providers",
            "add, change and remove identity providers",
        )),
        "settings" => Some(("see the settings", "change the settings")),
        "audit" => Some(("see who did what, and when", "see who did what, and when")),
        "tenant" => Some((
            "see how your organization is set up",
            "change how your organization is set up",
        )),
        "signing_keys" => Some((
            "see the keys that sign tokens",
            "replace and withdraw the keys that sign tokens",
        )),
        "anonymization" => Some((
            "see whose personal data was erased",
            "erase the personal data of people for good",
        )),
        _ => None,
    };
    match (known, access) {
        (Some((see, _)), Access::View) => see.to_owned(),
        (Some((_, change)), Access::Change) => change.to_owned(),
        (None, access) => of_clients(row, access),
    }
}

/// The rows that open clients, and any that has no words of its own.
fn of_clients(row: &Row, access: Access) -> String {
    let clients = match row.resource.as_str() {
        "clients" => "all clients".to_owned(),
        "service_account" => "service accounts".to_owned(),
        "app" => "apps".to_owned(),
        "api_access" => "API access clients".to_owned(),
        "short_lived" => "short-lived clients".to_owned(),
        "tenant_client" => "tenant clients".to_owned(),
        key if opens_clients(key) => format!("clients of the kind \u{201c}{}\u{201d}", row.label),
        _ => return of_registered(row, access),
    };
    match access {
        Access::View => format!("see {clients}, but no secrets"),
        Access::Change => {
            format!("make, change and delete {clients}, and make new secrets for them")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::grid::Grid;

    #[test]
    fn every_permission_of_our_own_has_words_of_its_own() {
        let mut seen = std::collections::HashSet::new();
        for row in Grid::of_management(&[]).rows() {
            for access in row.access() {
                let words = of_management(row, *access);
                assert_ne!(words, of_registered(row, *access));
                assert!(seen.insert(words.clone()), "{words} is said twice");
            }
        }
    }
}
