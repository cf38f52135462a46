//! The fields of a client's form: only those its profile has.

use leptos::prelude::*;

use super::{
    client_draft::ClientDraft,
    grid_field::GridField,
    lines,
    profiles::{Ends, IdFrom, Profile, Roles, SecretEnds},
    redirect_uris,
    role_tabs::RoleTabs,
};
use crate::{
    components::{
        choice::Checkbox,
        expiry_picker::ExpiryPicker,
        field::{Count, Field},
        lines_input::LinesInput,
        role_ladder::{RoleLadder, Rung},
        select::Select,
        text_input::{TextArea, TextInput},
    },
    me::{Me, use_me},
    words,
};

/// What the form is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A new client, perhaps with its first secret.
    Create,
    /// A client that is there.
    Edit,
}

/// Fields that belong together, with what they are about beside them.
#[component]
pub(crate) fn FormSection(
    title: &'static str,
    #[prop(optional, into)] text: Option<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="form-section">
            <div class="form-section-head">
                <h2>{title}</h2>
                {text.map(|text| view! { <p>{text}</p> })}
            </div>
            <div class="form-section-fields">{children()}</div>
        </section>
    }
}

/// All fields of a client's form.
#[component]
pub(crate) fn ClientFields(
    draft: ClientDraft,
    profile: &'static Profile,
    purpose: Purpose,
) -> impl IntoView {
    let with_secret = purpose == Purpose::Create && profile.secret_at_creation;
    view! {
        <Basics draft profile purpose />
        {rights(draft, profile, purpose)}
        {profile.redirects.then(|| view! { <Redirects draft purpose /> })}
        <FormSection title="Life" text=life_text(profile)>
            {(purpose == Purpose::Create || profile.ends != Ends::Fixed).then(|| view! {
                <ExpiryPicker
                    value=draft.expires_at
                    legend="Client expires"
                    error=draft.errors.of("/expires_at", draft.expires_at)
                    may_be_never={profile.ends == Ends::Maybe}
                    calm=true
                />
            })}
            {with_secret.then(|| view! { <FirstSecret draft profile /> })}
        </FormSection>
        <FormSection title="People" text="Who answers for it, and who is told before something expires.">
            <Field label="Owner" optional=true hint="A team or a person." error=draft.errors.of("/owner", draft.owner)>
                <TextInput value=draft.owner />
            </Field>
            <Field label="Contacts" optional=true hint="E-mail addresses, one per line." error=draft.errors.of("/contacts", draft.contacts)>
                <LinesInput value=draft.contacts mistake=lines::mail_mistake refused=draft.errors.entries_of("/contacts") rows=2 />
            </Field>
        </FormSection>
        <Details draft profile purpose />
    }
}

fn life_text(profile: &Profile) -> String {
    match profile.ends {
        Ends::Fixed => {
            "The end stays as it is set now. That second is the last in which there are tokens.".to_owned()
        }
        Ends::Must => {
            "It has to end; when can be changed. The second given is the last in which there are tokens.".to_owned()
        }
        Ends::Maybe => {
            "The second given is the last that works: after it a client gets no tokens, and those it has are dead.".to_owned()
        }
    }
}

#[component]
fn Basics(draft: ClientDraft, profile: &'static Profile, purpose: Purpose) -> impl IntoView {
    let chosen = profile.id == IdFrom::Person;
    view! {
        <FormSection title="Basics" text="What people will look for.">
            {(purpose == Purpose::Create && profile.id != IdFrom::Server).then(|| view! {
                <Field
                    label="Client ID"
                    optional=!chosen
                    hint="Cannot be changed later. 4 to 64 letters, digits, - and _."
                    error=draft.errors.of("/client_id", draft.client_id)
                >
                    <TextInput value=draft.client_id mono=true />
                </Field>
            })}
            <Field
                label="Name"
                optional=chosen
                error=draft.errors.of("/name", draft.name)
                count=Count::of(draft.name, 255)
            >
                <TextInput value=draft.name />
            </Field>
            <Field
                label="Description"
                optional=true
                error=draft.errors.of("/description", draft.description)
                count=Count::of(draft.description, 500)
            >
                <TextArea value=draft.description rows=2 attr:placeholder="What it does, in one or two sentences" />
            </Field>
        </FormSection>
    }
}

/// What it may do. Where that is a set of roles or the grid, it has a tab of its own once the client is there.
fn rights(draft: ClientDraft, profile: &'static Profile, purpose: Purpose) -> AnyView {
    let errors = draft.errors;
    match (profile.roles, purpose) {
        (Roles::Ladder, _) => {
            let wrong = errors.of("/role", draft.role);
            view! {
                <FormSection title="Rights" text="Each role includes the one before. A change acts on live tokens at once.">
                    <RoleLadder value=draft.role legend="Role" rungs=rungs(&use_me()) />
                    {move || wrong.get().map(|wrong| view! { <p class="field-error" role="alert">{wrong}</p> })}
                </FormSection>
            }
            .into_any()
        }
        (Roles::Grid, Purpose::Create) => view! {
            <FormSection title="Permissions" text="Change includes View. They can be changed later, and live tokens follow.">
                <GridField
                    caption="Permissions of the client"
                    granted=draft.permissions
                    ceiling=use_me().ceiling()
                    error=errors.of("/permissions", draft.permissions)
                />
            </FormSection>
        }
        .into_any(),
        (Roles::Set(mandatory), Purpose::Create) => view! {
            <FormSection title="Roles" text="What it may do in its tenant and in the tenant\u{2019}s communities. They can be changed later, and live tokens follow.">
                <RoleTabs choice=draft.roles mandatory error=errors.of("/roles", draft.roles.roles) />
            </FormSection>
        }
        .into_any(),
        (Roles::User, _) | (_, Purpose::Edit) => ().into_any(),
    }
}

/// The ladder, with the rungs that are above the person's own.
pub(crate) fn rungs(me: &Me) -> Vec<Rung> {
    const LADDER: [(&str, &str, &str); 3] = [
        (
            "member",
            "Member",
            "Reads its own profile and lists the applications it may use.",
        ),
        (
            "admin",
            "Admin",
            "Manages users, groups, apps, service accounts, APIs and settings.",
        ),
        (
            "super_admin",
            "Super admin",
            "Everything in the tenant, anonymizing users included.",
        ),
    ];
    let mine = LADDER
        .iter()
        .position(|(key, ..)| me.role.as_deref() == Some(*key));
    LADDER
        .iter()
        .enumerate()
        .map(|(height, &(key, title, text))| Rung {
            key,
            title,
            text,
            refused: mine
                .filter(|mine| height > *mine)
                .map(|_| "Exceeds your own role"),
        })
        .collect()
}

#[component]
fn Redirects(draft: ClientDraft, purpose: Purpose) -> impl IntoView {
    view! {
        <FormSection title="Sign-in" text="Where people are sent back to after they signed in and allowed it.">
            <Field
                label="Redirect URIs"
                hint="One per line, compared character by character."
                error=draft.errors.of("/redirect_uris", draft.redirect_uris)
            >
                <LinesInput
                    value=draft.redirect_uris
                    mistake=redirect_uris::mistake
                    refused=draft.errors.entries_of("/redirect_uris")
                    placeholder="https://app.example.com/callback"
                />
            </Field>
            {(purpose == Purpose::Create).then(|| view! {
                <Checkbox checked=draft.public label="Public client" hint="Runs where a secret cannot be kept, such as a browser or a phone; uses PKCE instead." />
            })}
        </FormSection>
    }
}

#[component]
fn FirstSecret(draft: ClientDraft, profile: &'static Profile) -> impl IntoView {
    let fields = move || {
        view! {
            {(profile.secret_ends != SecretEnds::WithClient).then(|| view! {
                <ExpiryPicker
                    value=draft.secret_expires_at
                    legend="First secret expires"
                    error=draft.errors.of("/credential/expires_at", draft.secret_expires_at)
                    may_be_never=true
                />
            })}
            <Field
                label="Description of the first secret"
                optional=true
                hint="Where it is used, as in \u{201c}Production\u{201d}."
                error=draft.errors.of("/credential/description", draft.secret_description)
            >
                <TextInput value=draft.secret_description />
            </Field>
        }
    };
    view! { <Show when=move || !draft.public.get()>{fields()}</Show> }
}

/// What most clients never need; folded away for a new one, until something in it is wrong.
#[component]
fn Details(draft: ClientDraft, profile: &'static Profile, purpose: Purpose) -> impl IntoView {
    let fields = view! {
        <FormSection title="Details">
            <Technical draft profile />
            <Field label="Labels" optional=true hint="key: value, one per line. Scripts and people sort by them." error=draft.errors.of("/labels", draft.labels)>
                <LinesInput value=draft.labels mistake=lines::label_mistake rows=2 placeholder="team: warehouse" />
            </Field>
            <Field label="Notes" optional=true error=draft.errors.of("/notes", draft.notes) count=Count::of(draft.notes, 4000)>
                <TextArea value=draft.notes attr:placeholder="Whom to ask, what depends on it" />
            </Field>
        </FormSection>
    };
    if purpose == Purpose::Edit {
        return fields.into_any();
    }
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        let within = [
            "/token_lifetime",
            "/token_endpoint_auth_method",
            "/labels",
            "/notes",
        ];
        if draft.errors.any_of(&within) {
            open.set(true);
        }
    });
    view! {
        <details class="form-more" prop:open=open on:toggle:target=move |event| open.set(event.target().open())>
            <summary>"More options"<span>"Token lifetime, authentication, labels, notes"</span></summary>
            {fields}
        </details>
    }
    .into_any()
}

#[component]
fn Technical(draft: ClientDraft, profile: &'static Profile) -> impl IntoView {
    let default = profile
        .lifetime
        .map_or_else(|| "the server\u{2019}s setting".to_owned(), words::seconds);
    let methods = move || {
        view! {
            <Field label="How it authenticates" error=draft.errors.of("/token_endpoint_auth_method", draft.auth_method)>
                <Select value=draft.auth_method options=vec![
                    ("any", "Secret, in the header or the body"),
                    ("client_secret_basic", "Secret, in the Authorization header only"),
                    ("client_secret_post", "Secret, in the request body only"),
                ] />
            </Field>
        }
    };
    view! {
        <Field
            label="Token lifetime in seconds"
            optional=true
            hint=format!("60 to {}; empty is {default}.", profile.most)
            error=draft.errors.of("/token_lifetime", draft.token_lifetime)
        >
            <TextInput value=draft.token_lifetime attr:inputmode="numeric" />
        </Field>
        <Show when=move || !draft.public.get()>{methods()}</Show>
    }
}
