use std::collections::BTreeSet;

use poem_openapi::types::ParseFromJSON;
use serde_json::{Map, Value, json};

use super::*;
use crate::api;

/// Which optional members a made-up answer has.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Optional {
    Set,
    Unset,
}

/// An answer as the document describes it.
fn described(document: &Value, schema: &Value, optional: Optional) -> Value {
    let referred = schema["$ref"]
        .as_str()
        .or(schema["allOf"][0]["$ref"].as_str());
    if let Some(reference) = referred {
        let found = document.pointer(reference.trim_start_matches('#'));
        return described(document, found.unwrap(), optional);
    }
    match schema["type"].as_str() {
        _ if schema["enum"].is_array() => schema["enum"][0].clone(),
        Some("object") if schema["additionalProperties"].is_object() => {
            json!({ "a": described(document, &schema["additionalProperties"], optional) })
        }
        Some("object") => {
            let required = schema["required"].as_array();
            let is_required = |name: &str| required.is_some_and(|it| it.contains(&json!(name)));
            let members = schema["properties"].as_object().unwrap().iter();
            members
                .filter(|(name, _)| optional == Optional::Set || is_required(name))
                .map(|(name, member)| (name.clone(), described(document, member, optional)))
                .collect::<Map<_, _>>()
                .into()
        }
        Some("array") => json!([described(document, &schema["items"], optional)]),
        Some("string") if schema["format"] == "uuid" => json!(uuid::Uuid::nil()),
        Some("string") => json!("a"),
        Some("boolean") => json!(true),
        Some("integer") => json!(1),
        None if optional == Optional::Unset => Value::Null,
        None => json!({ "a": [1] }),
        Some(other) => panic!("{other} is in no answer so far"),
    }
}

/// Writes an answer with all optional members and one without, and gives its name in the document.
fn compare<T: Serialize + ToJSON + ParseFromJSON>(document: &Value) -> String {
    let name = T::name().into_owned();
    let schema = &document["components"]["schemas"][&name];
    for optional in [Optional::Set, Optional::Unset] {
        let text = described(document, schema, optional);
        let answer = T::parse_from_json(Some(text.clone()));
        let answer = answer.unwrap_or_else(|it| panic!("{name}: {}", it.into_message()));
        let written = serde_json::to_string(&answer).unwrap();
        assert_eq!(written, answer.to_json_string(), "{name}, {optional:?}");
        if optional == Optional::Set {
            assert_eq!(written, text.to_string(), "{name}");
        }
    }
    name
}

macro_rules! compare_all {
    ($document:expr, $($module:ident: $($answer:ident)+;)+) => {
        BTreeSet::from([$($(compare::<api::$module::$answer>($document)),+),+])
    };
}

#[test]
fn every_answer_is_written_as_it_is_described() {
    let document = api::document::document();
    let compared = compare_all!(
        &document,
        api_dto: Api ApiList;
        api_keys: ApiKey ApiKeyList CreatedApiKey;
        applications: ApplicationList GrantList;
        assigned_clients: AssignedClientList;
        audit: AuditEventList;
        client_dto: Client ClientList CreatedClient;
        client_roles: ClientRoles;
        client_tenants: ClientTenants;
        community_dto: Community CommunityList CommunityMember CommunityMemberList CommunityTenantList Directory;
        credential_dto: CreatedCredential Credential CredentialList;
        group_dto: Group GroupList;
        me: Me SessionList;
        overview: Overview;
        people_roles: PeopleRoles;
        permissions: ClientPermissions PermissionGrid;
        profile_dto: BreakingClientList Profile ProfileList;
        role_holders: RoleHolderList;
        roles: Role RoleList;
        rotation: RotatedCredential;
        settings: Settings;
        signing_keys: RetiredSigningKey SigningKey SigningKeyList;
        tenant_dto: Tenant TenantList;
        token_preview: TokenPreview;
        usage: ClientRequestList Usage;
        user_dto: CreatedUser OneTimeLink User UserList;
    );

    let paths = document["paths"].as_object().unwrap().iter();
    let operations = paths
        .filter(|(path, _)| path.starts_with("/api/v1/"))
        .flat_map(|(_, operations)| operations.as_object().unwrap().values());
    let described = operations
        .flat_map(|it| it["responses"].as_object().unwrap())
        .filter(|(status, _)| status.starts_with('2'))
        .flat_map(|(_, answer)| answer["content"].as_object().into_iter().flatten())
        .map(|(_, content)| content["schema"]["$ref"].as_str().unwrap())
        .map(|it| it.trim_start_matches("#/components/schemas/").to_owned());
    assert_eq!(compared, described.collect::<BTreeSet<_>>());
}
