//! Changing one's own password.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    address::use_address,
    api::{types, use_api},
    components::{
        button::{Button, Variant},
        dialog::Dialog,
        field::{Field, FieldLink},
        problem_notice::ProblemNotice,
        toast::Toasts,
    },
    effect::effect,
    forms::field_errors::{FieldErrors, focus_first},
    problem::Problem,
};

/// What a password has at least; the server knows the rest.
const LEAST: usize = 12;

/// A password, for the browser's own keeper to fill and to store.
#[component]
fn PasswordInput(value: RwSignal<String>, autocomplete: &'static str) -> impl IntoView {
    let FieldLink {
        control,
        described_by,
        invalid,
    } = FieldLink::find();
    view! {
        <input
            id=control
            type="password"
            class="input"
            autocomplete=autocomplete
            aria-describedby=move || described_by.get()
            aria-invalid=move || invalid.get().then_some("true")
            prop:value=move || value.get()
            on:input:target=move |event| value.set(event.target().value())
        />
    }
}

/// The button and its dialog.
#[component]
pub(super) fn ChangePassword() -> impl IntoView {
    let api = use_api();
    let address = use_address();
    let toasts = expect_context::<Toasts>();
    let blank = || RwSignal::new(String::new());
    let (present, wanted, repeated) = (blank(), blank(), blank());
    let errors = FieldErrors::none();
    let problem = RwSignal::new(None::<Problem>);
    let busy = RwSignal::new(false);
    let open = address.is_open("password");
    // Nothing of it stays in memory for longer than the dialog.
    effect(move || {
        open.track();
        for it in [present, wanted, repeated] {
            it.set(String::new());
        }
        errors.clear();
        problem.set(None);
    });
    let change = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        errors.clear();
        problem.set(None);
        if present.with_untracked(String::is_empty) {
            errors.add("/current_password", "Type the present one");
        }
        if wanted.with_untracked(|it| it.chars().count()) < LEAST {
            errors.add(
                "/new_password",
                &format!("At least {LEAST} characters; a sentence is good"),
            );
        } else if wanted.get_untracked() != repeated.get_untracked() {
            errors.add("/repeated", "Is not the same");
        }
        if errors.any() {
            focus_first();
            return;
        }
        let body = types::ChangePassword {
            current_password: present.get_untracked(),
            new_password: wanted.get_untracked(),
        };
        busy.set(true);
        spawn_local(async move {
            let outcome = api.call(|it| it.change_my_password(&body)).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(()) => {
                    toasts.done("The password was changed. You are signed out everywhere else.");
                    address.close();
                }
                Err(failed) => {
                    problem.set(errors.take(failed, &["/current_password", "/new_password"]));
                    focus_first();
                }
            }
        });
    };
    let close = Callback::new(move |()| address.close());
    let form = crate::ids::unique("password");
    let of_form = form.clone();
    view! {
        <Button icon=crate::components::icon::Glyph::Key on:click=move |_| address.open("password", None)>"Change password"</Button>
        <Dialog
            open
            on_close=close
            title="Change my password"
            footer=move || view! {
                <Button on:click=move |_| close.run(())>"Cancel"</Button>
                <Button variant=Variant::Primary kind="submit" busy attr:form=of_form.clone()>"Change password"</Button>
            }
        >
            <form id=form.clone() class="stack-small" on:submit=change novalidate=true>
                <p>"Every other browser is signed out by it."</p>
                <Field label="Present password" error=errors.of("/current_password", present)>
                    <PasswordInput value=present autocomplete="current-password" attr:autofocus=true />
                </Field>
                <Field label="New password" hint="At least 12 characters. A sentence that nobody else types is good." error=errors.of("/new_password", wanted)>
                    <PasswordInput value=wanted autocomplete="new-password" />
                </Field>
                <Field label="New password once more" error=errors.of("/repeated", repeated)>
                    <PasswordInput value=repeated autocomplete="new-password" />
                </Field>
                {move || problem.get().map(|problem| view! { <ProblemNotice problem /> })}
            </form>
        </Dialog>
    }
}
