//! Effects and memos without the type of what they do, so that what runs them is in the app once.

use leptos::prelude::*;

/// Does something at once, and again whenever what it read has changed.
pub(crate) fn effect(act: impl FnMut() + 'static) {
    keep_up(Box::new(act));
}

fn keep_up(mut act: Box<dyn FnMut()>) {
    Effect::new(move |_| act());
}

/// Does something whenever what `watched` reads has changed, and not at once. What `act` reads is not watched.
pub(crate) fn on_change(watched: impl Fn() + 'static, act: impl FnMut() + 'static) {
    watch(Box::new(watched), Box::new(act));
}

fn watch(watched: Box<dyn Fn()>, mut act: Box<dyn FnMut()>) {
    Effect::watch(watched, move |(), _, _| act(), false);
}

/// A value worked out of others, anew whenever they change. Who reads it hears of it only when it is another one.
pub(crate) fn memo<T: PartialEq + Send + Sync + 'static>(
    value: impl Fn() -> T + Send + Sync + 'static,
) -> Memo<T> {
    remember(Box::new(value))
}

fn remember<T: PartialEq + Send + Sync + 'static>(
    value: Box<dyn Fn() -> T + Send + Sync>,
) -> Memo<T> {
    Memo::new(move |_| value())
}
