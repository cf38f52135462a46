//! Latchkey's admin app: a client of the management API like any other.
//!
//! `app` mounts the shell and the routes; `routes` is the map of what can be visited; `pages` holds one file per
//! screen; `components` the pieces they are made of, each of which is shown at `/styleguide` (in builds with the
//! feature of that name, as `just dev` makes them); `forms` the rules a form can check before anything is sent.

#![expect(
    unreachable_pub,
    reason = "leptos's component macro makes `pub` items out of `pub(crate)` ones"
)]
#![expect(
    clippy::needless_pass_by_value,
    reason = "a component owns its properties"
)]
#![cfg_attr(
    not(feature = "styleguide"),
    expect(
        dead_code,
        reason = "the style guide shows pieces and states that no screen uses yet"
    )
)]

mod address;
mod again;
mod api;
mod app;
mod clock;
mod components;
mod effect;
mod export;
mod fetch;
mod forms;
mod ids;
mod load;
mod me;
mod pages;
mod problem;
mod random;
mod router;
mod routes;
mod session;
mod sign_in_page;
mod snippets;
mod theme;
mod words;

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(app::App);
}
