//! One client, with everything about it.

mod access;
mod activity;
mod api_keys;
mod credentials;
mod danger;
pub(crate) mod deeds;
mod edit;
mod impact;
mod overview;
mod people;
mod requests;
mod rotation;
mod secret_dialogs;
mod secret_draft;
mod token_preview;

use std::sync::Arc;

use leptos::prelude::*;

use self::{
    access::AccessTab, activity::ActivityTab, api_keys::ApiKeysTab, credentials::CredentialsTab,
    danger::DangerTab, edit::EditForm, overview::Overview, people::PeopleTab,
    requests::RequestsTab, token_preview::TokenPreview,
};
use super::{
    clients::columns::status, no_rights::NoRights, not_found::NotFound, usage::UsageChart,
};
use crate::{
    address::{Address, Step, use_address},
    api::{types, use_api},
    clock,
    components::{
        button::LinkButton,
        chip::StatusChip,
        copy::CopyText,
        icon::{Glyph, Icon},
        page_header::{Crumb, PageHeader},
        problem_notice::ProblemNotice,
        skeleton::Skeleton,
        tabs::{Tab, Tabs},
        time_view::{Expiry, TimeAgo},
    },
    effect::memo,
    load::{Latest, Loaded, load},
    me::use_me,
    router::use_part,
    routes, words,
};

/// The client that is shown.
pub(crate) type Shown = Arc<types::Client>;

/// The page, or why it is not shown.
#[component]
pub(crate) fn Client() -> impl IntoView {
    if !use_me().may_view_some_clients() {
        return view! { <NoRights title="Client" needs="clients:view" /> }.into_any();
    }
    let api = use_api();
    let id = use_part("id");
    let client = load(
        move || id.get(),
        async move |id: String| {
            let client = api.call(|it| it.get_client(&id)).await?;
            Ok(Arc::new(client))
        },
    );
    // Told apart by memos: asking again must not build the page anew, with a secret or a form in it.
    let is_missing = memo(move || {
        client
            .problem
            .with(|it| it.as_ref().is_some_and(|it| it.status == Some(404)))
    });
    let is_there = memo(move || client.value.with(Option::is_some));
    view! {
        {move || match (is_missing.get(), is_there.get()) {
            (true, _) => view! { <NotFound /> }.into_any(),
            (false, true) => view! { <ClientPage client /> }.into_any(),
            (false, false) => view! {
                <PageHeader title="Client" />
                {move || match client.problem.get() {
                    Some(problem) => view! { <ProblemNotice problem on_retry=client.retry() /> }.into_any(),
                    None => view! { <div class="panel"><Skeleton rows=6 label="Loading the client" /></div> }.into_any(),
                }}
            }
            .into_any(),
        }}
    }
    .into_any()
}

#[component]
fn ClientPage(client: Loaded<Shown>) -> impl IntoView {
    let address = use_address();
    let tab = use_part("tab");
    // There from the start of this page on: a later failure keeps what was shown.
    let shown = client.value;
    let with = move |read: fn(&types::Client) -> String| {
        move || shown.with(|it| it.as_ref().map(|it| read(it)).unwrap_or_default())
    };
    let title = Signal::derive(with(|it| it.name.clone()));
    let me = use_me();
    // What is part of Latchkey is nobody's to change.
    let may_change = shown.with_untracked(|it| {
        it.as_ref()
            .is_some_and(|it| !it.built_in && me.may_change_clients_of(&it.profile))
    });
    let is_deleted =
        memo(move || shown.with(|it| it.as_ref().is_some_and(|it| it.deleted_at.is_some())));
    let crumbs = vec![Crumb {
        label: "Clients".to_owned(),
        href: routes::href("/clients"),
    }];
    let chip = move || {
        let now = shown.get();
        now.map(|it| {
            if it.deleted_at.is_some() {
                view! { <span class="chip chip-quiet"><Icon glyph=Glyph::Trash />"Deleted"</span> }
                    .into_any()
            } else {
                view! { <StatusChip status=status(&it) /> }.into_any()
            }
        })
    };
    view! {
        <PageHeader title crumbs beside=move || view! { {chip} }>
            {(may_change && !is_deleted.get_untracked()).then(|| view! { <HeaderActions address shown tab /> })}
        </PageHeader>
        <Summary shown />
        <div class="stack">
            <ClientTabs shown tab may_change />
            {move || client.problem.get().map(|problem| view! { <ProblemNotice problem on_retry=client.retry() /> })}
            {move || match (tab.get().as_str(), is_deleted.get()) {
                ("", _) => view! { <OverviewTab address client may_change /> }.into_any(),
                ("permissions" | "roles", _) => view! { <AccessTab client may_change /> }.into_any(),
                ("credentials", _) => view! { <CredentialsTab client=shown may_change reload=client.retry() /> }.into_any(),
                ("api-keys", _) => view! { <ApiKeysTab client=shown may_change /> }.into_any(),
                ("people", _) => view! { <PeopleTab address client=shown may_change /> }.into_any(),
                ("requests", _) => view! { <RequestsTab client=shown /> }.into_any(),
                ("activity", _) => view! { <ActivityTab client=shown /> }.into_any(),
                ("danger", _) if may_change => view! { <DangerTab client /> }.into_any(),
                _ => view! { <NotFound /> }.into_any(),
            }}
        </div>
    }
}

/// The line below the name: what one looks for first.
#[component]
fn Summary(shown: Latest<Shown>) -> impl IntoView {
    view! {
        {move || shown.get().map(|client| view! {
            <dl class="summary">
                <div><dt>"Client ID"</dt><dd><CopyText text=client.client_id.clone() what="client ID" /></dd></div>
                <div><dt>"Kind"</dt><dd>{words::profile(&client.profile)}</dd></div>
                <div><dt>"Works until"</dt><dd>
                    {if client.effective_status == types::EffectiveStatus::NoCredential {
                        view! { <span class="cell-none">"No credential"</span> }.into_any()
                    } else {
                        view! { <Expiry at=clock::moment(client.usable_until.as_ref()) /> }.into_any()
                    }}
                </dd></div>
                <div><dt>"Last used"</dt><dd><TimeAgo at=clock::moment(client.last_used_at.as_ref()) /></dd></div>
                <div><dt>"Owner"</dt><dd>{match client.owner.clone() {
                    Some(owner) => view! { <bdi class="cell-clip" title=owner.clone()>{owner.clone()}</bdi> }.into_any(),
                    None => view! { <span class="cell-none">"Nobody"</span> }.into_any(),
                }}</dd></div>
            </dl>
        })}
    }
}

#[component]
fn HeaderActions(address: Address, shown: Latest<Shown>, tab: Memo<String>) -> impl IntoView {
    let is_editing = move || tab.with(String::is_empty) && address.get("edit").is_some();
    let id = move || shown.with(|it| it.as_ref().map(|it| it.id.to_string()).unwrap_or_default());
    view! {
        {move || (!is_editing()).then(|| {
            let href = routes::href(&format!("{}?edit=yes", routes::client(&id())));
            view! { <LinkButton href icon=Glyph::Pencil>"Edit"</LinkButton> }
        })}
    }
}

#[component]
fn ClientTabs(shown: Latest<Shown>, tab: Memo<String>, may_change: bool) -> impl IntoView {
    let id = shown.with_untracked(|it| it.as_ref().map(|it| it.id.to_string()).unwrap_or_default());
    let public = shown.with_untracked(|it| it.as_ref().is_some_and(|it| it.public));
    let one = |path: &'static str, label: &'static str| Tab {
        href: routes::href(&if path.is_empty() {
            routes::client(&id)
        } else {
            format!("{}/{path}", routes::client(&id))
        }),
        label: label.to_owned(),
        count: None,
        current: Signal::derive(move || tab.get() == path),
    };
    let mut tabs = vec![one("", "Overview")];
    if !public {
        tabs.push(one("credentials", "Credentials"));
    }
    let for_itself = shown.with_untracked(|it| {
        it.as_ref()
            .is_some_and(|it| it.grant_types.iter().any(|it| it == "client_credentials"))
    });
    if for_itself && !public {
        tabs.push(one("api-keys", "API keys"));
    }
    let access = shown.with_untracked(|it| it.as_ref().and_then(|it| access::tab(&it.profile)));
    tabs.extend(access.map(|(path, label)| one(path, label)));
    let for_people = shown.with_untracked(|it| {
        it.as_ref()
            .is_some_and(|it| it.grant_types.iter().any(|it| it == "authorization_code"))
    });
    if for_people {
        tabs.push(one("people", "People"));
    }
    tabs.push(one("requests", "Requests"));
    tabs.push(one("activity", "Activity"));
    if may_change {
        tabs.push(one("danger", "Danger zone"));
    }
    view! { <Tabs label="About this client" tabs /> }
}

#[component]
fn OverviewTab(address: Address, client: Loaded<Shown>, may_change: bool) -> impl IntoView {
    let is_editing = memo(move || may_change && address.get("edit").is_some());
    let alive = memo(move || {
        client
            .value
            .with(|it| it.as_ref().is_some_and(|it| it.deleted_at.is_none()))
    });
    let stop = Callback::new(move |()| address.change(Step::Replace, &[("edit", None)]));
    view! {
        {move || if is_editing.get() {
            client.value.get_untracked().map(|shown| view! {
                <EditForm
                    shown
                    on_saved=Callback::new(move |saved: types::Client| {
                        client.value.set(Some(Arc::new(saved)));
                        stop.run(());
                    })
                    on_cancel=stop
                />
            })
            .into_any()
        } else {
            view! {
                {move || client.value.get().map(|shown| view! { <Overview shown /> })}
                // Only another client asks for these anew, not another version of the same one.
                <Show when=move || alive.get()>
                    {client.value.get_untracked().map(|shown| view! {
                        <UsageChart address client=shown.id.to_string() />
                        <TokenPreview shown />
                    })}
                </Show>
            }
            .into_any()
        }}
    }
}
