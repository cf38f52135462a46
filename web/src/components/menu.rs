//! A button that opens a list of things to do, on the native popover: the browser shows it above all else, closes it by
//! Esc and by a press beside it, and gives the focus back. Where it opens is said by the style sheet.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::icon::{Glyph, Icon};
use crate::{effect::on_change, ids, router::use_path};

/// Items that belong together, apart from others by a line.
#[derive(Clone, Default)]
pub(crate) struct Part {
    /// What they have in common, where that needs to be said.
    pub(crate) title: Option<String>,
    /// The items, from top to bottom.
    pub(crate) items: Vec<Item>,
}

/// One line of a menu.
#[derive(Clone)]
pub(crate) struct Item {
    label: &'static str,
    glyph: Option<Glyph>,
    does: Does,
}

#[derive(Clone)]
enum Does {
    Lead(String),
    Act(Callback<()>),
    Choose(Signal<bool>, Callback<()>),
}

impl Item {
    /// Leads to a page, by its whole path.
    pub(crate) const fn link(label: &'static str, href: String) -> Self {
        Self::new(label, Does::Lead(href))
    }

    /// Does something at once.
    pub(crate) fn action(
        label: &'static str,
        act: impl Fn() + Clone + Send + Sync + 'static,
    ) -> Self {
        Self::new(label, Does::Act(Callback::new(move |()| act())))
    }

    /// Chooses one of the items of its part.
    pub(crate) fn choice(
        label: &'static str,
        is_chosen: impl Fn() -> bool + Send + Sync + 'static,
        choose: impl Fn() + Clone + Send + Sync + 'static,
    ) -> Self {
        let does = Does::Choose(Signal::derive(is_chosen), Callback::new(move |()| choose()));
        Self::new(label, does)
    }

    const fn new(label: &'static str, does: Does) -> Self {
        Self {
            label,
            glyph: None,
            does,
        }
    }

    /// With a drawing before its words.
    pub(crate) const fn icon(mut self, glyph: Glyph) -> Self {
        self.glyph = Some(glyph);
        self
    }
}

/// Opens `parts` from a button. Arrows, Home, End and first letters move; choosing, Esc, Tab and a press beside it close.
#[component]
pub(crate) fn Menu(
    /// Names the button and what it opens. It has in it the words that stand on the button.
    #[prop(into)]
    label: String,
    /// The button's clothes.
    #[prop(default = "button")]
    class: &'static str,
    /// Cannot be opened now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    parts: Vec<Part>,
    /// What stands on the button.
    children: Children,
) -> impl IntoView {
    let id = ids::unique("menu");
    let open = RwSignal::new(false);
    let menu = NodeRef::<html::Div>::new();
    let button = NodeRef::<html::Button>::new();
    let opened_by_key = move |event: ev::KeyboardEvent| {
        let key = event.key();
        if !matches!(key.as_str(), "ArrowDown" | "ArrowUp") {
            return;
        }
        event.prevent_default();
        let (Some(button), Some(menu)) = (button.get_untracked(), menu.get_untracked()) else {
            return;
        };
        // The browser gives the focus to the first item.
        button.click();
        if key == "ArrowUp" {
            focus(items_of(&menu).last());
        }
    };
    let moved = move |event: ev::KeyboardEvent| {
        if let Some(menu) = menu.get_untracked() {
            go(&menu, &event);
        }
    };
    let shut = move || {
        if let Some(menu) = menu.get_untracked() {
            close(&menu);
        }
    };
    // Back leads elsewhere under what is open.
    let path = use_path();
    on_change(move || path.track(), shut);
    let toggled = move |_: ev::Event| {
        let is_open = |menu: web_sys::HtmlDivElement| menu.matches(":popover-open");
        open.set(
            menu.get_untracked()
                .is_some_and(|it| is_open(it) == Ok(true)),
        );
    };
    view! {
        <button
            node_ref=button
            type="button"
            class=class
            aria-label=label.clone()
            aria-haspopup="menu"
            aria-expanded=move || open.get().to_string()
            aria-disabled=move || disabled.get().then_some("true")
            popovertarget=id.clone()
            on:keydown=opened_by_key
            on:click=move |event| {
                if disabled.get_untracked() {
                    event.prevent_default();
                }
            }
        >
            {children()}
        </button>
        <div node_ref=menu id=id class="menu" role="menu" aria-label=label popover="auto" on:toggle=toggled on:keydown=moved on:click=move |_| shut()>
            {parts.into_iter().enumerate().map(|(index, it)| part(it, index == 0)).collect_view()}
        </div>
    }
}

fn part(Part { title, items }: Part, is_first: bool) -> AnyView {
    let items = items.into_iter().enumerate();
    let items = items.map(|(index, it)| item(it, is_first && index == 0));
    let items = items.collect_view();
    let label = title.clone();
    view! {
        <div class="menu-part" role="group" aria-label=label>
            {title.map(|title| view! { <div class="menu-title" aria-hidden="true"><bdi>{title}</bdi></div> })}
            {items}
        </div>
    }
    .into_any()
}

fn item(Item { label, glyph, does }: Item, is_first: bool) -> AnyView {
    let words = view! {
        {glyph.map(|glyph| view! { <Icon glyph /> })}
        <span>{label}</span>
    };
    // The browser focuses what says so when it shows the menu, and nothing when it is not shown.
    match does {
        Does::Lead(href) => view! {
            <a class="menu-item" role="menuitem" tabindex="-1" autofocus=is_first href=href>{words}</a>
        }
        .into_any(),
        Does::Act(act) => view! {
            <button type="button" class="menu-item" role="menuitem" tabindex="-1" autofocus=is_first on:click=move |_| act.run(())>
                {words}
            </button>
        }
        .into_any(),
        Does::Choose(is_chosen, choose) => view! {
            <button
                type="button"
                class="menu-item"
                role="menuitemradio"
                aria-checked=move || is_chosen.get().to_string()
                tabindex="-1"
                autofocus=is_first
                on:click=move |_| choose.run(())
            >
                {words}
                <Icon glyph=Glyph::Check />
            </button>
        }
        .into_any(),
    }
}

/// Where a key leads within an open menu.
fn go(menu: &HtmlElement, event: &ev::KeyboardEvent) {
    let items = items_of(menu);
    let (Some(last), active) = (items.len().checked_sub(1), document().active_element()) else {
        return;
    };
    let now = items.iter().position(|it| active.as_deref() == Some(it));
    let now = now.unwrap_or(last);
    let next = match event.key().as_str() {
        "ArrowDown" => (now + 1) % items.len(),
        "ArrowUp" => (now + last) % items.len(),
        "Home" => 0,
        "End" => last,
        "Tab" => {
            // Goes on from the button, to which closing gives the focus.
            close(menu);
            return;
        }
        // A link is not pressed by this key, an item of a menu is.
        " " if items[now].has_attribute("href") => {
            event.prevent_default();
            items[now].click();
            return;
        }
        letter if !(event.ctrl_key() || event.meta_key() || event.alt_key()) => {
            let mut ahead = (1..=items.len()).map(|step| (now + step) % items.len());
            let Some(found) = ahead.find(|it| begins_with(&items[*it], letter)) else {
                return;
            };
            found
        }
        _ => return,
    };
    event.prevent_default();
    focus(items.get(next));
}

fn begins_with(item: &Element, letter: &str) -> bool {
    let words = item.text_content().unwrap_or_default();
    // The other keys have names, such as "Delete".
    letter.len() == 1
        && words
            .get(..1)
            .is_some_and(|it| it.eq_ignore_ascii_case(letter))
}

fn items_of(menu: &Element) -> Vec<HtmlElement> {
    let Ok(found) = menu.query_selector_all(".menu-item") else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|index| found.item(index)?.dyn_into().ok())
        .collect()
}

fn focus(item: Option<&HtmlElement>) {
    if let Some(item) = item {
        // Fails for no element that is in the page.
        drop(item.focus());
    }
}

fn close(menu: &HtmlElement) {
    // Fails only for what has left the page.
    drop(menu.hide_popover());
}
