//! Making and changing one thing: the form's frame, what happens when it is sent, and the conflict when somebody else
//! was quicker. It knows nothing of the thing but its JSON, so that another screen brings only its own fields along.

use std::{future::Future, pin::Pin, rc::Rc};

use api_client::browser::ToJson;
use leptos::{prelude::*, task::spawn_local};
use serde_json::{Map, Value};

use super::{
    conflict::{Conflict, Fields, Theirs},
    draft::Draft,
    field_errors::focus_first,
};
use crate::{
    api::etag,
    clock,
    components::{
        button::{Button, LinkButton, Variant},
        dialog::Dialog,
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
pub(crate) fn json(of: &impl ToJson) -> Value {
    of.to_json()
}

/// A form on its way: what happens when it is sent, and what came of it.
#[derive(Clone, Copy)]
struct Sending {
    draft: Draft,
    /// The thing as it was read last; null for a new one.
    base: RwSignal<Value>,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
    /// What somebody else saved meanwhile, where that differs.
    theirs: RwSignal<Option<Value>>,
    calls: StoredValue<Calls, LocalStorage>,
}

struct Calls {
    check: Box<dyn Fn()>,
    save: Save,
    latest: Option<Read>,
    on_saved: Callback<Value>,
}

impl Sending {
    fn new(draft: Draft, calls: Calls) -> Self {
        Self {
            draft,
            base: RwSignal::new(Value::Null),
            busy: RwSignal::new(false),
            problem: RwSignal::new(None),
            theirs: RwSignal::new(None),
            calls: StoredValue::new_local(calls),
        }
    }

    /// Begins with what was read, or with nothing.
    fn open(self, base: Option<Value>) {
        let base = base.unwrap_or_default();
        self.draft.fill(base.as_object().unwrap_or(&Map::new()));
        self.draft.errors.clear();
        self.problem.set(None);
        self.base.set(base);
    }

    fn send(self) {
        if self.busy.get_untracked() {
            return;
        }
        self.problem.set(None);
        self.draft.errors.clear();
        self.calls.with_value(|calls| (calls.check)());
        if self.draft.errors.any() {
            focus_first();
            return;
        }
        let (save, latest, on_saved) = self.calls.with_value(|it| {
            let latest = it.latest.as_ref().map(Rc::clone);
            (Rc::clone(&it.save), latest, it.on_saved)
        });
        let version = self.base.with_untracked(|it| it["version"].as_i64());
        let work = save(version.map(etag));
        self.busy.set(true);
        spawn_local(async move {
            let mut outcome = work.await;
            if let (true, Some(latest)) = (outcome.as_ref().is_err_and(Problem::is_stale), latest) {
                match latest().await {
                    Ok(now) if self.differs(&now) => {
                        self.busy.try_set(false);
                        self.theirs.try_set(Some(now));
                        return;
                    }
                    // Something else of it changed, or both want the same: nothing is to be chosen.
                    Ok(now) => outcome = save(now["version"].as_i64().map(etag)).await,
                    Err(failed) => outcome = Err(failed),
                }
            }
            if self.busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(saved) => on_saved.run(saved),
                Err(failed) => {
                    self.problem.set(self.draft.refuse(failed));
                    focus_first();
                }
            }
        });
    }

    /// Whether what is there now is neither what the form began with nor what it holds.
    fn differs(self, now: &Value) -> bool {
        let Some(base) = self.base.try_get_untracked() else {
            return false;
        };
        let now = self.draft.part_of(now);
        now != self.draft.part_of(&base) && now != self.draft.json()
    }

    fn merged(self, fields: &Fields) {
        if let Some(latest) = self.theirs.get_untracked() {
            self.base.set(latest);
        }
        self.theirs.set(None);
        self.draft.fill(fields);
        self.send();
    }

    /// Where the form could not be saved.
    fn refusal(self) -> AnyView {
        view! {
            <div role="alert">{move || self.problem.get().map(|problem| view! { <ProblemNotice problem /> })}</div>
        }
        .into_any()
    }

    /// Both sides, while there are two.
    fn conflict(self) -> AnyView {
        let both = move || {
            self.theirs.get().map(|latest| {
                let who = latest["updated_by"]["name"].as_str().map(str::to_owned);
                let when = latest["updated_at"].as_str().and_then(clock::parse);
                view! {
                    <Conflict
                        base=self.base.with_untracked(|it| self.draft.part_of(it))
                        mine=self.draft.json()
                        theirs=Theirs { fields: self.draft.part_of(&latest), who, when }
                        on_keep_editing=Callback::new(move |()| self.theirs.set(None))
                        on_merged=Callback::new(move |fields| self.merged(&fields))
                    />
                }
            })
        };
        view! { {both} }.into_any()
    }
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
    let calls = Calls {
        check,
        save,
        latest,
        on_saved,
    };
    let sending = Sending::new(draft, calls);
    // A new one keeps what its fields begin with.
    if base.is_some() {
        sending.open(base);
    }
    let submitted = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        sending.send();
    };
    view! {
        <form class="form-page" on:submit=submitted novalidate=true>
            {children()}
            <div class="form-foot">
                {sending.refusal()}
                <div class="button-group">
                    <Button variant kind="submit" busy=sending.busy>{submit}</Button>
                    <LinkButton href=cancel>{leave}</LinkButton>
                </div>
            </div>
        </form>
        {sending.conflict()}
    }
}

/// The same in a dialog. Its fields are filled whenever it opens, and never under the fingers of someone who types.
#[component]
pub(crate) fn EditorDialog(
    draft: Draft,
    open: Signal<bool>,
    on_close: Callback<()>,
    title: &'static str,
    /// The thing as it is known; nothing for a new one.
    base: Rc<dyn Fn() -> Option<Value>>,
    /// What the button says.
    submit: &'static str,
    check: Box<dyn Fn()>,
    save: Save,
    #[prop(optional_no_strip)] latest: Option<Read>,
    on_saved: Callback<Value>,
    children: ChildrenFn,
) -> impl IntoView {
    let calls = Calls {
        check,
        save,
        latest,
        on_saved,
    };
    let sending = Sending::new(draft, calls);
    let base = StoredValue::new_local(base);
    // Before the fields are drawn, so that none of them flashes.
    let opening = Memo::new(move |_| {
        let is_open = open.get();
        if is_open {
            sending.open(untrack(|| base.with_value(|base| base())));
        }
        is_open
    });
    let form = crate::ids::unique("form");
    let id = form.clone();
    let submitted = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        sending.send();
    };
    let children = StoredValue::new(children);
    view! {
        <Dialog
            open=opening
            on_close
            title=Signal::stored(title.to_owned())
            footer=move || view! {
                <Button on:click=move |_| on_close.run(())>"Cancel"</Button>
                <Button variant=Variant::Primary kind="submit" busy=sending.busy attr:form=form.clone()>{submit}</Button>
            }
        >
            <form id=id.clone() class="stack" on:submit=submitted novalidate=true>
                {children.with_value(|children| children())}
                {sending.refusal()}
            </form>
        </Dialog>
        {sending.conflict()}
    }
}
