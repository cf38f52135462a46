//! Making, changing and ending secrets.

use leptos::{prelude::*, task::spawn_local};

use super::{
    Shown,
    credentials::{Item, label},
    rotation::RotationDialogs,
    secret_draft::{Draft, Fields},
};
use crate::{
    address::Address,
    api::{etag, types, use_api},
    clock,
    components::{
        button::{Button, Variant},
        dialog::{ConfirmDialog, Dialog},
        problem_notice::ProblemNotice,
        secret_reveal::{Revealed, SecretReveal},
        toast::Toasts,
    },
    effect::{effect, memo},
    forms::{once::Once, profiles::SecretEnds},
    load::{Latest, derived},
    me::use_me,
    problem::Problem,
    routes,
};

/// Every dialog of the tab; the address says which one is open.
#[component]
pub(super) fn SecretDialogs(
    address: Address,
    client: Latest<Shown>,
    rows: Memo<Vec<Item>>,
    changed: Callback<()>,
) -> impl IntoView {
    let revealed = RwSignal::new(None::<Revealed>);
    view! {
        <Make address client changed revealed regenerate=false />
        <Make address client changed revealed regenerate=true />
        <Edit address client rows changed />
        <End address client rows changed />
        <RotationDialogs address client rows changed revealed />
        <SecretReveal revealed />
    }
}

/// Adds a secret, or replaces all of them.
#[component]
fn Make(
    address: Address,
    client: Latest<Shown>,
    changed: Callback<()>,
    revealed: RwSignal<Option<Revealed>>,
    regenerate: bool,
) -> impl IntoView {
    let api = use_api();
    let draft = Draft::new();
    let once = Once::new();
    let open = address.is_open(if regenerate {
        "regenerate"
    } else {
        "add-secret"
    });
    let ends = client.with_untracked(|it| {
        let profile = it.as_ref().and_then(|it| use_me().profile(&it.profile));
        profile.map_or(SecretEnds::Never, |it| it.secret_ends)
    });
    effect(move || {
        if open.get() {
            draft.reset(String::new(), ends.at());
        }
    });
    let make = move |()| {
        let Some(shown) = client.get_untracked() else {
            return;
        };
        if draft.busy.get_untracked() || !draft.check() {
            return;
        }
        let (description, expires_at) = draft.typed();
        let wanted = types::CreateCredential {
            description: Some(description).filter(|it| !it.is_empty()),
            expires_at: (ends != SecretEnds::WithClient).then_some(expires_at),
            secret: None,
            kind: None,
            public_key: None,
            jwks_uri: None,
        };
        let key = once.key(&wanted);
        draft.busy.set(true);
        spawn_local(async move {
            let id = shown.id.to_string();
            let outcome = api
                .call(|it| {
                    if regenerate {
                        it.regenerate_secret(&id, key.as_deref(), &wanted)
                    } else {
                        it.create_credential(&id, key.as_deref(), &wanted)
                    }
                })
                .await;
            if draft.busy.try_set(false).is_some() {
                // The page was left meanwhile: a secret must not turn up anywhere else.
                return;
            }
            match outcome {
                Ok(created) => {
                    address.close();
                    revealed.set(Some(Revealed {
                        name: shown.name.clone(),
                        client_id: created.client_id,
                        client_secret: created.client_secret.unwrap_or_default(),
                        expires_at: clock::moment(created.credential.expires_at.as_ref()),
                        token_url: format!("{}/oauth2/token", routes::server()),
                    }));
                    changed.run(());
                }
                Err(problem) => draft.refuse(problem),
            }
        });
    };
    let close = Callback::new(move |()| address.close());
    let name = move || client.with(|it| it.as_ref().map(|it| it.name.clone()).unwrap_or_default());
    if regenerate {
        let title = Signal::derive(move || format!("Regenerate the secret of {}?", name()));
        return view! {
            <ConfirmDialog
                open
                on_close=close
                title
                confirm="Regenerate"
                keep="Keep the old one"
                on_confirm=Callback::new(make)
                busy=draft.busy
            >
                <p><strong>"Every live secret is dead at once."</strong>" Programs that use one fail on their next token request, until they have the new one."</p>
                <p>"To change over without an outage, add a secret instead and delete the old one when nothing uses it any more."</p>
                <Fields draft with_client={ends == SecretEnds::WithClient} />
            </ConfirmDialog>
        }
        .into_any();
    }
    let title = Signal::derive(move || format!("Add a secret to {}", name()));
    view! {
        <Dialog
            open
            on_close=close
            title
            footer=move || view! {
                <Button on:click=move |_| close.run(())>"Cancel"</Button>
                <Button variant=Variant::Primary busy=draft.busy on:click=move |_| make(())>"Add secret"</Button>
            }
        >
            <p>"The others go on working. The new one is shown once."</p>
            <Fields takes_focus=true draft with_client={ends == SecretEnds::WithClient} />
        </Dialog>
    }
    .into_any()
}

/// The secret that the open dialog is about.
pub(super) fn subject(
    address: Address,
    dialog: &'static str,
    rows: Memo<Vec<Item>>,
) -> Memo<Option<Item>> {
    derived(move || {
        if address.dialog().as_deref() != Some(dialog) {
            return None;
        }
        let on = address.get("on")?;
        rows.with(|rows| rows.iter().find(|it| it.id.to_string() == on).cloned())
    })
}

/// Changes what a secret is called and when it ends.
#[component]
fn Edit(
    address: Address,
    client: Latest<Shown>,
    rows: Memo<Vec<Item>>,
    changed: Callback<()>,
) -> impl IntoView {
    let api = use_api();
    let toasts = expect_context::<Toasts>();
    let draft = Draft::new();
    let subject = subject(address, "edit-secret", rows);
    let open = memo(move || subject.with(Option::is_some));
    let opened_on = StoredValue::new(None::<Item>);
    // Fills the fields when it opens, and never under the fingers of someone who types.
    let opening = memo(move || {
        let is_open = open.get();
        if is_open {
            let secret = subject.get_untracked();
            if let Some(secret) = &secret {
                draft.reset(
                    secret.description.clone().unwrap_or_default(),
                    clock::moment(secret.expires_at.as_ref()),
                );
            }
            opened_on.set_value(secret);
        }
        is_open
    });
    let save = move || {
        let (Some(shown), Some(secret)) = (client.get_untracked(), opened_on.get_value()) else {
            return;
        };
        if draft.busy.get_untracked() || !draft.check() {
            return;
        }
        let (description, expires_at) = draft.typed();
        let form = types::CredentialForm {
            description: Some(description),
            expires_at: Some(expires_at),
        };
        draft.busy.set(true);
        spawn_local(async move {
            let (id, tag) = (shown.id.to_string(), etag(secret.version));
            let outcome = api
                .call(|it| it.update_credential(&id, &secret.id, Some(&tag), &form))
                .await;
            if draft.busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(saved) => {
                    toasts.done(format!("{} was saved", label(&saved)));
                    address.close();
                    changed.run(());
                }
                Err(problem) => draft.refuse(problem),
            }
        });
    };
    let close = Callback::new(move |()| address.close());
    let title = Signal::derive(move || {
        subject.with(|it| {
            it.as_ref()
                .map(|it| format!("Secret ending in {}", it.hint))
                .unwrap_or_default()
        })
    });
    view! {
        <Dialog
            open=opening
            on_close=close
            title
            footer=move || view! {
                <Button on:click=move |_| close.run(())>"Cancel"</Button>
                <Button variant=Variant::Primary busy=draft.busy on:click=move |_| save()>"Save"</Button>
            }
        >
            <Fields takes_focus=true draft with_client=false />
        </Dialog>
    }
}

/// Ends one secret.
#[component]
fn End(
    address: Address,
    client: Latest<Shown>,
    rows: Memo<Vec<Item>>,
    changed: Callback<()>,
) -> impl IntoView {
    let api = use_api();
    let toasts = expect_context::<Toasts>();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let subject = subject(address, "delete-secret", rows);
    let open = Signal::derive(move || subject.with(Option::is_some));
    effect(move || {
        if open.get() {
            problem.set(None);
        }
    });
    let end = Callback::new(move |()| {
        let (Some(shown), Some(secret)) = (client.get_untracked(), subject.get_untracked()) else {
            return;
        };
        busy.set(true);
        spawn_local(async move {
            let (id, tag) = (shown.id.to_string(), etag(secret.version));
            let outcome = api
                .call(|it| it.delete_credential(&id, &secret.id, Some(&tag)))
                .await;
            busy.try_set(false);
            match outcome {
                Ok(()) => {
                    toasts.done(format!("{} was deleted", label(&secret)));
                    address.close();
                    changed.run(());
                }
                Err(failed) => drop(problem.try_set(Some(failed))),
            }
        });
    });
    let title = Signal::derive(move || {
        let name = subject.with(|it| it.as_deref().map(label).unwrap_or_default());
        format!("Delete {name}?")
    });
    let used = move || {
        subject.with(|it| {
            let last = it
                .as_ref()
                .and_then(|it| clock::moment(it.last_used_at.as_ref()));
            last.map_or_else(
                || "It has never been used.".to_owned(),
                |at| format!("It was last used {}.", clock::relative(at, clock::now())),
            )
        })
    };
    view! {
        <ConfirmDialog
            open
            on_close=Callback::new(move |()| address.close())
            title
            confirm="Delete secret"
            keep="Keep it"
            on_confirm=end
            busy
        >
            <p>"Programs that use it fail on their next token request. The other secrets live on; tokens that were given for it live until they end."</p>
            <p>{used}" This cannot be taken back."</p>
            {move || problem.get().map(|problem| view! { <ProblemNotice problem /> })}
        </ConfirmDialog>
    }
}
