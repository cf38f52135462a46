//! The keys that sign tokens: which one signs, which is next, which were; replacing them by plan and in an emergency.

use std::rc::Rc;

use leptos::prelude::*;

use super::{
    listing::{Asked, Kind, Line, Listing, Page},
    thing::AskDialog,
};
use crate::{
    address::{Address, use_address},
    api::{types, use_api},
    clock,
    components::{
        button::{Button, Variant, row_words},
        cell,
        chip::chip_of,
        copy::copy_text,
        icon::Glyph,
        markup::Markup,
        time_view::{ago, expiry},
    },
    forms::{editor::Work, once::Once},
    me::use_me,
    words,
};

/// The page, or why it is not shown.
#[component]
pub(crate) fn SigningKeys() -> impl IntoView {
    let me = use_me();
    let (api, address) = (use_api(), use_address());
    let may_change = me.may_change("signing_keys");
    let again = RwSignal::new(0_u32);
    let kind = Kind {
        title: "Signing keys",
        lead: "Services check tokens with these keys\u{2019} public halves. A key is published before it signs, and stays until its last token has expired.",
        words: ("key", "keys"),
        path: "/signing-keys",
        needs: ("signing_keys:view", me.may_view("signing_keys")),
        may_create: false,
        search: None,
        columns: &["Key", "Status", "Signs", "Published until", "Action"],
        empty: (Glyph::Key, "The first key is made when the server starts."),
    };
    let fetch = Rc::new(move |_: Asked| {
        let work = async move {
            let list = api.call(|it| it.list_signing_keys()).await?;
            let of = |status| list.items.iter().filter(move |it| it.status == status);
            let keys = ORDER.into_iter().flat_map(of).cloned();
            let line = |key| line(key, may_change);
            Ok(Page {
                lines: keys.map(line).collect(),
                next: None,
            })
        };
        Box::pin(work) as _
    });
    let actions = may_change.then(|| {
        view! {
            <Button variant=Variant::Primary icon=Glyph::Rotate on:click=move |_| address.open("rotate", None)>"Rotate now\u{2026}"</Button>
        }
        .into_any()
    });
    view! {
        <Listing kind fetch again actions />
        {may_change.then(|| view! { <Dialogs again address /> })}
    }
}

/// What signs first, what is gone last.
const ORDER: [types::KeyStatus; 4] = [
    types::KeyStatus::Active,
    types::KeyStatus::Next,
    types::KeyStatus::Retiring,
    types::KeyStatus::Retired,
];

fn status(status: types::KeyStatus) -> Markup {
    let (class, glyph, words) = match status {
        types::KeyStatus::Active => ("chip chip-good", Glyph::Good, "Signs"),
        types::KeyStatus::Next => ("chip chip-quiet", Glyph::Clock, "Next"),
        types::KeyStatus::Retiring => ("chip chip-warn", Glyph::Rotate, "Retiring"),
        types::KeyStatus::Retired => ("chip chip-quiet", Glyph::Refused, "Gone"),
    };
    chip_of(class, glyph, words)
}

/// A row.
fn line(key: types::SigningKey, may_change: bool) -> Line {
    let is_gone = key.status == types::KeyStatus::Retired;
    let none = || cell::none("\u{2013}");
    let signs = match (key.status, &key.activated_at) {
        (types::KeyStatus::Next, _) => cell::text("From the next rotation on"),
        (_, Some(since)) => {
            let until = clock::moment(key.rotates_at.as_ref());
            let until = until.map(|it| {
                let replaced = cell::text("replaced ") + ago(Some(it));
                replaced.within(r#"<span class="cell-sub">"#, "</span>")
            });
            cell::soft(cell::text("Since ") + ago(clock::parse(since)) + until)
        }
        _ => none(),
    };
    let leaves = match &key.gone_at {
        Some(at) if is_gone => ago(clock::parse(at)),
        Some(at) => expiry(clock::parse(at)),
        None => none(),
    };
    let cells = vec![
        copy_text(&key.kid, "key ID") + cell::below(&key.alg),
        status(key.status),
        signs,
        leaves,
        if may_change && !is_gone {
            row_words(
                "Withdraw\u{2026}",
                &format!("Withdraw {}", key.kid),
                "withdraw",
            )
        } else {
            Markup::default()
        },
    ];
    Line::new(&key.kid, &key.kid, cells).muted(is_gone)
}

#[component]
fn Dialogs(again: RwSignal<u32>, address: Address) -> impl IntoView {
    let api = use_api();
    let close = Callback::new(move |()| address.close());
    let done = Callback::new(move |()| {
        address.close();
        again.update(|it| *it += 1);
    });
    let once = Once::new();
    let rotate: Rc<dyn Fn() -> Work<String>> = Rc::new(move || {
        let key = once.key(&again.get_untracked());
        Box::pin(async move {
            api.call(|it| it.rotate_signing_keys(key.as_deref()))
                .await?;
            Ok("The next key signs from now on".to_owned())
        })
    });
    let withdraw: Rc<dyn Fn() -> Work<String>> = Rc::new(move || {
        let kid = address.get_untracked("on").unwrap_or_default();
        let key = once.key(&kid);
        Box::pin(async move {
            let gone = api
                .call(|it| it.retire_signing_key(&kid, key.as_deref()))
                .await?;
            let count = usize::try_from(gone.tokens_at_most).unwrap_or_default();
            let tokens = words::count(count, "token", "tokens");
            Ok(format!("The key was withdrawn; at most {tokens} ended"))
        })
    });
    let kid = move || address.get("on").unwrap_or_default();
    view! {
        <AskDialog
            open=address.is_open("rotate")
            on_close=close
            title=Signal::stored("Rotate the signing keys?".to_owned())
            confirm="Rotate now"
            keep="Not now"
            deed=rotate
            on_done=done
        >
            <p>"The key that is published as next signs from now on, on every node. The present one stays in the key set until its last token has expired, so nothing stops working."</p>
            <p>"If a key may have leaked, withdraw it instead."</p>
        </AskDialog>
        <AskDialog
            open=address.is_open("withdraw")
            on_close=close
            title=Signal::derive(move || format!("Withdraw {} at once?", kid()))
            confirm="Withdraw key"
            keep="Keep it"
            deed=withdraw
            on_done=done
        >
            <p>"For a key that may have leaked. From the next request on, this stops working:"</p>
            <ul class="consequences">
                <li>"every token that this key signed, yours maybe included"</li>
                <li>"everybody who holds one has to ask for another; people and apps do so by themselves where their session still stands"</li>
            </ul>
            <p>"Services that check tokens themselves go on accepting them for up to five minutes. To replace a key without an outage, rotate instead."</p>
        </AskDialog>
    }
}
