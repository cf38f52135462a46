//! What a person says of a secret: what it is for, and when it ends.

use leptos::prelude::*;

use crate::{
    clock,
    components::{
        expiry_picker::ExpiryPicker,
        field::{Count, Field},
        problem_notice::ProblemNotice,
        text_input::TextInput,
    },
    forms::field_errors::{FieldErrors, focus_first},
    problem::Problem,
};

/// The fields of a secret.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    description: RwSignal<String>,
    expires_at: RwSignal<Option<i64>>,
    errors: FieldErrors,
    problem: RwSignal<Option<Problem>>,
    /// Work is under way.
    pub(super) busy: RwSignal<bool>,
}

impl Draft {
    pub(super) fn new() -> Self {
        Self {
            description: RwSignal::new(String::new()),
            expires_at: RwSignal::new(None),
            errors: FieldErrors::none(),
            problem: RwSignal::new(None),
            busy: RwSignal::new(false),
        }
    }

    pub(super) fn reset(self, description: String, expires_at: Option<i64>) {
        self.description.set(description);
        self.expires_at.set(expires_at);
        self.errors.clear();
        self.problem.set(None);
        self.busy.set(false);
    }

    pub(super) fn refuse(self, problem: Problem) {
        self.problem
            .set(self.errors.take(problem, &["/description", "/expires_at"]));
        focus_first();
    }

    /// What is typed, as the API wants it.
    pub(super) fn typed(self) -> (String, String) {
        let description = self.description.with_untracked(|it| it.trim().to_owned());
        let ends = self
            .expires_at
            .get_untracked()
            .map_or_else(|| "never".to_owned(), clock::to_api);
        (description, ends)
    }

    pub(super) fn check(self) -> bool {
        self.errors.clear();
        self.problem.set(None);
        if self
            .description
            .with_untracked(|it| it.trim().chars().count())
            > 500
        {
            self.errors.add("/description", "At most 500 characters");
        }
        if self
            .expires_at
            .get_untracked()
            .is_some_and(|it| it <= clock::now())
        {
            self.errors.add("/expires_at", "Has to be in the future");
        }
        if self.errors.any() {
            focus_first();
        }
        !self.errors.any()
    }
}

/// Fields and problem, in the body of a dialog.
#[component]
pub(super) fn Fields(
    draft: Draft,
    with_client: bool,
    #[prop(optional)] takes_focus: bool,
) -> impl IntoView {
    view! {
        <Field
            label="Description"
            optional=true
            hint="Where it is used, as in \u{201c}Production\u{201d}."
            error=draft.errors.of("/description", draft.description)
            count=Count::of(draft.description, 500)
        >
            <TextInput value=draft.description attr:autofocus=takes_focus />
        </Field>
        {if with_client {
            view! { <p class="field-hint">"It ends when its client ends."</p> }.into_any()
        } else {
            view! {
                <ExpiryPicker
                    value=draft.expires_at
                    legend="Secret expires"
                    error=draft.errors.of("/expires_at", draft.expires_at)
                    may_be_never=true
                />
            }
            .into_any()
        }}
        {move || draft.problem.get().map(|problem| view! { <ProblemNotice problem /> })}
    }
}
