//! The members of a group: to leaf through, to add, to remove.

use std::sync::Arc;

use futures_util::FutureExt;
use leptos::{prelude::*, task::spawn_local};
use uuid::Uuid;

use crate::{
    address::Address,
    api::{types, use_api},
    components::{
        button::{Button, Variant, row_button},
        cell,
        chip::chip,
        confirm_call::ConfirmCall,
        data_table::{Column, DataTable, Sort},
        dialog::Dialog,
        each::each,
        empty_state::EmptyState,
        filter_bar::SearchBox,
        icon::Glyph,
        markup::Markup,
        problem_notice::ProblemNotice,
        skeleton::Skeleton,
        toast::Toasts,
    },
    effect::memo,
    load::{Latest, derived, load},
    me::use_me,
    pages::{clients::trail::Leaf, users},
    problem::Problem,
    routes, words,
};

type Person = Arc<types::User>;

/// The section.
#[component]
pub(super) fn Members(id: Uuid, address: Address, may_change: bool) -> impl IntoView {
    let api = use_api();
    let query = Memo::new(move |_| {
        let limit = address.get("limit").and_then(|it| it.parse::<i64>().ok());
        (limit.unwrap_or(50), address.get("cursor"))
    });
    let list = load(
        move || query.get(),
        async move |(limit, cursor): (i64, Option<String>)| {
            api.call(|it| it.list_group_members(&id, cursor.as_deref(), Some(limit)))
                .await
        },
    );
    let rows = derived(move || {
        list.value.with(|page| {
            page.iter()
                .flat_map(|page| page.items.iter().cloned().map(Arc::new))
                .collect::<Vec<Person>>()
        })
    });
    let state = Memo::new(move |_| {
        let is_there = list.value.with(Option::is_some);
        is_there.then(|| rows.with(Vec::is_empty) && address.get("cursor").is_none())
    });
    // To add somebody one has to find them.
    let may_add = may_change && use_me().may_view("users");
    view! {
        <div class="stack-small">
            <div class="tab-head">
                <h2 class="section-title">"Members"</h2>
                {may_add.then(|| view! {
                    <Button icon=Glyph::Plus on:click=move |_| address.open("add-member", None)>"Add a member"</Button>
                })}
            </div>
            {move || list.problem.get().map(|problem| view! { <ProblemNotice problem on_retry=list.retry() /> })}
            <div class="busy-area" aria-busy=move || list.busy.get().then_some("true")>
                {move || match state.get() {
                    None if list.problem.with(Option::is_some) => ().into_any(),
                    None => view! { <div class="table-frame"><Skeleton rows=3 label="Loading members" /></div> }.into_any(),
                    Some(true) => view! {
                        <div class="table-frame"><EmptyState glyph=Glyph::User title="No members yet" text="Add the people who belong to this group." /></div>
                    }
                    .into_any(),
                    Some(false) => view! { <Table address rows list=list.value may_change /> }.into_any(),
                }}
            </div>
            {may_change.then(|| view! { <Remove id address rows reload=list.retry() /> })}
            {may_add.then(|| view! { <Add id address members=rows reload=list.retry() /> })}
        </div>
    }
}

#[component]
fn Table(
    address: Address,
    rows: Memo<Vec<Person>>,
    list: Latest<types::UserList>,
    may_change: bool,
) -> impl IntoView {
    let sort = RwSignal::new(Sort {
        by: "",
        descending: false,
    });
    let links = use_me().may_view("users");
    let actions = Column::actions("var(--action)", move |person: &Person| {
        if !may_change {
            return Markup::default();
        }
        row_button(
            Glyph::Close,
            &format!("Remove {}", person.name),
            "remove-member",
        )
    });
    let columns = vec![
        Column::new("Name", move |person: &Person| {
            if links {
                let href = routes::href(&routes::user(&person.id.to_string()));
                cell::link(&href, &person.name)
            } else {
                cell::strong(&person.name)
            }
        })
        .track("minmax(8rem, 1.5fr)"),
        Column::new("E-mail", |person: &Person| cell::words(&person.email))
            .track("minmax(9rem, 2fr)"),
        Column::new("Status", |person: &Person| chip(users::status(person))).track("7rem"),
        actions,
    ];
    let next =
        Signal::derive(move || list.with(|page| page.as_ref().and_then(|it| it.next.clone())));
    let shown = Signal::derive(move || words::count(rows.with(Vec::len), "member", "members"));
    view! {
        <DataTable caption="Members" columns rows sort address>
            <Leaf address shown next />
        </DataTable>
    }
}

#[component]
fn Remove(
    id: Uuid,
    address: Address,
    rows: Memo<Vec<Person>>,
    reload: Callback<()>,
) -> impl IntoView {
    let api = use_api();
    let subject = derived(move || {
        let on = address
            .get("on")
            .filter(|_| address.dialog().as_deref() == Some("remove-member"))?;
        rows.with(|rows| rows.iter().find(|it| it.id.to_string() == on).cloned())
    });
    let call = move || {
        let person = subject.get_untracked();
        async move {
            let person = person.ok_or_else(Problem::unreachable)?;
            api.call(|it| it.remove_group_member(&id, &person.id))
                .await?;
            Ok(format!("{} was removed", person.name))
        }
        .boxed_local()
    };
    view! {
        <ConfirmCall
            open=Signal::derive(move || subject.with(Option::is_some))
            on_close=Callback::new(move |()| address.close())
            title=Signal::derive(move || {
                let name = subject.with(|it| it.as_ref().map(|it| it.name.clone()));
                format!("Remove {} from the group?", name.unwrap_or_default())
            })
            confirm="Remove"
            keep="Keep"
            call
            on_done=Callback::new(move |()| { address.close(); reload.run(()); })
        >
            <p>"The account stays. What the person has through this group only is gone from the next request on."</p>
        </ConfirmCall>
    }
}

/// Finds people and adds them, one after the other.
#[component]
fn Add(
    id: Uuid,
    address: Address,
    members: Memo<Vec<Person>>,
    reload: Callback<()>,
) -> impl IntoView {
    let open = address.is_open("add-member");
    let close = Callback::new(move |()| address.close());
    view! {
        <Dialog
            open
            on_close=close
            title="Add members"
            footer=move || view! {
                <Button variant=Variant::Primary on:click=move |_| close.run(())>"Done"</Button>
            }
        >
            <FoundPeople id members reload />
        </Dialog>
    }
}

#[component]
fn FoundPeople(id: Uuid, members: Memo<Vec<Person>>, reload: Callback<()>) -> impl IntoView {
    let api = use_api();
    let toasts = expect_context::<Toasts>();
    let typed = RwSignal::new(String::new());
    let search = RwSignal::new(String::new());
    let later = debounce(
        std::time::Duration::from_millis(250),
        move |text: String| drop(search.try_set(text)),
    );
    let later = StoredValue::new_local(later);
    Effect::new(move |_| {
        let text = typed.get();
        later.update_value(|later| later(text));
    });
    let found = load(
        move || search.get(),
        async move |text: String| {
            let text = Some(text.trim()).filter(|it| !it.is_empty());
            api.call(|it| {
                it.list_users(
                    None,
                    Some(8),
                    text,
                    None,
                    None,
                    Some(types::UserStatus::Active),
                    None,
                )
            })
            .await
        },
    );
    let problem = RwSignal::new(None::<Problem>);
    let busy = RwSignal::new(None::<Uuid>);
    let add = move |person: types::User| {
        if busy.get_untracked().is_some() {
            return;
        }
        busy.set(Some(person.id));
        problem.set(None);
        spawn_local(async move {
            let outcome = api.call(|it| it.add_group_member(&id, &person.id)).await;
            if busy.try_set(None).is_some() {
                return;
            }
            match outcome {
                Ok(()) => {
                    toasts.done(format!("{} was added", person.name));
                    reload.run(());
                }
                Err(failed) => problem.set(Some(failed)),
            }
        });
    };
    let is_member = move |id: Uuid| members.with(|all| all.iter().any(|it| it.id == id));
    let nobody = memo(move || {
        let page = found.value;
        page.with(|page| page.as_ref().is_some_and(|it| it.items.is_empty()))
    });
    // Who is found again is not drawn again: the focus may be on them.
    let entry = move |person: &types::User| {
        let (id, person) = (person.id, Arc::new(person.clone()));
        let draw = move || {
            let (name, email) = (person.name.clone(), person.email.clone());
            let person = Arc::clone(&person);
            let label = format!("Add {name}");
            view! {
                <li class="person">
                    <span class="person-name"><bdi>{name}</bdi><span class="cell-sub"><bdi>{email}</bdi></span></span>
                    {move || if is_member(id) {
                        view! { <span class="cell-soft">"Member"</span> }.into_any()
                    } else {
                        let person = Arc::clone(&person);
                        view! {
                            <Button
                                small=true
                                busy=Signal::derive(move || busy.get() == Some(id))
                                attr:aria-label=label.clone()
                                on:click=move |_| add(types::User::clone(&person))
                            >"Add"</Button>
                        }.into_any()
                    }}
                </li>
            }
        };
        (id.to_string(), draw.into())
    };
    let entries = move || {
        let page = found.value;
        page.with(|page| page.iter().flat_map(|it| &it.items).map(entry).collect())
    };
    view! {
        <SearchBox value=typed label="Search name or e-mail" />
        {move || problem.get().or_else(|| found.problem.get()).map(|problem| view! { <ProblemNotice problem /> })}
        <ul class="people people-found" role="list" aria-busy=move || found.busy.get().then_some("true")>
            {move || nobody.get().then(|| view! { <li class="cell-soft">"Nobody matches."</li> })}
            {each(entries)}
        </ul>
    }
}
