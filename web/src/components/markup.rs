//! HTML in one piece, for what a list shows by the hundred: the browser reads a thousand elements from text faster than
//! it is told to make a dozen one by one.

use std::ops::Add;

use html_escape::encode_double_quoted_attribute_to_string;

/// HTML of the app, in which the words of people were made text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Markup(String);

/// Puts one of `words` in place of each `{}` of `html`, as text: whatever is in them does nothing. Attributes in `html`
/// stand in double quotes.
pub(crate) fn markup(html: &'static str, words: &[&str]) -> Markup {
    let mut words = words.iter();
    let mut filled = String::new();
    for (index, part) in html.split("{}").enumerate() {
        if index > 0 {
            encode_double_quoted_attribute_to_string(words.next().unwrap_or(&""), &mut filled);
        }
        filled.push_str(part);
    }
    Markup(filled)
}

impl Markup {
    /// An element of these classes around it.
    pub(crate) fn within(self, open: &'static str, close: &'static str) -> Self {
        Self(format!("{open}{}{close}", self.0))
    }

    /// For the browser.
    pub(crate) fn html(&self) -> &str {
        &self.0
    }
}

impl Add for Markup {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        self.0.push_str(&other.0);
        self
    }
}

impl Add<Option<Self>> for Markup {
    type Output = Self;

    fn add(self, other: Option<Self>) -> Self {
        self + other.unwrap_or_default()
    }
}

impl FromIterator<Self> for Markup {
    fn from_iter<T: IntoIterator<Item = Self>>(parts: T) -> Self {
        parts.into_iter().fold(Self::default(), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_people_stay_text() {
        let it = markup(
            "<b title=\"{}\">{}</b>",
            &["\" onclick=\"x", "<i>R&D</i> it's {}"],
        );
        assert_eq!(
            it.html(),
            "<b title=\"&quot; onclick=&quot;x\">&lt;i&gt;R&amp;D&lt;/i&gt; it's {}</b>"
        );
    }
}
