//! Values that are no objects of the document: words, numbers, uuids, lists, maps.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Faults, FromJson, Members, ToJson};

impl FromJson for () {
    fn read(_: Option<Value>, _: &mut Faults) -> Self {}
}

impl FromJson for Value {
    fn read(value: Option<Value>, _: &mut Faults) -> Self {
        value.unwrap_or_default()
    }
}

impl ToJson for Value {
    fn to_json(&self) -> Value {
        self.clone()
    }
}

impl FromJson for String {
    fn read(value: Option<Value>, faults: &mut Faults) -> Self {
        faults.expect(match value {
            Some(Value::String(text)) => Some(text),
            _ => None,
        })
    }
}

impl ToJson for String {
    fn to_json(&self) -> Value {
        Value::String(self.clone())
    }
}

impl FromJson for bool {
    fn read(value: Option<Value>, faults: &mut Faults) -> Self {
        faults.expect(value.and_then(|it| it.as_bool()))
    }
}

impl ToJson for bool {
    fn to_json(&self) -> Value {
        Value::Bool(*self)
    }
}

macro_rules! whole_numbers {
    ($($number:ident)*) => {
        $(impl FromJson for $number {
            fn read(value: Option<Value>, faults: &mut Faults) -> Self {
                let value = value.unwrap_or_default();
                faults.expect(match value.as_i64() {
                    Some(number) => number.try_into().ok(),
                    None => value.as_u64().and_then(|it| it.try_into().ok()),
                })
            }
        }

        impl ToJson for $number {
            fn to_json(&self) -> Value {
                Value::from(*self)
            }
        })*
    };
}

whole_numbers! { i64 u64 u32 u16 }

impl FromJson for Uuid {
    fn read(value: Option<Value>, faults: &mut Faults) -> Self {
        faults.expect(value.and_then(|it| read_uuid(it.as_str()?)))
    }
}

/// Reads the one form in which the server writes a uuid.
pub fn read_uuid(text: &str) -> Option<Uuid> {
    let mut bits = 0;
    for (place, letter) in text.chars().enumerate() {
        match place {
            8 | 13 | 18 | 23 => (letter == '-').then_some(())?,
            _ => bits = bits << 4 | u128::from(letter.to_digit(16)?),
        }
    }
    (text.len() == 36).then(|| Uuid::from_u128(bits))
}

impl ToJson for Uuid {
    fn to_json(&self) -> Value {
        Value::String(self.to_string())
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn read(value: Option<Value>, faults: &mut Faults) -> Self {
        match value {
            None | Some(Value::Null) => None,
            there => Some(T::read(there, faults)),
        }
    }
}

impl<T: ToJson> ToJson for Option<T> {
    fn to_json(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::to_json)
    }

    fn is_empty(&self) -> bool {
        self.is_none()
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn read(value: Option<Value>, faults: &mut Faults) -> Self {
        let items = faults.expect(match value {
            Some(Value::Array(items)) => Some(items),
            _ => None,
        });
        let mut read = Self::with_capacity(items.len());
        for item in items {
            read.push(T::read(Some(item), faults));
        }
        read
    }
}

impl<T: ToJson> ToJson for Vec<T> {
    fn to_json(&self) -> Value {
        self.as_slice().to_json()
    }

    fn is_empty(&self) -> bool {
        Self::is_empty(self)
    }
}

impl<T: ToJson> ToJson for [T] {
    fn to_json(&self) -> Value {
        Value::Array(self.iter().map(T::to_json).collect())
    }
}

impl<T: FromJson> FromJson for BTreeMap<String, T> {
    fn read(value: Option<Value>, faults: &mut Faults) -> Self {
        let Members { members, faults } = Members::of(value, faults);
        let mut read = Self::new();
        for (name, value) in members {
            read.insert(name, T::read(Some(value), faults));
        }
        read
    }
}

impl<T: ToJson> ToJson for BTreeMap<String, T> {
    fn to_json(&self) -> Value {
        let mut members = Map::new();
        for (name, value) in self {
            members.insert(name.clone(), value.to_json());
        }
        Value::Object(members)
    }

    fn is_empty(&self) -> bool {
        Self::is_empty(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_uuid_is_a_uuid() {
        let text = "0193a1b2-c3d4-7e5f-8A9B-0c1d2e3f4a5b";
        assert_eq!(read_uuid(text), text.parse().ok());
        assert!(read_uuid(text).is_some());
        for other in [
            "",
            "0193a1b2",
            "0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b0",
            "0193a1b2c3d4-7e5f-8a9b-0c1d2e3f4a5b1",
            "0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5g",
        ] {
            assert_eq!(read_uuid(other), None, "{other}");
        }
    }
}
