//! Actors inside other rows.

use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::caller::{Actor, ActorKind};

/// An actor as a row holds it. What a row does not say is empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(default)]
pub(crate) struct ActorRow {
    kind: String,
    id: String,
    name: String,
}

pub(super) fn to_row(actor: &Actor) -> ActorRow {
    ActorRow {
        kind: actor.kind.as_str().to_owned(),
        id: actor.id.to_string(),
        name: actor.name.clone(),
    }
}

pub(super) fn from_row(row: ActorRow) -> Actor {
    Actor {
        kind: ActorKind::from_row(&row.kind),
        id: Uuid::try_parse(&row.id).unwrap_or_default(),
        name: row.name,
    }
}
