//! The one time a secret is shown.

use leptos::prelude::*;

use super::{
    copy::CopyButton,
    icon::{Glyph, Icon},
    modal::Modal,
    one_time_reveal::Done,
    snippet_tabs::SnippetTabs,
};
use crate::{clock, ids, snippets::Access};

/// A fresh client's credentials. They live in memory only and are dropped with the signal that holds them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Revealed {
    /// What the client is called.
    pub(crate) name: String,
    /// The wire client id.
    pub(crate) client_id: String,
    /// The secret.
    pub(crate) client_secret: String,
    /// When the secret stops working.
    pub(crate) expires_at: Option<i64>,
    /// The whole URL of the token endpoint.
    pub(crate) token_url: String,
}

/// Shows `revealed` while it is there. Locked: only "I have stored it" takes it away, for good.
#[component]
pub(crate) fn SecretReveal(revealed: RwSignal<Option<Revealed>>) -> impl IntoView {
    let heading = ids::unique("reveal");
    let open = Signal::derive(move || revealed.with(Option::is_some));
    view! {
        <Modal open on_close=Callback::new(|()| ()) class="dialog dialog-wide" labelled_by=heading.clone() locked=true>
            <header class="dialog-head">
                <span class="dialog-mark dialog-mark-good"><Icon glyph=Glyph::Key /></span>
                <h2 id=heading.clone() tabindex="-1" autofocus=true>
                    {move || revealed.with(|revealed| revealed.as_ref().map(|it| format!("Store the secret of {}", it.name)))}
                </h2>
            </header>
            <div class="dialog-body">
                <p>"This is the only time it is shown. If it is lost, a new one has to be made."</p>
                {move || revealed.get().map(contents)}
            </div>
            <footer class="dialog-foot">
                <Done words="I have stored it" on_done=move || revealed.set(None) />
            </footer>
        </Modal>
    }
}

fn contents(revealed: Revealed) -> impl IntoView {
    let Revealed {
        client_id,
        client_secret,
        expires_at,
        token_url,
        ..
    } = revealed;
    let snippets = Access {
        token_url: &token_url,
        client_id: &client_id,
        client_secret: &client_secret,
    }
    .snippets();
    let expires = expires_at.map_or_else(
        || "Never".to_owned(),
        |at| clock::exact(at, clock::zone_minutes(at)),
    );
    view! {
        <dl class="reveal-list">
            <div class="reveal-item">
                <dt>"Client ID"</dt>
                <dd class="reveal-value"><code>{client_id.clone()}</code><CopyButton text=client_id what="client ID" in_words=true /></dd>
            </div>
            <div class="reveal-item">
                <dt>"Client secret"</dt>
                <dd class="reveal-value"><code>{client_secret.clone()}</code><CopyButton text=client_secret what="client secret" in_words=true /></dd>
            </div>
            <div class="reveal-item">
                <dt>"The secret expires"</dt>
                <dd>{expires}</dd>
            </div>
        </dl>
        <SnippetTabs snippets />
    }
}
