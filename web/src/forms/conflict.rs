//! Two people edited one thing: both sides, field by field, and the choice between them.

use std::collections::BTreeSet;

use leptos::prelude::*;
use serde_json::{Map, Value};

use crate::{
    components::{
        button::{Button, Variant},
        icon::{Glyph, Icon},
        modal::Modal,
        time_view::TimeAgo,
    },
    words,
};

/// The editable fields of one side.
pub(crate) type Fields = Map<String, Value>;

/// What was saved meanwhile.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Theirs {
    /// Its fields.
    pub(crate) fields: Fields,
    /// Who saved it, where that is known.
    pub(crate) who: Option<String>,
    /// When.
    pub(crate) when: Option<i64>,
}

/// One field on which the sides differ.
#[derive(Clone)]
struct Difference {
    field: String,
    theirs: Value,
    mine: Value,
}

/// The fields that differ, and those of which mine is chosen at first: where I changed something.
fn differences(
    base: &Fields,
    mine: &Fields,
    theirs: &Fields,
) -> (Vec<Difference>, BTreeSet<String>) {
    let of = |side: &Fields, field: &str| side.get(field).cloned().unwrap_or_default();
    let mut both = theirs.clone();
    both.extend(mine.clone());
    let differing: Vec<_> = both
        .keys()
        .map(|field| Difference {
            field: field.clone(),
            theirs: of(theirs, field),
            mine: of(mine, field),
        })
        .filter(|it| it.theirs != it.mine)
        .collect();
    let mut chosen = BTreeSet::new();
    for it in &differing {
        if it.mine != of(base, &it.field) {
            chosen.insert(it.field.clone());
        }
    }
    (differing, chosen)
}

/// Shows both sides. What only the other side changed is taken over; what I changed is mine unless I say otherwise.
#[component]
pub(crate) fn Conflict(
    /// What I began with.
    base: Fields,
    mine: Fields,
    theirs: Theirs,
    on_keep_editing: Callback<()>,
    on_merged: Callback<Fields>,
) -> impl IntoView {
    let Theirs { fields, who, when } = theirs;
    let (differing, chosen) = differences(&base, &mine, &fields);
    let chosen = RwSignal::new(chosen);
    let parts = StoredValue::new((differing, fields));
    let merge = move |_| {
        let merged = parts.with_value(|(differing, theirs)| {
            let mut merged = theirs.clone();
            for Difference { field, mine, .. } in differing {
                if chosen.with_untracked(|chosen| chosen.contains(field)) {
                    merged.insert(field.clone(), mine.clone());
                }
            }
            merged
        });
        on_merged.run(merged);
    };
    let who = who.unwrap_or_else(|| "Somebody".to_owned());
    let open = RwSignal::new(true);
    view! {
        <Modal open on_close=on_keep_editing class="dialog dialog-wide" labelled_by="conflict-title".to_owned()>
            <header class="dialog-head">
                <span class="dialog-mark"><Icon glyph=Glyph::Warning /></span>
                <h2 id="conflict-title">"Somebody else changed it meanwhile"</h2>
            </header>
            <div class="dialog-body">
                <p><strong>{who.clone()}</strong>" saved it "<TimeAgo at=when />". Choose what each of these is to be; nothing is saved until then."</p>
                <div class="conflict">
                    {parts.with_value(|(differing, _)| differing.clone()).into_iter().map(|it| choice(it, chosen)).collect_view()}
                </div>
            </div>
            <footer class="dialog-foot">
                <Button attr:autofocus=true on:click=move |_| on_keep_editing.run(())>"Keep editing"</Button>
                <Button variant=Variant::Primary on:click=merge>"Save my choice"</Button>
            </footer>
        </Modal>
    }
}

fn choice(it: Difference, chosen: RwSignal<BTreeSet<String>>) -> AnyView {
    let Difference {
        field,
        theirs,
        mine,
    } = it;
    let name = format!("conflict-{field}");
    let side = |is_mine: bool, title: &'static str, value: Value| {
        let (field, name) = (field.clone(), name.clone());
        let is_chosen = {
            let field = field.clone();
            move || chosen.with(|chosen| chosen.contains(&field) == is_mine)
        };
        let shown = words::value(&field, &value);
        let is_unset = shown.is_none();
        view! {
            <label class="conflict-side">
                <input type="radio" name=name prop:checked=is_chosen
                    on:change=move |_| chosen.update(|chosen| {
                        if is_mine {
                            chosen.insert(field.clone());
                        } else {
                            chosen.remove(&field);
                        }
                    }) />
                <span class="conflict-who">{title}</span>
                <span class="prose" class:cell-none=is_unset>{shown.unwrap_or_else(|| "Not set".to_owned())}</span>
            </label>
        }
    };
    view! {
        <fieldset class="conflict-field">
            <legend class="group-label">{words::field(&field)}</legend>
            {side(false, "As it is now", theirs)}
            {side(true, "As I have it", mine)}
        </fieldset>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_only_the_other_side_changed_is_taken_over() {
        let form = |name: &str, owner: &str| match json!({ "name": name, "owner": owner }) {
            Value::Object(fields) => fields,
            _ => Fields::new(),
        };
        let (differing, chosen) = differences(&form("a", "x"), &form("b", "x"), &form("a", "y"));
        let names: Vec<_> = differing.iter().map(|it| it.field.as_str()).collect();
        assert_eq!(names, ["name", "owner"]);
        assert!(chosen.contains("name"));
        assert!(!chosen.contains("owner"));
    }
}
