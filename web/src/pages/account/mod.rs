//! The person who is signed in.

mod applications;
mod password;
mod sessions;

use std::sync::Arc;

use leptos::prelude::*;

use self::{applications::Applications, password::ChangePassword, sessions::Sessions};
use crate::{
    components::{
        button::Button,
        chip::Tags,
        copy::CopyText,
        icon::{Glyph, Icon},
        page_header::PageHeader,
    },
    me::{Me, use_me},
    session::use_session,
    words,
};

/// Who one is, and what one may do.
#[component]
pub(crate) fn Account() -> impl IntoView {
    let session = use_session();
    let me = use_me();
    // A client that calls the API has neither sessions nor a password.
    let is_person = me.kind == "user";
    view! {
        <PageHeader title="My account">
            {is_person.then(|| view! { <ChangePassword /> })}
            <Button icon=Glyph::Lock on:click=move |_| session.sign_out()>"Sign out"</Button>
        </PageHeader>
        <div class="columns">
            <div class="stack">
            <section class="panel" aria-labelledby="account-who">
                <h2 id="account-who">"Profile"</h2>
                <dl class="facts">
                    <dt>"Name"</dt><dd><bdi>{me.name.clone()}</bdi></dd>
                    <dt>"Role"</dt>
                    <dd>{match &me.role {
                        Some(role) => view! { <Tags names=vec![words::key(role)] /> }.into_any(),
                        None => view! { <span class="cell-none">"None"</span> }.into_any(),
                    }}</dd>
                    {me.operator.then(|| view! { <dt>"Operator"</dt><dd>"May manage tenants and communities"</dd> })}
                    <dt>"Kind"</dt><dd>{words::key(&me.kind)}</dd>
                    <dt>"ID"</dt><dd><CopyText text=me.id.clone() what="ID" /></dd>
                    <dt>"Subject"</dt><dd><CopyText text=me.subject.clone() what="subject" /></dd>
                    <dt>"Tenant"</dt><dd><CopyText text=me.tenant_id.clone() what="tenant ID" /></dd>
                </dl>
            </section>
            {is_person.then(|| view! {
                <Sessions />
                <Applications />
            })}
            </div>
            <section class="panel" aria-labelledby="account-rights">
                <h2 id="account-rights">"What I may do"</h2>
                <Rights me=Arc::clone(&me) />
            </section>
        </div>
    }
}

#[component]
fn Rights(me: Arc<Me>) -> impl IntoView {
    let mut resources: Vec<(&str, bool)> = Vec::new();
    // Sorted, so that those for one resource stand together.
    for permission in &me.permissions {
        if let Some((resource, access)) = permission.split_once(':') {
            let may_change = access == "change";
            match resources.last_mut() {
                Some((last, is)) if *last == resource => *is |= may_change,
                _ => resources.push((resource, may_change)),
            }
        }
    }
    if resources.is_empty() {
        return view! { <p class="cell-soft">"Read my own profile."</p> }.into_any();
    }
    let rows = resources
        .into_iter()
        .map(|(resource, may_change)| {
            let (glyph, words) = if may_change {
                (Glyph::Pencil, "View and change")
            } else {
                (Glyph::Search, "View")
            };
            view! {
                <dt>{words::key(resource)}</dt>
                <dd class="right"><Icon glyph />{words}</dd>
            }
        })
        .collect_view();
    view! { <dl class="facts">{rows}</dl> }.into_any()
}
