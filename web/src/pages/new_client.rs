//! A new client: what kind, then what only that kind needs, then the one sight of its secret.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};

use crate::{
    address::{Step, use_address},
    api::{types, use_api},
    clock,
    components::{
        button::{Button, LinkButton, Variant},
        icon::{Glyph, Icon},
        page_header::{Crumb, PageHeader},
        problem_notice::ProblemNotice,
        secret_reveal::{Revealed, SecretReveal},
        toast::Toasts,
    },
    effect::memo,
    forms::{
        client_draft::ClientDraft,
        client_fields::{ClientFields, Purpose},
        field_errors::focus_first,
        once::Once,
        profiles::{Ends, Profile},
    },
    me::use_me,
    pages::{
        no_rights::NoRights,
        second_step::{SecretStep, Steps},
    },
    problem::Problem,
    routes,
    session::{Session, use_session},
};

/// The page, or why it is not shown.
#[component]
pub(crate) fn NewClient() -> impl IntoView {
    let address = use_address();
    if use_me().may_change_some_clients() {
        let is_second = memo(move || address.get("client").is_some());
        view! {
            {move || if is_second.get() {
                view! { <SecretStep /> }.into_any()
            } else {
                view! { <NewClientPage /> }.into_any()
            }}
        }
        .into_any()
    } else {
        view! { <NoRights title="New client" needs="clients:change" /> }.into_any()
    }
}

#[component]
fn NewClientPage() -> impl IntoView {
    let address = use_address();
    let me = use_me();
    // Lives as long as the page: another kind of client keeps what was typed.
    let draft = ClientDraft::empty();
    let session = use_session();
    session.read_again();
    let chosen = memo(move || {
        session.stage();
        let key = address.get("profile")?;
        session.me().profile(&key)
    });
    let title = Signal::derive(move || match chosen.get() {
        Some(profile) => format!("New {}", profile.in_sentence()),
        None => "New client".to_owned(),
    });
    let crumbs = vec![Crumb {
        label: "Clients".to_owned(),
        href: routes::href("/clients"),
    }];
    view! {
        <PageHeader title crumbs />
        {move || match chosen.get() {
            Some(profile) if me.may_change_clients_of(&profile.key) => {
                draft.errors.clear();
                draft.expires_at.set(match profile.ends {
                    Ends::Must { days, .. } => Some(clock::end_of_utc_day(clock::now(), days)),
                    Ends::Maybe => draft.expires_at.get_untracked(),
                });
                draft.secret_expires_at.set(profile.secret_ends.at());
                if let Some(method) = profile.auth_methods.first() {
                    draft.auth_method.set(method.clone());
                }
                view! { <CreateForm draft profile /> }.into_any()
            }
            _ => view! { <Kinds session /> }.into_any(),
        }}
    }
}

#[component]
fn Kinds(session: Session) -> impl IntoView {
    let kinds = move || {
        session.stage();
        let me = session.me();
        let offered = me
            .profiles
            .iter()
            .filter(|it| me.may_change_clients_of(&it.key));
        offered
            .map(|profile| {
                let href = routes::href(&format!("/clients/new?profile={}", profile.key));
                view! {
                    <li>
                        <a class="kind" href=href>
                            <span class="kind-mark"><Icon glyph=profile.glyph /></span>
                            <span class="kind-title">{profile.title.clone()}</span>
                            <span class="kind-text">{profile.text.clone()}</span>
                            <Icon glyph=Glyph::Next />
                        </a>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <section aria-labelledby="kinds-title" class="stack-small">
            <h2 id="kinds-title">"What kind of client?"</h2>
            <ul class="kinds" role="list">{kinds}</ul>
        </section>
    }
}

#[component]
fn CreateForm(draft: ClientDraft, profile: Arc<Profile>) -> impl IntoView {
    let address = use_address();
    let api = use_api();
    let toasts = expect_context::<Toasts>();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let revealed = RwSignal::new(None::<Revealed>);
    let made = StoredValue::new(None::<String>);
    let once = Once::new();

    let secret_at_creation = profile.secret_at_creation;
    let finish = move |created: types::CreatedClient| {
        let id = created.client.id.to_string();
        made.set_value(Some(id.clone()));
        let credential = created.credential;
        if let Some(client_secret) = created.client_secret {
            revealed.set(Some(Revealed {
                name: created.client.name,
                client_id: created.client.client_id,
                client_secret,
                expires_at: clock::moment(
                    credential.as_ref().and_then(|it| it.expires_at.as_ref()),
                ),
                token_url: format!("{}/oauth2/token", routes::server()),
            }));
            return;
        }
        toasts.done(format!("{} was made", created.client.name));
        // A kind whose secret is a step of its own: there it goes on.
        if secret_at_creation {
            address.go(&routes::client(&id), Step::Replace);
        } else {
            address.go(&format!("/clients/new?client={id}"), Step::Replace);
        }
    };
    let form_profile = profile.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        problem.set(None);
        draft.check(&form_profile);
        if draft.errors.any() {
            focus_first();
            return;
        }
        let wanted = draft.creation(&form_profile);
        let key = once.key(&wanted);
        busy.set(true);
        spawn_local(async move {
            let outcome = api
                .call(|it| it.create_client(key.as_deref(), &wanted))
                .await;
            if busy.try_set(false).is_some() {
                // The page was left meanwhile: a secret must not turn up anywhere else.
                return;
            }
            match outcome {
                Ok(created) => finish(created),
                Err(failed) => {
                    problem.set(taken(&failed, draft).or_else(|| draft.refuse(failed)));
                    focus_first();
                }
            }
        });
    };
    // After the reveal, on to the client; Back does not lead to a form that was sent.
    Effect::watch(
        move || revealed.with(Option::is_some),
        move |open, was_open, _| {
            if let (false, Some(true), Some(id)) = (*open, was_open, made.get_value()) {
                address.go(&routes::client(&id), Step::Replace);
            }
        },
        false,
    );

    view! {
        {(!secret_at_creation).then(|| view! { <Steps now=0 /> })}
        <form class="form-page" on:submit=submit novalidate=true>
            <div class="kind-chosen">
                <span class="kind-mark"><Icon glyph=profile.glyph /></span>
                <p><strong>{profile.title.clone()}</strong><span>{profile.text.clone()}</span></p>
                <LinkButton href=routes::href("/clients/new")>"Change"</LinkButton>
            </div>
            <ClientFields draft profile=profile.clone() purpose=Purpose::Create />
            <div class="form-foot">
                <div role="alert">{move || problem.get().map(|problem| view! { <ProblemNotice problem /> })}</div>
                <div class="button-group">
                    <Button variant=Variant::Primary kind="submit" busy>
                        {if secret_at_creation { "Create client" } else { "Create client and go on" }}
                    </Button>
                    <LinkButton href=routes::href("/clients")>"Cancel"</LinkButton>
                </div>
            </div>
        </form>
        <SecretReveal revealed />
    }
}

/// A taken id is a conflict for the API and a mistake in a field for a person.
fn taken(problem: &Problem, draft: ClientDraft) -> Option<Problem> {
    if problem.kind == "client_id_taken" {
        let detail = problem.detail.clone().unwrap_or_default();
        draft.errors.add("/client_id", &detail);
        return Some(problem.clone());
    }
    None
}
