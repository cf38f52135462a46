//! What a page asks the server for, and asks again when its address changes. What is shown stays until the new
//! answer is there; an answer that comes too late is dropped.

use std::{any::Any, marker::PhantomData, rc::Rc, sync::Arc, time::Duration};

use futures_util::future::{FutureExt, LocalBoxFuture};
use leptos::{prelude::*, task::spawn_local};

use crate::effect::effect;
use crate::problem::Problem;

/// How long until a server that could not be reached is asked again.
const AGAIN: Duration = Duration::from_secs(5);

/// Something that is asked for.
pub(crate) struct Loaded<T: Send + Sync + 'static> {
    /// The last good answer.
    pub(crate) value: Latest<T>,
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

/// An answer of any type.
type Anything = Arc<dyn Any + Send + Sync>;

/// The last good answer. What keeps and watches it does not know its type, so that it is in the app once, not once for
/// everything that is asked for.
pub(crate) struct Latest<T> {
    answer: RwSignal<Anything>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Latest<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Latest<T> {}

impl<T: Send + Sync + 'static> Latest<T> {
    fn none() -> Self {
        Self {
            answer: RwSignal::new(Arc::new(None::<T>)),
            of: PhantomData,
        }
    }

    fn read<R>(answer: &Anything, read: impl FnOnce(&Option<T>) -> R) -> R {
        match answer.downcast_ref() {
            Some(answer) => read(answer),
            None => read(&None),
        }
    }

    /// Reads it, tracked.
    pub(crate) fn with<R>(self, read: impl FnOnce(&Option<T>) -> R) -> R {
        Self::read(&self.answer.get(), read)
    }

    /// Reads it.
    pub(crate) fn with_untracked<R>(self, read: impl FnOnce(&Option<T>) -> R) -> R {
        Self::read(&self.answer.get_untracked(), read)
    }

    /// Puts another in its place.
    pub(crate) fn set(self, answer: Option<T>) {
        self.answer.set(Arc::new(answer));
    }
}

impl<T: Clone + Send + Sync + 'static> Latest<T> {
    /// A copy, tracked.
    pub(crate) fn get(self) -> Option<T> {
        self.with(Clone::clone)
    }

    /// A copy.
    pub(crate) fn get_untracked(self) -> Option<T> {
        self.with_untracked(Clone::clone)
    }
}

/// A value worked out of others, anew whenever they change, for what cannot be compared.
pub(crate) fn derived<T: Send + Sync + 'static>(
    value: impl Fn() -> T + Send + Sync + 'static,
) -> Memo<T> {
    derive(Box::new(value))
}

fn derive<T: Send + Sync + 'static>(value: Box<dyn Fn() -> T + Send + Sync>) -> Memo<T> {
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
        value: Latest::none(),
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
            Ok(Arc::new(Some(value)) as Anything)
        };
        call.boxed_local()
    };
    let answer = loaded.value.answer;
    keep_asking(
        Box::new(call),
        answer,
        loaded.problem,
        loaded.busy,
        loaded.again,
    );
    loaded
}

type Call = Box<dyn Fn() -> LocalBoxFuture<'static, Result<Anything, Problem>>>;

fn keep_asking(
    call: Call,
    value: RwSignal<Anything>,
    problem: RwSignal<Option<Problem>>,
    busy: RwSignal<bool>,
    again: RwSignal<u32>,
) {
    let latest = StoredValue::new(0_u32);
    effect(move || {
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
                Ok(latest) => {
                    if problem.with_untracked(Option::is_some) {
                        problem.set(None);
                    }
                    value.set(latest);
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
