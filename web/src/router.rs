//! Which page an address shows. The address bar is the state: links inside the app and Back change it without loading
//! anything, and the page follows.

use leptos::{ev, prelude::*};
use wasm_bindgen::{JsCast, JsValue};

use crate::{effect::memo, routes};

/// What shows a page.
pub(crate) type Page = fn() -> AnyView;

/// The pages by their paths below [`routes::BASE`]. A segment that begins with a colon stands for any.
pub(crate) type Pages = &'static [(&'static str, Page)];

/// Whether a change of the address can be taken back by Back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A step of its own.
    Push,
    /// In place of the step before, as while typing.
    Replace,
}

/// The segments of a path that stand for any, by their names.
type Parts = Vec<(&'static str, String)>;

/// An address of the page that is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Place {
    /// The whole path, as the browser writes it.
    path: String,
    /// The query, with its question mark.
    search: String,
    parts: Parts,
}

/// The page that is shown, and where it is: a page that stays while its address changes hears of it here, and another
/// page's address never gets here.
#[derive(Clone)]
struct Shown {
    /// Its place in the list of pages.
    page: Option<usize>,
    place: ArcRwSignal<Place>,
}

/// The way around the app.
#[derive(Clone, Copy)]
pub(crate) struct Router {
    pages: Pages,
    path: RwSignal<String>,
    shown: RwSignal<Shown>,
}

/// The router, from anywhere in the app.
pub(crate) fn use_router() -> Router {
    expect_context()
}

/// The whole path that is shown, tracked.
pub(crate) fn use_path() -> RwSignal<String> {
    use_router().path
}

/// Where the present page is.
#[derive(Clone, Copy)]
pub(crate) struct Here(RwSignal<Place>);

/// Where the present page is, from anywhere in it.
pub(crate) fn use_here() -> Here {
    expect_context()
}

/// The segment of the present page's path that stands for any under this name; empty where its path has none.
pub(crate) fn use_part(name: &'static str) -> Memo<String> {
    let Here(place) = use_here();
    memo(move || {
        place.with(|place| {
            let found = place.parts.iter().find(|(part, _)| *part == name);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        })
    })
}

impl Here {
    /// Whether the address bar still shows this page.
    pub(crate) fn is_shown(self) -> bool {
        self.0.with_untracked(|place| place.path == current().path)
    }

    /// Its query.
    pub(crate) fn search(self) -> Memo<String> {
        memo(move || self.0.with(|place| place.search.clone()))
    }
}

impl Router {
    /// Follows the address bar from here on.
    pub(crate) fn provide(pages: Pages) -> Self {
        let place = current();
        let router = Self {
            pages,
            path: RwSignal::new(place.path.clone()),
            shown: RwSignal::new(shown(pages, place)),
        };
        provide_context(router);
        let clicked = window_event_listener(ev::click, move |event| {
            router.clicked(&event);
        });
        let stepped = window_event_listener(ev::popstate, move |_| router.follow());
        on_cleanup(move || {
            clicked.remove();
            stepped.remove();
        });
        router
    }

    /// Goes to a whole path and query.
    pub(crate) fn go(self, to: &str, step: Step) {
        let Ok(history) = window().history() else {
            return;
        };
        let is_there = to == address(&current());
        // Refused only for an address of another origin.
        drop(if step == Step::Replace || is_there {
            history.replace_state_with_url(&JsValue::NULL, "", Some(to))
        } else {
            history.push_state_with_url(&JsValue::NULL, "", Some(to))
        });
        self.follow();
    }

    /// Shows what the address bar says.
    fn follow(self) {
        let place = current();
        let now = shown(self.pages, place);
        let path = now.place.with_untracked(|it| it.path.clone());
        let is_other = self.shown.with_untracked(|it| it.page != now.page);
        if is_other {
            self.shown.set(now);
        } else {
            let place = now.place.get_untracked();
            self.shown.with_untracked(|it| it.place.set(place));
        }
        if self.path.with_untracked(|it| *it != path) {
            self.path.set(path);
        }
    }

    /// Goes where a link leads, unless it is the browser's to follow.
    fn clicked(self, event: &ev::MouseEvent) {
        let is_plain = event.button() == 0
            && !(event.meta_key() || event.alt_key() || event.ctrl_key() || event.shift_key());
        if event.default_prevented() || !is_plain {
            return;
        }
        let link = event
            .target()
            .and_then(|it| it.dyn_into::<web_sys::Element>().ok())
            .and_then(|it| it.closest("a[href]").ok().flatten())
            .and_then(|it| it.dyn_into::<web_sys::HtmlAnchorElement>().ok());
        let Some(link) = link else { return };
        let is_inside = link.origin() == routes::origin() && below_base(&link.pathname()).is_some();
        if !is_inside
            || !link.target().is_empty()
            || link.has_attribute("download")
            || link.rel().contains("external")
            || !link.hash().is_empty()
        {
            return;
        }
        event.prevent_default();
        self.go(&format!("{}{}", link.pathname(), link.search()), Step::Push);
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }
}

/// The page of the present address.
#[component]
pub(crate) fn Outlet(
    /// What shows an address that has no page.
    fallback: Page,
) -> impl IntoView {
    let router = use_router();
    move || {
        let Shown { page, place } = router.shown.get();
        provide_context(Here(place.into()));
        let page = page.and_then(|it| router.pages.get(it));
        let show = page.map_or(fallback, |(_, show)| *show);
        untrack(show)
    }
}

/// The address bar.
fn current() -> Place {
    let location = window().location();
    Place {
        path: location.pathname().unwrap_or_default(),
        search: location.search().unwrap_or_default(),
        parts: Parts::new(),
    }
}

fn address(place: &Place) -> String {
    format!("{}{}", place.path, place.search)
}

fn shown(pages: Pages, mut place: Place) -> Shown {
    let found = find(pages, &place.path);
    let page = found.map(|(page, parts)| {
        place.parts = parts;
        page
    });
    Shown {
        page,
        place: ArcRwSignal::new(place),
    }
}

/// The first page whose path fits.
fn find(pages: Pages, path: &str) -> Option<(usize, Parts)> {
    let below = below_base(path)?;
    pages
        .iter()
        .enumerate()
        .find_map(|(page, (pattern, _))| Some((page, fit(pattern, below)?)))
}

fn fit(pattern: &'static str, path: &str) -> Option<Parts> {
    let mut parts = Parts::new();
    let mut segments = path.split('/');
    for expected in pattern.split('/') {
        let segment = segments.next()?;
        match expected.strip_prefix(':') {
            Some(name) if !segment.is_empty() => parts.push((name, decoded(segment))),
            None if segment == expected => {}
            _ => return None,
        }
    }
    segments.next().is_none().then_some(parts)
}

/// The part of a path below the app's base, without a slash at its end.
fn below_base(path: &str) -> Option<&str> {
    let below = path.strip_prefix(routes::BASE)?;
    let below = below.strip_suffix('/').unwrap_or(below);
    match below {
        "" => Some("/"),
        _ => below.starts_with('/').then_some(below),
    }
}

fn decoded(segment: &str) -> String {
    if segment.contains('%')
        && let Ok(decoded) = js_sys::decode_uri_component(segment)
    {
        return decoded.into();
    }
    segment.to_owned()
}

/// Whether one of the app's paths is the present one or, unless it is the first page, above it.
pub(crate) fn is_within(section: &str, path: &str) -> bool {
    let Some(path) = below_base(path) else {
        return false;
    };
    match path.strip_prefix(section) {
        Some(rest) => rest.is_empty() || (section != "/" && rest.starts_with('/')),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGES: Pages = &[
        ("/", || ().into_any()),
        ("/clients", || ().into_any()),
        ("/clients/new", || ().into_any()),
        ("/clients/:id", || ().into_any()),
        ("/clients/:id/:tab", || ().into_any()),
    ];

    fn found(path: &str) -> Option<(&'static str, Vec<String>)> {
        let (page, parts) = find(PAGES, path)?;
        let values = parts.into_iter().map(|(_, value)| value).collect();
        Some((PAGES[page].0, values))
    }

    #[test]
    fn the_first_page_whose_path_fits_is_shown() {
        let parts = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        for (path, expected) in [
            ("/admin", Some(("/", parts(&[])))),
            ("/admin/", Some(("/", parts(&[])))),
            ("/admin/clients", Some(("/clients", parts(&[])))),
            ("/admin/clients/", Some(("/clients", parts(&[])))),
            ("/admin/clients/new", Some(("/clients/new", parts(&[])))),
            ("/admin/clients/7", Some(("/clients/:id", parts(&["7"])))),
            (
                "/admin/clients/7/usage",
                Some(("/clients/:id/:tab", parts(&["7", "usage"]))),
            ),
            ("/admin/clients/7/usage/x", None),
            ("/admin/clients//usage", None),
            ("/admin/nothing", None),
            ("/administration", None),
            ("/clients", None),
        ] {
            assert_eq!(found(path), expected, "{path}");
        }
    }

    #[test]
    fn a_section_is_current_on_the_pages_below_it() {
        assert!(is_within("/", "/admin/"));
        assert!(!is_within("/", "/admin/clients"));
        assert!(is_within("/clients", "/admin/clients"));
        assert!(is_within("/clients", "/admin/clients/7/usage"));
        assert!(!is_within("/clients", "/admin/clients-of-old"));
        assert!(!is_within("/clients", "/elsewhere/clients"));
    }
}
