//! What can be done to a client as a whole, and the dialog that asks before.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};

use super::impact::ImpactList;
use crate::{
    api::{Api, etag, types, use_api},
    clock,
    components::{
        button::{Button, Variant},
        icon::{Glyph, Icon},
        modal::Modal,
        problem_notice::ProblemNotice,
        toast::Toasts,
    },
    effect::effect,
    problem::Problem,
};

/// Something that changes a client's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// No tokens until it is reactivated.
    Deactivate,
    /// Tokens again.
    Reactivate,
    /// Every live token is dead.
    RevokeTokens,
    /// It is gone, for 30 days restorably.
    Delete,
    /// It is back.
    Restore,
}

impl Deed {
    const ALL: [Self; 5] = [
        Self::Deactivate,
        Self::Reactivate,
        Self::RevokeTokens,
        Self::Delete,
        Self::Restore,
    ];

    /// The word in the address bar.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Deactivate => "deactivate",
            Self::Reactivate => "reactivate",
            Self::RevokeTokens => "revoke-tokens",
            Self::Delete => "delete",
            Self::Restore => "restore",
        }
    }

    /// The deed that a word in the address bar asks for.
    pub(crate) fn find(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    const fn is_harmless(self) -> bool {
        matches!(self, Self::Reactivate | Self::Restore)
    }

    fn question(self, name: &str) -> String {
        match self {
            Self::Deactivate => format!("Deactivate {name}?"),
            Self::Reactivate => format!("Reactivate {name}?"),
            Self::RevokeTokens => format!("Revoke all tokens of {name}?"),
            Self::Delete => format!("Delete {name}?"),
            Self::Restore => format!("Restore {name}?"),
        }
    }

    const fn button(self) -> &'static str {
        match self {
            Self::Deactivate => "Deactivate",
            Self::Reactivate => "Reactivate",
            Self::RevokeTokens => "Revoke all tokens",
            Self::Delete => "Delete client",
            Self::Restore => "Restore",
        }
    }

    fn done(self, name: &str) -> String {
        match self {
            Self::Deactivate => format!("{name} was deactivated"),
            Self::Reactivate => format!("{name} is active again"),
            Self::RevokeTokens => format!("All tokens of {name} were revoked"),
            Self::Delete => format!("{name} was deleted"),
            Self::Restore => format!("{name} was restored"),
        }
    }

    /// Does it.
    ///
    /// # Errors
    /// Whatever the call fails with.
    pub(crate) async fn perform(self, api: Api, client: &types::Client) -> Result<(), Problem> {
        let id = client.id.to_string();
        match self {
            Self::Deactivate => drop(api.call(|it| it.deactivate_client(&id)).await?),
            Self::Reactivate => drop(api.call(|it| it.reactivate_client(&id)).await?),
            Self::RevokeTokens => {
                drop(api.call(|it| it.revoke_client_tokens(&id)).await?);
            }
            Self::Delete => {
                let tag = etag(client.version);
                api.call(|it| it.delete_client(&id, Some(&tag))).await?;
            }
            Self::Restore => drop(api.call(|it| it.restore_client(&id)).await?),
        }
        Ok(())
    }
}

/// Asks before a deed: names the client, says what will stop working, and does it.
#[component]
pub(crate) fn DeedDialog(
    /// What is asked, about which client.
    #[prop(into)]
    asked: Signal<Option<(Deed, Arc<types::Client>)>>,
    on_close: Callback<()>,
    /// After it was done.
    on_done: Callback<Deed>,
) -> impl IntoView {
    let api = use_api();
    let toasts = expect_context::<Toasts>();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let open = Signal::derive(move || asked.with(Option::is_some));
    effect(move || {
        if open.get() {
            problem.set(None);
        }
    });
    let perform = move |deed: Deed| {
        let Some((_, client)) = asked.get_untracked() else {
            return;
        };
        busy.set(true);
        spawn_local(async move {
            let outcome = deed.perform(api, &client).await;
            busy.try_set(false);
            match outcome {
                Ok(()) => {
                    toasts.done(deed.done(&client.name));
                    on_done.run(deed);
                }
                Err(failed) => drop(problem.try_set(Some(failed))),
            }
        });
    };
    view! {
        <Modal open on_close class="dialog" labelled_by="deed-title".to_owned()>
            {move || asked.get().map(|(deed, client)| view! {
                <header class="dialog-head">
                    <span class="dialog-mark" class:dialog-mark-good=deed.is_harmless()>
                        <Icon glyph=if deed.is_harmless() { Glyph::Rotate } else { Glyph::Warning } />
                    </span>
                    <h2 id="deed-title">{deed.question(&client.name)}</h2>
                </header>
                <div class="dialog-body">
                    {consequences(deed, &client)}
                    {move || problem.get().map(|problem| view! { <ProblemNotice problem /> })}
                </div>
                <footer class="dialog-foot">
                    <Button attr:autofocus=true on:click=move |_| on_close.run(())>
                        {if deed.is_harmless() { "Cancel" } else { "Keep it as it is" }}
                    </Button>
                    {(deed == Deed::Delete && client.status == "active").then(|| view! {
                        <Button disabled=busy on:click=move |_| perform(Deed::Deactivate)>"Deactivate instead"</Button>
                    })}
                    <Button
                        variant=if deed.is_harmless() { Variant::Primary } else { Variant::Danger }
                        busy
                        on:click=move |_| perform(deed)
                    >
                        {deed.button()}
                    </Button>
                </footer>
            })}
        </Modal>
    }
}

fn consequences(deed: Deed, client: &Arc<types::Client>) -> AnyView {
    let used = clock::moment(client.last_used_at.as_ref()).map_or_else(
        || "It has never been used.".to_owned(),
        |at| format!("It was last used {}.", clock::relative(at, clock::now())),
    );
    let people = client.profile == "app";
    match deed {
        Deed::Deactivate => view! {
            <p>"From the next request on, on every node:"</p>
            <ul class="consequences">
                <li>"it gets no tokens, whatever its secret"</li>
                <li>"every token it holds is dead"</li>
                {people.then(|| view! { <li>"people who signed in through it have to allow it again afterwards"</li> })}
            </ul>
            <ImpactList client=Arc::clone(client) />
            <p>{used}" Its secrets stay, and it can be reactivated at any time."</p>
        }
        .into_any(),
        Deed::Reactivate => view! {
            <p>"Its live secrets work again. Tokens from before stay dead"
                {people.then_some(", and people have to allow the app again")}"."</p>
        }
        .into_any(),
        Deed::RevokeTokens => view! {
            <p>"Every token it holds is dead at once, on every node. It may get new ones with its secret right away."</p>
            <ImpactList client=Arc::clone(client) />
            <p>{used}</p>
        }
        .into_any(),
        Deed::Delete => view! {
            <p>"From the next request on, this stops working:"</p>
            <ul class="consequences">
                <li>"all its secrets and tokens"</li>
                <li>"every program that uses "<code>{client.client_id.clone()}</code></li>
            </ul>
            <ImpactList client=Arc::clone(client) />
            <p>{used}" It can be restored for 30 days. If you only want to stop it for now, deactivate it instead."</p>
        }
        .into_any(),
        Deed::Restore => view! {
            <p>"It comes back as it was, with its secrets that have not expired. Its tokens stay dead."</p>
        }
        .into_any(),
    }
}
