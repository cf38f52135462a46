//! What stands in the page for each row: written as HTML, and brought up to date.

use std::collections::{BTreeSet, HashMap};

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::column::{Head, Kind};
use crate::components::markup::{Markup, markup};

/// A row without its type, so that all the rest of a table is in the app once, not once for every kind of row.
pub(super) struct Line {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) muted: bool,
    pub(super) cells: Vec<Markup>,
}

/// A row in the page.
pub(super) struct Drawn {
    id: String,
    html: Markup,
    row: Element,
}

impl Drawn {
    /// Shows whether it is among those that are selected.
    pub(super) fn mark(&self, selected: &BTreeSet<String>) {
        let selected = selected.contains(&self.id);
        if !selected && !self.row.has_attribute("aria-selected") {
            return;
        }
        // Fails for no name that is written here.
        drop(if selected {
            self.row.set_attribute("aria-selected", "true")
        } else {
            self.row.remove_attribute("aria-selected")
        });
        if let Ok(Some(tick)) = self.row.query_selector(".box") {
            tick.unchecked_into::<web_sys::HtmlInputElement>()
                .set_checked(selected);
        }
    }
}

fn row(line: &Line, heads: &[Head], selectable: bool) -> Markup {
    let muted = if line.muted { "is-muted" } else { "" };
    let mut row = markup(
        r#"<tr role="row" data-id="{}" class="{}">"#,
        &[&line.id, muted],
    );
    if selectable {
        let tick = r#"<td role="cell" class="is-select"><input type="checkbox" class="box" aria-label="Select {}"></td>"#;
        row = row + markup(tick, &[&line.name]);
    }
    for (index, (head, cell)) in heads.iter().zip(&line.cells).enumerate() {
        let class = head.class();
        let (open, close) = match head.kind {
            _ if index == 0 => (markup(r#"<th scope="row" role="rowheader">"#, &[]), "</th>"),
            Kind::Actions => (markup(r#"<td role="cell" class="{}">"#, &[class]), "</td>"),
            Kind::Words => {
                let open = r#"<td role="cell" class="{}" data-label="{}">"#;
                (markup(open, &[class, head.title]), "</td>")
            }
        };
        row = row + open + cell.clone() + markup(close, &[]);
    }
    row + markup("</tr>", &[])
}

/// Brings the rows of a table up to date. What stays as it is is not touched, so that the focus stays, too.
pub(super) fn draw(
    body: &Element,
    heads: &[Head],
    lines: &[Line],
    selectable: bool,
    rows: &mut Vec<Drawn>,
) {
    // A table that comes in the place of another is given its elements, with what is in them.
    if rows.is_empty() {
        body.set_inner_html("");
    }
    let mut before = HashMap::<String, Drawn>::new();
    for old in rows.drain(..) {
        // Only one of two rows of the same id is known again.
        if let Some(twin) = before.insert(old.id.clone(), old) {
            twin.row.remove();
        }
    }
    let now = lines
        .iter()
        .map(|line| row(line, heads, selectable))
        .collect::<Vec<_>>();
    let fresh = now.iter().zip(lines);
    let fresh =
        fresh.filter(|(html, line)| before.get(&line.id).is_none_or(|it| it.html != **html));
    let fresh: Markup = fresh.map(|(html, _)| html.clone()).collect();
    // Fails for no name that is written here.
    let Ok(bench) = document().create_element("tbody") else {
        return;
    };
    bench.set_inner_html(fresh.html());
    let mut next = bench.first_element_child();
    for (line, html) in lines.iter().zip(now) {
        let old = before.remove(&line.id);
        let row = match old {
            Some(old) if old.html == html => old.row,
            old => {
                let Some(new) = next else { return };
                next = new.next_element_sibling();
                match old {
                    Some(old) => {
                        exchange(&old.row, &new);
                        old.row
                    }
                    None => new,
                }
            }
        };
        let id = line.id.clone();
        rows.push(Drawn { id, html, row });
    }
    for gone in before.into_values() {
        gone.row.remove();
    }
    let mut place = body.first_element_child();
    for Drawn { row, .. } in rows {
        if place.as_ref() == Some(row) {
            place = row.next_element_sibling();
        } else {
            // Fails only for a place that is not in the table.
            drop(body.insert_before(row, place.as_deref()));
        }
    }
}

/// Gives a row the cells of another where they differ.
fn exchange(row: &Element, new: &Element) {
    row.set_class_name(&new.class_name());
    let mut place = row.first_element_child();
    while let (Some(old), Some(new)) = (place, new.first_element_child()) {
        place = old.next_element_sibling();
        if old.outer_html() == new.outer_html() {
            new.remove();
        } else {
            // Fails for nothing that is a cell.
            drop(old.replace_with_with_node_1(&new));
        }
    }
}
