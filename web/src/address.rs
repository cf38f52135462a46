//! The address bar as the state of a page: its query holds what is searched, filtered, sorted and open, so that Back
//! works and an address can be sent to someone.

use std::time::Duration;

use leptos::{leptos_dom::helpers::debounce, prelude::*};

pub(crate) use crate::router::Step;
use crate::{
    effect::effect,
    router::{Here, Router, use_here, use_router},
};

/// The address of the page that is shown.
#[derive(Clone, Copy)]
pub(crate) struct Address {
    search: Memo<String>,
    router: Router,
    /// What comes late must not change another page's address.
    here: Here,
    stepped: Stepped,
}

/// Whether the open dialog was opened by a step that Back can take: of the whole app, because the button that opens a
/// dialog and the dialog itself need not know each other.
#[derive(Clone, Copy)]
struct Stepped(StoredValue<bool>);

/// Has to be there before any page asks for its address.
pub(crate) fn provide() {
    provide_context(Stepped(StoredValue::new(false)));
}

/// The address of the page that is shown.
pub(crate) fn use_address() -> Address {
    let here = use_here();
    Address {
        search: here.search(),
        router: use_router(),
        here,
        stepped: expect_context(),
    }
}

/// The parameters of a query. Reading fails for no text: what cannot be read is dropped by the browser.
fn parameters(search: &str) -> Option<web_sys::UrlSearchParams> {
    web_sys::UrlSearchParams::new_with_str(search).ok()
}

impl Address {
    /// A parameter, tracked. An empty one is as if absent.
    pub(crate) fn get(self, name: &str) -> Option<String> {
        self.search
            .with(|search| parameters(search)?.get(name))
            .filter(|it| !it.is_empty())
    }

    /// A parameter as it is now.
    pub(crate) fn get_untracked(self, name: &str) -> Option<String> {
        untrack(|| self.get(name))
    }

    /// Goes to a path below the app's base.
    pub(crate) fn go(self, path: &str, step: Step) {
        self.router.go(&crate::routes::href(path), step);
    }

    /// Changes some parameters and leaves the others.
    pub(crate) fn change(self, step: Step, changes: &[(&str, Option<&str>)]) {
        if !self.here.is_shown() {
            return;
        }
        let location = window().location();
        let path = location.pathname().unwrap_or_default();
        let Some(query) = parameters(&location.search().unwrap_or_default()) else {
            return;
        };
        for (name, value) in changes {
            match value.filter(|it| !it.is_empty()) {
                Some(value) => query.set(name, value),
                None => query.delete(name),
            }
        }
        let query = String::from(query.to_string());
        let to = if query.is_empty() {
            path
        } else {
            format!("{path}?{query}")
        };
        self.router.go(&to, step);
    }

    /// A parameter as a signal that a control can write. Another choice starts at the first page.
    pub(crate) fn choice(self, name: &'static str, default: &'static str) -> RwSignal<String> {
        self.bound(name, default, move |value| {
            self.write(name, default, &value, Step::Push);
        })
    }

    /// The same for text: the address follows when typing rests.
    pub(crate) fn typed(self, name: &'static str) -> RwSignal<String> {
        let write = move |value: String| self.write(name, "", value.trim(), Step::Replace);
        let later = debounce(Duration::from_millis(250), write);
        self.bound(name, "", later)
    }

    fn bound(
        self,
        name: &'static str,
        default: &'static str,
        mut write: impl FnMut(String) + 'static,
    ) -> RwSignal<String> {
        let read = move || self.get(name).unwrap_or_else(|| default.to_owned());
        let value = RwSignal::new(untrack(read));
        effect(move || {
            let read = read();
            if value.with_untracked(|value| value.trim() != read) {
                value.set(read);
            }
        });
        let write = StoredValue::new_local(move |value: String| write(value));
        Effect::new(move |before: Option<String>| {
            let now = value.get();
            if before.is_some_and(|before| before != now) && untrack(read) != now.trim() {
                write.update_value(|write| write(now.clone()));
            }
            now
        });
        value
    }

    fn write(self, name: &str, default: &str, value: &str, step: Step) {
        let value = Some(value).filter(|it| *it != default);
        self.change(step, &[(name, value), ("cursor", None)]);
    }

    /// Which dialog is open, tracked.
    pub(crate) fn dialog(self) -> Option<String> {
        self.get("dialog")
    }

    /// Whether this dialog is open.
    pub(crate) fn is_open(self, dialog: &'static str) -> Signal<bool> {
        Signal::derive(move || self.dialog().as_deref() == Some(dialog))
    }

    /// Opens a dialog, about `on` where it is about one of many.
    pub(crate) fn open(self, dialog: &str, on: Option<&str>) {
        self.stepped.0.set_value(true);
        self.change(Step::Push, &[("dialog", Some(dialog)), ("on", on)]);
    }

    /// Closes the dialog, as Back would.
    pub(crate) fn close(self) {
        if self.get_untracked("dialog").is_none() {
            return;
        }
        if self.stepped.0.get_value() {
            self.stepped.0.set_value(false);
            if let Ok(history) = window().history() {
                // Fails only where a page is not shown.
                drop(history.back());
            }
        } else {
            self.change(Step::Replace, &[("dialog", None), ("on", None)]);
        }
    }
}
