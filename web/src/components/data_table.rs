//! A list as a table: sortable heads, selection, actions on each row; on a narrow screen every row becomes a card.
//!
//! Rows are written as HTML and read by the browser in one piece, and what is pressed in them is heard by the table: two
//! hundred of them are there in the time that a few would take one element after the other.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::{
    button::Button,
    copy,
    icon::{Glyph, Icon},
    markup::{Markup, markup},
    time_view,
};
use crate::{
    address::Address,
    clock,
    effect::{effect, memo, on_change},
    ids,
    load::derived,
};

/// What a table needs to know of a row.
pub(crate) trait Row {
    /// Tells rows apart.
    fn id(&self) -> String;
    /// What a person calls it.
    fn name(&self) -> String;
    /// Whether it is of the past: still listed, greyed.
    fn is_muted(&self) -> bool {
        false
    }
}

type Cell<T> = Arc<dyn Fn(&T) -> Markup + Send + Sync>;

/// One column. The first one of a table names its rows.
#[derive(Clone)]
pub(crate) struct Column<T> {
    head: Head,
    cell: Cell<T>,
}

#[derive(Clone, Copy)]
struct Head {
    title: &'static str,
    sort: Option<&'static str>,
    kind: Kind,
    track: &'static str,
}

/// What the cells of a column hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Words,
    Figures,
    Actions,
}

impl<T> Column<T> {
    /// A column with this head, drawing its cells so.
    pub(crate) fn new(
        title: &'static str,
        cell: impl Fn(&T) -> Markup + Send + Sync + 'static,
    ) -> Self {
        let head = Head {
            title,
            sort: None,
            kind: Kind::Words,
            track: "minmax(7.5rem, 1fr)",
        };
        Self {
            head,
            cell: Arc::new(cell),
        }
    }

    /// The buttons at the end of a row: the width of so many of them, as a track of a grid, and how to draw them.
    pub(crate) fn actions(
        track: &'static str,
        cell: impl Fn(&T) -> Markup + Send + Sync + 'static,
    ) -> Self {
        let mut column = Self::new("Actions", cell).track(track);
        column.head.kind = Kind::Actions;
        column
    }

    /// Lets the list be sorted by this column, under the server's name for it.
    pub(crate) fn sortable(mut self, key: &'static str) -> Self {
        self.head.sort = Some(key);
        self
    }

    /// Aligns figures at their last digit.
    pub(crate) fn at_end(mut self) -> Self {
        self.head.kind = Kind::Figures;
        self.head.track = "5rem";
        self
    }

    /// Its width, as a track of a grid. It does not depend on the rows, so that none has to wait for the others.
    pub(crate) fn track(mut self, track: &'static str) -> Self {
        self.head.track = track;
        self
    }
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sort {
    /// The server's name of the column.
    pub(crate) by: &'static str,
    /// Largest or latest first.
    pub(crate) descending: bool,
}

impl Sort {
    /// The order that the address says, and back: `-name` is by name, backwards. Unknown columns are the default.
    pub(crate) fn bound(
        address: Address,
        default: &'static str,
        known: &'static [&'static str],
    ) -> RwSignal<Self> {
        let read = move |text: &str| {
            let (descending, column) = match text.strip_prefix('-') {
                Some(column) => (true, column),
                None => (false, text),
            };
            known.iter().find(|it| **it == column).map_or(
                Self {
                    by: default,
                    descending: false,
                },
                |by| Self { by, descending },
            )
        };
        let text = address.choice("sort", default);
        let sort = RwSignal::new(text.with_untracked(|text| read(text)));
        effect(move || {
            let now = text.with(|text| read(text));
            if sort.get_untracked() != now {
                sort.set(now);
            }
        });
        effect(move || {
            let Self { by, descending } = sort.get();
            let now = format!("{}{by}", if descending { "-" } else { "" });
            if text.with_untracked(|text| read(text) != sort.get_untracked()) {
                text.set(now);
            }
        });
        sort
    }
}

/// A row without its type, so that all the rest of a table is in the app once, not once for every kind of row.
struct Line {
    id: String,
    name: String,
    muted: bool,
    cells: Vec<Markup>,
}

/// A table of `rows`. Sorting and paging are the server's; this only says what was asked for.
#[component]
pub(crate) fn DataTable<T: Row + Send + Sync + 'static>(
    /// What the table lists, for screen readers.
    caption: &'static str,
    columns: Vec<Column<T>>,
    #[prop(into)] rows: Signal<Vec<T>>,
    /// Kept by the caller, because the address bar holds it.
    sort: RwSignal<Sort>,
    #[prop(optional)] selected: Option<RwSignal<BTreeSet<String>>>,
    /// What can be done with everything selected.
    #[prop(optional, into)]
    bulk: Option<ViewFn>,
    /// Where the dialogs open that the buttons of rows name.
    #[prop(optional)]
    address: Option<Address>,
    /// A pager, usually.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let heads = columns.iter().map(|it| it.head).collect();
    let line = move |row: &T| Line {
        id: row.id(),
        name: row.name(),
        muted: row.is_muted(),
        cells: columns.iter().map(|it| (it.cell)(row)).collect(),
    };
    let lines = derived(move || rows.with(|rows| rows.iter().map(&line).collect()));
    let bulk = selected.map(|selected| (selected, bulk.unwrap_or_default()));
    table(caption, heads, lines, sort, bulk, address, children)
}

fn table(
    caption: &'static str,
    heads: Vec<Head>,
    lines: Memo<Vec<Line>>,
    sort: RwSignal<Sort>,
    bulk: Option<(RwSignal<BTreeSet<String>>, ViewFn)>,
    address: Option<Address>,
    children: Option<Children>,
) -> AnyView {
    let caption_id = ids::unique("table");
    let selected = bulk.as_ref().map(|(selected, _)| *selected);
    let titles = heads.iter().map(|it| head(*it, sort)).collect_view();
    let tracks = heads
        .iter()
        .map(|it| it.track)
        .collect::<Vec<_>>()
        .join(" ");
    let select = if selected.is_some() {
        "var(--select) "
    } else {
        ""
    };
    let columns = format!("{select}{tracks}");
    let body = NodeRef::<html::Tbody>::new();
    let drawn = StoredValue::new_local(Vec::<Drawn>::new());
    effect(move || {
        let Some(body) = body.get() else { return };
        lines.with(|lines| {
            drawn.update_value(|rows| draw(&body, &heads, lines, selected.is_some(), rows));
        });
    });
    effect(move || {
        lines.track();
        let Some(selected) = selected else { return };
        selected
            .with(|selected| drawn.with_value(|rows| rows.iter().for_each(|it| it.mark(selected))));
    });
    let now = clock::use_now();
    let tick = move || {
        if let Some(body) = body.get_untracked() {
            time_view::tick(&body);
        }
    };
    on_change(
        move || {
            now.get();
        },
        tick,
    );
    let press = move |event: ev::MouseEvent| {
        let Some(button) = pressed(&event) else {
            return;
        };
        copy::press(&button);
        if let (Some(address), Some(dialog), Some(row)) =
            (address, button.get_attribute("data-open"), row_of(&button))
        {
            address.open(&dialog, row.get_attribute("data-id").as_deref());
        }
    };
    let choose = move |event: ev::Event| {
        let row = event_target::<Element>(&event);
        let id = row_of(&row).and_then(|row| row.get_attribute("data-id"));
        if let (Some(selected), Some(id)) = (selected, id) {
            selected.update(|set| {
                if !set.remove(&id) {
                    set.insert(id);
                }
            });
        }
    };

    view! {
        <div class="table-frame">
            {bulk.map(|(selected, bulk)| view! { <BulkBar selected bulk /> })}
            <div class="table-scroll" role="region" tabindex="0" aria-labelledby=caption_id.clone()>
                <table class="table" role="table" aria-labelledby=caption_id.clone() style:--columns=columns>
                    <caption class="visually-hidden" id=caption_id.clone()>{caption}</caption>
                    <thead role="rowgroup">
                        <tr role="row">
                            {selected.map(|selected| view! {
                                <th scope="col" role="columnheader" class="is-select">
                                    <SelectAll lines selected />
                                </th>
                            })}
                            {titles}
                        </tr>
                    </thead>
                    <tbody role="rowgroup" node_ref=body on:click=press on:change=choose></tbody>
                </table>
            </div>
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}

/// The button that a press was on.
fn pressed(event: &ev::MouseEvent) -> Option<Element> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest("button").ok().flatten()
}

fn row_of(element: &Element) -> Option<Element> {
    element.closest("tr").ok().flatten()
}

/// A row in the page.
struct Drawn {
    id: String,
    html: Markup,
    row: Element,
}

impl Drawn {
    fn mark(&self, selected: &BTreeSet<String>) {
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
        let (open, close) = match head.kind {
            _ if index == 0 => (markup(r#"<th scope="row" role="rowheader">"#, &[]), "</th>"),
            Kind::Actions => (
                markup(r#"<td role="cell" class="is-actions">"#, &[]),
                "</td>",
            ),
            kind => {
                let class = if kind == Kind::Figures { "is-end" } else { "" };
                let open = r#"<td role="cell" class="{}" data-label="{}">"#;
                (markup(open, &[class, head.title]), "</td>")
            }
        };
        row = row + open + cell.clone() + markup(close, &[]);
    }
    row + markup("</tr>", &[])
}

/// Brings the rows of a table up to date. What stays as it is is not touched, so that the focus stays, too.
fn draw(body: &Element, heads: &[Head], lines: &[Line], selectable: bool, rows: &mut Vec<Drawn>) {
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

fn head(head: Head, sort: RwSignal<Sort>) -> AnyView {
    let Head { title, kind, .. } = head;
    let Some(key) = head.sort else {
        let class = match kind {
            Kind::Words => "",
            Kind::Figures => "is-end",
            Kind::Actions => "visually-hidden",
        };
        return view! { <th scope="col" role="columnheader"><span class=class>{title}</span></th> }
            .into_any();
    };
    let state = move || match sort.get() {
        Sort {
            by,
            descending: true,
        } if by == key => "descending",
        Sort { by, .. } if by == key => "ascending",
        _ => "none",
    };
    let turn = move |_| {
        sort.update(|sort| {
            *sort = Sort {
                by: key,
                descending: sort.by == key && !sort.descending,
            }
        });
    };
    view! {
        <th scope="col" role="columnheader" class="is-sortable" aria-sort=state>
            <button type="button" class="sort" on:click=turn>{title}<Icon glyph=Glyph::Up /></button>
        </th>
    }
    .into_any()
}

/// Ticks or clears every row that is shown; half ticked when only some are.
#[component]
fn SelectAll(lines: Memo<Vec<Line>>, selected: RwSignal<BTreeSet<String>>) -> impl IntoView {
    let shown = memo(move || {
        lines.with(|lines| {
            let ids = lines.iter().map(|it| it.id.clone());
            ids.collect::<BTreeSet<_>>()
        })
    });
    let all =
        move || shown.with(|shown| !shown.is_empty() && selected.with(|set| shown.is_subset(set)));
    let some = move || shown.with(|shown| selected.with(|set| !shown.is_disjoint(set)));
    view! {
        <input
            type="checkbox"
            class="box"
            aria-label="Select all on this page"
            prop:checked=all
            prop:indeterminate=move || some() && !all()
            on:change=move |_| {
                let clear = untrack(all);
                shown.with_untracked(|shown| selected.update(|set| {
                    if clear {
                        set.retain(|id| !shown.contains(id));
                    } else {
                        set.extend(shown.iter().cloned());
                    }
                }));
            }
        />
    }
}

#[component]
fn BulkBar(selected: RwSignal<BTreeSet<String>>, bulk: ViewFn) -> impl IntoView {
    let count = memo(move || selected.with(BTreeSet::len));
    view! {
        <Show when=move || count.get() != 0>
            <div class="bulk-bar">
                <span role="status">{move || format!("{} selected", count.get())}</span>
                <Button small=true variant=super::button::Variant::Ghost on:click=move |_| selected.update(BTreeSet::clear)>
                    "Clear"
                </Button>
                <div class="button-group">{bulk.run()}</div>
            </div>
        </Show>
    }
}
