//! Inviting people and changing what is known of them.

use leptos::{prelude::*, task::spawn_local};

use super::{Item, link_to_pass_on};
use crate::{
    address::Address,
    api::{etag, types, use_api},
    components::{
        button::{Button, Variant},
        dialog::Dialog,
        field::{Count, Field},
        one_time_reveal::{OneTime, OneTimeReveal},
        problem_notice::ProblemNotice,
        role_ladder::RoleLadder,
        text_input::TextInput,
        toast::Toasts,
    },
    effect::{effect, memo},
    forms::{
        client_fields::rungs,
        field_errors::{FieldErrors, focus_first},
        lines,
        once::Once,
    },
    load::Loaded,
    me::use_me,
    problem::Problem,
};

const POINTERS: [&str; 3] = ["/email", "/name", "/role"];

/// What is typed about a person.
#[derive(Clone, Copy)]
struct Draft {
    email: RwSignal<String>,
    name: RwSignal<String>,
    role: RwSignal<String>,
    errors: FieldErrors,
    problem: RwSignal<Option<Problem>>,
    busy: RwSignal<bool>,
}

impl Draft {
    fn new() -> Self {
        Self {
            email: RwSignal::new(String::new()),
            name: RwSignal::new(String::new()),
            role: RwSignal::new("member".to_owned()),
            errors: FieldErrors::none(),
            problem: RwSignal::new(None),
            busy: RwSignal::new(false),
        }
    }

    fn fill(self, email: &str, name: &str, role: &str) {
        self.email.set(email.to_owned());
        self.name.set(name.to_owned());
        self.role.set(role.to_owned());
        self.errors.clear();
        self.problem.set(None);
        self.busy.set(false);
    }

    fn check(self) -> bool {
        self.errors.clear();
        self.problem.set(None);
        let email = self.email.with_untracked(|it| it.trim().to_owned());
        if email.is_empty() {
            self.errors.add("/email", "People sign in by it");
        } else if lines::mail_mistake(&email).is_some() {
            self.errors.add("/email", "Is not an e-mail address");
        }
        match self.name.with_untracked(|it| it.trim().chars().count()) {
            0 => self.errors.add("/name", "Say what to call the person"),
            256.. => self.errors.add("/name", "At most 255 characters"),
            _ => {}
        }
        if self.errors.any() {
            focus_first();
        }
        !self.errors.any()
    }

    fn typed(self) -> (Option<String>, Option<String>, Option<String>) {
        let text = |it: RwSignal<String>| Some(it.with_untracked(|it| it.trim().to_owned()));
        (text(self.email), text(self.name), text(self.role))
    }

    fn refuse(self, problem: Problem) {
        self.problem.set(self.errors.take(problem, &POINTERS));
        focus_first();
    }
}

#[component]
fn Fields(draft: Draft) -> impl IntoView {
    let me = use_me();
    view! {
        <Field label="E-mail" hint="By which the person signs in." error=draft.errors.of("/email", draft.email)>
            <TextInput value=draft.email kind="email" attr:autofocus=true />
        </Field>
        <Field label="Name" error=draft.errors.of("/name", draft.name) count=Count::of(draft.name, 255)>
            <TextInput value=draft.name />
        </Field>
        <RoleLadder value=draft.role legend="Role" rungs=rungs(&me) />
        {move || draft.problem.get().map(|problem| view! { <ProblemNotice problem /> })}
    }
}

/// Adds a person and sends or shows the invitation.
#[component]
pub(super) fn Invite(address: Address, reload: Callback<()>) -> impl IntoView {
    let api = use_api();
    let toasts = expect_context::<Toasts>();
    let draft = Draft::new();
    let once = Once::new();
    let revealed = RwSignal::new(None::<OneTime>);
    let open = address.is_open("invite");
    effect(move || {
        if open.get() {
            draft.fill("", "", "member");
        }
    });
    let invite = move || {
        if draft.busy.get_untracked() || !draft.check() {
            return;
        }
        let (email, name, role) = draft.typed();
        let wanted = types::CreateUser {
            email,
            name,
            role,
            invite: Some(true),
        };
        let key = once.key(&wanted);
        draft.busy.set(true);
        spawn_local(async move {
            let outcome = api.call(|it| it.create_user(key.as_deref(), &wanted)).await;
            if draft.busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(created) => {
                    address.close();
                    reload.run(());
                    let name = created.user.name.clone();
                    let link = created.invitation.and_then(|it| {
                        link_to_pass_on(
                            it,
                            format!("Pass the link on to {name}"),
                            "No mail is sent from here, so pass it on yourself. Whoever opens it chooses the password. This is the only time it is shown.",
                        )
                    });
                    match link {
                        Some(link) => revealed.set(Some(link)),
                        None => toasts.done(format!("An invitation was mailed to {name}")),
                    }
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
            title="Invite a user"
            footer=move || view! {
                <Button on:click=move |_| close.run(())>"Cancel"</Button>
                <Button variant=Variant::Primary busy=draft.busy on:click=move |_| invite()>"Invite"</Button>
            }
        >
            <Fields draft />
        </Dialog>
        <OneTimeReveal revealed />
    }
}

/// Changes a person, against the version that was read.
#[component]
pub(super) fn Edit(address: Address, user: Loaded<Item>) -> impl IntoView {
    let api = use_api();
    let toasts = expect_context::<Toasts>();
    let draft = Draft::new();
    let base = StoredValue::new(None::<Item>);
    let open = address.is_open("edit");
    // Fills the fields when it opens, and never under the fingers of someone who types.
    let opening = memo(move || {
        let is_open = open.get();
        if is_open && let Some(now) = user.value.get_untracked() {
            draft.fill(&now.email, &now.name, &now.role);
            base.set_value(Some(now));
        }
        is_open
    });
    let save = move || {
        let Some(old) = base.get_value() else {
            return;
        };
        if draft.busy.get_untracked() || !draft.check() {
            return;
        }
        let (email, name, role) = draft.typed();
        let form = types::UserForm { email, name, role };
        draft.busy.set(true);
        spawn_local(async move {
            let tag = etag(old.version);
            let mut outcome = api
                .call(|it| it.replace_user(&old.id, Some(&tag), &form))
                .await;
            if outcome.as_ref().is_err_and(Problem::is_stale) {
                // Shows what the other one wrote; saving again is then a choice, made with both in sight.
                match api.call(|it| it.get_user(&old.id)).await {
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
                    user.value.set(Some(saved.into()));
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
            title="Edit user"
            footer=move || view! {
                <Button on:click=move |_| close.run(())>"Cancel"</Button>
                <Button variant=Variant::Primary busy=draft.busy on:click=move |_| save()>"Save"</Button>
            }
        >
            <Fields draft />
        </Dialog>
    }
}

fn conflict(latest: &types::User) -> Problem {
    Problem::local(
        "Somebody else changed this user meanwhile",
        &format!(
            "{} made it: {}, {}, {}. What you typed is still here; save again to put it in place of that.",
            latest.updated_by.name,
            latest.name,
            latest.email,
            crate::words::key(&latest.role)
        ),
    )
}
