//! What is in a community, as a section of its page: a list to leaf through, a way in and a way out.

use std::rc::Rc;

use leptos::{prelude::*, task::spawn_local};

use crate::{
    address::{Address, Step},
    components::{
        button::{Button, Variant},
        field::Field,
        problem_notice::ProblemNotice,
        skeleton::Skeleton,
        text_input::TextInput,
        toast::Toasts,
    },
    forms::editor::Work,
    load::load,
    pages::thing::AskDialog,
    problem::Problem,
};

/// Rows that are asked for at once.
pub(super) const ROWS: i64 = 50;

/// A row.
#[derive(Clone)]
pub(super) struct Entry {
    /// What the deeds are told.
    pub(super) id: String,
    /// What people call it.
    pub(super) name: String,
    /// What is said below the name.
    pub(super) below: String,
    /// What its button says, and the dialog it opens.
    pub(super) action: Option<(&'static str, &'static str)>,
}

/// Some rows, and where the next ones begin.
pub(super) type Entries = (Vec<Entry>, Option<String>);

/// Does something to what is named.
pub(super) type Deed = Rc<dyn Fn(String) -> Work<()>>;

/// How something is put in, by what people call it.
pub(super) struct Entrance {
    /// What is to be typed.
    pub(super) label: &'static str,
    /// More of that.
    pub(super) hint: &'static str,
    /// What the button says.
    pub(super) submit: &'static str,
    /// Puts it in.
    pub(super) deed: Deed,
}

/// How something is taken out.
pub(super) struct Exit {
    /// The dialog that asks first.
    pub(super) dialog: &'static str,
    /// What stops working.
    pub(super) warning: &'static str,
    /// Takes it out.
    pub(super) deed: Deed,
}

/// The section.
#[component]
pub(super) fn Part(
    address: Address,
    title: &'static str,
    text: &'static str,
    fetch: Rc<dyn Fn(Option<String>) -> Work<Entries>>,
    /// Asked again whenever this changes.
    again: RwSignal<u32>,
    #[prop(optional_no_strip)] entrance: Option<Entrance>,
    #[prop(optional_no_strip)] exit: Option<Exit>,
    #[prop(optional_no_strip)] more: Option<AnyView>,
) -> impl IntoView {
    let cursor = RwSignal::new(None::<String>);
    let list = load(
        move || {
            again.track();
            cursor.get()
        },
        async move |cursor| fetch(cursor).await,
    );
    let shown = move || {
        match list.value.get() {
        None if list.problem.with(Option::is_some) => ().into_any(),
        None => view! { <Skeleton rows=2 label=title /> }.into_any(),
        Some((rows, next)) => view! {
            {rows.is_empty().then(|| view! { <p class="cell-none">"None"</p> })}
            {(!rows.is_empty()).then(|| view! {
                <ul class="people" role="list">
                    {rows.into_iter().map(|it| row(it, address, Step::Push)).collect::<Vec<_>>()}
                </ul>
            })}
            {(next.is_some() || cursor.with(Option::is_some)).then(|| view! {
                <div class="button-group">
                    <Button small=true on:click=move |_| cursor.set(None)>"First"</Button>
                    {next.map(|next| view! {
                        <Button small=true on:click=move |_| cursor.set(Some(next.clone()))>"Next"</Button>
                    })}
                </div>
            })}
        }
        .into_any(),
    }
    };
    view! {
        <section class="form-section">
            <div class="form-section-head"><h2>{title}</h2><p>{text}</p></div>
            <div class="form-section-fields">
                {move || list.problem.get().map(|problem| match problem.status {
                    Some(403) => view! { <p class="field-hint">"Only those who have a role in the community see this."</p> }.into_any(),
                    _ => view! { <ProblemNotice problem on_retry=list.retry() /> }.into_any(),
                })}
                {shown}
                {more}
                {entrance.map(|it| way_in(it, again))}
            </div>
        </section>
        {exit.map(|Exit { dialog, warning, deed }| {
            let name = move || {
                let on = address.get("on");
                list.value.with(|it| {
                    let mut rows = it.iter().flat_map(|(rows, _)| rows);
                    rows.find(|it| Some(&it.id) == on.as_ref()).map(|it| it.name.clone())
                })
            };
            let deed: Rc<dyn Fn() -> Work<String>> = Rc::new(move || {
                let said = format!("{} was taken out", untrack(name).unwrap_or_default());
                let work = deed(address.get_untracked("on").unwrap_or_default());
                Box::pin(async move { work.await.map(|()| said) })
            });
            view! {
                <AskDialog
                    open=address.is_open(dialog)
                    on_close=Callback::new(move |()| address.close())
                    title=Signal::derive(move || format!("Take {} out?", name().unwrap_or_default()))
                    confirm="Take out"
                    keep="Keep it"
                    deed
                    on_done=Callback::new(move |()| {
                        address.close();
                        again.update(|it| *it += 1);
                    })
                >
                    <p>{warning}</p>
                </AskDialog>
            }
        })}
    }
}

/// Draws a row, whose dialog opens as a step of its own or in place of one that is open.
pub(super) fn row(entry: Entry, address: Address, step: Step) -> AnyView {
    let Entry {
        id,
        name,
        below,
        action,
    } = entry;
    let button = action.map(|(words, dialog)| {
        let label = format!("{} {name}", words.trim_end_matches('\u{2026}'));
        view! {
            <Button small=true attr:aria-label=label on:click=move |_| match step {
                Step::Push => address.open(dialog, Some(&id)),
                Step::Replace => address.change(step, &[("dialog", Some(dialog)), ("on", Some(&id))]),
            }>{words}</Button>
        }
    });
    view! {
        <li class="person">
            <span class="person-name"><bdi>{name}</bdi><span class="cell-sub"><bdi>{below}</bdi></span></span>
            {button}
        </li>
    }
    .into_any()
}

fn way_in(entrance: Entrance, again: RwSignal<u32>) -> AnyView {
    let Entrance {
        label,
        hint,
        submit,
        deed,
    } = entrance;
    let toasts = expect_context::<Toasts>();
    let typed = RwSignal::new(String::new());
    let wrong = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let name = typed.with_untracked(|it| it.trim().to_owned());
        if busy.get_untracked() || name.is_empty() {
            return;
        }
        busy.set(true);
        wrong.set(None);
        let work = deed(name.clone());
        spawn_local(async move {
            let outcome = work.await;
            if busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(()) => {
                    typed.set(String::new());
                    toasts.done(format!("{name} is in it"));
                    again.update(|it| *it += 1);
                }
                Err(Problem { title, detail, .. }) => wrong.set(Some(detail.unwrap_or(title))),
            }
        });
    };
    view! {
        <form class="stack-small" on:submit=send>
            <Field label hint error=wrong><TextInput value=typed mono=true /></Field>
            <div class="button-group"><Button variant=Variant::Secondary kind="submit" busy>{submit}</Button></div>
        </form>
    }
    .into_any()
}
