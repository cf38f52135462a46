//! A list as a table: sortable heads, selection, actions on each row; on a narrow screen every row becomes a card.
//!
//! Rows are written as HTML and read by the browser in one piece, and what is pressed in them is heard by the table: two
//! hundred of them are there in the time that a few would take one element after the other.

mod column;
mod rows;

use std::collections::BTreeSet;

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::Element;

pub(crate) use self::column::{Column, Room, Row};
use self::{
    column::{Head, Kind, tracks},
    rows::{Drawn, Line, draw},
};
use super::{
    button::Button,
    copy,
    icon::{Glyph, Icon},
    time_view,
};
use crate::{
    address::Address,
    clock,
    effect::{effect, memo, on_change},
    ids,
    load::derived,
};

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
    let [least, middle, wide] =
        [Room::Any, Room::Middle, Room::Wide].map(|room| tracks(&heads, room, selected.is_some()));
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
                <table class="table" role="table" aria-labelledby=caption_id.clone() style:--least=least style:--middle=middle style:--wide=wide>
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

fn head(head: Head, sort: RwSignal<Sort>) -> AnyView {
    let Head { title, kind, .. } = head;
    let Some(key) = head.sort else {
        let words = if kind == Kind::Actions {
            "visually-hidden"
        } else {
            ""
        };
        return view! {
            <th scope="col" role="columnheader" class=head.class()><span class=words>{title}</span></th>
        }
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
        <th scope="col" role="columnheader" class=format!("is-sortable {}", head.class()) aria-sort=state>
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
