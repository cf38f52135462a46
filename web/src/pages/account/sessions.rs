//! Where one is signed in.

use api_client::browser::read_uuid;
use futures_util::FutureExt;
use leptos::prelude::*;

use crate::{
    address::{Address, use_address},
    api::{types, use_api},
    clock,
    components::{
        button::{Button, Variant},
        confirm_call::ConfirmCall,
        icon::{Glyph, Icon},
        problem_notice::ProblemNotice,
        skeleton::Skeleton,
        time_view::TimeAgo,
    },
    effect::memo,
    load::{Loaded, load},
    problem::Problem,
};

/// The sessions, the present one first.
#[component]
pub(super) fn Sessions() -> impl IntoView {
    let api = use_api();
    let address = use_address();
    let list = load(
        || (),
        async move |()| api.call(|it| it.list_my_sessions()).await,
    );
    let others = memo(move || {
        list.value.with(|it| {
            it.as_ref()
                .map_or(0, |it| it.items.iter().filter(|it| !it.current).count())
        })
    });
    view! {
        <section class="panel" aria-labelledby="account-sessions">
            <div class="panel-head">
                <h2 id="account-sessions">"Where I am signed in"</h2>
                <Show when=move || { others.get() > 0 }>
                    <Button small=true variant=Variant::DangerQuiet on:click=move |_| address.open("end-others", None)>"Sign out elsewhere\u{2026}"</Button>
                </Show>
            </div>
            {move || list.problem.get().map(|problem| view! { <ProblemNotice problem on_retry=list.retry() /> })}
            {move || match list.value.get() {
                None if list.problem.with(Option::is_some) => ().into_any(),
                None => view! { <Skeleton rows=2 label="Loading sessions" /> }.into_any(),
                Some(page) => {
                    let (present, others): (Vec<_>, Vec<_>) = page.items.into_iter().partition(|it| it.current);
                    let sessions = present.into_iter().chain(others);
                    view! {
                        <ul class="people" role="list">
                            {sessions.map(|session| row(session, address)).collect_view()}
                        </ul>
                    }
                    .into_any()
                }
            }}
            <EndOne address list />
            <EndOthers address list />
        </section>
    }
}

/// The browser and system that a user agent names, as far as that can be told.
fn device(agent: Option<&str>) -> String {
    let Some(agent) = agent else {
        return "Unknown program".to_owned();
    };
    let named = |all: &[(&str, &'static str)]| {
        all.iter()
            .find(|(mark, _)| agent.contains(mark))
            .map(|(_, name)| *name)
    };
    let browser = named(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = named(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        _ => agent.chars().take(60).collect(),
    }
}

fn row(session: types::Session, address: Address) -> AnyView {
    let id = session.id.to_string();
    let name = device(session.user_agent.as_deref());
    let label = format!("Sign out {name}");
    let from = session.ip.clone().map(|ip| format!("from {ip}, "));
    view! {
        <li class="person">
            <span class="person-name" title=session.user_agent.clone()>
                {name}
                <span class="cell-sub">
                    {from}
                    {if session.current {
                        view! { "since " <TimeAgo at=clock::parse(&session.signed_in_at) /> }.into_any()
                    } else {
                        view! { "last seen " <TimeAgo at=clock::parse(&session.last_seen_at) /> }.into_any()
                    }}
                </span>
            </span>
            {if session.current {
                view! { <span class="chip chip-good"><Icon glyph=Glyph::Good />"This one"</span> }.into_any()
            } else {
                view! {
                    <Button small=true attr:aria-label=label on:click=move |_| address.open("end-session", Some(&id))>"Sign out"</Button>
                }
                .into_any()
            }}
        </li>
    }
    .into_any()
}

#[component]
fn EndOne(address: Address, list: Loaded<types::SessionList>) -> impl IntoView {
    let api = use_api();
    let call = move || {
        let id = address.get_untracked("on").and_then(|it| read_uuid(&it));
        async move {
            let id = id.ok_or_else(Problem::unreachable)?;
            api.call(|it| it.end_my_session(&id)).await?;
            Ok("That session has ended".to_owned())
        }
        .boxed_local()
    };
    view! {
        <ConfirmCall
            open=address.is_open("end-session")
            on_close=Callback::new(move |()| address.close())
            title="Sign out there?"
            confirm="Sign out there"
            keep="Leave it"
            call
            on_done=Callback::new(move |()| { address.close(); list.reload(); })
        >
            <p>"Whoever uses that browser has to sign in again. This one stays signed in."</p>
        </ConfirmCall>
    }
}

#[component]
fn EndOthers(address: Address, list: Loaded<types::SessionList>) -> impl IntoView {
    let api = use_api();
    let call = move || {
        async move {
            api.call(|it| it.end_my_other_sessions()).await?;
            Ok("You are signed out everywhere else".to_owned())
        }
        .boxed_local()
    };
    view! {
        <ConfirmCall
            open=address.is_open("end-others")
            on_close=Callback::new(move |()| address.close())
            title="Sign out everywhere else?"
            confirm="Sign out elsewhere"
            keep="Leave them"
            call
            on_done=Callback::new(move |()| { address.close(); list.reload(); })
        >
            <p>"Every other browser has to sign in again. This one stays signed in. If somebody else may know your password, change it, too."</p>
        </ConfirmCall>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_agent_is_told_by_browser_and_system() {
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36";
        assert_eq!(device(Some(chrome)), "Chrome on Linux");
        assert_eq!(device(Some("curl/8.5")), "curl/8.5");
        assert_eq!(device(None), "Unknown program");
    }
}
