//! One thing as a page: until it is there, when it is missing, and when it cannot be read. And the dialog that asks
//! before it is deleted.

use std::{rc::Rc, sync::Arc};

use leptos::prelude::*;
use serde_json::Value;

use super::not_found::NotFound;
use crate::{
    address::{Address, Step, use_address},
    components::{
        button::{Button, Variant},
        confirm_call::ConfirmCall,
        page_header::{Crumb, PageHeader},
        problem_notice::ProblemNotice,
        skeleton::Skeleton,
        toast::Toasts,
    },
    effect::memo,
    forms::{
        draft::Draft,
        editor::{Editor, Read, Save, Work},
    },
    load::{Loaded, load},
    problem::Problem,
    router::use_part,
    routes,
};

/// Reads what the address names by its last part, and again whenever that changes.
pub(crate) fn load_by_id<T: Send + Sync + 'static>(
    read: impl Fn(String) -> Work<T> + 'static,
) -> Loaded<Arc<T>> {
    load_by(use_part("id"), read)
}

/// Reads what a parameter of the address names, and again whenever that changes.
pub(crate) fn load_by_query<T: Send + Sync + 'static>(
    name: &'static str,
    read: impl Fn(String) -> Work<T> + 'static,
) -> Loaded<Arc<T>> {
    let address = use_address();
    load_by(memo(move || address.get(name).unwrap_or_default()), read)
}

fn load_by<T: Send + Sync + 'static>(
    id: Memo<String>,
    read: impl Fn(String) -> Work<T> + 'static,
) -> Loaded<Arc<T>> {
    load(
        move || id.get(),
        async move |id: String| read(id).await.map(Arc::new),
    )
}

/// Where a thing's page leads back to.
pub(crate) fn crumbs(label: &str, path: &str) -> Vec<Crumb> {
    vec![Crumb {
        label: label.to_owned(),
        href: routes::href(path),
    }]
}

/// The page of a thing: `body` draws it, anew for each version that was read.
pub(crate) fn thing<T: Send + Sync + 'static>(
    title: &'static str,
    loaded: Loaded<Arc<T>>,
    body: impl Fn(Arc<T>) -> AnyView + Send + 'static,
) -> AnyView {
    let value = loaded.value;
    let body = move || value.get().map(&body);
    let retry = loaded.retry();
    let is_there = memo(move || value.with(Option::is_some));
    frame(title, loaded.problem, is_there, retry, Box::new(body))
}

/// The same for a page that keeps standing while its thing changes, with forms and dialogs in it: `body` is drawn once
/// it is there, and follows the changes by itself.
pub(crate) fn standing<T: Send + Sync + 'static>(
    title: &'static str,
    loaded: Loaded<T>,
    body: impl Fn() -> AnyView + Send + 'static,
) -> AnyView {
    let value = loaded.value;
    let is_there = Memo::new(move |_| value.with(Option::is_some));
    let body = move || Some(untrack(&body));
    frame(
        title,
        loaded.problem,
        is_there,
        loaded.retry(),
        Box::new(body),
    )
}

fn frame(
    title: &'static str,
    problem: RwSignal<Option<Problem>>,
    is_there: Memo<bool>,
    retry: Callback<()>,
    body: Box<dyn Fn() -> Option<AnyView> + Send>,
) -> AnyView {
    let is_missing =
        memo(move || problem.with(|it| it.as_ref().is_some_and(|it| it.status == Some(404))));
    let body = Arc::new(std::sync::Mutex::new(body));
    view! {
        {move || match (is_missing.get(), is_there.get()) {
            (true, _) => view! { <NotFound /> }.into_any(),
            (false, true) => {
                let body = Arc::clone(&body);
                view! {
                    {move || problem.get().map(|problem| view! {
                        <div class="above-list"><ProblemNotice problem on_retry=retry /></div>
                    })}
                    {move || body.lock().ok().and_then(|body| body())}
                }
                .into_any()
            }
            (false, false) => view! {
                <PageHeader title />
                {move || match problem.get() {
                    Some(problem) => view! { <ProblemNotice problem on_retry=retry /> }.into_any(),
                    None => view! { <div class="panel"><Skeleton rows=6 label="Loading" /></div> }.into_any(),
                }}
            }
            .into_any(),
        }}
    }
    .into_any()
}

/// What the form of a new thing says around its fields.
#[derive(Clone, Copy)]
pub(crate) struct NewThing {
    /// The page's title.
    pub(crate) title: &'static str,
    /// The list that it will stand in.
    pub(crate) list: &'static str,
    /// The list's address, and below it the thing's by its id.
    pub(crate) path: &'static str,
    /// What the button says.
    pub(crate) submit: &'static str,
}

/// The page of a new thing; afterwards it goes on to the thing's own.
pub(crate) fn new_thing(
    words: NewThing,
    draft: Draft,
    check: impl Fn() + 'static,
    save: Save,
    fields: AnyView,
) -> AnyView {
    let (address, toasts) = (use_address(), expect_context::<Toasts>());
    let NewThing {
        title,
        list,
        path,
        submit,
    } = words;
    let on_saved = Callback::new(move |made: Value| {
        toasts.done(format!(
            "{} was made",
            made["name"].as_str().unwrap_or_default()
        ));
        let id = made["id"].as_str().or(made["key"].as_str());
        address.go(&format!("{path}/{}", id.unwrap_or_default()), Step::Replace);
    });
    view! {
        <PageHeader title crumbs=crumbs(list, path) />
        <Editor draft submit cancel=routes::href(path) check=Box::new(check) save on_saved>{fields}</Editor>
    }
    .into_any()
}

/// How a thing that is there is read again and saved.
pub(crate) struct Calls {
    /// Replaces it.
    pub(crate) save: Save,
    /// Reads it again.
    pub(crate) latest: Read,
}

/// The form of a thing that is there.
pub(crate) fn edit_thing(
    draft: Draft,
    base: Value,
    back: &'static str,
    check: impl Fn() + 'static,
    calls: Calls,
    reload: Callback<()>,
    fields: AnyView,
) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let on_saved = Callback::new(move |saved: Value| {
        toasts.done(format!(
            "{} was saved",
            saved["name"].as_str().unwrap_or_default()
        ));
        reload.run(());
    });
    let Calls { save, latest } = calls;
    view! {
        <Editor
            draft
            base=Some(base)
            submit="Save changes"
            cancel=routes::href(back)
            check=Box::new(check)
            save
            latest=Some(latest)
            on_saved
        >
            {fields}
        </Editor>
    }
    .into_any()
}

/// The button that opens [`DeleteDialog`].
#[component]
pub(crate) fn DeleteButton(address: Address) -> impl IntoView {
    view! {
        <Button variant=Variant::DangerQuiet on:click=move |_| address.open("delete", None)>"Delete\u{2026}"</Button>
    }
}

/// Asks before something that cannot be taken back, and does it. The children say what stops working.
#[component]
pub(crate) fn AskDialog(
    #[prop(into)] open: Signal<bool>,
    on_close: Callback<()>,
    /// A question that names the thing.
    #[prop(into)]
    title: Signal<String>,
    /// The deed.
    confirm: &'static str,
    /// The way out.
    keep: &'static str,
    /// Does it; answers with what is said afterwards.
    deed: Rc<dyn Fn() -> Work<String>>,
    on_done: Callback<()>,
    children: ChildrenFn,
) -> impl IntoView {
    let call = move || deed();
    view! {
        <ConfirmCall open on_close title confirm keep call on_done>{children()}</ConfirmCall>
    }
}

/// Asks before something is deleted, and deletes it. The children say what stops working.
#[component]
pub(crate) fn DeleteDialog(
    address: Address,
    /// What it is, as in "role".
    what: &'static str,
    /// What people call it.
    name: String,
    delete: Rc<dyn Fn() -> Work<()>>,
    /// Where to go afterwards, below the app's base.
    back: &'static str,
    children: ChildrenFn,
) -> impl IntoView {
    let title = format!("Delete {name}?");
    let confirm = match what {
        "role" => "Delete role",
        "API" => "Delete API",
        "tenant" => "Delete tenant",
        "community" => "Delete community",
        "profile" => "Delete profile",
        _ => "Delete",
    };
    let deed: Rc<dyn Fn() -> Work<String>> = Rc::new(move || {
        let (work, said) = (delete(), format!("{name} was deleted"));
        Box::pin(async move { work.await.map(|()| said) })
    });
    view! {
        <AskDialog
            open=address.is_open("delete")
            on_close=Callback::new(move |()| address.close())
            title=Signal::stored(title)
            confirm
            keep="Keep it"
            deed
            on_done=Callback::new(move |()| address.go(back, Step::Replace))
            children
        />
    }
}
