//! Signing in again beside a page whose session has ended, in a window of its own, so that the page keeps what is
//! typed in it.
//!
//! The other window comes back to this app's callback address and only hands the answer on, by a channel that pages of
//! the same origin share. State and verifier never leave the memory of the page that began, so the answer is of use to
//! it alone.

use futures_util::future::LocalBoxFuture;
use js_sys::{Function, Promise};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{BroadcastChannel, MessageEvent};

/// The name of the channel.
const CHANNEL: &str = "latchkey-sign-in";
/// How a state begins whose answer belongs to another window; the same as in `sign-in.js`.
const MARK: &str = "beside.";

/// Who waits for a session, and the ear for the answer.
#[derive(Default)]
pub(crate) struct Again {
    waiting: Vec<Function>,
    ear: Option<Ear>,
}

struct Ear {
    channel: BroadcastChannel,
    /// Kept as long as it may be called.
    _heard: Closure<dyn FnMut(MessageEvent)>,
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.channel.close();
    }
}

/// Whether the answer that this window got belongs to another one.
pub(crate) fn is_for_another_window(query: &str) -> bool {
    web_sys::UrlSearchParams::new_with_str(query)
        .ok()
        .and_then(|it| it.get("state"))
        .is_some_and(|it| it.starts_with(MARK))
}

/// Whether this is the answer to what was begun with `state`.
pub(crate) fn is_answer_to(query: &str, state: &str) -> bool {
    web_sys::UrlSearchParams::new_with_str(query)
        .ok()
        .and_then(|it| it.get("state"))
        .is_some_and(|it| it == state)
}

/// Hands the answer to whoever waits for it, and closes this window.
pub(crate) fn hand_over(query: &str) {
    // Without the channel the other page goes on waiting, and says how to go on without it.
    if let Ok(channel) = BroadcastChannel::new(CHANNEL) {
        drop(channel.post_message(&JsValue::from_str(query)));
        channel.close();
    }
    // Refused for a window that a person opened.
    drop(window().close());
}

impl Again {
    /// Listens for the answer of the other window.
    pub(crate) fn listen(&mut self, heard: impl Fn(String) + 'static) {
        // Without the channel this page goes on waiting.
        let Ok(channel) = BroadcastChannel::new(CHANNEL) else {
            return;
        };
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(query) = event.data().as_string() {
                heard(query);
            }
        });
        channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        // The one before, if the window is opened again, hears nothing any more.
        self.ear = Some(Ear {
            channel,
            _heard: heard,
        });
    }

    /// Ends when somebody has signed in.
    pub(crate) fn wait(&mut self) -> LocalBoxFuture<'static, ()> {
        let waiting = &mut self.waiting;
        let promise = Promise::new(&mut |resolve, _| waiting.push(resolve));
        Box::pin(async move { drop(JsFuture::from(promise).await) })
    }

    /// Somebody has signed in: everyone goes on.
    pub(crate) fn end(&mut self) {
        self.ear = None;
        for resolve in self.waiting.drain(..) {
            // A promise takes its answer whatever it is.
            drop(resolve.call0(&JsValue::NULL));
        }
    }
}
