//! Groups of people.

mod form;
mod group;
mod list;

pub(crate) use group::Group;
pub(crate) use list::Groups;

use std::sync::Arc;

use crate::{api::types, components::data_table::Row};

/// A group in a list.
pub(super) type Item = Arc<types::Group>;

impl Row for Item {
    fn id(&self) -> String {
        self.id.to_string()
    }

    fn version(&self) -> u64 {
        u64::try_from(self.version).unwrap_or_default()
    }

    fn name(&self) -> String {
        self.name.clone()
    }
}
