//! A new client: what kind, then what only that kind needs, then the one sight of its secret.

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
    forms::{
        client_draft::ClientDraft,
        client_fields::{ClientFields, Purpose},
        field_errors::focus_first,
        once::Once,
        profiles::{self, Ends, Profile},
    },
    me::use_me,
    pages::{
        no_rights::NoRights,
        second_step::{SecretStep, Steps},
    },
    problem::Problem,
    routes,
};

/// The page, or why it is not shown.
#[component]
pub(crate) fn NewClient() -> impl IntoView {
    let address = use_address();
    if use_me().may_change_some_clients() {
        let is_second = Memo::new(move |_| address.get("client").is_some());
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
    let chosen = Memo::new(move |_| {
        address
            .get("profile")
            .and_then(|key| profiles::find(&key))
            .map(|it| it.key)
    });
    let title = Signal::derive(move || match chosen.get().and_then(profiles::find) {
        Some(profile) if profile.is_own => format!("New client: {}", profile.title),
        Some(profile) => format!("New {}", in_sentence(profile.title)),
        None => "New client".to_owned(),
    });
    let crumbs = vec![Crumb {
        label: "Clients".to_owned(),
        href: routes::href("/clients"),
    }];
    view! {
        <PageHeader title crumbs />
        {move || match chosen.get().and_then(profiles::find) {
            Some(profile) if me.may_change_clients_of(profile.key) => {
                draft.errors.clear();
                draft.expires_at.set(match profile.ends {
                    Ends::Fixed | Ends::Must => {
                        Some(clock::end_of_utc_day(clock::now(), profile.ends_days))
                    }
                    Ends::Maybe => draft.expires_at.get_untracked(),
                });
                draft.secret_expires_at.set(profile.secret_ends.default_end());
                view! { <CreateForm draft profile /> }.into_any()
            }
            _ => view! { <Kinds /> }.into_any(),
        }}
    }
}

/// "API access" keeps its capitals.
fn in_sentence(title: &str) -> String {
    if title.starts_with("API") {
        title.to_owned()
    } else {
        title.to_lowercase()
    }
}

#[component]
fn Kinds() -> impl IntoView {
    let me = use_me();
    let kinds = profiles::all()
        .into_iter()
        .filter(|it| me.may_change_clients_of(it.key))
        .map(|profile| {
            let href = routes::href(&format!("/clients/new?profile={}", profile.key));
            view! {
                <li>
                    <a class="kind" href=href>
                        <span class="kind-mark"><Icon glyph=profile.glyph /></span>
                        <span class="kind-title">{profile.title}</span>
                        <span class="kind-text">{profile.text}</span>
                        <Icon glyph=Glyph::Next />
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <section aria-labelledby="kinds-title" class="stack-small">
            <h2 id="kinds-title">"What kind of client?"</h2>
            <ul class="kinds" role="list">{kinds}</ul>
        </section>
    }
}

#[component]
fn CreateForm(draft: ClientDraft, profile: &'static Profile) -> impl IntoView {
    let address = use_address();
    let api = use_api();
    let toasts = expect_context::<Toasts>();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let revealed = RwSignal::new(None::<Revealed>);
    let made = StoredValue::new(None::<String>);
    let once = Once::new();

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
        if profile.secret_at_creation {
            address.go(&routes::client(&id), Step::Replace);
        } else {
            address.go(&format!("/clients/new?client={id}"), Step::Replace);
        }
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        problem.set(None);
        draft.check(profile);
        if draft.errors.any() {
            focus_first();
            return;
        }
        let wanted = draft.creation(profile);
        let key = once.key(&wanted);
        busy.set(true);
        spawn_local(async move {
            let outcome = api
                .call(async |it| it.create_client(key.as_deref(), &wanted).await)
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
        {(!profile.secret_at_creation).then(|| view! { <Steps now=0 /> })}
        <form class="form-page" on:submit=submit novalidate=true>
            <div class="kind-chosen">
                <span class="kind-mark"><Icon glyph=profile.glyph /></span>
                <p><strong>{profile.title}</strong><span>{profile.text}</span></p>
                <LinkButton href=routes::href("/clients/new")>"Change"</LinkButton>
            </div>
            <ClientFields draft profile purpose=Purpose::Create />
            <div class="form-foot">
                <div role="alert">{move || problem.get().map(|problem| view! { <ProblemNotice problem /> })}</div>
                <div class="button-group">
                    <Button variant=Variant::Primary kind="submit" busy>
                        {if profile.secret_at_creation { "Create client" } else { "Create client and go on" }}
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
