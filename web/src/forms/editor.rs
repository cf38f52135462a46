//! Making and changing one thing: the form's frame, what happens when it is sent, and the conflict when somebody else
//! was quicker. It knows nothing of the thing but its JSON, so that another screen brings only its own fields along.

use std::{future::Future, pin::Pin, rc::Rc};

use leptos::{prelude::*, task::spawn_local};
use serde::Serialize;
use serde_json::Value;

use super::{
    conflict::{Conflict, Theirs},
    draft::Draft,
    field_errors::focus_first,
};
use crate::{
    api::etag,
    clock,
    components::{
        button::{Button, LinkButton, Variant},
        problem_notice::ProblemNotice,
    },
    problem::Problem,
};

/// A call under way.
pub(crate) type Work<T> = Pin<Box<dyn Future<Output = Result<T, Problem>>>>;

/// Sends what the form holds, given the `ETag` it was opened on.
pub(crate) type Save = Rc<dyn Fn(Option<String>) -> Work<Value>>;

/// Reads the thing again.
pub(crate) type Read = Rc<dyn Fn() -> Work<Value>>;

/// What was read, as JSON.
pub(crate) fn json(of: &impl Serialize) -> Value {
    serde_json::to_string(of).map_or(Value::Null, |it| parse(&it))
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// A form around `children`, which are its fields.
#[component]
pub(crate) fn Editor(
    draft: Draft,
    /// The thing as it was read; nothing for a new one.
    #[prop(optional_no_strip)]
    base: Option<Value>,
    /// What the button says.
    submit: &'static str,
    /// Where Cancel leads.
    #[prop(into)]
    cancel: String,
    /// Notes what can be seen to be wrong before anything is sent.
    check: Box<dyn Fn()>,
    save: Save,
    /// Reads the thing again.
    #[prop(optional_no_strip)]
    latest: Option<Read>,
    on_saved: Callback<Value>,
    /// Secondary where the form is not what the page is for.
    #[prop(default = Variant::Primary)]
    variant: Variant,
    /// What the way out says.
    #[prop(default = "Cancel")]
    leave: &'static str,
    children: Children,
) -> impl IntoView {
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let theirs = RwSignal::new(None::<Value>);
    let base = RwSignal::new(base.unwrap_or_default());
    if let Value::Object(fields) = base.get_untracked() {
        draft.fill(&fields);
    }
    let send = StoredValue::new_local(move || {
        if busy.get_untracked() {
            return;
        }
        problem.set(None);
        draft.errors.clear();
        check();
        if draft.errors.any() {
            focus_first();
            return;
        }
        let version = base.with_untracked(|it| it["version"].as_i64());
        let work = save(version.map(etag));
        let latest = latest.clone();
        busy.set(true);
        spawn_local(async move {
            let mut outcome = work.await;
            if let (true, Some(latest)) = (outcome.as_ref().is_err_and(Problem::is_stale), latest) {
                match latest().await {
                    Ok(latest) => {
                        busy.try_set(false);
                        theirs.try_set(Some(latest));
                        return;
                    }
                    Err(failed) => outcome = Err(failed),
                }
            }
            if busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(saved) => on_saved.run(saved),
                Err(failed) => {
                    problem.set(draft.refuse(failed));
                    focus_first();
                }
            }
        });
    });
    let submitted = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send.with_value(|send| send());
    };
    let merged = Callback::new(move |fields| {
        if let Some(latest) = theirs.get_untracked() {
            base.set(latest);
        }
        theirs.set(None);
        draft.fill(&fields);
        send.with_value(|send| send());
    });
    view! {
        <form class="form-page" on:submit=submitted novalidate=true>
            {children()}
            <div class="form-foot">
                <div role="alert">{move || problem.get().map(|problem| view! { <ProblemNotice problem /> })}</div>
                <div class="button-group">
                    <Button variant kind="submit" busy>{submit}</Button>
                    <LinkButton href=cancel>{leave}</LinkButton>
                </div>
            </div>
        </form>
        {move || theirs.get().map(|latest| {
            let who = latest["updated_by"]["name"].as_str().map(str::to_owned);
            let when = latest["updated_at"].as_str().and_then(clock::parse);
            view! {
                <Conflict
                    base=base.with_untracked(|it| draft.part_of(it))
                    mine=draft.json()
                    theirs=Theirs { fields: draft.part_of(&latest), who, when }
                    on_keep_editing=Callback::new(move |()| theirs.set(None))
                    on_merged=merged
                />
            }
        })}
    }
}
