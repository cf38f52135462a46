//! What changes a person's access as a whole, each with a question before.

use futures_util::FutureExt;
use leptos::{prelude::*, task::spawn_local};

use super::{Item, link_to_pass_on};
use crate::{
    address::Address,
    api::{Api, types, use_api},
    components::{
        button::{Button, Variant},
        confirm_call::{ConfirmCall, Weight},
        each::each,
        icon::{Glyph, Icon},
        modal::Modal,
        one_time_reveal::{OneTime, OneTimeReveal},
        problem_notice::ProblemNotice,
        toast::Toasts,
    },
    effect::effect,
    forms::once::Once,
    load::Loaded,
    me::use_me,
    problem::Problem,
};

/// Something that changes a person's access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Invite,
    ResetPassword,
    Deactivate,
    Reactivate,
    Anonymize,
}

impl Deed {
    const fn word(self) -> &'static str {
        match self {
            Self::Invite => "invite-again",
            Self::ResetPassword => "reset-password",
            Self::Deactivate => "deactivate",
            Self::Reactivate => "reactivate",
            Self::Anonymize => "anonymize",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Invite => "Invite again",
            Self::ResetPassword => "Reset the password",
            Self::Deactivate => "Deactivate this user",
            Self::Reactivate => "Reactivate this user",
            Self::Anonymize => "Anonymize this user",
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::Invite => {
                "Makes another link to choose a password. Links from before stop working."
            }
            Self::ResetPassword => {
                "Makes a link to choose another password. The present one goes on working until it is used."
            }
            Self::Deactivate => {
                "No more sign-ins. Every session ends at once, and so does what apps may do for this person."
            }
            Self::Reactivate => {
                "May sign in again with the same password. Apps have to be allowed again."
            }
            Self::Anonymize => {
                "Wipes name, e-mail and password for good. What was done stays in the log, by nobody one could name."
            }
        }
    }

    const fn button(self) -> &'static str {
        match self {
            Self::Invite => "Invite again\u{2026}",
            Self::ResetPassword => "Reset password\u{2026}",
            Self::Deactivate => "Deactivate\u{2026}",
            Self::Reactivate => "Reactivate\u{2026}",
            Self::Anonymize => "Anonymize\u{2026}",
        }
    }

    const fn variant(self) -> Variant {
        match self {
            Self::Deactivate | Self::Anonymize => Variant::DangerQuiet,
            Self::Invite | Self::ResetPassword | Self::Reactivate => Variant::Secondary,
        }
    }
}

fn possible(user: &types::User, may_anonymize: bool) -> Vec<Deed> {
    let mut deeds = Vec::new();
    match user.status {
        types::UserStatus::Active => {
            deeds.push(if user.has_password {
                Deed::ResetPassword
            } else {
                Deed::Invite
            });
            deeds.push(Deed::Deactivate);
        }
        types::UserStatus::Inactive => deeds.push(Deed::Reactivate),
        types::UserStatus::Anonymized => return deeds,
    }
    if may_anonymize {
        deeds.push(Deed::Anonymize);
    }
    deeds
}

/// The deeds that are possible now, with their dialogs.
#[component]
pub(super) fn DangerTab(address: Address, user: Loaded<Item>) -> impl IntoView {
    let may_anonymize = use_me().role.as_deref() == Some("super_admin");
    let offer = move |deed: Deed| {
        let draw = move || {
            view! {
                <li class="deed">
                    <div>
                        <h2>{deed.title()}</h2>
                        <p>{deed.text()}</p>
                    </div>
                    <Button variant=deed.variant() on:click=move |_| address.open(deed.word(), None)>{deed.button()}</Button>
                </li>
            }
        };
        (deed.word().to_owned(), draw.into())
    };
    view! {
        <ul class="deeds" role="list">
            {each(move || {
                let user = user.value.get();
                user.iter().flat_map(|user| possible(user, may_anonymize)).map(offer).collect()
            })}
        </ul>
        {move || user.value.with(|it| it.as_ref().is_some_and(|it| it.status == types::UserStatus::Anonymized)).then(|| view! {
            <p class="cell-soft">"This person was anonymized. Nothing is left to do."</p>
        })}
        <Deactivate address user />
        <Reactivate address user />
        <Anonymize address user />
        <Link address user deed=Deed::Invite />
        <Link address user deed=Deed::ResetPassword />
    }
}

fn name(user: Loaded<Item>) -> String {
    user.value
        .with(|it| it.as_ref().map(|it| it.name.clone()).unwrap_or_default())
}

fn closing(address: Address, user: Loaded<Item>) -> Callback<()> {
    Callback::new(move |()| {
        address.close();
        user.reload();
    })
}

#[component]
fn Deactivate(address: Address, user: Loaded<Item>) -> impl IntoView {
    let api = use_api();
    let call = move || {
        let now = user.value.get_untracked();
        async move {
            let user = now.ok_or_else(Problem::unreachable)?;
            api.call(|it| it.deactivate_user(&user.id)).await?;
            Ok(format!("{} was deactivated", user.name))
        }
        .boxed_local()
    };
    view! {
        <ConfirmCall
            open=address.is_open(Deed::Deactivate.word())
            on_close=Callback::new(move |()| address.close())
            title=Signal::derive(move || format!("Deactivate {}?", name(user)))
            confirm="Deactivate"
            keep="Keep it as it is"
            call
            on_done=closing(address, user)
        >
            <p>"At once, on every node:"</p>
            <ul class="consequences">
                <li>"no more sign-ins, and every session ends"</li>
                <li>"every token that an app holds for this person is dead"</li>
                <li>"clients go on working: they do not belong to a person"</li>
            </ul>
            <p>"The account stays, and can be reactivated at any time."</p>
        </ConfirmCall>
    }
}

#[component]
fn Reactivate(address: Address, user: Loaded<Item>) -> impl IntoView {
    let api = use_api();
    let call = move || {
        let now = user.value.get_untracked();
        async move {
            let user = now.ok_or_else(Problem::unreachable)?;
            api.call(|it| it.reactivate_user(&user.id)).await?;
            Ok(format!("{} is active again", user.name))
        }
        .boxed_local()
    };
    view! {
        <ConfirmCall
            open=address.is_open(Deed::Reactivate.word())
            on_close=Callback::new(move |()| address.close())
            title=Signal::derive(move || format!("Reactivate {}?", name(user)))
            confirm="Reactivate"
            weight=Weight::Light
            call
            on_done=closing(address, user)
        >
            <p>"The person may sign in again with the same password and the same role. Apps have to be allowed again."</p>
        </ConfirmCall>
    }
}

#[component]
fn Anonymize(address: Address, user: Loaded<Item>) -> impl IntoView {
    let api = use_api();
    let call = move || {
        let now = user.value.get_untracked();
        async move {
            let user = now.ok_or_else(Problem::unreachable)?;
            api.call(|it| it.anonymize_user(&user.id)).await?;
            Ok("The user was anonymized".to_owned())
        }
        .boxed_local()
    };
    view! {
        <ConfirmCall
            open=address.is_open(Deed::Anonymize.word())
            on_close=Callback::new(move |()| address.close())
            title=Signal::derive(move || format!("Anonymize {}?", name(user)))
            confirm="Anonymize for good"
            keep="Keep the account"
            call
            on_done=closing(address, user)
        >
            <p>"For good, and at once:"</p>
            <ul class="consequences">
                <li>"name, e-mail and password are wiped, and stand in no list any more"</li>
                <li>"every session and every token of this person ends"</li>
                <li>"what this person did stays in the log under a stand-in"</li>
            </ul>
            <p><strong>"This cannot be taken back."</strong>" If the person may come back, deactivate the account instead."</p>
        </ConfirmCall>
    }
}

async fn make_link(
    api: Api,
    deed: Deed,
    user: &types::User,
    key: Option<String>,
) -> Result<types::OneTimeLink, Problem> {
    api.call(|it| match deed {
        Deed::Invite => it.invite_user(&user.id, key.as_deref()),
        _ => it.reset_user_password(&user.id, key.as_deref()),
    })
    .await
}

/// Makes a link that works once, and shows it where no mail can be sent.
#[component]
fn Link(address: Address, user: Loaded<Item>, deed: Deed) -> impl IntoView {
    let api = use_api();
    let toasts = expect_context::<Toasts>();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let revealed = RwSignal::new(None::<OneTime>);
    let once = StoredValue::new(Once::new());
    let open = address.is_open(deed.word());
    effect(move || {
        if open.get() {
            problem.set(None);
            // Each time it is opened is a wish of its own.
            once.set_value(Once::new());
        }
    });
    let make = move |_| {
        let Some(now) = user.value.get_untracked() else {
            return;
        };
        if busy.get_untracked() {
            return;
        }
        let key = once
            .get_value()
            .key(&vec![deed.word().to_owned(), now.id.to_string()]);
        busy.set(true);
        spawn_local(async move {
            let outcome = make_link(api, deed, &now, key).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(link) => {
                    address.close();
                    let shown = link_to_pass_on(
                        link,
                        format!("Pass the link on to {}", now.name),
                        "No mail is sent from here, so pass it on yourself. Whoever opens it chooses the password. This is the only time it is shown.",
                    );
                    match shown {
                        Some(link) => revealed.set(Some(link)),
                        None => toasts.done(format!("A link was mailed to {}", now.email)),
                    }
                    user.reload();
                }
                Err(failed) => problem.set(Some(failed)),
            }
        });
    };
    let close = Callback::new(move |()| address.close());
    let heading = crate::ids::unique("link");
    view! {
        <Modal open on_close=close class="dialog" labelled_by=heading.clone()>
            <header class="dialog-head">
                <span class="dialog-mark dialog-mark-quiet"><Icon glyph=Glyph::Key /></span>
                <h2 id=heading.clone()>{move || match deed {
                    Deed::Invite => format!("Invite {} again?", name(user)),
                    _ => format!("Reset the password of {}?", name(user)),
                }}</h2>
            </header>
            <div class="dialog-body">
                <p>{deed.text()}</p>
                {move || problem.get().map(|problem| view! { <ProblemNotice problem /> })}
            </div>
            <footer class="dialog-foot">
                <Button attr:autofocus=true on:click=move |_| close.run(())>"Cancel"</Button>
                <Button variant=Variant::Primary busy on:click=make>"Make a link"</Button>
            </footer>
        </Modal>
        <OneTimeReveal revealed />
    }
}
