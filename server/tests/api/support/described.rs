//! Holds every answer that a test gets to the OpenAPI document.

use std::sync::OnceLock;

use jsonschema::Validator;
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::wire::Reply;

/// The document that is checked in.
pub(crate) fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        let text = include_str!("../../../../openapi/openapi.json");
        serde_json::from_str(text).unwrap()
    })
}

/// An operation of the document.
pub(crate) struct Operation {
    /// Its method.
    pub(crate) method: Method,
    /// Its path, with braces around parameters.
    pub(crate) path: String,
    /// What the document says of it.
    pub(crate) description: &'static Value,
    answers: Vec<Answer>,
}

struct Answer {
    /// A status such as `200`, or a range such as `4XX`.
    status: String,
    media: Option<String>,
    body: Option<Validator>,
}

impl Operation {
    /// Its `operationId`.
    pub(crate) fn id(&self) -> &'static str {
        self.description["operationId"].as_str().unwrap()
    }

    fn is_at(&self, method: &Method, path: &str) -> bool {
        let mut segments = path.split('/');
        let fits = self.path.split('/').all(|part| {
            segments
                .next()
                .is_some_and(|it| part.starts_with('{') || part == it)
        });
        fits && segments.next().is_none() && self.method == *method
    }
}

/// All operations of the document.
pub(crate) fn operations() -> &'static [Operation] {
    static OPERATIONS: OnceLock<Vec<Operation>> = OnceLock::new();
    OPERATIONS.get_or_init(|| {
        let components = closed_components();
        let mut operations = Vec::new();
        for (path, methods) in document()["paths"].as_object().unwrap() {
            for (method, description) in methods.as_object().unwrap() {
                operations.push(Operation {
                    method: method.to_uppercase().parse().unwrap(),
                    path: path.clone(),
                    description,
                    answers: answers(description, &components),
                });
            }
        }
        operations
    })
}

fn answers(description: &Value, components: &Value) -> Vec<Answer> {
    let responses = description["responses"].as_object().unwrap();
    let answer = |(status, response): (&String, &Value)| {
        let content = response["content"]
            .as_object()
            .and_then(|it| it.iter().next());
        let body = content.map(|(_, it)| {
            let mut schema = it["schema"].clone();
            schema["components"] = components.clone();
            jsonschema::draft202012::new(&schema).unwrap()
        });
        Answer {
            status: status.clone(),
            media: content.map(|it| it.0.clone()),
            body,
        }
    };
    responses.iter().map(answer).collect()
}

/// The schemas, in the words of JSON Schema, and closed: a member that is not described is a mistake.
pub(crate) fn closed_components() -> Value {
    fn close(schema: &mut Value) {
        match schema {
            Value::Object(object) => {
                if object.get("nullable") == Some(&Value::Bool(true))
                    && let Some(kind) = object.get("type").cloned()
                {
                    object.insert("type".to_owned(), json!([kind, "null"]));
                }
                if object.get("properties").is_some_and(Value::is_object)
                    && object.get("type") == Some(&json!("object"))
                {
                    object.insert("additionalProperties".to_owned(), Value::Bool(false));
                }
                object.values_mut().for_each(close);
            }
            Value::Array(items) => items.iter_mut().for_each(close),
            _ => {}
        }
    }
    let mut components = document()["components"].clone();
    for schema in components["schemas"]
        .as_object_mut()
        .into_iter()
        .flat_map(Map::values_mut)
    {
        // An example is no schema.
        if let Some(object) = schema.as_object_mut() {
            object.remove("example");
        }
    }
    close(&mut components);
    components
}

/// Fails for an answer whose status, kind or body the document does not describe.
pub(crate) fn hold(method: &Method, path: &str, reply: &Reply) {
    let Some(operation) = operations().iter().find(|it| it.is_at(method, path)) else {
        return;
    };
    let status = reply.status.to_string();
    let range = format!("{}XX", &status[..1]);
    let mut answers = operation.answers.iter();
    let answer = answers.find(|it| it.status == status || it.status == range);
    let answer =
        answer.unwrap_or_else(|| panic!("{} answers {status}, undescribed", operation.id()));
    let Some(media) = &answer.media else {
        assert_eq!(reply.text, "", "{} {status} has no body", operation.id());
        return;
    };
    assert_eq!(
        reply.header("content-type"),
        media,
        "{} {status}",
        operation.id()
    );
    if let Some(body) = &answer.body {
        let wrong: Vec<String> = body
            .iter_errors(&reply.json)
            .map(|it| format!("{}: {it}", it.instance_path()))
            .collect();
        assert!(
            wrong.is_empty(),
            "{} {status} is not as described: {wrong:?}\n{}",
            operation.id(),
            reply.text
        );
    }
}
