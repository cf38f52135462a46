//! What stops a client from working.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    Shown,
    deeds::{Deed, DeedDialog},
};
use crate::{
    address::{Step, use_address},
    api::types,
    components::{
        button::{Button, Variant},
        each::each,
    },
    load::Loaded,
};

/// The deeds that are possible now, each with what it does.
#[component]
pub(super) fn DangerTab(client: Loaded<Shown>) -> impl IntoView {
    let address = use_address();
    let asked = Signal::derive(move || {
        let deed = Deed::find(&address.dialog()?)?;
        client.value.get().map(|client| (deed, client))
    });
    let done = Callback::new(move |deed: Deed| {
        if deed == Deed::Delete {
            address.go("/clients", Step::Replace);
        } else {
            address.close();
            client.reload();
        }
    });
    let offer = move |(deed, title, text): (Deed, &'static str, &'static str)| {
        let variant = if matches!(deed, Deed::Reactivate | Deed::Restore) {
            Variant::Secondary
        } else {
            Variant::DangerQuiet
        };
        let draw = move || {
            view! {
                <li class="deed">
                    <div>
                        <h2>{title}</h2>
                        <p>{text}</p>
                    </div>
                    <Button variant on:click=move |_| address.open(deed.word(), None)>{button(deed)}</Button>
                </li>
            }
        };
        (deed.word().to_owned(), draw.into())
    };
    view! {
        // Keyed, so that each button is made for its deed and never takes over another one's.
        <ul class="deeds" role="list">
            {each(move || client.value.get().iter().flat_map(|client| deeds(client)).map(offer).collect())}
        </ul>
        <DeedDialog asked on_close=Callback::new(move |()| address.close()) on_done=done />
    }
}

const fn button(deed: Deed) -> &'static str {
    match deed {
        Deed::Deactivate => "Deactivate\u{2026}",
        Deed::Reactivate => "Reactivate\u{2026}",
        Deed::RevokeTokens => "Revoke all tokens\u{2026}",
        Deed::Delete => "Delete client\u{2026}",
        Deed::Restore => "Restore\u{2026}",
    }
}

fn deeds(client: &Arc<types::Client>) -> Vec<(Deed, &'static str, &'static str)> {
    if client.deleted_at.is_some() {
        return vec![(
            Deed::Restore,
            "Restore this client",
            "It comes back as it was, with its secrets that have not expired. Its tokens stay dead.",
        )];
    }
    let mut deeds = Vec::new();
    if client.status == "active" {
        deeds.push((
            Deed::Deactivate,
            "Deactivate this client",
            "It gets no tokens and those it has are dead, at once. Its secrets stay; it can be reactivated at any time.",
        ));
        deeds.push((
            Deed::RevokeTokens,
            "Revoke all tokens",
            "Every live token is dead at once. The client stays active and may get new ones right away.",
        ));
    } else {
        deeds.push((
            Deed::Reactivate,
            "Reactivate this client",
            "Its live secrets work again. Tokens from before stay dead.",
        ));
    }
    deeds.push((
        Deed::Delete,
        "Delete this client",
        "Its secrets and tokens are dead at once. It can be restored for 30 days, then it is gone for good.",
    ));
    deeds
}
