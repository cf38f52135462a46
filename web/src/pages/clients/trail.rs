//! Leafing: a cursor only knows the page after it, so the way back is remembered.

use std::collections::HashMap;

use leptos::prelude::*;

use crate::address::{Address, Step};

/// Which page came before which.
#[derive(Clone, Copy)]
pub(crate) struct Trail {
    address: Address,
    before: StoredValue<HashMap<String, Option<String>>>,
}

impl Trail {
    /// At the start.
    pub(crate) fn new(address: Address) -> Self {
        Self {
            address,
            before: StoredValue::new(HashMap::new()),
        }
    }

    /// Whether this is not the first page, tracked.
    pub(crate) fn has_previous(self) -> bool {
        self.address.get("cursor").is_some()
    }

    /// To the page that `cursor` opens.
    pub(crate) fn next(self, cursor: &str) {
        let now = self.address.get_untracked("cursor");
        self.before
            .update_value(|before| drop(before.insert(cursor.to_owned(), now)));
        self.to(Some(cursor));
    }

    /// To the page before, or to the first one where the way here is not known.
    pub(crate) fn previous(self) {
        let before = self
            .address
            .get_untracked("cursor")
            .and_then(|now| self.before.with_value(|before| before.get(&now).cloned()))
            .flatten();
        self.to(before.as_deref());
    }

    fn to(self, cursor: Option<&str>) {
        self.address.change(Step::Push, &[("cursor", cursor)]);
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }
}
