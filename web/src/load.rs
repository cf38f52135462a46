//! What a page asks the server for, and asks again when its address changes. What is shown stays until the new
//! answer is there; an answer that comes too late is dropped.

use std::{rc::Rc, time::Duration};

use futures_util::future::{FutureExt, LocalBoxFuture};
use leptos::{prelude::*, task::spawn_local};

use crate::problem::Problem;

/// How long until a server that could not be reached is asked again.
const AGAIN: Duration = Duration::from_secs(5);

/// Something that is asked for.
pub(crate) struct Loaded<T: Send + Sync + 'static> {
    /// The last good answer.
    pub(crate) value: RwSignal<Option<T>>,
    /// Why the latest call failed.
    pub(crate) problem: RwSignal<Option<Problem>>,
    /// Whether a call is under way.
    pub(crate) busy: RwSignal<bool>,
    again: RwSignal<u32>,
}

impl<T: Send + Sync + 'static> Clone for Loaded<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Loaded<T> {}

/// A value worked out of others, anew whenever they change, for what cannot be compared.
pub(crate) fn derived<T: Send + Sync + 'static>(
    value: impl Fn() -> T + Send + Sync + 'static,
) -> Memo<T> {
    Memo::new_with_compare(move |_| value(), |_, _| true)
}

impl<T: Send + Sync + 'static> Loaded<T> {
    /// Asks once more.
    pub(crate) fn reload(self) {
        // The page may be gone by the time its last call answers.
        self.again.try_update(|count| *count += 1);
    }

    /// The button beside a problem.
    pub(crate) fn retry(self) -> Callback<()> {
        Callback::new(move |()| self.reload())
    }
}

/// Asks for what `key` stands for, and again whenever it changes.
pub(crate) fn load<K, T, F>(key: impl Fn() -> K + 'static, fetch: F) -> Loaded<T>
where
    K: 'static,
    T: Send + Sync + 'static,
    F: AsyncFn(K) -> Result<T, Problem> + 'static,
{
    let loaded = Loaded {
        value: RwSignal::new(None),
        problem: RwSignal::new(None),
        busy: RwSignal::new(true),
        again: RwSignal::new(0),
    };
    let fetch = Rc::new(fetch);
    let call = move || {
        let key = key();
        let fetch = Rc::clone(&fetch);
        let call = async move {
            let value = fetch(key).await?;
            Ok(Box::new(move || loaded.value.set(Some(value))) as Box<dyn FnOnce()>)
        };
        call.boxed_local()
    };
    keep_asking(Box::new(call), loaded.problem, loaded.busy, loaded.again);
    loaded
}

/// A call whose good answer is a way to show it. Without the answer's type the rest is in the app once, not once for
/// everything that is asked for.
type Call = Box<dyn Fn() -> LocalBoxFuture<'static, Result<Box<dyn FnOnce()>, Problem>>>;

fn keep_asking(
    call: Call,
    problem: RwSignal<Option<Problem>>,
    busy: RwSignal<bool>,
    again: RwSignal<u32>,
) {
    let latest = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let answer = call();
        again.track();
        let this = latest.get_value() + 1;
        latest.set_value(this);
        busy.set(true);
        spawn_local(async move {
            let outcome = answer.await;
            if latest.try_get_value() != Some(this) {
                return;
            }
            busy.set(false);
            match outcome {
                Ok(show) => {
                    if problem.with_untracked(Option::is_some) {
                        problem.set(None);
                    }
                    show();
                }
                Err(failure) => {
                    // A server that went away may come back on its own.
                    if failure.is_unreachable() {
                        set_timeout(
                            move || {
                                if latest.try_get_value() == Some(this) {
                                    again.try_update(|count| *count += 1);
                                }
                            },
                            AGAIN,
                        );
                    }
                    problem.set(Some(failure));
                }
            }
        });
    });
}
