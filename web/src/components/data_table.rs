//! A list as a table: sortable heads, selection, actions on each row; on a narrow screen every row becomes a card.

use std::{collections::BTreeSet, sync::Arc};

use leptos::prelude::*;

use super::{
    button::Button,
    each::each,
    icon::{Glyph, Icon},
};
use crate::{
    address::Address,
    effect::{effect, memo},
    ids,
};

/// What a table needs to know of a row.
pub(crate) trait Row: Clone + Send + Sync + 'static {
    /// Tells rows apart.
    fn id(&self) -> String;
    /// Moves when the row's content does, so that it is drawn again.
    fn version(&self) -> u64;
    /// What a person calls it.
    fn name(&self) -> String;
    /// Whether it is of the past: still listed, greyed.
    fn is_muted(&self) -> bool {
        false
    }
}

type Cell<T> = Arc<dyn Fn(&T) -> AnyView + Send + Sync>;

/// One column. The first one of a table names its rows.
#[derive(Clone)]
pub(crate) struct Column<T> {
    title: &'static str,
    sort: Option<&'static str>,
    end: bool,
    cell: Cell<T>,
}

impl<T> Column<T> {
    /// A column with this head, drawing its cells so.
    pub(crate) fn new<V: IntoView + 'static>(
        title: &'static str,
        cell: impl Fn(&T) -> V + Send + Sync + 'static,
    ) -> Self {
        Self {
            title,
            sort: None,
            end: false,
            cell: Arc::new(move |row| cell(row).into_any()),
        }
    }

    /// Lets the list be sorted by this column, under the server's name for it.
    pub(crate) fn sortable(mut self, key: &'static str) -> Self {
        self.sort = Some(key);
        self
    }

    /// Aligns figures at their last digit.
    pub(crate) fn at_end(mut self) -> Self {
        self.end = true;
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

/// Draws the actions at the end of a row.
pub(crate) type RowActions<T> = Cell<T>;

/// A row without its type, so that all the rest of a table is in the app once, not once for every kind of row.
#[derive(Clone)]
struct Line {
    id: String,
    version: u64,
    name: String,
    is_muted: bool,
    draw: Arc<dyn Fn() -> Drawn + Send + Sync>,
}

/// What a row shows: its cells, and what can be done with it.
struct Drawn {
    cells: Vec<AnyView>,
    actions: Option<AnyView>,
}

struct Head {
    title: &'static str,
    sort: Option<&'static str>,
    end: bool,
}

/// A table of `rows`. Sorting and paging are the server's; this only says what was asked for.
#[component]
pub(crate) fn DataTable<T: Row>(
    /// What the table lists, for screen readers.
    #[prop(into)]
    caption: String,
    columns: Vec<Column<T>>,
    #[prop(into)] rows: Signal<Vec<T>>,
    /// Kept by the caller, because the address bar holds it.
    sort: RwSignal<Sort>,
    #[prop(optional)] selected: Option<RwSignal<BTreeSet<String>>>,
    /// What can be done with everything selected.
    #[prop(optional, into)]
    bulk: Option<ViewFn>,
    #[prop(optional)] actions: Option<RowActions<T>>,
    /// A pager, usually.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let heads = columns.iter().map(|it| Head {
        title: it.title,
        sort: it.sort,
        end: it.end,
    });
    let heads = heads.collect();
    let has_actions = actions.is_some();
    let cells: Arc<[Cell<T>]> = columns.into_iter().map(|it| it.cell).collect();
    let line = move |row: &T| {
        let (row, cells, actions) = (row.clone(), Arc::clone(&cells), actions.clone());
        Line {
            id: row.id(),
            version: row.version(),
            name: row.name(),
            is_muted: row.is_muted(),
            draw: Arc::new(move || Drawn {
                cells: cells.iter().map(|cell| cell(&row)).collect(),
                actions: actions.as_ref().map(|actions| actions(&row)),
            }),
        }
    };
    let lines = Signal::derive(move || rows.with(|rows| rows.iter().map(&line).collect()));
    let bulk = selected.map(|selected| (selected, bulk.unwrap_or_default()));
    table(caption, heads, lines, sort, bulk, has_actions, children)
}

fn table(
    caption: String,
    heads: Vec<Head>,
    lines: Signal<Vec<Line>>,
    sort: RwSignal<Sort>,
    bulk: Option<(RwSignal<BTreeSet<String>>, ViewFn)>,
    has_actions: bool,
    children: Option<Children>,
) -> AnyView {
    let caption_id = ids::unique("table");
    let selected = bulk.as_ref().map(|(selected, _)| *selected);
    let titles = heads
        .iter()
        .map(|it| head(it.title, it.sort, it.end, sort))
        .collect_view();
    let heads = StoredValue::new(heads);
    let row = move |line: Line| {
        let name = format!("{} {}", line.version, line.id);
        let draw = move || view! { <TableRow line=line.clone() heads selected /> };
        (name, draw.into())
    };

    view! {
        <div class="table-frame">
            {bulk.map(|(selected, bulk)| view! { <BulkBar selected bulk /> })}
            <div class="table-scroll" role="region" tabindex="0" aria-labelledby=caption_id.clone()>
                <table class="table" role="table" aria-labelledby=caption_id.clone()>
                    <caption class="visually-hidden" id=caption_id.clone()>{caption}</caption>
                    <thead role="rowgroup">
                        <tr role="row">
                            {selected.map(|selected| view! {
                                <th scope="col" role="columnheader" class="is-select is-tight">
                                    <SelectAll lines selected />
                                </th>
                            })}
                            {titles}
                            {has_actions.then(|| view! {
                                <th scope="col" role="columnheader" class="is-tight">
                                    <span class="visually-hidden">"Actions"</span>
                                </th>
                            })}
                        </tr>
                    </thead>
                    <tbody role="rowgroup">
                        {each(move || lines.with(|lines| lines.iter().cloned().map(row).collect()))}
                    </tbody>
                </table>
            </div>
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}

fn head(
    title: &'static str,
    key: Option<&'static str>,
    end: bool,
    sort: RwSignal<Sort>,
) -> AnyView {
    let Some(key) = key else {
        return view! { <th scope="col" role="columnheader" class:is-end=end>{title}</th> }
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
        <th scope="col" role="columnheader" class="is-sortable" class:is-end=end aria-sort=state>
            <button type="button" class="sort" on:click=turn>{title}<Icon glyph=Glyph::Up /></button>
        </th>
    }
    .into_any()
}

#[component]
fn TableRow(
    line: Line,
    heads: StoredValue<Vec<Head>>,
    selected: Option<RwSignal<BTreeSet<String>>>,
) -> impl IntoView {
    let id = StoredValue::new(line.id);
    let is_selected = move || {
        selected.is_some_and(|selected| selected.with(|set| id.with_value(|id| set.contains(id))))
    };
    let Drawn { cells, actions } = (line.draw)();
    let cells = heads.with_value(|heads| {
        let cells = heads.iter().zip(cells).enumerate().map(|(index, (head, cell))| {
            if index == 0 {
                view! { <th scope="row" role="rowheader">{cell}</th> }.into_any()
            } else {
                view! { <td role="cell" class:is-end=head.end data-label=head.title>{cell}</td> }.into_any()
            }
        });
        cells.collect_view()
    });

    view! {
        <tr role="row" class:is-muted=line.is_muted aria-selected=move || is_selected().then_some("true")>
            {selected.map(|selected| view! {
                <td role="cell" class="is-select is-tight">
                    <input
                        type="checkbox"
                        class="box"
                        aria-label=format!("Select {}", line.name)
                        prop:checked=is_selected
                        on:change=move |_| selected.update(|set| {
                            let id = id.get_value();
                            if !set.remove(&id) {
                                set.insert(id);
                            }
                        })
                    />
                </td>
            })}
            {cells}
            {actions.map(|actions| view! {
                <td role="cell" class="is-actions is-tight"><div class="row-actions">{actions}</div></td>
            })}
        </tr>
    }
}

/// Ticks or clears every row that is shown; half ticked when only some are.
#[component]
fn SelectAll(lines: Signal<Vec<Line>>, selected: RwSignal<BTreeSet<String>>) -> impl IntoView {
    let shown = memo(move || {
        let ids = lines.get().into_iter().map(|it| it.id);
        ids.collect::<BTreeSet<_>>()
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
