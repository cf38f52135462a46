//! The OpenAPI document: that it is what the code says, and that it says all that it should.

use reqwest::{Method, header::HeaderMap};
use serde_json::{Map, Value};

use crate::support::{
    Kind, Reply, Server,
    described::{self, closed_components, document, operations},
    run,
};

/// Members that hold whatever an object's field held.
const ANYTHING: [&str; 3] = [
    "FieldChange.before",
    "FieldChange.after",
    "TokenClaim.value",
];

#[test]
fn the_document_that_is_checked_in_is_the_one_that_the_code_gives() {
    let written = include_str!("../../../openapi/openapi.json");
    let made = latchkey::api::document::text();
    assert!(
        written == made,
        "openapi/openapi.json is out of date: write it anew with `latchkey openapi`"
    );
}

#[test]
fn the_server_serves_it_as_it_is() {
    run(Kind::Sqlite, async |server: Server| {
        let served = server.get("/openapi.json").await.is(200);
        assert_eq!(&served.json, document());
        let page = server.get("/docs").await.is(200);
        assert!(page.text.contains("create_client"));
    });
}

/// Every answer to every request of these tests is held to the document: here are two that do not pass.
#[test]
#[should_panic(expected = "answers 302, undescribed")]
fn a_status_that_the_document_does_not_have_fails_every_test_that_meets_it() {
    described::hold(&Method::GET, "/api/v1/me", &answer(302, "{}"));
}

#[test]
#[should_panic(expected = "is not as described")]
fn a_member_that_the_document_does_not_have_fails_every_test_that_meets_it() {
    let problem = serde_json::json!({
        "type": "/problems/not-found", "title": "Not found", "status": 404, "detail": "None.",
        "request_id": "1", "trace": "at line 1",
    });
    described::hold(
        &Method::GET,
        "/api/v1/me",
        &answer(404, &problem.to_string()),
    );
}

fn answer(status: u16, text: &str) -> Reply {
    let media = if status < 400 {
        "application/json"
    } else {
        "application/problem+json"
    };
    let mut headers = HeaderMap::new();
    headers.insert("content-type", media.parse().unwrap());
    Reply {
        status,
        headers,
        json: serde_json::from_str(text).unwrap(),
        text: text.to_owned(),
    }
}

#[test]
fn every_operation_says_what_it_is() {
    let mut ids = Vec::new();
    for operation in operations() {
        let id = operation.id();
        let text = |member: &str| operation.description[member].as_str().unwrap_or_default();
        let plain = id.bytes().all(|it| it.is_ascii_lowercase() || it == b'_');
        assert!(plain, "{id} is not in snake case");
        assert!(!ids.contains(&id), "{id} is there twice");
        ids.push(id);
        let summary = text("summary");
        assert!(
            !summary.is_empty() && !summary.ends_with('.'),
            "{id}: {summary:?}"
        );
        assert!(
            text("description").len() > summary.len() / 2,
            "{id} has no description"
        );
        assert_eq!(
            operation.description["tags"].as_array().map(Vec::len),
            Some(1),
            "{id}"
        );
        if let Some(permission) = operation.description["security"][0]["oauth2"][0].as_str() {
            assert!(text("description").contains(permission), "{id}");
            let scopes = &document()["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]
                ["scopes"];
            assert!(scopes.get(permission).is_some(), "{id}: {permission}");
        }
        for parameter in operation.description["parameters"]
            .as_array()
            .into_iter()
            .flatten()
        {
            let said = parameter["description"].as_str().unwrap_or_default();
            assert!(!said.is_empty(), "{id}: {}", parameter["name"]);
        }
    }
}

#[test]
fn every_operation_has_one_success_and_typed_errors() {
    for operation in operations() {
        let id = operation.id();
        let responses = operation.description["responses"].as_object().unwrap();
        let successes: Vec<&String> = responses
            .keys()
            .filter(|it| it.starts_with('2') || it.starts_with('3'))
            .collect();
        assert_eq!(successes.len(), 1, "{id}: {successes:?}");
        let (media, error) = if operation.path.starts_with("/api/") {
            ("application/problem+json", "#/components/schemas/Problem")
        } else {
            ("application/json", "#/components/schemas/OAuthError")
        };
        for range in ["4XX", "5XX"] {
            let schema = &responses[range]["content"][media]["schema"]["$ref"];
            assert_eq!(schema, error, "{id} {range}");
        }
        for (status, response) in responses {
            let said = response["description"].as_str().unwrap_or_default();
            assert!(!said.is_empty(), "{id} {status}");
        }
    }
}

#[test]
fn nothing_is_free_form() {
    fn walk(place: &str, schema: &Value) {
        let Some(object) = schema.as_object() else {
            return;
        };
        if object.contains_key("$ref") {
            return;
        }
        if let Some(parts) = object.get("allOf").and_then(Value::as_array) {
            assert!(parts.iter().all(|it| it.get("$ref").is_some()), "{place}");
            return;
        }
        if let Some(choices) = object.get("anyOf").and_then(Value::as_array) {
            for (index, choice) in choices.iter().enumerate() {
                walk(&format!("{place}|{index}"), choice);
            }
            return;
        }
        match object.get("type").and_then(Value::as_str) {
            None => assert!(ANYTHING.contains(&place), "{place} can be anything"),
            Some("array") => walk(&format!("{place}[]"), &schema["items"]),
            Some("object") => {
                let empty = Map::new();
                let properties = object.get("properties").and_then(Value::as_object);
                match object.get("additionalProperties") {
                    Some(Value::Object(_)) => {
                        walk(&format!("{place}{{}}"), &schema["additionalProperties"]);
                    }
                    Some(Value::Bool(false)) => {}
                    _ => assert!(properties.is_some(), "{place} is a free-form object"),
                }
                for (name, property) in properties.unwrap_or(&empty) {
                    let place = format!("{place}.{name}");
                    let said = property["description"].as_str().unwrap_or_default();
                    assert!(!said.is_empty(), "{place} is not described");
                    walk(&place, property);
                }
            }
            Some(_) => {}
        }
    }
    let schemas = document()["components"]["schemas"].as_object().unwrap();
    for (name, schema) in schemas {
        let said = schema["description"].as_str().unwrap_or_default();
        assert!(!said.is_empty(), "{name} is not described");
        walk(name, schema);
    }
}

#[test]
fn every_body_has_an_example_that_fits_its_schema() {
    let components = closed_components();
    for operation in operations() {
        let id = operation.id();
        let responses = operation.description["responses"].as_object().unwrap();
        let bodies = responses
            .values()
            .chain(operation.description.get("requestBody"));
        for content in bodies.filter_map(|it| it["content"].as_object()) {
            for media in content.values() {
                let Some(reference) = media["schema"]["$ref"].as_str() else {
                    panic!("{id} has a body without a name");
                };
                let schema = document()
                    .pointer(reference.trim_start_matches('#'))
                    .unwrap();
                let example = schema.get("example").or_else(|| media.get("example"));
                let example =
                    example.unwrap_or_else(|| panic!("{reference} of {id} has no example"));
                let whole = serde_json::json!({ "$ref": reference, "components": components });
                let validator = jsonschema::draft202012::new(&whole).unwrap();
                let wrong: Vec<String> = validator
                    .iter_errors(example)
                    .map(|it| it.to_string())
                    .collect();
                assert!(wrong.is_empty(), "{reference}: {wrong:?}");
            }
        }
    }
}

/// A client written from the document cannot tell what is missing from what is never said.
#[test]
fn what_an_answer_always_says_is_required() {
    let mut said: Vec<&Value> = operations()
        .iter()
        .flat_map(|it| it.description["responses"].as_object().unwrap().values())
        .collect();
    let mut seen = std::collections::BTreeSet::new();
    while let Some(value) = said.pop() {
        match value {
            Value::Object(object) => {
                if let Some(Value::String(reference)) = object.get("$ref")
                    && seen.insert(reference.as_str())
                {
                    let schema = document().pointer(reference.trim_start_matches('#'));
                    said.push(schema.unwrap());
                }
                said.extend(object.values());
            }
            Value::Array(items) => said.extend(items),
            _ => {}
        }
    }
    assert!(seen.len() > 50, "{seen:?}");
    for reference in seen {
        let schema = document()
            .pointer(reference.trim_start_matches('#'))
            .unwrap();
        let members = schema["properties"].as_object();
        let required = schema["required"].as_array();
        if members.is_some_and(|it| !it.is_empty()) {
            assert!(required.is_some(), "{reference} requires nothing");
        }
    }
    let required = |name: &str| document()["components"]["schemas"][name]["required"].clone();
    let rules = [
        ("ClientIdRule", vec!["kind"]),
        ("RoleRule", vec!["kind"]),
        ("TokenLifetimeRule", vec!["least", "most"]),
        ("ExpiryRule", vec!["kind"]),
        (
            "SecretRule",
            vec!["at_creation", "default_expiry", "may_never_expire"],
        ),
    ];
    for (name, members) in rules {
        assert_eq!(required(name), serde_json::json!(members), "{name}");
        // What is written may be a part of it.
        assert!(required(&format!("{name}Form")).is_null(), "{name}");
    }
}
