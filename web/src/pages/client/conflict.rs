//! Two people edited one client: both sides, field by field, and the choice between them.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde_json::{Map, Value};

use super::Shown;
use crate::{
    api::types,
    clock,
    components::{
        button::{Button, Variant},
        icon::{Glyph, Icon},
        modal::Modal,
        time_view::TimeAgo,
    },
    forms::client_draft::form_of,
    words,
};

/// One field on which the sides differ.
#[derive(Clone)]
struct Difference {
    field: String,
    theirs: Value,
    mine: Value,
}

fn fields(form: &types::ClientForm) -> Map<String, Value> {
    match serde_json::to_value(form) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

/// The fields that differ, and for each whether mine is chosen at first: where I changed something.
fn differences(
    base: &types::ClientForm,
    mine: &types::ClientForm,
    theirs: &types::ClientForm,
) -> (Vec<Difference>, BTreeMap<String, bool>) {
    let (base, mine, theirs) = (fields(base), fields(mine), fields(theirs));
    let of = |side: &Map<String, Value>, field: &str| side.get(field).cloned().unwrap_or_default();
    let mut names: Vec<&String> = mine.keys().chain(theirs.keys()).collect();
    names.sort();
    names.dedup();
    let differing: Vec<_> = names
        .into_iter()
        .map(|field| Difference {
            field: field.clone(),
            theirs: of(&theirs, field),
            mine: of(&mine, field),
        })
        .filter(|it| it.theirs != it.mine)
        .collect();
    let chosen = differing
        .iter()
        .map(|it| (it.field.clone(), it.mine != of(&base, &it.field)))
        .collect();
    (differing, chosen)
}

/// Shows both sides. What only the other side changed is taken over; what I changed is mine unless I say otherwise.
#[component]
pub(super) fn Conflict(
    /// What I began with.
    base: types::ClientForm,
    mine: types::ClientForm,
    /// The client as it is now.
    latest: Shown,
    on_keep_editing: Callback<()>,
    on_merged: Callback<types::ClientForm>,
) -> impl IntoView {
    let theirs = form_of(&latest);
    let (differing, chosen) = differences(&base, &mine, &theirs);
    let chosen = RwSignal::new(chosen);
    let parts = StoredValue::new((differing, theirs));
    let merge = move |_| {
        let form = parts.with_value(|(differing, theirs)| {
            let mut form = fields(theirs);
            for Difference { field, mine, .. } in differing {
                if chosen.with_untracked(|chosen| chosen.get(field) == Some(&true)) {
                    form.insert(field.clone(), mine.clone());
                }
            }
            serde_json::from_value(Value::Object(form))
        });
        // Both sides were forms, so their mixture is one.
        if let Ok(form) = form {
            on_merged.run(form);
        }
    };
    let who = latest.updated_by.name.clone();
    let when = clock::parse(&latest.updated_at);
    let open = RwSignal::new(true);
    view! {
        <Modal open on_close=on_keep_editing class="dialog dialog-wide" labelled_by="conflict-title".to_owned()>
            <header class="dialog-head">
                <span class="dialog-mark"><Icon glyph=Glyph::Warning /></span>
                <h2 id="conflict-title">"Somebody else changed it meanwhile"</h2>
            </header>
            <div class="dialog-body">
                <p><strong>{who.clone()}</strong>" saved this client "<TimeAgo at=when />". Choose what each of these is to be; nothing is saved until then."</p>
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

fn choice(it: Difference, chosen: RwSignal<BTreeMap<String, bool>>) -> AnyView {
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
            move || chosen.with(|chosen| chosen.get(&field) == Some(&is_mine))
        };
        let shown = words::value(&field, &value);
        let is_unset = shown.is_none();
        view! {
            <label class="conflict-side">
                <input type="radio" name=name prop:checked=is_chosen
                    on:change=move |_| chosen.update(|chosen| {
                        chosen.insert(field.clone(), is_mine);
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
    use super::*;

    #[test]
    fn what_only_the_other_side_changed_is_taken_over() {
        let form = |name: &str, owner: &str| types::ClientForm {
            name: Some(name.to_owned()),
            owner: Some(owner.to_owned()),
            ..types::ClientForm::default()
        };
        let (differing, chosen) = differences(&form("a", "x"), &form("b", "x"), &form("a", "y"));
        let names: Vec<_> = differing.iter().map(|it| it.field.as_str()).collect();
        assert_eq!(names, ["name", "owner"]);
        assert_eq!(chosen.get("name"), Some(&true));
        assert_eq!(chosen.get("owner"), Some(&false));
    }
}
