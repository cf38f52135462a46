//! Which permissions something has: a row per resource, a column each for View and Change.

use std::collections::BTreeSet;

use leptos::{ev, html, prelude::*};

use crate::effect::memo;
use wasm_bindgen::JsCast;

/// A resource of an API and which of the two permissions it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Resource {
    /// The part before the colon.
    pub(crate) key: String,
    /// What a person calls it.
    pub(crate) label: String,
    /// The registered API it belongs to; `None` is this server's own.
    pub(crate) api: Option<String>,
    /// Has `<key>:view`.
    pub(crate) view: bool,
    /// Has `<key>:change`.
    pub(crate) change: bool,
}

/// What a person may do to a grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ceiling {
    /// Tick everything.
    None,
    /// Tick only these, which are the person's own.
    Own(BTreeSet<String>),
    /// Only look.
    ReadOnly,
}

impl Ceiling {
    /// Why this permission cannot be ticked or cleared, where it cannot.
    fn refuses(&self, permission: &str) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Own(own) => {
                (!own.contains(permission)).then_some("You do not have this yourself")
            }
            Self::ReadOnly => Some("Cannot be changed here"),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Right {
    View,
    Change,
}

impl Right {
    const ALL: [Self; 2] = [Self::View, Self::Change];

    const fn words(self) -> &'static str {
        match self {
            Self::View => "View",
            Self::Change => "Change",
        }
    }

    fn of(self, resource: &str) -> String {
        match self {
            Self::View => format!("{resource}:view"),
            Self::Change => format!("{resource}:change"),
        }
    }
}

/// Ticks `permission`, or clears it. Change brings View along and holds it.
fn toggle(granted: &mut BTreeSet<String>, resource: &Resource, right: Right) {
    let permission = right.of(&resource.key);
    if granted.remove(&permission) {
        return;
    }
    granted.insert(permission);
    if right == Right::Change && resource.view {
        granted.insert(Right::View.of(&resource.key));
    }
}

/// A grid of checkboxes with one tab stop; arrows move, space ticks.
#[component]
pub(crate) fn PermissionGrid(
    /// What the grid is about, as in "Permissions of Warehouse sync".
    #[prop(into)]
    caption: String,
    resources: Vec<Resource>,
    granted: RwSignal<BTreeSet<String>>,
    #[prop(default = Ceiling::None)] ceiling: Ceiling,
) -> impl IntoView {
    let table = NodeRef::<html::Table>::new();
    let active = RwSignal::new((
        0,
        usize::from(!resources.first().is_some_and(|first| first.view)),
    ));
    let count = resources.len();

    let moved = move |event: ev::KeyboardEvent| {
        let (row, column) = active.get_untracked();
        let target = match event.key().as_str() {
            "ArrowUp" => find_cell(table, (0..row).rev(), column),
            "ArrowDown" => find_cell(table, row + 1..count, column),
            "ArrowLeft" => find_cell(table, row..=row, 0),
            "ArrowRight" => find_cell(table, row..=row, 1),
            _ => return,
        };
        event.prevent_default();
        if let Some(cell) = target {
            // Fails for no element that is in the page.
            drop(cell.focus());
        }
    };

    let mut api = None;
    let rows = resources
        .into_iter()
        .enumerate()
        .map(|(row, resource)| {
            // Said once, above the first of its rows.
            let head = (resource.api != api).then(|| {
                api.clone_from(&resource.api);
                let name = api.clone().unwrap_or_else(|| "Latchkey".to_owned());
                view! { <tr class="permission-api"><th colspan="3" scope="colgroup">{name}</th></tr> }
            });
            let cells = Right::ALL.map(|right| cell(row, right, &resource, granted, active, &ceiling));
            let Resource { key, label, .. } = resource;
            view! {
                {head}
                <tr>
                    <th scope="row">{label}<code class="permission-key">{key}</code></th>
                    {cells.into_iter().collect_view()}
                </tr>
            }
            .into_any()
        })
        .collect_view();

    view! {
        <div class="permission-grid">
            <table node_ref=table on:keydown=moved>
                <caption class="visually-hidden">{caption}</caption>
                <thead>
                    <tr><th scope="col">"Resource"</th><th scope="col">"View"</th><th scope="col">"Change"</th></tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn cell(
    row: usize,
    right: Right,
    resource: &Resource,
    granted: RwSignal<BTreeSet<String>>,
    active: RwSignal<(usize, usize)>,
    ceiling: &Ceiling,
) -> AnyView {
    let column = match right {
        Right::View => 0,
        Right::Change => 1,
    };
    let exists = match right {
        Right::View => resource.view,
        Right::Change => resource.change,
    };
    if !exists {
        return view! {
            <td><span class="permission-none" aria-hidden="true">"\u{2013}"</span><span class="visually-hidden">"Not available"</span></td>
        }
        .into_any();
    }
    let permission = right.of(&resource.key);
    let change = Right::Change.of(&resource.key);
    let refused = ceiling.refuses(&permission);
    let held =
        memo(move || right == Right::View && granted.with(|granted| granted.contains(&change)));
    let why = move || refused.or_else(|| held.get().then_some("Change includes View"));
    let resource = resource.clone();
    let ticked = move || granted.with(|granted| granted.contains(&permission)) || held.get();
    let name = format!("{} {}", right.words(), resource.label);
    view! {
        <td>
            <input
                type="checkbox"
                class="box"
                data-cell=format!("{row}-{column}")
                tabindex=move || if active.get() == (row, column) { "0" } else { "-1" }
                aria-label=move || if held.get() { format!("{name}, held by Change") } else { name.clone() }
                title=why
                aria-disabled=move || why().map(|_| "true")
                prop:checked=ticked
                on:focus=move |_| active.set((row, column))
                on:click=move |event| {
                    if untrack(why).is_some() {
                        event.prevent_default();
                    }
                }
                on:change=move |_| granted.update(|granted| toggle(granted, &resource, right))
            />
        </td>
    }
    .into_any()
}

/// The first of `rows` that has a checkbox in `column`.
fn find_cell(
    table: NodeRef<html::Table>,
    mut rows: impl Iterator<Item = usize>,
    column: usize,
) -> Option<web_sys::HtmlElement> {
    let table = table.get_untracked()?;
    rows.find_map(|row| {
        let cell = table
            .query_selector(&format!("[data-cell='{row}-{column}']"))
            .ok()
            .flatten()?;
        cell.dyn_into().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clients() -> Resource {
        Resource {
            key: "clients".to_owned(),
            label: "Clients".to_owned(),
            api: None,
            view: true,
            change: true,
        }
    }

    #[test]
    fn change_brings_view_along() {
        let mut granted = BTreeSet::new();
        toggle(&mut granted, &clients(), Right::Change);
        assert_eq!(
            granted.into_iter().collect::<Vec<_>>(),
            ["clients:change", "clients:view"]
        );
    }

    #[test]
    fn clearing_change_leaves_view() {
        let mut granted = BTreeSet::from(["clients:change".to_owned(), "clients:view".to_owned()]);
        toggle(&mut granted, &clients(), Right::Change);
        assert_eq!(granted.into_iter().collect::<Vec<_>>(), ["clients:view"]);
    }
}
