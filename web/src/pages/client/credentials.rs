//! The secrets of a client: what is kept of them, never the secrets themselves.

use std::sync::Arc;

use leptos::prelude::*;

use super::{Shown, secret_dialogs::SecretDialogs};
use crate::{
    address::{Address, use_address},
    api::{types, use_api},
    clock,
    components::{
        button::{Button, Variant, row_button},
        cell,
        chart::grouped,
        chip::{Status, chip},
        data_table::{Column, DataTable, Room, Row, Sort},
        empty_state::EmptyState,
        icon::Glyph,
        markup::Markup,
        problem_notice::ProblemNotice,
        skeleton::Skeleton,
        time_view::{ago, expiry},
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
    let actions = Column::actions("calc(4 * var(--action))", move |secret: &Item| {
        if !may_change || !secret.is_live() {
            return Markup::default();
        }
        let name = label(secret);
        let rotation = if secret.status == types::CredentialStatus::Retiring {
            row_button(
                Glyph::Check,
                &format!("End {name} now"),
                "complete-rotation",
            ) + row_button(
                Glyph::Undo,
                &format!("Cancel the rotation of {name}"),
                "cancel-rotation",
            )
        } else {
            row_button(Glyph::Rotate, &format!("Rotate {name}"), "rotate-secret")
        };
        row_button(Glyph::Pencil, &format!("Edit {name}"), "edit-secret")
            + rotation
            + row_button(Glyph::Trash, &format!("Delete {name}"), "delete-secret")
    });
    let mut columns = columns();
    columns.push(actions);
    view! { <DataTable caption="Secrets" columns rows sort address /> }
}

fn columns() -> Vec<Column<Item>> {
    vec![
        Column::new("Secret", |secret: &Item| {
            let hint = format!("\u{2026}{}", secret.hint);
            match secret.description.as_deref() {
                Some(text) => cell::strong(text) + cell::hint(&hint),
                None => cell::code(&hint),
            }
        })
        .track("minmax(7rem, 2fr)"),
        Column::new("Status", |it: &Item| chip(status(it.status))).track("7rem"),
        Column::new("Expires", |secret: &Item| match &secret.revoked_at {
            Some(at) => {
                let why = secret.revoked_why.as_deref().map(words::key);
                let why = why.unwrap_or_else(|| "Ended".to_owned());
                cell::soft(cell::text(&format!("{why} ")) + ago(clock::parse(at)))
            }
            None if secret.retires_at.is_some() => {
                expiry(clock::moment(secret.retires_at.as_ref()))
                    + cell::below("when its grace is over")
            }
            None => expiry(clock::moment(secret.expires_at.as_ref())),
        })
        .track("minmax(7rem, 1.2fr)"),
        used(|it: &Item| Use {
            at: it.last_used_at.as_ref(),
            from: it.last_used_from.as_deref(),
            times: it.use_count,
        }),
        made(|it: &Item| (&it.created_at, &it.created_by.name)).needs(Room::Wide),
    ]
}

/// The chip of a secret or of a key.
pub(super) fn status(status: types::CredentialStatus) -> Status {
    match status {
        types::CredentialStatus::Active => Status::Active,
        types::CredentialStatus::Retiring => Status::Retiring,
        types::CredentialStatus::Expired => Status::Expired,
        types::CredentialStatus::Revoked => Status::Revoked,
    }
}

/// What is known of the use of a secret or of a key.
pub(super) struct Use<'a> {
    pub(super) at: Option<&'a String>,
    pub(super) from: Option<&'a str>,
    pub(super) times: i64,
}

/// When and from where it was used last, and how often.
pub(super) fn used<T>(used: impl Fn(&T) -> Use<'_> + Send + Sync + 'static) -> Column<T> {
    Column::new("Last used", move |it: &T| {
        let Use { at, from, times } = used(it);
        let below = at.map(|_| {
            let count = grouped(u32::try_from(times).unwrap_or(u32::MAX));
            let word = if times == 1 { "use" } else { "uses" };
            let from = from.map(|it| format!(", from {it}")).unwrap_or_default();
            cell::below(&format!("{count} {word}{from}"))
        });
        cell::soft(ago(clock::moment(at)) + below)
    })
    .track("minmax(6.5rem, 1fr)")
}

/// When and by whom it was made.
pub(super) fn made<T>(
    made: impl Fn(&T) -> (&String, &String) + Send + Sync + 'static,
) -> Column<T> {
    Column::new("Made", move |it: &T| {
        let (at, by) = made(it);
        cell::soft(ago(clock::parse(at)) + cell::by(by))
    })
    .track("minmax(6.25rem, 1fr)")
}
