//! Asks, calls the API, and says how it went: in the dialog when it failed, in a message when it worked.

use futures_util::future::LocalBoxFuture;
use leptos::{prelude::*, task::spawn_local};

use super::{
    button::{Button, Variant},
    icon::{Glyph, Icon},
    modal::Modal,
    problem_notice::ProblemNotice,
    toast::Toasts,
};
use crate::{effect::effect, ids, problem::Problem};

/// How much a deed takes away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Weight {
    /// Something stops working.
    #[default]
    Heavy,
    /// Nothing is lost.
    Light,
}

/// A question with its deed. The safe button has the focus.
#[component]
pub(crate) fn ConfirmCall(
    #[prop(into)] open: Signal<bool>,
    on_close: Callback<()>,
    /// A question that names the thing, as in "Revoke Monitoring probe?"
    #[prop(into)]
    title: Signal<String>,
    /// The deed, as in "Revoke key".
    confirm: &'static str,
    #[prop(default = "Cancel")] keep: &'static str,
    #[prop(optional)] weight: Weight,
    /// Does it, and gives what to say when it worked.
    call: impl Fn() -> LocalBoxFuture<'static, Result<String, Problem>> + 'static,
    on_done: Callback<()>,
    children: ChildrenFn,
) -> impl IntoView {
    let words = (confirm, keep, weight);
    let call = Box::new(call);
    confirm_call(open, on_close, title, words, call, on_done, children)
}

type Call = Box<dyn Fn() -> LocalBoxFuture<'static, Result<String, Problem>>>;

/// The same without the type of what is done, so that it is in the app once, not once for every deed.
fn confirm_call(
    open: Signal<bool>,
    on_close: Callback<()>,
    title: Signal<String>,
    (confirm, keep, weight): (&'static str, &'static str, Weight),
    call: Call,
    on_done: Callback<()>,
    children: ChildrenFn,
) -> AnyView {
    let heading = ids::unique("confirm");
    let toasts = expect_context::<Toasts>();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let call = StoredValue::new_local(call);
    effect(move || {
        if open.get() {
            problem.set(None);
        }
    });
    let perform = move |_| {
        if busy.get_untracked() {
            return;
        }
        let future = call.with_value(|call| call());
        busy.set(true);
        spawn_local(async move {
            let outcome = future.await;
            if busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(said) => {
                    toasts.done(said);
                    on_done.run(());
                }
                Err(failed) => problem.set(Some(failed)),
            }
        });
    };
    let (glyph, variant) = match weight {
        Weight::Heavy => (Glyph::Warning, Variant::Danger),
        Weight::Light => (Glyph::Rotate, Variant::Primary),
    };
    view! {
        <Modal open on_close class="dialog" labelled_by=heading.clone()>
            <header class="dialog-head">
                <span class="dialog-mark" class:dialog-mark-good=weight == Weight::Light><Icon glyph /></span>
                <h2 id=heading.clone()>{title}</h2>
            </header>
            <div class="dialog-body">
                {children()}
                {move || problem.get().map(|problem| view! { <ProblemNotice problem /> })}
            </div>
            <footer class="dialog-foot">
                <Button attr:autofocus=true on:click=move |_| on_close.run(())>{keep}</Button>
                <Button variant busy on:click=perform>{confirm}</Button>
            </footer>
        </Modal>
    }
    .into_any()
}
