//! The way to the server's sign-in page, which is the script `sign-in.js`: it runs before the app is there.

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Leaves this page for it. `None` in a browser that cannot make an authorization request.
pub(crate) async fn begin() -> Option<()> {
    JsFuture::from(call("begin")?).await.ok().map(drop)
}

/// Opens it in a window of its own, and tells what its answer is held to, as JSON. `None` where no window opens.
pub(crate) fn beside() -> Option<impl Future<Output = Option<String>>> {
    let opening = JsFuture::from(call("beside")?);
    Some(async move { opening.await.ok()?.as_string() })
}

fn call(name: &str) -> Option<Promise> {
    let script = Reflect::get(&window(), &JsValue::from_str("latchkeySignIn")).ok()?;
    let step = Reflect::get(&script, &JsValue::from_str(name)).ok()?;
    step.dyn_into::<Function>()
        .ok()?
        .call0(&script)
        .ok()?
        .dyn_into()
        .ok()
}
