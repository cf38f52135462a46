//! The apps that one has allowed to act in one's place.

use futures_util::FutureExt;
use leptos::prelude::*;

use crate::{
    address::use_address,
    api::{types, use_api},
    clock,
    components::{
        button::{Button, Variant},
        chip::Tags,
        confirm_call::ConfirmCall,
        problem_notice::ProblemNotice,
        skeleton::Skeleton,
        time_view::TimeAgo,
    },
    load::{derived, load},
    problem::Problem,
};

/// The apps, with the way to take each back.
#[component]
pub(super) fn Applications() -> impl IntoView {
    let api = use_api();
    let address = use_address();
    let list = load(
        || (),
        async move |()| api.call(|it| it.list_my_applications()).await,
    );
    let subject = derived(move || {
        let on = address
            .get("on")
            .filter(|_| address.dialog().as_deref() == Some("revoke-app"))?;
        list.value.with(|page| {
            page.iter()
                .flat_map(|it| it.items.iter())
                .find(|it| it.id.to_string() == on)
                .cloned()
        })
    });
    let call = move || {
        let app: Option<types::Application> = subject.get_untracked();
        async move {
            let app = app.ok_or_else(Problem::unreachable)?;
            api.call(|it| it.revoke_my_application(&app.id)).await?;
            Ok(format!("{} may no longer act for you", app.name))
        }
        .boxed_local()
    };
    view! {
        <section class="panel" aria-labelledby="account-apps">
            <div class="panel-head"><h2 id="account-apps">"Applications I have allowed"</h2></div>
            {move || list.problem.get().map(|problem| view! { <ProblemNotice problem on_retry=list.retry() /> })}
            {move || match list.value.get() {
                None if list.problem.with(Option::is_some) => ().into_any(),
                None => view! { <Skeleton rows=2 label="Loading applications" /> }.into_any(),
                Some(page) if page.items.is_empty() => view! { <p class="cell-soft">"None. When an app asks to act for you and you allow it, it stands here, and you can take it back."</p> }.into_any(),
                Some(page) => view! {
                    <ul class="people" role="list">
                        {page.items.into_iter().map(|app| {
                            let id = app.id.to_string();
                            let label = format!("Take back what {} may do", app.name);
                            view! {
                                <li class="person">
                                    <span class="person-name">
                                        <bdi>{app.name.clone()}</bdi>
                                        <span class="cell-sub">"allowed "<TimeAgo at=clock::parse(&app.allowed_at) /></span>
                                        <Tags names=app.scopes.clone() />
                                    </span>
                                    <Button small=true variant=Variant::DangerQuiet attr:aria-label=label on:click=move |_| address.open("revoke-app", Some(&id))>"Take back\u{2026}"</Button>
                                </li>
                            }
                        }).collect_view()}
                    </ul>
                }
                .into_any(),
            }}
            <ConfirmCall
                open=Signal::derive(move || subject.with(Option::is_some))
                on_close=Callback::new(move |()| address.close())
                title=Signal::derive(move || {
                    let name = subject.with(|it| it.as_ref().map(|it| it.name.clone()));
                    format!("Take back what {} may do?", name.unwrap_or_default())
                })
                confirm="Take it back"
                keep="Leave it allowed"
                call
                on_done=Callback::new(move |()| { address.close(); list.reload(); })
            >
                <p>"Its tokens that act for you are dead at once. It may ask you again."</p>
            </ConfirmCall>
        </section>
    }
}
