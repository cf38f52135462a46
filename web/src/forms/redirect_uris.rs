//! Redirect URIs, one per line: RFC 6749 section 3.1.2 and RFC 8252 section 7.

/// What is wrong with one line, or nothing. Blank lines and spaces around an entry are what pasting brings; they are
/// not mistakes.
pub(crate) fn mistake(line: &str) -> Option<&'static str> {
    let uri = line.trim();
    if uri.is_empty() {
        return None;
    }
    let Some((scheme, rest)) = uri.split_once(':') else {
        return Some("Needs a scheme, such as https://");
    };
    if uri.contains(char::is_whitespace) {
        return Some("Must not contain spaces");
    }
    if uri.contains('#') {
        return Some("Must not have a fragment (#)");
    }
    if uri.contains('*') {
        return Some("Wildcards are not allowed");
    }
    match scheme.to_ascii_lowercase().as_str() {
        "https" => host(rest)
            .is_none()
            .then_some("Needs a host after https://"),
        "http" if host(rest).is_some_and(is_loopback) => None,
        "http" => Some("http only for a loopback address"),
        private if private.contains('.') => None,
        _ => Some("A private scheme needs a dot in it"),
    }
}

fn host(rest: &str) -> Option<&str> {
    let authority = rest.strip_prefix("//")?.split(['/', '?']).next()?;
    let host = match authority.strip_prefix('[') {
        Some(literal) => literal.split_once(']')?.0,
        None => authority.split(':').next()?,
    };
    (!host.is_empty()).then_some(host)
}

fn is_loopback(host: &str) -> bool {
    matches!(host, "127.0.0.1" | "::1" | "localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_can_be_registered_has_no_mistake() {
        for line in [
            "",
            "  ",
            " https://app.example/cb ",
            "http://127.0.0.1:8400/cb",
            "http://[::1]/cb",
            "com.example.app:/cb",
        ] {
            assert_eq!(mistake(line), None, "{line}");
        }
    }

    #[test]
    fn a_line_that_would_be_refused_says_why() {
        for line in [
            "app.example/cb",
            "https://",
            "https://a.example/#x",
            "https://*.example/",
            "http://a.example/cb",
            "app:/cb",
            "https://a.example/a b",
        ] {
            assert!(mistake(line).is_some(), "{line}");
        }
    }
}
