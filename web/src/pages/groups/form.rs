//! Making a group and changing it.

use leptos::{prelude::*, task::spawn_local};

use super::Item;
use crate::{
    address::{Address, Step},
    api::{etag, types, use_api},
    components::{
        button::{Button, Variant},
        dialog::Dialog,
        field::{Count, Field},
        problem_notice::ProblemNotice,
        text_input::{TextArea, TextInput},
        toast::Toasts,
    },
    effect::{effect, memo},
    forms::{
        field_errors::{FieldErrors, focus_first},
        once::Once,
    },
    load::Loaded,
    problem::Problem,
    routes,
};

#[derive(Clone, Copy)]
struct Draft {
    name: RwSignal<String>,
    description: RwSignal<String>,
    errors: FieldErrors,
    problem: RwSignal<Option<Problem>>,
    busy: RwSignal<bool>,
}

impl Draft {
    fn new() -> Self {
        Self {
            name: RwSignal::new(String::new()),
            description: RwSignal::new(String::new()),
            errors: FieldErrors::none(),
            problem: RwSignal::new(None),
            busy: RwSignal::new(false),
        }
    }

    fn fill(self, name: &str, description: &str) {
        self.name.set(name.to_owned());
        self.description.set(description.to_owned());
        self.errors.clear();
        self.problem.set(None);
        self.busy.set(false);
    }

    /// What would be sent, or nothing where a mistake stands beside its field.
    fn checked(self) -> Option<types::GroupForm> {
        self.errors.clear();
        self.problem.set(None);
        let name = self.name.with_untracked(|it| it.trim().to_owned());
        let description = self.description.with_untracked(|it| it.trim().to_owned());
        match name.chars().count() {
            0 => self.errors.add("/name", "Say what to call the group"),
            256.. => self.errors.add("/name", "At most 255 characters"),
            _ => {}
        }
        if description.chars().count() > 500 {
            self.errors.add("/description", "At most 500 characters");
        }
        if self.errors.any() {
            focus_first();
            return None;
        }
        Some(types::GroupForm {
            name: Some(name),
            description: Some(description).filter(|it| !it.is_empty()),
        })
    }

    fn refuse(self, problem: Problem) {
        self.problem
            .set(self.errors.take(problem, &["/name", "/description"]));
        focus_first();
    }
}

#[component]
fn Fields(draft: Draft) -> impl IntoView {
    view! {
        <Field label="Name" error=draft.errors.of("/name", draft.name) count=Count::of(draft.name, 255)>
            <TextInput value=draft.name attr:autofocus=true />
        </Field>
        <Field
            label="Description"
            optional=true
            hint="Who belongs to it, and what for."
            error=draft.errors.of("/description", draft.description)
            count=Count::of(draft.description, 500)
        >
            <TextArea value=draft.description />
        </Field>
        {move || draft.problem.get().map(|problem| view! { <ProblemNotice problem /> })}
    }
}

/// Makes a group and goes to it.
#[component]
pub(super) fn Make(address: Address) -> impl IntoView {
    let api = use_api();
    let toasts = expect_context::<Toasts>();
    let draft = Draft::new();
    let once = Once::new();
    let open = address.is_open("new");
    effect(move || {
        if open.get() {
            draft.fill("", "");
        }
    });
    let make = move || {
        if draft.busy.get_untracked() {
            return;
        }
        let Some(form) = draft.checked() else {
            return;
        };
        let key = once.key(&form);
        draft.busy.set(true);
        spawn_local(async move {
            let outcome = api.call(|it| it.create_group(key.as_deref(), &form)).await;
            if draft.busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(group) => {
                    toasts.done(format!("{} was made", group.name));
                    address.go(&routes::group(&group.id.to_string()), Step::Replace);
                }
                Err(problem) => draft.refuse(problem),
            }
        });
    };
    let close = Callback::new(move |()| address.close());
    view! {
        <Dialog
            open
            on_close=close
            title="New group"
            footer=move || view! {
                <Button on:click=move |_| close.run(())>"Cancel"</Button>
                <Button variant=Variant::Primary busy=draft.busy on:click=move |_| make()>"Make group"</Button>
            }
        >
            <Fields draft />
        </Dialog>
    }
}

/// Changes a group, against the version that was read.
#[component]
pub(super) fn Edit(address: Address, group: Loaded<Item>) -> impl IntoView {
    let api = use_api();
    let toasts = expect_context::<Toasts>();
    let draft = Draft::new();
    let base = StoredValue::new(None::<Item>);
    let open = address.is_open("edit");
    let opening = memo(move || {
        let is_open = open.get();
        if is_open && let Some(now) = group.value.get_untracked() {
            draft.fill(&now.name, now.description.as_deref().unwrap_or_default());
            base.set_value(Some(now));
        }
        is_open
    });
    let save = move || {
        let Some(old) = base.get_value() else {
            return;
        };
        if draft.busy.get_untracked() {
            return;
        }
        let Some(form) = draft.checked() else {
            return;
        };
        draft.busy.set(true);
        spawn_local(async move {
            let tag = etag(old.version);
            let mut outcome = api
                .call(|it| it.replace_group(&old.id, Some(&tag), &form))
                .await;
            if outcome.as_ref().is_err_and(Problem::is_stale) {
                match api.call(|it| it.get_group(&old.id)).await {
                    Ok(latest) => {
                        outcome = Err(conflict(&latest));
                        base.try_set_value(Some(latest.into()));
                    }
                    Err(failed) => outcome = Err(failed),
                }
            }
            if draft.busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(saved) => {
                    toasts.done(format!("{} was saved", saved.name));
                    group.value.set(Some(saved.into()));
                    address.close();
                }
                Err(problem) => draft.refuse(problem),
            }
        });
    };
    let close = Callback::new(move |()| address.close());
    view! {
        <Dialog
            open=opening
            on_close=close
            title="Edit group"
            footer=move || view! {
                <Button on:click=move |_| close.run(())>"Cancel"</Button>
                <Button variant=Variant::Primary busy=draft.busy on:click=move |_| save()>"Save"</Button>
            }
        >
            <Fields draft />
        </Dialog>
    }
}

fn conflict(latest: &types::Group) -> Problem {
    Problem::local(
        "Somebody else changed this group meanwhile",
        &format!(
            "{} made it: {}. What you typed is still here; save again to put it in place of that.",
            latest.updated_by.name, latest.name
        ),
    )
}
