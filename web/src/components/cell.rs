//! What the cells of lists hold.

use super::markup::{Markup, markup};

/// The name of a row, leading to its page.
pub(crate) fn link(href: &str, name: &str) -> Markup {
    let html = r#"<a class="cell-strong cell-clip" href="{}" title="{}"><bdi>{}</bdi></a>"#;
    markup(html, &[href, name, name])
}

/// The name of a row that has no page.
pub(crate) fn strong(name: &str) -> Markup {
    let html = r#"<span class="cell-strong cell-clip" title="{}"><bdi>{}</bdi></span>"#;
    markup(html, &[name, name])
}

/// Words, cut where there is no room.
pub(crate) fn words(words: &str) -> Markup {
    let html = r#"<span class="cell-soft cell-clip" title="{}"><bdi>{}</bdi></span>"#;
    markup(html, &[words, words])
}

/// That there is nothing.
pub(crate) fn none(words: &str) -> Markup {
    markup(r#"<span class="cell-none">{}</span>"#, &[words])
}

/// A second line.
pub(crate) fn below(words: &str) -> Markup {
    markup(r#"<span class="cell-sub"><bdi>{}</bdi></span>"#, &[words])
}

/// What says less than the name does.
pub(crate) fn soft(what: Markup) -> Markup {
    what.within(r#"<span class="cell-soft">"#, "</span>")
}

/// Something that people type.
pub(crate) fn code(text: &str) -> Markup {
    markup(r#"<code title="{}">{}</code>"#, &[text, text])
}

/// A second line that names who did it.
pub(crate) fn by(name: &str) -> Markup {
    let html = r#"<span class="cell-sub cell-clip" title="{}">by <bdi>{}</bdi></span>"#;
    markup(html, &[name, name])
}

/// Words that fit.
pub(crate) fn text(words: &str) -> Markup {
    markup("{}", &[words])
}

/// The end of a secret, as a second line.
pub(crate) fn hint(hint: &str) -> Markup {
    markup(r#"<code class="cell-sub">{}</code>"#, &[hint])
}
