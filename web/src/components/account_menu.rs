//! Who is signed in, and what that person does about themselves.

use leptos::prelude::*;

use super::{
    icon::{Glyph, Icon},
    menu::{Item, Menu, Part},
};
use crate::{
    me::use_me,
    router::{is_within, use_path},
    routes,
    session::use_session,
    theme::Theme,
};

/// How much of the person stands on the button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Face {
    /// Initials and name, as wide as there is room.
    Named,
    /// The initials; the name stands in the menu.
    Small,
}

/// Opens the way to one's own account, the colours of the app, and the way out.
#[component]
pub(crate) fn AccountMenu(face: Face) -> impl IntoView {
    let session = use_session();
    let (me, path) = (use_me(), use_path());
    let theme = expect_context::<RwSignal<Theme>>();
    let themes = Theme::ALL.map(|it| {
        let (label, glyph) = match it {
            Theme::System => ("System", Glyph::Screen),
            Theme::Light => ("Light", Glyph::Sun),
            Theme::Dark => ("Dark", Glyph::Moon),
        };
        let choose = move || {
            theme.set(it);
            it.apply();
        };
        Item::choice(label, move || theme.get() == it, choose).icon(glyph)
    });
    let account = Item::link("My account", routes::href(routes::ACCOUNT)).icon(Glyph::Account);
    let sign_out = Item::action("Sign out", move || session.sign_out()).icon(Glyph::Leave);
    let part = |title: Option<&str>, items| Part {
        title: title.map(str::to_owned),
        items,
    };
    let parts = vec![
        part((face == Face::Small).then_some(&me.name), vec![account]),
        part(Some("Theme"), themes.to_vec()),
        part(None, vec![sign_out]),
    ];
    let is_here = move || path.with(|path| is_within(routes::ACCOUNT, path));
    let initials = initials(&me.name);
    let icon = initials
        .is_empty()
        .then(|| view! { <Icon glyph=Glyph::User /> });
    view! {
        <div class="account" class:is-small=face == Face::Small class:is-here=is_here>
            <Menu label=format!("Account: {}", me.name) class="account-button" parts>
                // Drawn by the style sheet: no words that the name has to begin with.
                <span class="avatar" data-initials=initials>{icon}</span>
                {(face == Face::Named).then(|| view! {
                    <bdi class="account-name">{me.name.clone()}</bdi>
                    <Icon glyph=Glyph::UpDown />
                })}
            </Menu>
        </div>
    }
}

/// The first letters of the first and the last word, without brackets and quotes.
fn initials(name: &str) -> String {
    let letter = |word: &str| word.chars().find(|it| !it.is_ascii_punctuation());
    let mut letters = name.split(' ').filter_map(letter);
    let first = letters.next();
    first.into_iter().chain(letters.next_back()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_the_last_word() {
        assert_eq!(initials("Ada Maria Kovács"), "AK");
        assert_eq!(initials("Administrator"), "A");
        assert_eq!(initials("\"Cy\"  <i>Tan</i> !"), "Ci");
        assert_eq!(initials("-"), "");
    }
}
