//! The frame around every page.

use leptos::prelude::*;

use super::{
    account_menu::{AccountMenu, Face},
    button::IconButton,
    icon::Glyph,
    modal::Modal,
    side_nav::{Brand, NavButton, SideNav},
    toast::ToastRegion,
};
use crate::effect::on_change;
use crate::pages::signing_in::SessionEnded;
use crate::router::use_path;

/// Navigation at the side, or in a drawer where it would take the room of the work.
#[component]
pub(crate) fn Shell(children: Children) -> impl IntoView {
    let open = RwSignal::new(false);
    let path = use_path();
    on_change(move || path.track(), move || open.set(false));

    view! {
        <a class="skip-link" href="#content" rel="external">"Skip to content"</a>
        <div class="shell">
            <div class="shell-side"><SideNav><AccountMenu face=Face::Named /></SideNav></div>
            <header class="shell-top">
                <NavButton open />
                <Brand />
                <AccountMenu face=Face::Small />
            </header>
            <main class="shell-main" id="content" tabindex="-1">
                <div class="page">{children()}</div>
            </main>
        </div>
        <Modal open on_close=Callback::new(move |()| open.set(false)) class="dialog drawer drawer-start" labelled_by="drawer-nav".to_owned()>
            <div class="drawer-close">
                <h2 id="drawer-nav" class="visually-hidden">"Navigation"</h2>
                <IconButton glyph=Glyph::Close label="Close navigation" small=true on:click=move |_| open.set(false) />
            </div>
            <SideNav label="Main" />
        </Modal>
        <SessionEnded />
        <ToastRegion />
    }
}
