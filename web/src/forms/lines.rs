//! Entries typed or pasted one per line.

/// The entries a text means: trimmed, without blank lines, in their order.
pub(crate) fn entries(text: &str) -> Vec<String> {
    numbered(text).map(|(_, entry)| entry.to_owned()).collect()
}

/// The line, counted from 0, on which the entry with this index stands.
pub(crate) fn line_of(text: &str, index: usize) -> Option<usize> {
    numbered(text).nth(index).map(|(line, _)| line)
}

fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .map(str::trim)
        .enumerate()
        .filter(|(_, entry)| !entry.is_empty())
}

/// What is wrong with one line of e-mail addresses, or nothing.
pub(crate) fn mail_mistake(line: &str) -> Option<&'static str> {
    let address = line.trim();
    if address.is_empty() {
        return None;
    }
    let whole = address
        .rsplit_once('@')
        .is_some_and(|(local, host)| !local.is_empty() && !host.is_empty());
    (!whole || address.contains(char::is_whitespace)).then_some("Is not an e-mail address")
}

/// What is wrong with one line of labels, or nothing.
pub(crate) fn label_mistake(line: &str) -> Option<&'static str> {
    let label = line.trim();
    let named = label
        .split_once(':')
        .is_some_and(|(key, _)| !key.trim().is_empty());
    (!label.is_empty() && !named).then_some("Write key: value")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pasted_blank_lines_and_spaces_are_dropped() {
        let text = " https://a.example/ \n\n\thttps://b.example/\r\n";
        assert_eq!(entries(text), ["https://a.example/", "https://b.example/"]);
        assert_eq!(line_of(text, 1), Some(2));
        assert_eq!(line_of(text, 2), None);
    }

    #[test]
    fn an_address_needs_both_sides() {
        assert_eq!(mail_mistake(" team@example.com "), None);
        assert!(mail_mistake("team@").is_some());
        assert!(mail_mistake("a b@example.com").is_some());
    }
}
