//! Actors inside other rows.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::domain::caller::{Actor, ActorKind};

/// An actor as a row holds it.
pub(super) fn to_row(actor: &Actor) -> Value {
    json!({ "kind": actor.kind.as_str(), "id": actor.id, "name": actor.name })
}

/// An actor from a row.
pub(super) fn from_row(row: &Value) -> Actor {
    let text = |key| row.get(key).and_then(Value::as_str).unwrap_or_default();
    Actor {
        kind: ActorKind::from_row(text("kind")),
        id: Uuid::try_parse(text("id")).unwrap_or_default(),
        name: text("name").to_owned(),
    }
}
