//! What is wrong with the fields of a form, each beside its field.

use std::collections::BTreeMap;

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::{effect::on_change, problem::Problem, words};

/// Mistakes by JSON pointer, from our own rules or from the server.
#[derive(Clone, Copy)]
pub(crate) struct FieldErrors(RwSignal<BTreeMap<String, String>>);

impl FieldErrors {
    /// No mistakes.
    pub(crate) fn none() -> Self {
        Self(RwSignal::new(BTreeMap::new()))
    }

    /// Forgets all mistakes.
    pub(crate) fn clear(self) {
        self.0.set(BTreeMap::new());
    }

    /// Notes a mistake of our own finding.
    pub(crate) fn add(self, pointer: &str, message: &str) {
        self.0
            .update(|all| drop(all.insert(pointer.to_owned(), message.to_owned())));
    }

    /// Whether there is any, untracked.
    pub(crate) fn any(self) -> bool {
        self.0.with_untracked(|all| !all.is_empty())
    }

    /// Whether there is any in these fields, tracked.
    pub(crate) fn any_of(self, pointers: &[&str]) -> bool {
        self.0.with(|all| {
            all.keys()
                .any(|at| pointers.iter().any(|it| at.starts_with(it)))
        })
    }

    /// Takes the mistakes out of a problem. What belongs to no field of the form stays a problem to be shown.
    pub(crate) fn take(self, problem: Problem, known: &[&str]) -> Option<Problem> {
        let is_known = |pointer: &str| {
            known.iter().any(|it| {
                pointer
                    .strip_prefix(it)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        };
        if problem.fields.is_empty() {
            return Some(problem);
        }
        let (mine, others): (Vec<_>, Vec<_>) = problem
            .fields
            .iter()
            .cloned()
            .partition(|it| is_known(&it.pointer));
        self.0.update(|all| {
            for one in mine {
                all.entry(one.pointer)
                    .or_insert_with(|| words::sentence(&one.message));
            }
        });
        if others.is_empty() {
            return None;
        }
        let detail = others
            .iter()
            .map(|it| format!("{} {}", it.pointer, it.message))
            .collect::<Vec<_>>()
            .join("; ");
        Some(Problem {
            detail: Some(detail),
            ..problem
        })
    }

    /// What is wrong with the field whose value is `value`; gone as soon as the value changes.
    pub(crate) fn of<T>(self, pointer: &'static str, value: RwSignal<T>) -> Signal<Option<String>>
    where
        T: Send + Sync + 'static,
    {
        on_change(
            move || value.track(),
            move || {
                if self
                    .0
                    .with_untracked(|all| all.keys().any(|it| it.starts_with(pointer)))
                {
                    self.0
                        .update(|all| all.retain(|it, _| !it.starts_with(pointer)));
                }
            },
        );
        let all = self.0;
        Signal::derive(move || all.with(|all| all.get(pointer).cloned()))
    }

    /// What is wrong with anything at or below a pointer.
    pub(crate) fn under(self, pointer: String) -> Signal<Option<String>> {
        let all = self.0;
        Signal::derive(move || {
            all.with(|all| {
                let mut below = all.iter().filter(|(at, _)| {
                    at.strip_prefix(pointer.as_str())
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                });
                below.next().map(|(_, message)| message.clone())
            })
        })
    }

    /// What is wrong with the entries of a list, by index.
    pub(crate) fn entries_of(self, pointer: &'static str) -> Signal<Vec<(usize, String)>> {
        let all = self.0;
        Signal::derive(move || {
            all.with(|all| {
                all.iter()
                    .filter_map(|(at, message)| {
                        let index = at.strip_prefix(pointer)?.strip_prefix('/')?;
                        Some((index.parse().ok()?, message.clone()))
                    })
                    .collect()
            })
        })
    }
}

/// Brings the first field with a mistake into view and gives it the focus, once the mistakes are in the page.
pub(crate) fn focus_first() {
    let focus = || {
        let found =
            document().query_selector("[aria-invalid='true'], .lines.has-mistakes textarea");
        if let Some(field) = found
            .ok()
            .flatten()
            .and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok())
        {
            // Fails for no element that is in the page.
            drop(field.focus());
        }
    };
    request_animation_frame(move || request_animation_frame(focus));
}
