//! What is typed into a form, field by field, under the API's names: one place to fill it, to compare it with what
//! somebody else saved, and to bring the server's mistakes to their fields.

use std::{collections::BTreeSet, sync::Arc};

use leptos::prelude::*;
use serde_json::{Map, Value};

use super::{field_errors::FieldErrors, lines};
use crate::problem::Problem;

type Read = Arc<dyn Fn() -> Value + Send + Sync>;
type Write = Arc<dyn Fn(&Value) + Send + Sync>;

struct Bound {
    name: &'static str,
    read: Read,
    write: Write,
}

/// The fields of a form.
#[derive(Clone, Copy)]
pub(crate) struct Draft {
    fields: StoredValue<Vec<Bound>>,
    /// What is wrong.
    pub(crate) errors: FieldErrors,
}

impl Draft {
    /// A form without fields.
    pub(crate) fn new() -> Self {
        Self {
            fields: StoredValue::new(Vec::new()),
            errors: FieldErrors::none(),
        }
    }

    /// A field of any kind, with its way from and to JSON.
    pub(crate) fn bind(
        self,
        name: &'static str,
        read: impl Fn() -> Value + Send + Sync + 'static,
        write: impl Fn(&Value) + Send + Sync + 'static,
    ) {
        let (read, write) = (Arc::new(read), Arc::new(write));
        self.fields
            .update_value(|all| all.push(Bound { name, read, write }));
    }

    /// A line or several lines of text; empty is not set.
    pub(crate) fn text(self, name: &'static str) -> RwSignal<String> {
        let value = RwSignal::new(String::new());
        self.bind(
            name,
            move || text(value).map_or(Value::Null, Value::from),
            move |it| value.set(it.as_str().unwrap_or_default().to_owned()),
        );
        value
    }

    /// A whole number; empty is not set.
    pub(crate) fn number(self, name: &'static str) -> RwSignal<String> {
        let value = RwSignal::new(String::new());
        self.bind(
            name,
            move || number(value).map_or(Value::Null, Value::from),
            move |it| value.set(it.as_i64().map(|it| it.to_string()).unwrap_or_default()),
        );
        value
    }

    /// Entries, one per line.
    pub(crate) fn lines(self, name: &'static str) -> RwSignal<String> {
        let value = RwSignal::new(String::new());
        self.bind(
            name,
            move || Value::from(entries(value)),
            move |it| value.set(texts(it).join("\n")),
        );
        value
    }

    /// Yes or no.
    pub(crate) fn flag(self, name: &'static str) -> RwSignal<bool> {
        let value = RwSignal::new(false);
        self.bind(
            name,
            move || Value::from(value.get_untracked()),
            move |it| value.set(it.as_bool().unwrap_or_default()),
        );
        value
    }

    /// Any of many, such as permissions.
    pub(crate) fn set(self, name: &'static str) -> RwSignal<BTreeSet<String>> {
        let value = RwSignal::new(BTreeSet::new());
        self.bind(
            name,
            move || Value::from(chosen(value)),
            move |it| value.set(texts(it).into_iter().collect()),
        );
        value
    }

    /// Writes what is known of these fields into them.
    pub(crate) fn fill(self, from: &Map<String, Value>) {
        self.fields.with_value(|all| {
            for field in all {
                (field.write)(from.get(field.name).unwrap_or(&Value::Null));
            }
        });
    }

    /// Every field as it stands now.
    pub(crate) fn json(self) -> Map<String, Value> {
        self.fields
            .with_value(|all| object(all.iter().map(|it| (it.name, (it.read)()))))
    }

    /// The fields of something that was read: what is not set there is null.
    pub(crate) fn part_of(self, whole: &Value) -> Map<String, Value> {
        self.fields
            .with_value(|all| object(all.iter().map(|it| (it.name, whole[it.name].clone()))))
    }

    /// Notes that a text is missing.
    pub(crate) fn require(self, pointer: &str, value: RwSignal<String>, message: &str) {
        if text(value).is_none() {
            self.errors.add(pointer, message);
        }
    }

    /// Notes that a text is too long.
    pub(crate) fn at_most(self, pointer: &str, value: RwSignal<String>, most: usize) {
        if value.with_untracked(|it| it.trim().chars().count()) > most {
            self.errors
                .add(pointer, &format!("At most {most} characters"));
        }
    }

    /// Notes that a key is none.
    pub(crate) fn key(self, pointer: &str, value: RwSignal<String>) {
        if let Some(mistake) = value.with_untracked(|it| key_mistake(it.trim())) {
            self.errors.add(pointer, mistake);
        }
    }

    /// Notes that a number is none, or not in its range.
    pub(crate) fn between(self, pointer: &str, value: RwSignal<String>, least: i64, most: i64) {
        let fits = number(value).is_some_and(|it| (least..=most).contains(&it));
        if text(value).is_some() && !fits {
            let message = format!("A whole number from {least} to {most}");
            self.errors.add(pointer, &message);
        }
    }

    /// Puts the server's mistakes beside their fields; gives back what has no field.
    pub(crate) fn refuse(self, problem: Problem) -> Option<Problem> {
        let pointers: Vec<_> = self
            .fields
            .with_value(|all| all.iter().map(|it| format!("/{}", it.name)).collect());
        let pointers: Vec<_> = pointers.iter().map(String::as_str).collect();
        self.errors.take(problem, &pointers)
    }
}

/// A JSON object. It is filled one by one: collecting would sort first, by code of its own at each place.
pub(crate) fn object<'a>(members: impl Iterator<Item = (&'a str, Value)>) -> Map<String, Value> {
    let mut object = Map::new();
    for (name, value) in members {
        object.insert(name.to_owned(), value);
    }
    object
}

/// The text of a field; empty is not set.
pub(crate) fn text(value: RwSignal<String>) -> Option<String> {
    value.with_untracked(|it| {
        let it = it.trim();
        (!it.is_empty()).then(|| it.to_owned())
    })
}

/// The number of a field.
pub(crate) fn number(value: RwSignal<String>) -> Option<i64> {
    value.with_untracked(|it| it.trim().parse().ok())
}

/// The entries of a field.
pub(crate) fn entries(value: RwSignal<String>) -> Vec<String> {
    value.with_untracked(|it| lines::entries(it))
}

/// What is chosen in a field.
pub(crate) fn chosen(value: RwSignal<BTreeSet<String>>) -> Vec<String> {
    value.with_untracked(|it| it.iter().cloned().collect())
}

fn texts(value: &Value) -> Vec<String> {
    let items = value.as_array().into_iter().flatten();
    items
        .filter_map(|it| it.as_str().map(str::to_owned))
        .collect()
}

/// What is wrong with a key, or nothing.
fn key_mistake(key: &str) -> Option<&'static str> {
    if !(2..=64).contains(&key.len()) {
        return Some("2 to 64 characters");
    }
    if !key.starts_with(|it: char| it.is_ascii_lowercase()) {
        return Some("Begins with a letter from a to z");
    }
    let fits = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || "-_".contains(it);
    (!key.chars().all(fits)).then_some("Only a to z, 0 to 9, - and _")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_short_and_plain() {
        assert_eq!(key_mistake("order-desk_2"), None);
        assert!(key_mistake("a").is_some());
        assert!(key_mistake("2nd").is_some());
        assert!(key_mistake("Desk").is_some());
    }
}
