//! What the tenant sets for itself: how long tokens live, and who is told before something ends.

use std::{collections::BTreeSet, rc::Rc, sync::Arc};

use leptos::prelude::*;
use serde_json::Value;

use super::{
    no_rights::NoRights,
    thing::{Calls, edit_thing, load_by_id, thing},
};
use crate::{
    api::{types, use_api},
    components::{
        choice::{Checkbox, Ticks},
        field::Field,
        page_header::PageHeader,
        text_input::TextInput,
    },
    forms::{
        client_fields::FormSection,
        draft::{Draft, text},
        editor::json,
    },
    me::use_me,
    words,
};

/// When something can be said before an end.
const DAYS: [(&str, &str); 4] = [
    ("90", "90 days before"),
    ("30", "30 days before"),
    ("7", "A week before"),
    ("1", "The day before"),
];

/// The page, or why it is not shown.
#[component]
pub(crate) fn SettingsPage() -> impl IntoView {
    if !use_me().may_view("settings") {
        return view! { <NoRights title="Settings" needs="settings:view" /> }.into_any();
    }
    let api = use_api();
    let settings = load_by_id(move |_| api.call(|it| it.get_settings()));
    let reload = settings.retry();
    thing("Settings", settings, move |it| page(&it, reload))
}

fn page(settings: &Arc<types::Settings>, reload: Callback<()>) -> AnyView {
    let body = if use_me().may_change("settings") {
        edit(settings, reload)
    } else {
        look(settings)
    };
    view! {
        <PageHeader title="Settings" lead="What this tenant sets for itself. What concerns the whole server stands in its configuration." />
        {body}
    }
    .into_any()
}

/// Days as ticks, and back.
fn ticked(days: &Value) -> BTreeSet<String> {
    let days = days.as_array().into_iter().flatten();
    days.filter_map(Value::as_i64)
        .map(|it| it.to_string())
        .collect()
}

fn edit(settings: &Arc<types::Settings>, reload: Callback<()>) -> AnyView {
    let api = use_api();
    let draft = Draft::new();
    let lifetime = draft.text("client_credentials_lifetime");
    let mail = draft.flag("mail_notices");
    let days = RwSignal::new(BTreeSet::new());
    let chosen = move || {
        let all = DAYS.iter().filter_map(|(day, _)| day.parse::<i64>().ok());
        days.with_untracked(|days: &BTreeSet<String>| {
            all.filter(|it| days.contains(&it.to_string()))
                .collect::<Vec<_>>()
        })
    };
    draft.bind(
        "notice_days",
        move || Value::from(chosen()),
        move |it| days.set(ticked(it)),
    );
    let url = draft.text("webhook_url");
    // It is written only: the server never says it again.
    let secret = RwSignal::new(String::new());
    draft.bind("webhook_secret", || Value::Null, |_| ());
    let named = |saved: &types::Settings| {
        let mut saved = json(saved);
        saved["name"] = "The tenant\u{2019}s settings".into();
        saved
    };
    let calls = Calls {
        save: Rc::new(move |tag| {
            let wanted = types::SettingsForm {
                client_credentials_lifetime: text(lifetime),
                mail_notices: Some(mail.get_untracked()),
                notice_days: Some(chosen()),
                webhook_url: text(url),
                webhook_secret: text(secret),
            };
            Box::pin(async move {
                let saved = api
                    .call(|it| it.replace_settings(tag.as_deref(), &wanted))
                    .await?;
                Ok(named(&saved))
            })
        }),
        latest: Rc::new(move || {
            Box::pin(async move {
                let now = api.call(|it| it.get_settings()).await?;
                Ok(json(&now))
            })
        }),
    };
    let errors = draft.errors;
    let in_force = words::seconds(settings.client_credentials_seconds.into());
    let lifetime_hint = format!("Such as 10m or 1h, at most 24h. Now {in_force}.");
    let secret_hint = if settings.webhook_url.is_some() {
        "Left empty, the one that is there stays. It is never shown."
    } else {
        "whsec_ and the Base64 of 24 to 64 random bytes. It is never shown again."
    };
    let mail_hint = (!settings.mail_available)
        .then(|| "This server is not configured to send mails.".to_owned());
    let fields = view! {
        <FormSection title="Tokens" text="Where neither the client nor its profile says how long. Clients follow with their next token.">
            <Field label="Token lifetime" optional=true hint=lifetime_hint error=errors.of("/client_credentials_lifetime", lifetime)>
                <TextInput value=lifetime mono=true attr:placeholder="As the server says" />
            </Field>
        </FormSection>
        <FormSection title="Notices" text="Said to contacts and owners before a client or a secret ends.">
            <Checkbox checked=mail label="Send mails" hint=mail_hint.unwrap_or_else(|| "To the contacts and owners of clients.".to_owned()) />
            <Ticks legend="When" chosen=days choices=DAYS.to_vec() error=errors.under("/notice_days".to_owned()) />
        </FormSection>
        <FormSection title="Webhook" text="Tells programs what ends, by the Standard Webhooks convention.">
            <Field label="Address" optional=true hint="An https address. Empty, nothing is sent." error=errors.of("/webhook_url", url)>
                <TextInput value=url mono=true attr:placeholder="https://hooks.example.org/latchkey" />
            </Field>
            <Field label="Signing secret" optional=true hint=secret_hint error=errors.of("/webhook_secret", secret)>
                <TextInput value=secret kind="password" mono=true attr:autocomplete="new-password" />
            </Field>
        </FormSection>
    };
    let check = move || {
        let is_wrong = text(url).is_some_and(|it| !it.starts_with("https://"));
        if is_wrong {
            errors.add("/webhook_url", "Begins with https://");
        }
        if text(url).is_none() && text(secret).is_some() {
            errors.add("/webhook_url", "Say where to send what this signs");
        }
    };
    edit_thing(
        draft,
        json(&**settings),
        "/",
        check,
        calls,
        reload,
        fields.into_any(),
    )
}

fn look(settings: &types::Settings) -> AnyView {
    let days = settings.notice_days.iter().map(ToString::to_string);
    let days = days.collect::<Vec<_>>().join(", ");
    let mails = match (settings.mail_available, settings.mail_notices) {
        (true, true) => "Sent",
        (false, true) => "Wanted, but this server sends none",
        (_, false) => "Not sent",
    };
    let webhook = settings.webhook_url.clone();
    view! {
        <section class="panel" aria-label="Settings">
            <dl class="facts">
                <dt>"Token lifetime"</dt><dd>{words::seconds(settings.client_credentials_seconds.into())}</dd>
                <dt>"Mails"</dt><dd>{mails}</dd>
                <dt>"Days before an end"</dt><dd>{if days.is_empty() { "None".to_owned() } else { days }}</dd>
                <dt>"Webhook"</dt><dd>{webhook.unwrap_or_else(|| "None".to_owned())}</dd>
            </dl>
        </section>
    }
    .into_any()
}
