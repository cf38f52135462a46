//! Everything about a client, to be read.

use leptos::prelude::*;

use super::Shown;
use crate::{
    api::types,
    clock,
    components::{
        chip::Tags,
        copy::{CopyButton, CopyText},
        time_view::{Expiry, TimeAgo},
    },
    me::use_me,
    routes, words,
};

fn unset(words: &'static str) -> AnyView {
    view! { <span class="cell-none">{words}</span> }.into_any()
}

fn text(value: Option<String>, otherwise: &'static str) -> AnyView {
    match value {
        Some(text) => view! { <span class="prose"><bdi>{text}</bdi></span> }.into_any(),
        None => unset(otherwise),
    }
}

/// The facts, in groups.
#[component]
pub(super) fn Overview(shown: Shown) -> impl IntoView {
    let client = shown.as_ref();
    view! {
        <div class="columns">
            <section class="panel" aria-labelledby="facts-about">
                <h2 id="facts-about">"About"</h2>
                {about(client)}
            </section>
            <section class="panel" aria-labelledby="facts-technical">
                <h2 id="facts-technical">"Getting tokens"</h2>
                {technical(client)}
            </section>
        </div>
    }
}

fn about(client: &types::Client) -> AnyView {
    let labels = sorted_labels(client);
    view! {
        <dl class="facts">
            <dt>"Description"</dt><dd>{text(client.description.clone(), "None")}</dd>
            {(client.role.is_some() || client.profile != "app").then(|| view! {
                <dt>"Role"</dt>
                <dd>{match &client.role {
                    Some(role) => view! { <Tags names=vec![words::key(role)] /> }.into_any(),
                    None => unset("None yet"),
                }}</dd>
            })}
            <dt>"Owner"</dt><dd>{text(client.owner.clone(), "Nobody")}</dd>
            <dt>"Contacts"</dt>
            <dd>{if client.contacts.is_empty() {
                unset("Nobody is told before something expires")
            } else {
                view! { <span class="prose">{client.contacts.join("\n")}</span> }.into_any()
            }}</dd>
            <dt>"Labels"</dt>
            <dd>{if labels.is_empty() { unset("None") } else { view! { <Tags names=labels /> }.into_any() }}</dd>
            {client.managed_by.clone().map(|by| view! { <dt>"Managed by"</dt><dd>{by}</dd> })}
            <dt>"Notes"</dt><dd>{text(client.notes.clone(), "None")}</dd>
            <dt>"Made"</dt><dd>{by(&client.created_at, &client.created_by)}</dd>
            <dt>"Last changed"</dt><dd>{by(&client.updated_at, &client.updated_by)}</dd>
        </dl>
    }
    .into_any()
}

fn technical(client: &types::Client) -> AnyView {
    let token_url = format!("{}/oauth2/token", routes::server());
    let default = use_me()
        .profile(&client.profile)
        .and_then(|it| it.lifetime)
        .map_or_else(|| "Server setting".to_owned(), words::seconds);
    view! {
        <dl class="facts">
            <dt>"Client ID"</dt>
            <dd class="with-copy"><code>{client.client_id.clone()}</code><CopyButton text=client.client_id.clone() what="client ID" /></dd>
            <dt>"Token endpoint"</dt>
            <dd class="with-copy"><code>{token_url.clone()}</code><CopyButton text=token_url what="token endpoint" /></dd>
            <dt>"Authentication"</dt><dd>{words::auth_method(&client.token_endpoint_auth_method)}</dd>
            <dt>"Grants"</dt><dd><Tags names=client.grant_types.clone() /></dd>
            {(!client.redirect_uris.is_empty()).then(|| view! {
                <dt>"Redirect URIs"</dt>
                <dd><ul class="plain-list" role="list">
                    {client.redirect_uris.iter().map(|it| view! { <li><code>{it.clone()}</code></li> }).collect_view()}
                </ul></dd>
            })}
            <dt>"Token lifetime"</dt>
            <dd>{match client.token_lifetime {
                Some(seconds) => words::seconds(i64::from(seconds)),
                None => format!("{default} (the default)"),
            }}</dd>
            <dt>"Client expires"</dt><dd><Expiry at=clock::moment(client.expires_at.as_ref()) /></dd>
            <dt>"Token subject"</dt>
            <dd><CopyText text=client.service_user_id.to_string() what="subject" /></dd>
            <dt>"ID"</dt>
            <dd><CopyText text=client.id.to_string() what="ID" /></dd>
        </dl>
    }
    .into_any()
}

fn by(at: &str, actor: &types::Actor) -> AnyView {
    let name = actor.name.clone();
    view! { <TimeAgo at=clock::parse(at) />" by "<bdi>{name}</bdi> }.into_any()
}

fn sorted_labels(client: &types::Client) -> Vec<String> {
    client
        .labels
        .iter()
        .map(|(key, value)| format!("{key}: {value}"))
        .collect()
}
