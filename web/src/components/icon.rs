//! The app's own line drawings, on a 16 px grid.

use leptos::prelude::*;

use super::markup::{Markup, markup};

macro_rules! glyphs {
    ($($(#[$doc:meta])* $name:ident = $path:literal,)*) => {
        /// What an icon shows.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Glyph { $($(#[$doc])* $name,)* }

        impl Glyph {
            /// Every drawing with its name.
            pub(crate) const ALL: &[(&str, Self)] = &[$((stringify!($name), Self::$name),)*];

            pub(super) const fn path(self) -> &'static str {
                match self { $(Self::$name => $path,)* }
            }
        }
    };
}

glyphs! {
    /// Tiles of different sizes.
    Overview = "M2.5 2.5H7v5H2.5zM9.5 2.5h4v3h-4zM2.5 10H7v3.5H2.5zM9.5 8h4v5.5h-4z",
    /// A prompt in a window: a program, not a person.
    Client = "M3 3h10a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM4.75 6.25 6.75 8l-2 1.75M8.75 10h2.5",
    /// Sheets in a stack.
    Profile = "M8 2l6 3-6 3-6-3zM2 8l6 3 6-3M2 11l6 3 6-3",
    /// Braces.
    Api = "M5.75 2.5c-1.5 0-2.1.7-2.1 2v1.7c0 1-.6 1.8-1.65 1.8 1.05 0 1.65.8 1.65 1.8v1.7c0 1.3.6 2 2.1 2M10.25 2.5c1.5 0 2.1.7 2.1 2v1.7c0 1 .6 1.8 1.65 1.8-1.05 0-1.65.8-1.65 1.8v1.7c0 1.3-.6 2-2.1 2",
    /// A person.
    User = "M8 7.75a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5zM2.75 13.75C3.2 11.3 5.2 10 8 10s4.8 1.3 5.25 3.75",
    /// Two people.
    Group = "M6 7.75a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.8zM1.5 13.25c.4-2.3 2.1-3.5 4.5-3.5s4.1 1.2 4.5 3.5M10.5 3.1a2.4 2.4 0 0 1 0 4.5M12.1 10c1.3.5 2.1 1.6 2.4 3.25",
    /// A shield.
    Role = "M8 1.75l5 1.75v4c0 3.2-2.1 5.4-5 6.75-2.9-1.35-5-3.55-5-6.75v-4z",
    /// A building.
    Tenant = "M3 13.75V3a.75.75 0 0 1 .75-.75h5A.75.75 0 0 1 9.5 3v10.75M9.5 6.5h2.75a.75.75 0 0 1 .75.75v6.5M1.75 13.75h12.5M5.25 5h2M5.25 7.5h2M5.25 10h2",
    /// Joined points.
    Community = "M8 5.5A1.75 1.75 0 1 0 8 2a1.75 1.75 0 0 0 0 3.5zM3.75 13.5a1.75 1.75 0 1 0 0-3.5 1.75 1.75 0 0 0 0 3.5zM12.25 13.5a1.75 1.75 0 1 0 0-3.5 1.75 1.75 0 0 0 0 3.5zM7.2 5.4l-2.5 4.7M8.8 5.4l2.5 4.7M5.5 11.75h5",
    /// Sliders.
    Settings = "M2 4.5h5.25M10.75 4.5H14M2 11.5h3.25M8.75 11.5H14M9 6.25a1.75 1.75 0 1 0 0-3.5 1.75 1.75 0 0 0 0 3.5zM7 13.25a1.75 1.75 0 1 0 0-3.5 1.75 1.75 0 0 0 0 3.5z",
    /// A key.
    Key = "M5.25 13.75a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM7.4 8.6l6.1-6.1M10.75 5.25l2 2",
    /// A pulse.
    Activity = "M1.75 8.5H4.5l2-5.5 3 10 2-4.5h2.75",
    /// A person in a circle.
    Account = "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 8.6a1.9 1.9 0 1 0 0-3.8 1.9 1.9 0 0 0 0 3.8zM4.2 12.5c.7-1.3 2-2 3.8-2s3.1.7 3.8 2",
    /// An app's window.
    App = "M3 3h10a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM2 6.25h12",
    /// A flash: gone quickly.
    Bolt = "M9 1.75 3.5 9h4L7 14.25 12.5 7h-4z",
    /// A swatch book.
    Swatches = "M2.5 2.5h4v8.75a2 2 0 0 1-4 0zM6.5 6l2.7-2.7 2.9 2.9-5.9 6.3M10.5 9.25h3v4h-9",
    /// Add.
    Plus = "M8 3v10M3 8h10",
    /// A magnifying glass.
    Search = "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.25 10.25l3.25 3.25",
    /// Close or remove.
    Close = "M4 4l8 8M12 4l-8 8",
    /// Done.
    Check = "M3 8.5 6.5 12 13 4.5",
    /// All is well.
    Good = "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM5.4 8.2l1.9 1.9 3.4-4",
    /// Take care.
    Warning = "M8 2.25l6.25 11H1.75zM8 6.5v3M8 11.4v.1",
    /// Something failed.
    Problem = "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 5v3.5M8 10.9v.1",
    /// A clock.
    Clock = "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.75V8l2.25 1.5",
    /// An hourglass that has run out.
    Expired = "M4 2h8M4 14h8M5 2v2.5L8 8l3-3.5V2M5 14v-2.5L8 8l3 3.5V14",
    /// Paused.
    Paused = "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM6.5 6v4M9.5 6v4",
    /// Refused.
    Refused = "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM3.8 3.8l8.4 8.4",
    /// A circle with gaps: something is missing.
    Missing = "M6.5 2.2a6 6 0 0 1 3 0M12.2 3.8a6 6 0 0 1 1.5 2.6M13.7 9.6a6 6 0 0 1-1.5 2.6M9.5 13.8a6 6 0 0 1-3 0M3.8 12.2a6 6 0 0 1-1.5-2.6M2.3 6.4a6 6 0 0 1 1.5-2.6",
    /// Around again.
    Rotate = "M13.25 8a5.25 5.25 0 1 1-1.6-3.75M13.25 1.75v3h-3",
    /// Back to where it was.
    Undo = "M3 6h6.5a3.75 3.75 0 0 1 0 7.5H6M6 3 3 6l3 3",
    /// A lock.
    Lock = "M4 7.25h8a.75.75 0 0 1 .75.75v5a.75.75 0 0 1-.75.75H4a.75.75 0 0 1-.75-.75V8A.75.75 0 0 1 4 7.25zM5.25 7.25V5a2.75 2.75 0 0 1 5.5 0v2.25",
    /// Two sheets.
    Copy = "M6.5 5.5h6a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-6a1 1 0 0 1-1-1v-6a1 1 0 0 1 1-1zM10.5 5.5v-2a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2",
    /// A bin.
    Trash = "M2.5 4h11M6 4V2.5h4V4M4 4l.6 9a.75.75 0 0 0 .75.7h5.3a.75.75 0 0 0 .75-.7L12 4M6.75 6.75v4M9.25 6.75v4",
    /// A pencil.
    Pencil = "M10.75 2.75l2.5 2.5L5.5 13H3v-2.5zM9 4.5 11.5 7",
    /// Onwards.
    Next = "M6 3.5 10.5 8 6 12.5",
    /// Back.
    Previous = "M10 3.5 5.5 8l4.5 4.5",
    /// Ascending.
    Up = "M8 13V3M4 7l4-4 4 4",
    /// More of it below.
    Down = "M4 6.25 8 10.25l4-4",
    /// One of several, above and below.
    UpDown = "M5 6 8 3l3 3M5 10l3 3 3-3",
    /// An arrow into a tray.
    Save = "M8 2.5v7.25M4.75 6.75 8 10l3.25-3.25M2.75 13.25h10.5",
    /// An arrow out of a door.
    Leave = "M6.25 2.75h-3a.75.75 0 0 0-.75.75v9c0 .4.35.75.75.75h3M10.25 5l3 3-3 3M13.25 8h-7",
    /// A sun.
    Sun = "M8 10.75a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5zM8 1.5v1.25M8 13.25v1.25M1.5 8h1.25M13.25 8h1.25M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9",
    /// A moon.
    Moon = "M13.5 9.5a5.75 5.75 0 0 1-7-7 5.75 5.75 0 1 0 7 7z",
    /// A screen.
    Screen = "M3 3h10a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM6 13.5h4M8 11v2.5",
    /// Three lines.
    Menu = "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
}

/// An icon. It repeats what words beside it say, so it is hidden from screen readers.
#[component]
pub(crate) fn Icon(
    /// Which drawing.
    glyph: Glyph,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
            <path d=glyph.path()></path>
        </svg>
    }
}

/// The same in a list.
pub(crate) fn icon(glyph: Glyph) -> Markup {
    markup(
        r#"<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="{}"/></svg>"#,
        &[glyph.path()],
    )
}
