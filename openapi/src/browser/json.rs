//! How the API's types are read from JSON and written as such: field by field through a handful of shared functions,
//! where serde would bring a reader and a writer of its own for every type.

mod values;

use serde_json::{Map, Value};

pub use self::values::read_uuid;
use crate::types;

/// What can be read from JSON.
pub trait FromJson: Sized {
    /// Reads it, or notes that `value` is something else and gives anything: a fault stops nothing, because leaving
    /// half-read types behind takes more code than reading them to their end.
    fn read(value: Option<Value>, faults: &mut Faults) -> Self;

    /// Reads it; nothing where `value` is something else.
    fn from_json(value: Value) -> Option<Self> {
        let mut faults = Faults::default();
        let read = Self::read(Some(value), &mut faults);
        (!faults.any).then_some(read)
    }
}

/// Whether something was not what the document promises.
#[derive(Debug, Default)]
pub struct Faults {
    any: bool,
}

impl Faults {
    /// What is there, or anything and a fault.
    pub(super) fn expect<T: Default>(&mut self, read: Option<T>) -> T {
        self.expect_or(read, T::default())
    }

    pub(super) fn expect_or<T>(&mut self, read: Option<T>, anything: T) -> T {
        self.any |= read.is_none();
        read.unwrap_or(anything)
    }
}

/// What can be written as JSON.
pub trait ToJson {
    /// Writes it.
    fn to_json(&self) -> Value;

    /// Whether it says nothing, and is left out where that is allowed.
    fn is_empty(&self) -> bool {
        false
    }
}

/// The members of a JSON object, taken one by one.
pub(super) struct Members<'a> {
    members: Map<String, Value>,
    faults: &'a mut Faults,
}

impl<'a> Members<'a> {
    pub(super) fn of(value: Option<Value>, faults: &'a mut Faults) -> Self {
        let members = match value {
            Some(Value::Object(members)) => Some(members),
            _ => None,
        };
        Self {
            members: faults.expect(members),
            faults,
        }
    }

    #[inline(never)]
    pub(super) fn take<T: FromJson>(&mut self, name: &str) -> T {
        T::read(self.members.remove(name), self.faults)
    }

    #[inline(never)]
    pub(super) fn take_or_default<T: FromJson + Default>(&mut self, name: &str) -> T {
        match self.members.remove(name) {
            None => T::default(),
            there => T::read(there, self.faults),
        }
    }
}

/// An object of these members. Those from the `required`th on are left out where they are empty.
pub(super) fn object(required: usize, names: &[&str], values: &[&dyn ToJson]) -> Value {
    let mut members = Map::new();
    for (place, (name, value)) in names.iter().zip(values).enumerate() {
        if place < required || !value.is_empty() {
            members.insert((*name).to_owned(), value.to_json());
        }
    }
    Value::Object(members)
}

// Written in ways of their own.

impl FromJson for types::GracePeriod {
    fn read(value: Option<Value>, faults: &mut Faults) -> Self {
        match value {
            Some(Value::Number(number)) => Self::Int64(faults.expect(number.as_i64())),
            word => Self::String(String::read(word, faults)),
        }
    }
}

impl ToJson for types::GracePeriod {
    fn to_json(&self) -> Value {
        match self {
            Self::Int64(seconds) => seconds.to_json(),
            Self::String(word) => word.to_json(),
        }
    }
}

impl ToJson for types::TokenReferenceToken {
    fn to_json(&self) -> Value {
        String::to_json(self)
    }
}

#[cfg(test)]
mod tests {
    use serde::{Serialize, de::DeserializeOwned};
    use serde_json::json;

    use super::*;

    /// What is sent again after reading `value` here, and after serde's reading.
    fn both<T: FromJson + ToJson + Serialize + DeserializeOwned>(
        value: &Value,
    ) -> (Option<Value>, Option<Value>) {
        let here = T::from_json(value.clone()).map(|it| it.to_json());
        let serde = serde_json::from_value::<T>(value.clone()).ok();
        (here, serde.and_then(|it| serde_json::to_value(it).ok()))
    }

    /// One of what a schema describes, with every member or with those only that have to be there.
    fn sample(document: &Value, schema: &Value, whole: bool) -> Value {
        if let Some(reference) = schema["$ref"].as_str() {
            let pointer = reference.trim_start_matches('#');
            return sample(
                document,
                document.pointer(pointer).unwrap_or(&Value::Null),
                whole,
            );
        }
        for word in ["allOf", "anyOf", "oneOf"] {
            if let Some(first) = schema[word].as_array().and_then(|it| it.first()) {
                return sample(document, first, whole);
            }
        }
        if let Some(first) = schema["enum"].as_array().and_then(|it| it.first()) {
            return first.clone();
        }
        match (schema["type"].as_str(), schema["format"].as_str()) {
            (Some("string"), Some("uuid")) => json!("0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"),
            (Some("string"), _) => json!("gr\u{fc}n \"1\""),
            (Some("integer"), _) => json!(7),
            (Some("boolean"), _) => json!(true),
            (Some("array"), _) => json!([sample(document, &schema["items"], whole)]),
            (Some("object"), _) => {
                let required = schema["required"].as_array().cloned().unwrap_or_default();
                let named = schema["properties"].as_object().into_iter().flatten();
                let mut members: Map<_, _> = named
                    .filter(|(name, _)| whole || required.contains(&json!(name)))
                    .map(|(name, schema)| (name.clone(), sample(document, schema, whole)))
                    .collect();
                let more = &schema["additionalProperties"];
                if more.is_object() {
                    members.insert("key".to_owned(), sample(document, more, whole));
                }
                Value::Object(members)
            }
            _ => json!({ "any": ["thing", null] }),
        }
    }

    #[test]
    fn every_type_is_read_and_written_as_by_serde() {
        let document: Value =
            serde_json::from_str(include_str!("../../openapi.json")).unwrap_or_default();
        for (name, both) in EVERY {
            let schema = &document["components"]["schemas"][name];
            for whole in [true, false] {
                let value = sample(&document, schema, whole);
                let (here, serde) = both(&value);
                assert_eq!(here, serde, "{name} of {value}");
                assert!(here.is_some(), "{name} of {value}");
                // What is not known is passed over in answers, and null is as good as left out.
                let Value::Object(mut members) = value else {
                    continue;
                };
                for (member, value) in members.clone() {
                    // What may be anything may be nothing.
                    if value["any"].is_array() {
                        continue;
                    }
                    let mut less = members.clone();
                    less.remove(&member);
                    let (here, serde) = both(&less.into());
                    assert_eq!(here, serde, "{name} without {member}");
                    let mut other = members.clone();
                    other.insert(member.clone(), json!(0.5));
                    let (here, serde) = both(&other.into());
                    assert_eq!(
                        here.is_some(),
                        serde.is_some(),
                        "{name} with another {member}"
                    );
                }
                members.insert("new".to_owned(), json!(1));
                assert!(
                    both(&members.into()).0.is_some(),
                    "{name} with a new member"
                );
            }
        }
    }

    include!(concat!(env!("OUT_DIR"), "/every.rs"));
}
