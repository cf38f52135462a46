//! Holds requests to the OpenAPI document: what a body or a query may be is said once, there, and checked against it.

use std::{
    collections::{HashMap, HashSet},
    sync::OnceLock,
};

use jsonschema::{Validator, error::ValidationErrorKind};
use poem::Request;
use serde_json::{Map, Value, json};

use super::{document, problem::ApiError};
use crate::domain::{refusal::Refusal, violation::Violations};

/// The document, in the form that checks are made from.
struct Contract {
    operations: Vec<Operation>,
    /// By name of the schema.
    bodies: HashMap<String, BodySchema>,
}

/// What a body is held to.
struct BodySchema {
    validator: Validator,
    /// What is said when an object is made and not in the body that replaces or changes one.
    fixed: HashSet<String>,
}

/// One operation of the document.
struct Operation {
    method: String,
    /// With braces around what stands for any segment.
    path: String,
    /// The names that its query may have.
    query: HashSet<String>,
}

impl Operation {
    fn is_at(&self, path: &str) -> bool {
        let mut segments = path.split('/');
        let fits = self.path.split('/').all(|part| {
            segments
                .next()
                .is_some_and(|it| part.starts_with('{') || part == it)
        });
        fits && segments.next().is_none()
    }

    fn placeholders(&self) -> usize {
        self.path.matches('{').count()
    }
}

fn contract() -> &'static Contract {
    static CONTRACT: OnceLock<Contract> = OnceLock::new();
    CONTRACT.get_or_init(|| read(&document::document()))
}

fn read(document: &Value) -> Contract {
    let mut operations = Vec::new();
    let mut bodies = HashMap::new();
    let mut components = document["components"].clone();
    allow_null(&mut components);
    let paths = document["paths"].as_object().into_iter().flatten();
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let query = operation["parameters"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|it| it["in"] == "query")
                .filter_map(|it| it["name"].as_str().map(str::to_owned))
                .collect();
            operations.push(Operation {
                method: method.to_uppercase(),
                path: path.clone(),
                query,
            });
            let content = operation["requestBody"]["content"].as_object();
            for media in content.into_iter().flatten() {
                let Some(reference) = media.1["schema"]["$ref"].as_str() else {
                    continue;
                };
                let schema = json!({
                    "$ref": reference,
                    "components": { "schemas": reached(&components, reference) },
                });
                let name = reference.rsplit('/').next().unwrap_or_default();
                let Ok(validator) = jsonschema::draft202012::new(&schema) else {
                    continue;
                };
                let fixed = fixed_fields(document, path, method, reference);
                bodies.insert(name.to_owned(), BodySchema { validator, fixed });
            }
        }
    }
    Contract { operations, bodies }
}

/// The fields of the body that makes what `path` names, where the body that replaces or changes it has no such field.
fn fixed_fields(document: &Value, path: &str, method: &str, reference: &str) -> HashSet<String> {
    let Some((collection, _)) = path.rsplit_once("/{").filter(|_| path.ends_with('}')) else {
        return HashSet::new();
    };
    if !matches!(method, "put" | "patch") {
        return HashSet::new();
    }
    let fields = |reference: &Value| -> HashSet<String> {
        let pointer = reference.as_str().unwrap_or_default();
        let schema = document.pointer(pointer.trim_start_matches('#'));
        let properties = schema.and_then(|it| it["properties"].as_object());
        properties
            .map(|it| it.keys().cloned().collect())
            .unwrap_or_default()
    };
    let content = &document["paths"][collection]["post"]["requestBody"]["content"];
    let made = fields(&content["application/json"]["schema"]["$ref"]);
    let changed = fields(&json!(reference));
    made.difference(&changed).cloned().collect()
}

/// The schemas that a reference leads to, with those that they lead to. Each check keeps its own, and with all of the
/// document in each of them the server would take twice the memory.
fn reached(components: &Value, reference: &str) -> Value {
    let mut found = Map::new();
    let mut open = vec![reference.to_owned()];
    while let Some(reference) = open.pop() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        let Some(schema) = components["schemas"].get(name) else {
            continue;
        };
        if found.insert(name.to_owned(), schema.clone()).is_none() {
            references(schema, &mut open);
        }
    }
    Value::Object(found)
}

fn references(schema: &Value, found: &mut Vec<String>) {
    match schema {
        Value::Object(object) => {
            let reference = object.get("$ref").and_then(Value::as_str);
            found.extend(reference.map(str::to_owned));
            object.values().for_each(|it| references(it, found));
        }
        Value::Array(array) => array.iter().for_each(|it| references(it, found)),
        _ => {}
    }
}

/// OpenAPI 3.0 writes `nullable: true` where JSON Schema has a second type.
fn allow_null(schema: &mut Value) {
    if let Some(object) = schema.as_object_mut() {
        if object.get("nullable") == Some(&Value::Bool(true))
            && let Some(kind) = object.get("type").cloned()
        {
            object.insert("type".to_owned(), json!([kind, "null"]));
        }
        object.values_mut().for_each(allow_null);
    } else if let Some(array) = schema.as_array_mut() {
        array.iter_mut().for_each(allow_null);
    }
}

/// Builds the checks now, so that the first request does not wait for it.
pub fn prepare() {
    contract();
}

/// Refuses a query with a name that the operation does not know, or with one twice, and NUL anywhere in the address:
/// no text of ours has one, and PostgreSQL takes none.
///
/// # Errors
/// 400 with the names that it knows, or 404.
pub fn check_address(request: &Request) -> Result<(), ApiError> {
    if request.uri().path().contains("%00") {
        return Err(Refusal::NotFound("object").into());
    }
    let Some(query) = request.uri().query() else {
        return Ok(());
    };
    let (method, path) = (request.method(), request.uri().path());
    let mut operations = contract().operations.iter();
    let Some(operation) = operations.find(|it| method == it.method.as_str() && it.is_at(path))
    else {
        return Ok(());
    };
    let known = &operation.query;
    let mut seen = HashSet::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if !known.contains(name.as_ref()) {
            let mut names: Vec<&str> = known.iter().map(String::as_str).collect();
            names.sort_unstable();
            let known = if names.is_empty() {
                "none here".to_owned()
            } else {
                names.join(", ")
            };
            let shown: String = name.chars().take(80).collect();
            return Err(ApiError::malformed(format!(
                "There is no parameter {shown:?}; there is {known}."
            )));
        }
        if !seen.insert(name.clone()) {
            return Err(ApiError::malformed(format!(
                "The parameter {name} is given twice."
            )));
        }
        if value.contains('\0') {
            return Err(ApiError::malformed(format!(
                "The parameter {name} holds a NUL character: remove it."
            )));
        }
    }
    Ok(())
}

/// Refuses a body that is not of the schema `name`, with everything that is wrong.
///
/// # Errors
/// 400 with a pointer for each; 422 when all that is wrong is that fields are fixed.
pub fn check_body(name: &str, body: &Value) -> Result<(), ApiError> {
    let Some(schema) = contract().bodies.get(name) else {
        return Ok(());
    };
    let mut wrong = Violations::none();
    let mut fixed = Violations::none();
    for error in schema.validator.iter_errors(body) {
        let pointer = error.instance_path().to_string();
        match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                for field in unexpected {
                    if pointer.is_empty() && schema.fixed.contains(field) {
                        let message = "is set at creation and not by this request: leave it out";
                        fixed.add(&format!("/{field}"), "field_immutable", message);
                        continue;
                    }
                    let escaped = field.replace('~', "~0").replace('/', "~1");
                    wrong.add(
                        &format!("{pointer}/{escaped}"),
                        "unknown_field",
                        "is not a field of this request",
                    );
                }
            }
            ValidationErrorKind::Required { property } => {
                let field = property.as_str().unwrap_or_default();
                wrong.add(&format!("{pointer}/{field}"), "required", "is required");
            }
            ValidationErrorKind::Type { .. } => {
                wrong.add(
                    &pointer,
                    "type",
                    format!("has the wrong type: {}", kind_of(&error)),
                );
            }
            ValidationErrorKind::Enum { options } => {
                wrong.add(&pointer, "enum", format!("must be one of {options}"));
            }
            _ => wrong.add(
                &pointer,
                "invalid",
                format!("does not fit: {}", error.masked()),
            ),
        }
    }
    if wrong.is_empty() && fixed.is_empty() {
        return Ok(());
    }
    let status = if wrong.is_empty() { 422 } else { 400 };
    wrong.append(fixed);
    Err(ApiError::violations(status, &wrong))
}

fn kind_of(error: &jsonschema::ValidationError<'_>) -> String {
    use jsonschema::error::TypeKind;
    match error.kind() {
        ValidationErrorKind::Type { kind } => match kind {
            TypeKind::Single(one) => format!("expected {one}"),
            TypeKind::Multiple(many) => {
                let names: Vec<String> = many.iter().map(|it| it.to_string()).collect();
                format!("expected {}", names.join(" or "))
            }
        },
        _ => String::new(),
    }
}

/// The methods that the address `path` knows, for `Allow`. Addresses outside the document are pages to read.
pub fn methods(path: &str) -> String {
    let at_path = || contract().operations.iter().filter(|it| it.is_at(path));
    // An address that is written out goes before one in which anything may stand, as it does for the router.
    let fewest = at_path().map(Operation::placeholders).min();
    let mut methods: Vec<&str> = at_path()
        .filter(|it| Some(it.placeholders()) == fewest)
        .map(|it| it.method.as_str())
        .collect();
    methods.sort_unstable();
    methods.dedup();
    if methods.is_empty() {
        "GET".to_owned()
    } else {
        methods.join(", ")
    }
}
