//! A button that opens a list of actions, on the native popover.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

use super::icon::{Glyph, Icon};
use crate::ids;

/// One action.
#[derive(Clone)]
pub(crate) struct MenuItem {
    /// What it does.
    pub(crate) label: &'static str,
    /// Its picture.
    pub(crate) glyph: Glyph,
    /// Whether it takes something away.
    pub(crate) danger: bool,
    /// Does it.
    pub(crate) on_select: Callback<()>,
}

/// Height of an item and of the frame, to decide whether the menu opens upwards.
const ITEM: f64 = 34.0;
const GAP: f64 = 4.0;

/// Opens `items` below or above itself. Arrows, Home and End move; Esc and a press beside it close.
#[component]
pub(crate) fn Menu(
    /// Names the button, as in "More actions for Warehouse sync".
    #[prop(into)]
    label: String,
    items: Vec<MenuItem>,
) -> impl IntoView {
    let id = StoredValue::new(ids::unique("menu"));
    let open = RwSignal::new(false);
    let button = NodeRef::<html::Button>::new();
    let list = NodeRef::<html::Div>::new();
    let count = items.len();
    let items = StoredValue::new(items);

    // Runs before the browser opens the popover, so that it never appears in the wrong place.
    let place = move |_| {
        if let (Some(button), Some(list)) = (button.get_untracked(), list.get_untracked()) {
            position(&button, &list, count);
        }
        open.set(true);
    };
    let toggled = move |_: ev::Event| {
        let Some(list) = list.get_untracked() else {
            return;
        };
        if list.matches(":popover-open").unwrap_or(false) {
            focus_item(&list, |_, _| 0);
        } else {
            open.set(false);
        }
    };
    let moved = move |event: ev::KeyboardEvent| {
        let Some(list) = list.get_untracked() else {
            return;
        };
        match event.key().as_str() {
            "ArrowDown" => focus_item(&list, |now, count| (now + 1) % count),
            "ArrowUp" => focus_item(&list, |now, count| (now + count - 1) % count),
            "Home" => focus_item(&list, |_, _| 0),
            "End" => focus_item(&list, |_, count| count - 1),
            _ => return,
        }
        event.prevent_default();
    };

    view! {
        <button
            node_ref=button
            type="button"
            class="button button-ghost button-icon button-small"
            title=label.clone()
            aria-label=label.clone()
            aria-haspopup="menu"
            aria-expanded=move || open.get().to_string()
            popovertarget=id.get_value()
            on:click=place
        >
            <Icon glyph=Glyph::More />
        </button>
        <div node_ref=list id=id.get_value() class="menu" role="menu" aria-label=label popover="auto" on:toggle=toggled on:keydown=moved>
            <Show when=move || open.get()>
                {items.get_value().into_iter().map(|item| view! {
                    <button
                        type="button"
                        role="menuitem"
                        class="menu-item"
                        class:is-danger=item.danger
                        tabindex="-1"
                        popovertarget=id.get_value()
                        popovertargetaction="hide"
                        on:click=move |_| item.on_select.run(())
                    >
                        <Icon glyph=item.glyph />
                        {item.label}
                    </button>
                }).collect_view()}
            </Show>
        </div>
    }
}

/// Below the button's end, or above it where there is no room.
#[expect(clippy::cast_precision_loss, reason = "a menu has a handful of items")]
fn position(button: &web_sys::HtmlElement, list: &web_sys::HtmlElement, count: usize) {
    let at = button.get_bounding_client_rect();
    let root = document().document_element();
    let (width, height) = root.map_or((0.0, 0.0), |root| {
        (
            f64::from(root.client_width()),
            f64::from(root.client_height()),
        )
    });
    let style = list.style();
    let below = at.bottom() + GAP + ITEM * count as f64 <= height;
    let (used, unused, distance) = if below {
        ("top", "bottom", at.bottom() + GAP)
    } else {
        ("bottom", "top", height - at.top() + GAP)
    };
    // Setting a property fails only for a malformed name.
    drop(style.set_property(used, &pixels(distance)));
    drop(style.set_property(unused, "auto"));
    drop(style.set_property("right", &pixels((width - at.right()).max(GAP))));
}

/// A length, written by the browser: writing fractions takes a lot of code.
fn pixels(length: f64) -> String {
    // Fails only for a base that is none.
    let digits = js_sys::Number::from(length).to_string_with_radix(10);
    format!("{}px", digits.map(String::from).unwrap_or_default())
}

fn focus_item(list: &web_sys::HtmlElement, target: impl FnOnce(usize, usize) -> usize) {
    let items: Vec<web_sys::HtmlElement> = list
        .query_selector_all("[role=menuitem]")
        .map(|nodes| {
            (0..nodes.length())
                .filter_map(|index| nodes.item(index)?.dyn_into().ok())
                .collect()
        })
        .unwrap_or_default();
    if items.is_empty() {
        return;
    }
    let active = document().active_element();
    let now = items
        .iter()
        .position(|item| active.as_ref() == Some(item.as_ref()))
        .unwrap_or_default();
    if let Some(item) = items.get(target(now, items.len())) {
        // Fails for no element that is in the page.
        drop(item.focus());
    }
}
