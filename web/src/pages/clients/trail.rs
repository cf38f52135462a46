//! Leafing: a cursor only knows the page after it, so the way back is remembered.

use std::collections::BTreeMap;

use leptos::prelude::*;

use crate::{
    address::{Address, Step},
    components::pager::Pager,
};

/// Which page came before which.
#[derive(Clone, Copy)]
struct Trail {
    address: Address,
    before: StoredValue<BTreeMap<String, Option<String>>>,
}

impl Trail {
    fn new(address: Address) -> Self {
        Self {
            address,
            before: StoredValue::new(BTreeMap::new()),
        }
    }

    fn has_previous(self) -> bool {
        self.address.get("cursor").is_some()
    }

    /// To the page that `cursor` opens.
    fn next(self, cursor: &str) {
        let now = self.address.get_untracked("cursor");
        self.before
            .update_value(|before| drop(before.insert(cursor.to_owned(), now)));
        self.to(Some(cursor));
    }

    /// To the page before, or to the first one where the way here is not known.
    fn previous(self) {
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

/// The way through a list whose page stands in the address.
#[component]
pub(crate) fn Leaf(
    address: Address,
    /// How much is shown, in words.
    shown: Signal<String>,
    /// Where the next page begins.
    next: Signal<Option<String>>,
) -> impl IntoView {
    let trail = Trail::new(address);
    view! {
        <Pager
            shown
            has_previous=Signal::derive(move || trail.has_previous())
            has_next=Signal::derive(move || next.with(Option::is_some))
            on_previous=Callback::new(move |()| trail.previous())
            on_next=Callback::new(move |()| {
                if let Some(cursor) = next.get_untracked() {
                    trail.next(&cursor);
                }
            })
            page_size=address.choice("limit", "50")
        />
    }
}
