//! What a table shows of its rows.

use std::sync::Arc;

use crate::components::markup::Markup;

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
    pub(super) head: Head,
    pub(super) cell: Cell<T>,
}

#[derive(Clone, Copy)]
pub(super) struct Head {
    pub(super) title: &'static str,
    pub(super) sort: Option<&'static str>,
    pub(super) kind: Kind,
    pub(super) track: &'static str,
    room: Room,
}

impl Head {
    /// What its cells have in common.
    pub(super) const fn class(self) -> &'static str {
        match (self.kind, self.room) {
            (Kind::Actions, _) => "is-actions",
            (Kind::Words, Room::Any) => "",
            (Kind::Words, Room::Middle) => "needs-middle",
            (Kind::Words, Room::Wide) => "needs-wide",
        }
    }
}

/// The columns that are shown where there is so much room, as the tracks of a grid.
pub(super) fn tracks(heads: &[Head], room: Room, selectable: bool) -> String {
    let select = selectable.then_some("var(--select)");
    let shown = heads.iter().filter(|it| it.room <= room);
    let tracks = select.into_iter().chain(shown.map(|it| it.track));
    tracks.collect::<Vec<_>>().join(" ")
}

/// How wide a table is at least, for a column to have a place in it. Where it has none, what it says stands on the page
/// that the row leads to; a narrow screen, on which rows are cards, shows everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Room {
    /// The column is always there.
    Any,
    /// Beside a navigation on a small screen.
    Middle,
    /// Beside a navigation on a usual screen.
    Wide,
}

/// What the cells of a column hold.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Words,
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
            track: "minmax(5.5rem, 1fr)",
            room: Room::Any,
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

    /// Leaves a column of words out where the table has less room.
    pub(crate) fn needs(mut self, room: Room) -> Self {
        self.head.room = room;
        self
    }

    /// Its width, as a track of a grid. It does not depend on the rows, so that none has to wait for the others.
    pub(crate) fn track(mut self, track: &'static str) -> Self {
        self.head.track = track;
        self
    }
}
