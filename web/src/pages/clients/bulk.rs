//! Deactivating many clients, one after the other, with what came of each.

use std::{collections::BTreeSet, sync::Arc};

use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::{types, use_api},
    components::{
        button::{Button, Variant},
        icon::{Glyph, Icon},
        modal::Modal,
    },
    effect::effect,
    pages::client::deeds::Deed,
    words,
};

/// How far it has come.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Progress {
    Asking,
    Working(usize),
    Done(Vec<(String, String)>),
}

/// Asks, works, and says what did not work.
#[component]
pub(super) fn BulkDeactivate(
    #[prop(into)] open: Signal<bool>,
    /// Everything that is shown.
    #[prop(into)]
    rows: Signal<Vec<Arc<types::Client>>>,
    selected: RwSignal<BTreeSet<String>>,
    on_close: Callback<()>,
    on_done: Callback<()>,
) -> impl IntoView {
    let api = use_api();
    let progress = RwSignal::new(Progress::Asking);
    let chosen = StoredValue::new(Vec::<Arc<types::Client>>::new());
    effect(move || {
        if open.get() {
            progress.set(Progress::Asking);
            chosen.set_value(untrack(|| {
                rows.get()
                    .into_iter()
                    .filter(|it| selected.with(|set| set.contains(&it.id.to_string())))
                    .filter(|it| it.status == "active")
                    .collect()
            }));
        }
    });
    let count = move || chosen.with_value(Vec::len);
    let work = move |_| {
        if progress.get_untracked() != Progress::Asking {
            return;
        }
        progress.set(Progress::Working(0));
        spawn_local(async move {
            let mut failed = Vec::new();
            for (index, client) in chosen.get_value().into_iter().enumerate() {
                progress.try_set(Progress::Working(index));
                if let Err(problem) = Deed::Deactivate.perform(api, &client).await {
                    failed.push((client.name.clone(), problem.line()));
                }
            }
            progress.try_set(Progress::Done(failed));
            on_done.run(());
        });
    };
    let close = Callback::new(move |()| {
        if !matches!(progress.get_untracked(), Progress::Working(_)) {
            on_close.run(());
        }
    });
    let body = move || {
        match progress.get() {
        Progress::Asking => view! {
            <p>"From the next request on these get no tokens, and every token they hold is dead. Their secrets stay; each can be reactivated."</p>
            <ul class="consequences consequences-long">
                {chosen.get_value().into_iter().map(|it| view! { <li><bdi>{it.name.clone()}</bdi></li> }).collect_view()}
            </ul>
        }
        .into_any(),
        Progress::Working(done) => view! {
            <p role="status">{format!("{done} of {} done\u{2026}", count())}</p>
            <progress class="progress" aria-label="Deactivated" max=count() value=done></progress>
        }
        .into_any(),
        Progress::Done(failed) if failed.is_empty() => view! {
            <p role="status">{format!("{} deactivated.", words::count(count(), "client was", "clients were"))}</p>
        }
        .into_any(),
        Progress::Done(failed) => view! {
            <p role="status">
                {format!("{} of {} could not be deactivated:", failed.len(), count())}
            </p>
            <ul class="consequences consequences-long">
                {failed.into_iter().map(|(name, why)| view! { <li><strong>{name}</strong>": "{why}</li> }).collect_view()}
            </ul>
        }
        .into_any(),
    }
    };
    view! {
        <Modal open on_close=close class="dialog" labelled_by="bulk-title".to_owned()>
            <header class="dialog-head">
                <span class="dialog-mark"><Icon glyph=Glyph::Warning /></span>
                <h2 id="bulk-title">
                    {move || { progress.track(); format!("Deactivate {}?", words::count(count(), "client", "clients")) }}
                </h2>
            </header>
            <div class="dialog-body">{body}</div>
            <footer class="dialog-foot">
                {move || match progress.get() {
                    Progress::Done(_) => view! {
                        <Button variant=Variant::Primary on:click=move |_| close.run(())>"Close"</Button>
                    }
                    .into_any(),
                    state => view! {
                        <Button attr:autofocus=true disabled={state != Progress::Asking} on:click=move |_| close.run(())>"Keep them"</Button>
                        <Button
                            variant=Variant::Danger
                            busy={state != Progress::Asking}
                            on:click=work
                        >
                            "Deactivate"
                        </Button>
                    }
                    .into_any(),
                }}
            </footer>
        </Modal>
    }
}
