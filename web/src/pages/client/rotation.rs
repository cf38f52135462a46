//! Changing over to a new secret without an outage: begin, complete early, or cancel.

use leptos::{prelude::*, task::spawn_local};

use super::{
    Shown,
    credentials::{Item, label},
    secret_dialogs::subject,
    secret_draft::{Draft, Fields},
};
use crate::{
    address::Address,
    api::{types, use_api},
    clock,
    components::{
        button::{Button, Variant},
        choice::Checkbox,
        dialog::Dialog,
        field::Field,
        icon::{Glyph, Icon},
        modal::Modal,
        problem_notice::ProblemNotice,
        secret_reveal::Revealed,
        select::Select,
        toast::Toasts,
    },
    effect::{effect, memo},
    forms::{once::Once, profiles::SecretEnds},
    ids,
    load::Latest,
    me::use_me,
    problem::{InUse, Problem},
    routes,
};

/// How long the old secret may still work: seconds and words.
const GRACES: [(&str, &str); 7] = [
    ("0", "Not at all: it is dead at once"),
    ("3600", "1 hour"),
    ("86400", "1 day"),
    ("259200", "3 days"),
    ("604800", "7 days"),
    ("1209600", "14 days"),
    ("2592000", "30 days"),
];

/// The dialogs; the address says which one is open.
#[component]
pub(super) fn RotationDialogs(
    address: Address,
    client: Latest<Shown>,
    rows: Memo<Vec<Item>>,
    changed: Callback<()>,
    revealed: RwSignal<Option<Revealed>>,
) -> impl IntoView {
    view! {
        <Rotate address client rows changed revealed />
        <End address client rows changed way=Way::Complete />
        <End address client rows changed way=Way::Cancel />
    }
}

fn name_of(subject: Memo<Option<Item>>) -> String {
    subject.with(|it| it.as_deref().map(label).unwrap_or_default())
}

/// Makes a new secret beside the old one.
#[component]
fn Rotate(
    address: Address,
    client: Latest<Shown>,
    rows: Memo<Vec<Item>>,
    changed: Callback<()>,
    revealed: RwSignal<Option<Revealed>>,
) -> impl IntoView {
    let api = use_api();
    let draft = Draft::new();
    let once = Once::new();
    let grace = RwSignal::new("86400".to_owned());
    let subject = subject(address, "rotate-secret", rows);
    let open = memo(move || subject.with(Option::is_some));
    let ends = client.with_untracked(|it| {
        let profile = it.as_ref().and_then(|it| use_me().profile(&it.profile));
        profile.map_or(SecretEnds::Never, |it| it.secret_ends)
    });
    let opening = memo(move || {
        let is_open = open.get();
        if is_open {
            let old = subject.get_untracked();
            let at = ends.at();
            let description = old.and_then(|it| it.description.clone());
            draft.reset(description.unwrap_or_default(), at);
        }
        is_open
    });
    let rotate = move || {
        let (Some(shown), Some(old)) = (client.get_untracked(), subject.get_untracked()) else {
            return;
        };
        if draft.busy.get_untracked() || !draft.check() {
            return;
        }
        let (description, expires_at) = draft.typed();
        let seconds = grace.with_untracked(|it| it.parse::<i64>().unwrap_or(clock::DAY));
        let wanted = types::RotateCredential {
            grace: Some(types::GracePeriod::Int64(seconds)),
            description: Some(description).filter(|it| !it.is_empty()),
            expires_at: (ends != SecretEnds::WithClient).then_some(expires_at),
        };
        let key = once.key(&wanted);
        draft.busy.set(true);
        spawn_local(async move {
            let id = shown.id.to_string();
            let outcome = api
                .call(|it| it.rotate_credential(&id, &old.id, key.as_deref(), &wanted))
                .await;
            if draft.busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(rotated) => {
                    address.close();
                    revealed.set(Some(Revealed {
                        name: shown.name.clone(),
                        client_id: rotated.client_id,
                        client_secret: rotated.client_secret,
                        expires_at: clock::moment(rotated.credential.expires_at.as_ref()),
                        token_url: format!("{}/oauth2/token", routes::server()),
                    }));
                    changed.run(());
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
            title=Signal::derive(move || format!("Rotate {}", name_of(subject)))
            footer=move || view! {
                <Button on:click=move |_| close.run(())>"Cancel"</Button>
                <Button variant=Variant::Primary busy=draft.busy on:click=move |_| rotate()>"Rotate"</Button>
            }
        >
            <p>"A new secret is made and shown once. The old one goes on working for a while, so that every program can change over."</p>
            <Field label="The old one works for another">
                <Select value=grace options=GRACES.to_vec() attr:autofocus=true />
            </Field>
            <Fields draft with_client={ends == SecretEnds::WithClient} />
        </Dialog>
    }
}

/// How a rotation ends before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// The old secret ends now.
    Complete,
    /// The new secret ends, and the old one stays.
    Cancel,
}

impl Way {
    const fn dialog(self) -> &'static str {
        match self {
            Self::Complete => "complete-rotation",
            Self::Cancel => "cancel-rotation",
        }
    }

    fn question(self, name: &str) -> String {
        match self {
            Self::Complete => format!("End {name} now?"),
            Self::Cancel => format!("Cancel the rotation of {name}?"),
        }
    }

    const fn consequence(self) -> &'static str {
        match self {
            Self::Complete => {
                "The old secret is dead at once instead of at the end of its grace. Programs that still use it fail on their next token request."
            }
            Self::Cancel => {
                "The old secret goes on working as before, and the new one is dead at once. Programs that have changed over to it already fail on their next token request."
            }
        }
    }

    const fn button(self) -> &'static str {
        match self {
            Self::Complete => "End the old secret",
            Self::Cancel => "Cancel the rotation",
        }
    }

    fn done(self, name: &str) -> String {
        match self {
            Self::Complete => format!("{name} has ended"),
            Self::Cancel => format!("{name} goes on working"),
        }
    }
}

/// Ends a rotation; when the secret that would die is in use, shows how that is known and asks again.
#[component]
fn End(
    address: Address,
    client: Latest<Shown>,
    rows: Memo<Vec<Item>>,
    changed: Callback<()>,
    way: Way,
) -> impl IntoView {
    let api = use_api();
    let toasts = expect_context::<Toasts>();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let evidence = RwSignal::new(None::<InUse>);
    let force = RwSignal::new(false);
    let subject = subject(address, way.dialog(), rows);
    let open = Signal::derive(move || subject.with(Option::is_some));
    effect(move || {
        if open.get() {
            problem.set(None);
            evidence.set(None);
            force.set(false);
        }
    });
    let heading = ids::unique("rotation");
    let complete = move |_| {
        let (Some(shown), Some(old)) = (client.get_untracked(), subject.get_untracked()) else {
            return;
        };
        let blocked = evidence.with_untracked(Option::is_some) && !force.get_untracked();
        if busy.get_untracked() || blocked {
            return;
        }
        let wanted = types::EndRotation {
            force: force.get_untracked(),
        };
        busy.set(true);
        spawn_local(async move {
            let id = shown.id.to_string();
            let outcome = api
                .call(|it| match way {
                    Way::Complete => it.complete_rotation(&id, &old.id, &wanted),
                    Way::Cancel => it.cancel_rotation(&id, &old.id, &wanted),
                })
                .await;
            if busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(_) => {
                    toasts.done(way.done(&label(&old)));
                    address.close();
                    changed.run(());
                }
                Err(failed) => {
                    if failed.in_use.is_some() {
                        evidence.set(failed.in_use);
                        problem.set(None);
                    } else {
                        problem.set(Some(failed));
                    }
                }
            }
        });
    };
    let close = Callback::new(move |()| address.close());
    view! {
        <Modal open on_close=close class="dialog" labelled_by=heading.clone()>
            <header class="dialog-head">
                <span class="dialog-mark"><Icon glyph=Glyph::Warning /></span>
                <h2 id=heading.clone()>{move || way.question(&name_of(subject))}</h2>
            </header>
            <div class="dialog-body">
                <p>{way.consequence()}</p>
                {move || evidence.get().map(|it| {
                    let when = clock::parse(&it.last_used_at).map(|at| clock::relative(at, clock::now())).unwrap_or_default();
                    let from = it.last_used_from.map(|from| format!(" from {from}")).unwrap_or_default();
                    view! {
                        <div class="notice notice-warn" role="alert">
                            <Icon glyph=Glyph::Warning />
                            <div class="notice-body">
                                <p class="notice-title">"It is still in use"</p>
                                <p>{format!("Last used {when}{from}; {} times in all.", it.use_count)}</p>
                            </div>
                        </div>
                        <Checkbox checked=force label="End it anyway" hint="Whatever still uses it stops working." />
                    }
                })}
                {move || problem.get().map(|problem| view! { <ProblemNotice problem /> })}
            </div>
            <footer class="dialog-foot">
                <Button attr:autofocus=true on:click=move |_| close.run(())>"Let it go on"</Button>
                <Button
                    variant=Variant::Danger
                    busy
                    disabled=Signal::derive(move || evidence.with(Option::is_some) && !force.get())
                    on:click=complete
                >
                    {way.button()}
                </Button>
            </footer>
        </Modal>
    }
}
