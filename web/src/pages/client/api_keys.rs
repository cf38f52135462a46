//! The API keys of a client: long-lived, for programs that cannot fetch a token first.

use std::sync::Arc;

use futures_util::FutureExt;
use leptos::{prelude::*, task::spawn_local};

use super::{
    Shown,
    credentials::{Use, made, status, used},
};
use crate::{
    address::{Address, use_address},
    api::{etag, types, use_api},
    clock,
    components::{
        button::{Button, Variant, row_button},
        cell,
        chip::chip,
        confirm_call::ConfirmCall,
        data_table::{Column, DataTable, Row, Sort},
        dialog::Dialog,
        empty_state::EmptyState,
        expiry_picker::ExpiryPicker,
        field::{Count, Field},
        icon::Glyph,
        markup::Markup,
        one_time_reveal::{OneTime, OneTimeReveal},
        problem_notice::ProblemNotice,
        skeleton::Skeleton,
        text_input::TextInput,
        time_view::{ago, expiry},
    },
    effect::{effect, memo},
    forms::{
        field_errors::{FieldErrors, focus_first},
        once::Once,
        profiles::SecretEnds,
    },
    load::{Latest, derived, load},
    me::use_me,
    problem::Problem,
    words,
};

type Item = Arc<types::ApiKey>;

/// Live keys that a client can have at once.
const MOST: usize = 10;

fn is_live(key: &types::ApiKey) -> bool {
    key.status == types::CredentialStatus::Active
}

impl Row for Item {
    fn id(&self) -> String {
        self.id.to_string()
    }

    fn name(&self) -> String {
        self.label.clone()
    }

    fn is_muted(&self) -> bool {
        !is_live(self)
    }
}

/// The list with its dialogs.
#[component]
pub(super) fn ApiKeysTab(client: Latest<Shown>, may_change: bool) -> impl IntoView {
    let api = use_api();
    let address = use_address();
    let id = client
        .with_untracked(|it| it.as_ref().map(|it| it.id.to_string()))
        .unwrap_or_default();
    let of = id.clone();
    let list = load(
        || (),
        async move |()| api.call(|it| it.list_api_keys(&of)).await,
    );
    let rows = derived(move || {
        list.value.with(|page| {
            let rows = page
                .iter()
                .flat_map(|page| page.items.iter().rev().cloned().map(Arc::new));
            let (mut rows, past): (Vec<Item>, Vec<Item>) = rows.partition(|it| is_live(it));
            rows.extend(past);
            rows
        })
    });
    let live = memo(move || rows.with(|rows| rows.iter().filter(|it| is_live(it)).count()));
    let is_alive =
        client.with_untracked(|it| it.as_ref().is_some_and(|it| it.deleted_at.is_none()));
    let may_change = may_change && is_alive;
    let state = memo(move || {
        list.value
            .with(Option::is_some)
            .then(|| rows.with(Vec::is_empty))
    });
    view! {
        <div class="tab-head">
            <p class="cell-soft" role="status">
                {move || state.get().map(|_| format!("{} of {MOST} possible", words::count(live.get(), "live key", "live keys")))}
            </p>
            {may_change.then(|| view! {
                <div class="button-group">
                    {move || (live.get() > 0).then(|| view! {
                        <Button variant=Variant::DangerQuiet on:click=move |_| address.open("revoke-keys", None)>"Revoke all\u{2026}"</Button>
                    })}
                    <Button
                        variant=Variant::Primary
                        icon=Glyph::Plus
                        disabled=Signal::derive(move || live.get() >= MOST)
                        on:click=move |_| address.open("make-key", None)
                    >
                        "Make a key"
                    </Button>
                </div>
            })}
        </div>
        {move || list.problem.get().map(|problem| view! { <ProblemNotice problem on_retry=list.retry() /> })}
        <div class="busy-area" aria-busy=move || list.busy.get().then_some("true")>
            {move || match state.get() {
                None if list.problem.with(Option::is_some) => ().into_any(),
                None => view! { <div class="table-frame"><Skeleton rows=2 label="Loading keys" /></div> }.into_any(),
                Some(true) => view! {
                    <div class="table-frame">
                        <EmptyState glyph=Glyph::Key title="No API key yet" text="A key is sent as a bearer token by a program that cannot fetch one first. It may do what this client may do, for as long as it lives; a token that ends by itself is the better choice where it is possible." />
                    </div>
                }
                .into_any(),
                Some(false) => view! { <Table address rows may_change /> }.into_any(),
            }}
        </div>
        {may_change.then(|| view! {
            <Make address client reload=list.retry() />
            <Revoke address id=id.clone() rows reload=list.retry() />
            <RevokeAll address client live reload=list.retry() />
        })}
    }
}

#[component]
fn Table(address: Address, rows: Memo<Vec<Item>>, may_change: bool) -> impl IntoView {
    let sort = RwSignal::new(Sort {
        by: "",
        descending: false,
    });
    let actions = Column::actions("var(--action)", move |key: &Item| {
        if !may_change || !is_live(key) {
            return Markup::default();
        }
        row_button(Glyph::Trash, &format!("Revoke {}", key.label), "revoke-key")
    });
    let mut columns = columns();
    columns.push(actions);
    view! { <DataTable caption="API keys" columns rows sort address /> }
}

fn columns() -> Vec<Column<Item>> {
    vec![
        Column::new("Key", |key: &Item| {
            cell::strong(&key.label) + cell::hint(&format!("\u{2026}{}", key.hint))
        })
        .track("minmax(7rem, 2fr)"),
        Column::new("Status", |it: &Item| chip(status(it.status))).track("7rem"),
        Column::new("Expires", |key: &Item| match &key.revoked_at {
            Some(at) => cell::soft(cell::text("Revoked ") + ago(clock::parse(at))),
            None => expiry(clock::moment(key.expires_at.as_ref())),
        })
        .track("minmax(7rem, 1.2fr)"),
        used(|it: &Item| Use {
            at: it.last_used_at.as_ref(),
            from: it.last_used_from.as_deref(),
            times: it.use_count,
        }),
        made(|it: &Item| (&it.created_at, &it.created_by.name)),
    ]
}

#[component]
fn Make(address: Address, client: Latest<Shown>, reload: Callback<()>) -> impl IntoView {
    let api = use_api();
    let name = RwSignal::new(String::new());
    let expires_at = RwSignal::new(None::<i64>);
    let errors = FieldErrors::none();
    let problem = RwSignal::new(None::<Problem>);
    let busy = RwSignal::new(false);
    let revealed = RwSignal::new(None::<OneTime>);
    let once = Once::new();
    let open = address.is_open("make-key");
    let with_client = client.with_untracked(|it| {
        let profile = it.as_ref().and_then(|it| use_me().profile(&it.profile));
        profile.is_some_and(|it| it.secret_ends == SecretEnds::WithClient)
    });
    effect(move || {
        if open.get() {
            name.set(String::new());
            expires_at.set(Some(clock::end_of_utc_day(clock::now(), 90)));
            errors.clear();
            problem.set(None);
        }
    });
    let make = move || {
        let Some(shown) = client.get_untracked() else {
            return;
        };
        if busy.get_untracked() {
            return;
        }
        errors.clear();
        problem.set(None);
        let label = name.with_untracked(|it| it.trim().to_owned());
        if label.is_empty() {
            errors.add("/label", "Say which program it is for");
        }
        if label.chars().count() > 255 {
            errors.add("/label", "At most 255 characters");
        }
        if !with_client
            && expires_at
                .get_untracked()
                .is_some_and(|it| it <= clock::now())
        {
            errors.add("/expires_at", "Has to be in the future");
        }
        if errors.any() {
            focus_first();
            return;
        }
        let ends = expires_at
            .get_untracked()
            .map_or_else(|| "never".to_owned(), clock::to_api);
        let wanted = types::CreateApiKey {
            label,
            tenant: None,
            expires_at: (!with_client).then_some(ends),
        };
        let key = once.key(&wanted);
        busy.set(true);
        spawn_local(async move {
            let id = shown.id.to_string();
            let outcome = api
                .call(|it| it.create_api_key(&id, key.as_deref(), &wanted))
                .await;
            if busy.try_set(false).is_some() {
                // The page was left meanwhile: a key must not turn up anywhere else.
                return;
            }
            match outcome {
                Ok(created) => {
                    address.close();
                    let ends = clock::moment(created.api_key.expires_at.as_ref());
                    revealed.set(Some(OneTime {
                        title: format!("Store the key of {}", created.api_key.label),
                        lead: "This is the only time it is shown. A program sends it as it would send a token: Authorization: Bearer, and the key.".to_owned(),
                        label: "API key",
                        value: created.key,
                        facts: vec![(
                            "It expires",
                            ends.map_or_else(
                                || "Never".to_owned(),
                                |at| clock::exact(at, clock::zone_minutes(at)),
                            ),
                        )],
                        done: "I have stored it",
                    }));
                    reload.run(());
                }
                Err(failed) => {
                    problem.set(errors.take(failed, &["/label", "/expires_at"]));
                    focus_first();
                }
            }
        });
    };
    let close = Callback::new(move |()| address.close());
    view! {
        <Dialog
            open
            on_close=close
            title="Make an API key"
            footer=move || view! {
                <Button on:click=move |_| close.run(())>"Cancel"</Button>
                <Button variant=Variant::Primary busy on:click=move |_| make()>"Make key"</Button>
            }
        >
            <Field
                label="Label"
                hint="Which program it is for, as in \u{201c}Monitoring probe\u{201d}."
                error=errors.of("/label", name)
                count=Count::of(name, 255)
            >
                <TextInput value=name attr:autofocus=true />
            </Field>
            {if with_client {
                view! { <p class="field-hint">"It ends when its client ends."</p> }.into_any()
            } else {
                view! {
                    <ExpiryPicker value=expires_at legend="Key expires" error=errors.of("/expires_at", expires_at) may_be_never=true />
                }
                .into_any()
            }}
            {move || problem.get().map(|problem| view! { <ProblemNotice problem /> })}
        </Dialog>
        <OneTimeReveal revealed />
    }
}

#[component]
fn Revoke(
    address: Address,
    id: String,
    rows: Memo<Vec<Item>>,
    reload: Callback<()>,
) -> impl IntoView {
    let api = use_api();
    let subject = derived(move || {
        let on = address
            .get("on")
            .filter(|_| address.dialog().as_deref() == Some("revoke-key"))?;
        rows.with(|rows| rows.iter().find(|it| it.id.to_string() == on).cloned())
    });
    let title = Signal::derive(move || {
        let name = subject.with(|it| it.as_ref().map(|it| it.label.clone()));
        format!("Revoke {}?", name.unwrap_or_default())
    });
    let call = move || {
        let (id, key) = (id.clone(), subject.get_untracked());
        async move {
            let Some(key) = key else {
                return Err(Problem::local("There is no such key", "Reload the page."));
            };
            let tag = etag(key.version);
            api.call(|it| it.delete_api_key(&id, &key.id, Some(&tag)))
                .await?;
            Ok(format!("{} was revoked", key.label))
        }
        .boxed_local()
    };
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
        <ConfirmCall
            open=Signal::derive(move || subject.with(Option::is_some))
            on_close=Callback::new(move |()| address.close())
            title
            confirm="Revoke key"
            keep="Keep it"
            call
            on_done=Callback::new(move |()| { address.close(); reload.run(()); })
        >
            <p>"The program that sends it is refused from its next request on. "{used}" This cannot be taken back."</p>
        </ConfirmCall>
    }
}

#[component]
fn RevokeAll(
    address: Address,
    client: Latest<Shown>,
    live: Memo<usize>,
    reload: Callback<()>,
) -> impl IntoView {
    let api = use_api();
    let name = move || client.with(|it| it.as_ref().map(|it| it.name.clone()).unwrap_or_default());
    let call = move || {
        let id = client.with_untracked(|it| it.as_ref().map(|it| it.id.to_string()));
        async move {
            let id = id.unwrap_or_default();
            api.call(|it| it.revoke_api_keys(&id)).await?;
            Ok("All keys were revoked".to_owned())
        }
        .boxed_local()
    };
    view! {
        <ConfirmCall
            open=address.is_open("revoke-keys")
            on_close=Callback::new(move |()| address.close())
            title=Signal::derive(move || format!("Revoke all keys of {}?", name()))
            confirm="Revoke all keys"
            keep="Keep them"
            call
            on_done=Callback::new(move |()| { address.close(); reload.run(()); })
        >
            <p>{move || words::count(live.get(), "live key", "live keys")}" of this client stop working at once, in every program that sends one. Its secrets and tokens live on. This cannot be taken back."</p>
        </ConfirmCall>
    }
}
