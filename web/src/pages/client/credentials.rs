//! The secrets of a client: what is kept of them, never the secrets themselves.

use std::sync::Arc;

use leptos::prelude::*;

use super::{Shown, secret_dialogs::SecretDialogs};
use crate::{
    address::{Address, use_address},
    api::{types, use_api},
    clock,
    components::{
        button::{Button, IconButton, Variant},
        chip::{Status, StatusChip},
        data_table::{Column, DataTable, Row, RowActions, Sort},
        empty_state::EmptyState,
        icon::Glyph,
        menu::{Menu, MenuItem},
        problem_notice::ProblemNotice,
        skeleton::Skeleton,
        time_view::{Expiry, TimeAgo},
    },
    effect::memo,
    load::{Latest, derived, load},
    words,
};

/// A secret in the list.
pub(super) type Item = Arc<types::Credential>;

/// Live secrets that a client can have at once.
const MOST: usize = 10;

impl Row for Item {
    fn id(&self) -> String {
        self.id.to_string()
    }

    fn version(&self) -> u64 {
        // Use and time change what a row shows without a new version.
        let uses = u64::try_from(self.use_count).unwrap_or_default();
        let version = u64::try_from(self.version).unwrap_or_default();
        (version << 40) ^ (uses << 4) ^ u64::from(self.is_live())
    }

    fn name(&self) -> String {
        label(self)
    }

    fn is_muted(&self) -> bool {
        !self.is_live()
    }
}

trait Live {
    fn is_live(&self) -> bool;
}

impl Live for types::Credential {
    fn is_live(&self) -> bool {
        matches!(
            self.status,
            types::CredentialStatus::Active | types::CredentialStatus::Retiring
        )
    }
}

/// What a secret is called: by its description, or by its end.
pub(super) fn label(secret: &types::Credential) -> String {
    let ending = format!("Secret ending in {}", secret.hint);
    secret.description.clone().unwrap_or(ending)
}

/// The list with its dialogs.
#[component]
pub(super) fn CredentialsTab(
    client: Latest<Shown>,
    may_change: bool,
    /// Asks for the client again: its status follows its secrets.
    reload: Callback<()>,
) -> impl IntoView {
    let api = use_api();
    let address = use_address();
    let id = memo(move || client.with(|it| it.as_ref().map(|it| it.id.to_string())));
    let list = load(
        move || id.get().unwrap_or_default(),
        async move |id: String| api.call(|it| it.list_credentials(&id)).await,
    );
    let rows = derived(move || {
        list.value.with(|page| {
            // The newest first, and what still works above what does not.
            let rows = page
                .iter()
                .flat_map(|page| page.items.iter().rev().cloned().map(Arc::new));
            let (mut rows, past): (Vec<Item>, Vec<Item>) = rows.partition(|it| it.is_live());
            rows.extend(past);
            rows
        })
    });
    let live = memo(move || rows.with(|rows| rows.iter().filter(|it| it.is_live()).count()));
    let changed = Callback::new(move |()| {
        list.reload();
        reload.run(());
    });
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
                {move || state.get().map(|_| format!("{} of {MOST} possible", words::count(live.get(), "live secret", "live secrets")))}
            </p>
            {may_change.then(|| view! {
                <div class="button-group">
                    {move || (live.get() > 0).then(|| view! {
                        <Button icon=Glyph::Rotate on:click=move |_| address.open("regenerate", None)>"Regenerate\u{2026}"</Button>
                    })}
                    <Button
                        variant=Variant::Primary
                        icon=Glyph::Plus
                        disabled=Signal::derive(move || live.get() >= MOST)
                        on:click=move |_| address.open("add-secret", None)
                    >
                        "Add a secret"
                    </Button>
                </div>
            })}
        </div>
        {move || list.problem.get().map(|problem| view! { <ProblemNotice problem on_retry=list.retry() /> })}
        <div class="busy-area" aria-busy=move || list.busy.get().then_some("true")>
            {move || match state.get() {
                None if list.problem.with(Option::is_some) => ().into_any(),
                None => view! { <div class="table-frame"><Skeleton rows=2 label="Loading secrets" /></div> }.into_any(),
                Some(true) => view! {
                    <div class="table-frame">
                        <EmptyState glyph=Glyph::Key title="No secret yet" text="The program authenticates with a secret. It is shown once, when it is made; here stays only what it is called and how it ends." />
                    </div>
                }
                .into_any(),
                Some(false) => view! { <Table address rows may_change /> }.into_any(),
            }}
        </div>
        <SecretDialogs address client rows changed />
    }
}

#[component]
fn Table(address: Address, rows: Memo<Vec<Item>>, may_change: bool) -> impl IntoView {
    let sort = RwSignal::new(Sort {
        by: "",
        descending: false,
    });
    let actions: RowActions<Item> = Arc::new(move |secret: &Item| {
        if !may_change || !secret.is_live() {
            return ().into_any();
        }
        let (id, name) = (secret.id.to_string(), label(secret));
        let on = id.clone();
        view! {
            <IconButton glyph=Glyph::Pencil label=format!("Edit {name}") small=true on:click=move |_| address.open("edit-secret", Some(&id)) />
            <Menu label=format!("Rotation of {name}") items=rotation(address, secret) />
            <IconButton glyph=Glyph::Trash label=format!("Delete {name}") small=true on:click=move |_| address.open("delete-secret", Some(&on)) />
        }
        .into_any()
    });
    view! { <DataTable caption="Secrets" columns=columns() rows sort actions /> }
}

/// What can be done about its rotation now.
fn rotation(address: Address, secret: &Item) -> Vec<MenuItem> {
    let id = secret.id.to_string();
    let item = |label, glyph, danger, dialog: &'static str| {
        let id = id.clone();
        MenuItem {
            label,
            glyph,
            danger,
            on_select: Callback::new(move |()| address.open(dialog, Some(&id))),
        }
    };
    if secret.status == types::CredentialStatus::Retiring {
        vec![
            item(
                "End the old secret now\u{2026}",
                Glyph::Check,
                true,
                "complete-rotation",
            ),
            item(
                "Cancel the rotation\u{2026}",
                Glyph::Close,
                false,
                "cancel-rotation",
            ),
        ]
    } else {
        vec![item(
            "Rotate with a grace period\u{2026}",
            Glyph::Rotate,
            false,
            "rotate-secret",
        )]
    }
}

fn columns() -> Vec<Column<Item>> {
    vec![
        Column::new("Secret", |secret: &Item| {
            let hint = format!("\u{2026}{}", secret.hint);
            match secret.description.clone() {
                Some(text) => view! {
                    <span class="cell-strong cell-clip" title=text.clone()><bdi>{text.clone()}</bdi></span>
                    <code class="cell-sub">{hint}</code>
                }
                .into_any(),
                None => view! { <code class="cell-strong">{hint}</code> }.into_any(),
            }
        }),
        Column::new("Status", |secret: &Item| {
            let status = match secret.status {
                types::CredentialStatus::Active => Status::Active,
                types::CredentialStatus::Retiring => Status::Retiring,
                types::CredentialStatus::Expired => Status::Expired,
                types::CredentialStatus::Revoked => Status::Revoked,
            };
            view! { <StatusChip status /> }
        }),
        Column::new("Expires", |secret: &Item| match &secret.revoked_at {
            Some(at) => {
                let why = secret.revoked_why.clone().map(|it| words::key(&it));
                view! {
                    <span class="cell-soft">{why.unwrap_or_else(|| "Ended".to_owned())}" "<TimeAgo at=clock::parse(at) /></span>
                }
                .into_any()
            }
            None if secret.retires_at.is_some() => view! {
                <Expiry at=clock::moment(secret.retires_at.as_ref()) />
                <span class="cell-sub">"when its grace is over"</span>
            }
            .into_any(),
            None => view! { <Expiry at=clock::moment(secret.expires_at.as_ref()) /> }.into_any(),
        }),
        Column::new("Last used", |secret: &Item| {
            let from = secret.last_used_from.clone();
            view! {
                <span class="cell-soft">
                    <TimeAgo at=clock::moment(secret.last_used_at.as_ref()) />
                    {from.map(|from| view! { <span class="cell-sub">"from "{from}</span> })}
                </span>
            }
        }),
        Column::new("Uses", |secret: &Item| {
            crate::components::chart::grouped(u32::try_from(secret.use_count).unwrap_or(u32::MAX))
        })
        .at_end(),
        Column::new("Made", |secret: &Item| {
            let by = secret.created_by.name.clone();
            view! {
                <span class="cell-soft">
                    <TimeAgo at=clock::parse(&secret.created_at) />
                    <span class="cell-sub cell-clip" title=by.clone()>"by "<bdi>{by.clone()}</bdi></span>
                </span>
            }
        }),
    ]
}
