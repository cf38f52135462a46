//! A list of things as a page: title, search, table, leafing, and what to say while there is nothing. One list differs
//! from another by words, columns and what it asks for only.

use std::rc::Rc;

use leptos::prelude::*;

use super::{clients::trail::Leaf, no_rights::NoRights};
use crate::{
    address::{Address, Step, use_address},
    components::{
        button::{Button, LinkButton, Variant},
        cell,
        data_table::{Column, DataTable, Row, Sort},
        empty_state::EmptyState,
        filter_bar::{FilterBar, SearchBox},
        icon::Glyph,
        markup::Markup,
        page_header::PageHeader,
        problem_notice::ProblemNotice,
        skeleton::Skeleton,
    },
    effect::memo,
    forms::editor::Work,
    load::{Loaded, load},
    routes, words,
};

/// The part of a list that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// What is searched.
    pub(crate) search: Option<String>,
    /// Where the page begins.
    pub(crate) cursor: Option<String>,
    /// How many rows it has.
    pub(crate) limit: i64,
}

/// What came back.
#[derive(Clone, Default)]
pub(crate) struct Page {
    /// The rows.
    pub(crate) lines: Vec<Line>,
    /// Where the next page begins.
    pub(crate) next: Option<String>,
}

/// A row of any list.
#[derive(Clone)]
pub(crate) struct Line {
    id: String,
    name: String,
    muted: bool,
    cells: Vec<Markup>,
}

impl Line {
    /// A row with its cells.
    pub(crate) fn new(id: &str, name: &str, cells: Vec<Markup>) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            muted: false,
            cells,
        }
    }

    /// The same, greyed where it is of the past.
    pub(crate) fn muted(mut self, muted: bool) -> Self {
        self.muted = muted;
        self
    }
}

impl Row for Line {
    fn id(&self) -> String {
        self.id.clone()
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn is_muted(&self) -> bool {
        self.muted
    }
}

/// What makes one list differ from another.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    /// The page's title.
    pub(crate) title: &'static str,
    /// What these things are, in one sentence.
    pub(crate) lead: &'static str,
    /// One of them, and several.
    pub(crate) words: (&'static str, &'static str),
    /// Its address below the app's base; `/new` below it makes one.
    pub(crate) path: &'static str,
    /// The permission that opens it, and whether it is there.
    pub(crate) needs: (&'static str, bool),
    /// Whether one may be made.
    pub(crate) may_create: bool,
    /// What is searched, where that can be.
    pub(crate) search: Option<&'static str>,
    /// The heads of the columns.
    pub(crate) columns: &'static [&'static str],
    /// Its picture, and what to say while it is empty.
    pub(crate) empty: (Glyph, &'static str),
}

/// Asks for a part of a list.
pub(crate) type Fetch = Rc<dyn Fn(Asked) -> Work<Page>>;

/// The page, or why it is not shown.
#[component]
pub(crate) fn Listing(
    kind: Kind,
    fetch: Fetch,
    /// Asked again whenever this changes.
    #[prop(optional)]
    again: RwSignal<u32>,
    /// Beside the title, where it is not a way to make one more.
    #[prop(optional_no_strip)]
    actions: Option<AnyView>,
) -> impl IntoView {
    let (needs, may_view) = kind.needs;
    if !may_view {
        return view! { <NoRights title=kind.title needs /> }.into_any();
    }
    let create = kind.may_create.then(|| create_button(kind));
    view! {
        <PageHeader title=kind.title lead=kind.lead>{create}{actions}</PageHeader>
        {list(kind, fetch, again)}
    }
    .into_any()
}

/// The list without its page.
pub(crate) fn list(kind: Kind, fetch: Fetch, again: RwSignal<u32>) -> AnyView {
    let address = use_address();
    let search = address.typed("q");
    let asked = memo(move || Asked {
        search: address.get("q"),
        cursor: address.get("cursor"),
        limit: address
            .get("limit")
            .and_then(|it| it.parse().ok())
            .unwrap_or(50),
    });
    let page = load(
        move || {
            again.track();
            asked.get()
        },
        async move |asked: Asked| fetch(asked).await,
    );
    let is_empty = memo(move || {
        page.value
            .with(|page| page.as_ref().map(|it| it.lines.is_empty()))
    });
    view! {
        {kind.search.map(|label| view! {
            <FilterBar label=kind.title><SearchBox value=search label /></FilterBar>
        })}
        {move || page.problem.get().map(|problem| view! {
            <div class="above-list"><ProblemNotice problem on_retry=page.retry() /></div>
        })}
        <div class="busy-area" aria-busy=move || page.busy.get().then_some("true")>
            {move || match is_empty.get() {
                None if page.problem.with(Option::is_some) => ().into_any(),
                None => view! { <div class="table-frame"><Skeleton rows=6 label="Loading" /></div> }.into_any(),
                Some(true) => nothing(kind, address, asked.with(|it| it.search.is_some())),
                Some(false) => table(kind, address, page),
            }}
        </div>
    }
    .into_any()
}

fn create_button(kind: Kind) -> AnyView {
    let href = routes::href(&format!("{}/new", kind.path));
    view! { <LinkButton href variant=Variant::Primary icon=Glyph::Plus>"New "{kind.words.0}</LinkButton> }
        .into_any()
}

fn nothing(kind: Kind, address: Address, is_narrowed: bool) -> AnyView {
    let (glyph, text) = kind.empty;
    let (_, many) = kind.words;
    if is_narrowed {
        return view! {
            <div class="table-frame">
                <EmptyState glyph=Glyph::Search title=format!("No {} matches", kind.words.0) text="Search for a part of the name only.">
                    <Button on:click=move |_| address.change(Step::Push, &[("q", None), ("cursor", None)])>"Clear the search"</Button>
                </EmptyState>
            </div>
        }
        .into_any();
    }
    view! {
        <div class="table-frame">
            <EmptyState glyph title=format!("No {many} yet") text>
                {kind.may_create.then(|| create_button(kind))}
            </EmptyState>
        </div>
    }
    .into_any()
}

fn table(kind: Kind, address: Address, page: Loaded<Page>) -> AnyView {
    let columns = kind.columns.iter().enumerate();
    let columns = columns
        .map(|(index, title)| {
            let cell = move |line: &Line| line.cells.get(index).cloned().unwrap_or_default();
            let column = Column::new(title, cell);
            if index == 0 {
                column.track("minmax(8rem, 2fr)")
            } else {
                column
            }
        })
        .collect::<Vec<_>>();
    let rows = Signal::derive(move || {
        page.value
            .with(|it| it.as_ref().map(|it| it.lines.clone()).unwrap_or_default())
    });
    let next = Signal::derive(move || {
        page.value
            .with(|it| it.as_ref().and_then(|it| it.next.clone()))
    });
    let (one, many) = kind.words;
    let shown = Signal::derive(move || words::count(rows.with(Vec::len), one, many));
    // A short list needs no pages.
    let is_paged = memo(move || next.with(Option::is_some) || address.get("cursor").is_some());
    let sort = RwSignal::new(Sort {
        by: "",
        descending: false,
    });
    view! {
        <DataTable caption=kind.title columns rows sort address>
            {move || is_paged.get().then(|| view! {
                <Leaf address shown next />
            })}
        </DataTable>
    }
    .into_any()
}

/// The name of a row, leading to its page.
pub(crate) fn name_cell(path: &str, id: &str, name: &str, below: Option<&str>) -> Markup {
    cell::link(&routes::href(&format!("{path}/{id}")), name) + below.map(cell::below)
}
