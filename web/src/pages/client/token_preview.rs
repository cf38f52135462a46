//! What a token of the client would say now. Nothing here is a token.

use api_client::browser::text::{self, Layout};
use leptos::prelude::*;
use serde_json::Value;

use super::Shown;
use crate::{
    api::{types, use_api},
    clock,
    components::{
        copy::CopyButton, field::Field, problem_notice::ProblemNotice, skeleton::Skeleton,
        text_input::TextInput,
    },
    forms::draft::object,
    load::load,
    words,
};

/// The preview, or why there is none.
#[component]
pub(super) fn TokenPreview(shown: Shown) -> impl IntoView {
    let for_itself = shown
        .grant_types
        .iter()
        .any(|it| it == "client_credentials");
    view! {
        <section class="panel" aria-labelledby="preview-title">
            <div class="panel-head">
                <h2 id="preview-title">"Token preview"</h2>
                <span class="cell-soft">"What the next token would say"</span>
            </div>
            {if for_itself && !shown.public {
                view! { <Preview id=shown.id.to_string() /> }.into_any()
            } else {
                view! {
                    <p class="cell-soft">"This app gets tokens for the people who allow it. Each says who that is, what they allowed, and ends with what they allowed."</p>
                }
                .into_any()
            }}
            {(shown.effective_status != types::EffectiveStatus::Active
                && shown.effective_status != types::EffectiveStatus::ExpiringSoon)
                .then(|| view! { <p class="page-note">"It gets no token while it is " {status_words(shown.effective_status)}"."</p> })}
        </section>
    }
}

const fn status_words(status: types::EffectiveStatus) -> &'static str {
    match status {
        types::EffectiveStatus::Inactive => "inactive",
        types::EffectiveStatus::Expired => "expired",
        types::EffectiveStatus::NoCredential => "without a credential",
        types::EffectiveStatus::Active | types::EffectiveStatus::ExpiringSoon => "active",
    }
}

#[component]
fn Preview(id: String) -> impl IntoView {
    let api = use_api();
    let scope = RwSignal::new(String::new());
    let asked = RwSignal::new(String::new());
    let preview = load(
        move || asked.get(),
        async move |scope: String| {
            let scope = Some(scope.trim()).filter(|it| !it.is_empty());
            api.call(|it| it.preview_client_token(&id, None, scope))
                .await
        },
    );
    let refused = Signal::derive(move || {
        preview.problem.with(|problem| {
            let problem = problem.as_ref()?;
            let field = problem.fields.iter().find(|it| it.pointer == "scope")?;
            Some(words::sentence(&field.message))
        })
    });
    let other_problem = move || {
        let problem = preview.problem.get();
        problem.filter(|_| refused.with(Option::is_none))
    };
    view! {
        <form class="preview-form" on:submit=move |event| {
            event.prevent_default();
            asked.set(scope.get_untracked());
        }>
            <Field label="Scope it asks for" optional=true error=refused hint="Press Enter to see what it would get, as in tenant:default.">
                <TextInput value=scope mono=true />
            </Field>
        </form>
        {move || other_problem().map(|problem| view! { <ProblemNotice problem on_retry=preview.retry() /> })}
        <div class="busy-area" aria-busy=move || preview.busy.get().then_some("true")>
            {move || match preview.value.get() {
                None if preview.problem.with(Option::is_some) => ().into_any(),
                None => view! { <Skeleton rows=5 label="Loading the preview" /> }.into_any(),
                Some(preview) => view! { <Said preview /> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Said(preview: types::TokenPreview) -> impl IntoView {
    let json = as_json(&preview.claims);
    let rows = preview
        .claims
        .iter()
        .map(|claim| {
            let (value, note) = shown_value(&claim.name, &claim.value);
            let meaning = meaning(&claim.name);
            view! {
                <dt><code>{claim.name.clone()}</code></dt>
                <dd><code>{value}</code><span class="claim-note">{note.unwrap_or_else(|| meaning.to_owned())}</span></dd>
            }
        })
        .collect_view();
    let kind = if preview.format == "jwt" {
        let of = |name: &str| {
            preview
                .header
                .iter()
                .find(|it| it.name == name)
                .and_then(|it| it.value.as_str())
                .unwrap_or_default()
                .to_owned()
        };
        format!("A signed JWT ({}, {})", of("alg"), of("typ"))
    } else {
        "An opaque token: only introspection can read it".to_owned()
    };
    view! {
        <p class="preview-kind">
            <span>{kind}", lives "{words::seconds(preview.expires_in)}</span>
            <CopyButton text=json what="claims as JSON" />
        </p>
        <dl class="facts facts-claims">{rows}</dl>
    }
}

fn as_json(claims: &[types::TokenClaim]) -> String {
    let members = claims.iter().map(|it| (it.name.as_str(), it.value.clone()));
    let object = object(members);
    text::write(&Value::Object(object), Layout::Lines)
}

/// The value as it stands in the token, and what it means where that is not plain to see.
fn shown_value(name: &str, value: &Value) -> (String, Option<String>) {
    let text = match value {
        Value::String(text) => text.clone(),
        other => text::write(other, Layout::Compact),
    };
    let note = match (name, value.as_i64()) {
        ("iat" | "exp" | "nbf" | "auth_time", Some(at)) => Some(format!(
            "{}: {}",
            meaning(name),
            clock::exact(at, clock::zone_minutes(at))
        )),
        _ => None,
    };
    (text, note)
}

fn meaning(name: &str) -> &'static str {
    match name {
        "iss" => "Who issued it",
        "sub" => "Whom it acts as",
        "aud" => "Which API takes it",
        "client_id" => "Who got it",
        "iat" => "When it was issued",
        "exp" => "When it ends",
        "jti" => "Its own id, new each time",
        "scope" => "What was granted",
        "tenant" => "Where it acts",
        "client" => "The client\u{2019}s id",
        "generation" => "Raised when all tokens are revoked",
        "roles" => "What the client is",
        "permissions" => "What it may do",
        _ => "",
    }
}
