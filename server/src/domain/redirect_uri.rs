//! Redirect URIs: which may be registered, and when a presented one is the same.

use std::fmt;
use std::str::FromStr;

use percent_encoding::percent_decode;
use url::{Host, Url};

/// Most characters of a redirect URI.
const LONGEST: usize = 2000;
/// The loopback hosts whose port is chosen when the app starts (RFC 8252, 7.3).
const LOOPBACK: [&str; 2] = ["http://127.0.0.1", "http://[::1]"];
/// Schemes that run or show what is in the URI instead of going somewhere.
const DANGEROUS_SCHEMES: [&str; 9] = [
    "about",
    "blob",
    "data",
    "file",
    "filesystem",
    "javascript",
    "jar",
    "vbscript",
    "view-source",
];

/// A redirect URI as its client registered it.
///
/// Kept and compared as a string, never normalised (RFC 9700, 2.1; RFC 3986, 6.2.1):
/// parsers disagree on odd URIs, so odd ones are refused here and none is rewritten.
///
/// * `https` anywhere.
/// * `http` for the loopback addresses `127.0.0.1` and `[::1]`, where the port may
///   differ at each request, for a native app takes the port it gets (RFC 8252, 7.3),
///   and for `localhost`, where the port must be the registered one: the name may
///   resolve elsewhere than the app listens (RFC 8252, 8.3), so it is for development
///   and gets no extra freedom.
/// * private-use schemes that are a reversed domain name, such as
///   `com.example.app:/callback` (RFC 8252, 7.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RedirectUri(String);

/// Why a redirect URI cannot be registered. Each message says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RedirectUriProblem {
    /// Nothing was given.
    #[error("Enter a redirect URI, for example https://app.example.com/callback.")]
    Empty,
    /// More than 2000 characters.
    #[error("Shorten the redirect URI to at most 2000 characters.")]
    TooLong,
    /// A space, a control character, a backslash, a quote, or anything that is not ASCII.
    #[error(
        "Use only characters that may stand in a URI: no spaces, line breaks, backslashes, quotes \
         or brackets; write international host names in their xn-- form and encode other \
         characters as %XX."
    )]
    IllegalCharacter,
    /// An asterisk.
    #[error("Register each redirect URI in full; a wildcard (*) is not supported.")]
    Wildcard,
    /// A `#`.
    #[error("Remove the fragment: the # and everything after it.")]
    Fragment,
    /// A `%` without two hexadecimal digits, or an encoded control character or backslash.
    #[error(
        "Correct the percent-encoding: each % is followed by two hexadecimal digits and must not \
         stand for a control character or a backslash."
    )]
    BadPercentEncoding,
    /// No scheme.
    #[error("Enter a complete URI that begins with its scheme, such as https://.")]
    NotAbsolute,
    /// `javascript:`, `data:` and the like.
    #[error("Use https://; this scheme would run or show content instead of leading to an app.")]
    DangerousScheme,
    /// A private-use scheme that is no reversed domain name.
    #[error(
        "Use https://, or for a native app a scheme that is a domain name of yours reversed, \
         such as com.example.app:/callback."
    )]
    SchemeWithoutDot,
    /// `http` to somewhere else than this machine.
    #[error("Use https://; http:// is only for 127.0.0.1, [::1] and localhost.")]
    HttpElsewhere,
    /// A user name or password before the host.
    #[error("Remove the user name or password (the part before @).")]
    UserInformation,
    /// No host, or one that is written in an unusual way.
    #[error("Enter a plain host name or IP address after the two slashes.")]
    BadHost,
    /// A port that is no number from 1 to 65535, or has leading zeros.
    #[error("Enter a port from 1 to 65535, or leave it out.")]
    BadPort,
    /// A `.` or `..` in the path, encoded or not.
    #[error("Remove the . and .. from the path and write the path it leads to.")]
    DotSegment,
    /// A private-use scheme with nothing behind it.
    #[error("Add a path after the scheme, such as com.example.app:/callback.")]
    NothingAfterScheme,
    /// Whatever else is not a URI.
    #[error("This is not a valid URI; check how it is written.")]
    Malformed,
}

impl RedirectUri {
    /// Takes a redirect URI that may be registered, exactly as written.
    ///
    /// # Errors
    /// The first [`RedirectUriProblem`] found.
    pub fn parse(text: &str) -> Result<Self, RedirectUriProblem> {
        refuse_odd_characters(text)?;
        let (scheme, rest) = split_scheme(text)?;
        match scheme.to_ascii_lowercase().as_str() {
            "https" => {
                Authority::parse(rest)?;
            }
            "http" => {
                if !Authority::parse(rest)?.is_this_machine() {
                    return Err(RedirectUriProblem::HttpElsewhere);
                }
            }
            other if DANGEROUS_SCHEMES.contains(&other) => {
                return Err(RedirectUriProblem::DangerousScheme);
            }
            other => refuse_odd_private_use(other, rest)?,
        }
        refuse_dot_segments(rest)?;
        // Last, what another parser makes of it: whatever it cannot read, nor can a browser.
        Url::parse(text).map_err(|_| RedirectUriProblem::Malformed)?;
        Ok(Self(text.to_owned()))
    }

    /// The URI as it was registered.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `presented` in a request is this URI: the same string, except that a
    /// loopback address may come with any port (RFC 8252, 7.3).
    #[must_use]
    pub fn matches(&self, presented: &str) -> bool {
        if self.0 == presented {
            return true;
        }
        LOOPBACK.iter().any(|host| {
            let registered = after_loopback(host, &self.0);
            registered.is_some() && registered == after_loopback(host, presented)
        })
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl AsRef<str> for RedirectUri {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl FromStr for RedirectUri {
    type Err = RedirectUriProblem;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// The host and its port, as written.
struct Authority<'a> {
    host: &'a str,
}

impl<'a> Authority<'a> {
    fn parse(after_scheme: &'a str) -> Result<Self, RedirectUriProblem> {
        let text = authority_of(after_scheme).ok_or(RedirectUriProblem::BadHost)?;
        if text.contains('@') {
            return Err(RedirectUriProblem::UserInformation);
        }
        // In brackets a colon belongs to the address. What is cut at is one byte long, so every cut is between characters.
        let end_of_host = text.rfind(']').map_or(0, |bracket| bracket + 1);
        let (host, port) = match text[end_of_host..].find(':') {
            Some(colon) => {
                let (host, port) = text.split_at(end_of_host + colon);
                (host, Some(&port[1..]))
            }
            None => (text, None),
        };
        if !is_plain_host(host) {
            return Err(RedirectUriProblem::BadHost);
        }
        if port.is_some_and(|port| !is_port(port)) {
            return Err(RedirectUriProblem::BadPort);
        }
        Ok(Self { host })
    }

    fn is_this_machine(&self) -> bool {
        matches!(self.host, "127.0.0.1" | "[::1]" | "localhost")
    }
}

/// What stands between `//` and the path or query; none where there is no `//`.
fn authority_of(after_scheme: &str) -> Option<&str> {
    let text = after_scheme.strip_prefix("//")?;
    text.split(['/', '?']).next()
}

/// A name of letters, digits, hyphens and underscores, or an address in its usual form.
///
/// URL parsers also take `127.1`, `0x7f.0.0.1` or `2130706433` and rewrite them:
/// hiding where a URI leads is the only use of those.
fn is_plain_host(host: &str) -> bool {
    match Host::parse(host) {
        Ok(Host::Domain(_)) => {
            let name = host.strip_suffix('.').unwrap_or(host);
            name.split('.').all(|label| {
                !label.is_empty()
                    && label.len() <= 63
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            })
        }
        Ok(Host::Ipv4(address)) => address.to_string() == host,
        Ok(Host::Ipv6(address)) => host.eq_ignore_ascii_case(&format!("[{address}]")),
        Err(_) => false,
    }
}

fn is_port(text: &str) -> bool {
    !text.starts_with('0')
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && text.parse::<u16>().is_ok()
}

fn refuse_odd_characters(text: &str) -> Result<(), RedirectUriProblem> {
    if text.is_empty() {
        return Err(RedirectUriProblem::Empty);
    }
    if text.len() > LONGEST {
        return Err(RedirectUriProblem::TooLong);
    }
    for (place, byte) in text.bytes().enumerate() {
        match byte {
            b'#' => return Err(RedirectUriProblem::Fragment),
            b'*' => return Err(RedirectUriProblem::Wildcard),
            b'%' => refuse_odd_encoding(text.as_bytes().get(place + 1..place + 3))?,
            byte if is_uri_character(byte) => {}
            _ => return Err(RedirectUriProblem::IllegalCharacter),
        }
    }
    Ok(())
}

/// RFC 3986, 2.2 and 2.3: unreserved characters and delimiters.
fn is_uri_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?[]@!$&'()+,;=".contains(&byte)
}

fn refuse_odd_encoding(digits: Option<&[u8]>) -> Result<(), RedirectUriProblem> {
    let value = digits
        .filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))
        .and_then(|digits| str::from_utf8(digits).ok())
        .and_then(|digits| u8::from_str_radix(digits, 16).ok())
        .ok_or(RedirectUriProblem::BadPercentEncoding)?;
    if value.is_ascii_control() || value == b'\\' {
        return Err(RedirectUriProblem::BadPercentEncoding);
    }
    Ok(())
}

fn split_scheme(text: &str) -> Result<(&str, &str), RedirectUriProblem> {
    let (scheme, rest) = text
        .split_once(':')
        .ok_or(RedirectUriProblem::NotAbsolute)?;
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    if is_scheme {
        Ok((scheme, rest))
    } else {
        Err(RedirectUriProblem::NotAbsolute)
    }
}

fn refuse_odd_private_use(scheme: &str, rest: &str) -> Result<(), RedirectUriProblem> {
    let labels: Vec<_> = scheme.split('.').collect();
    if labels.len() < 2 || labels.iter().any(|label| label.is_empty()) {
        return Err(RedirectUriProblem::SchemeWithoutDot);
    }
    if rest.is_empty() {
        return Err(RedirectUriProblem::NothingAfterScheme);
    }
    // "app.example.com:8443/callback" is a host and its port whose https:// was forgotten.
    let after_digits = rest.trim_start_matches(|digit: char| digit.is_ascii_digit());
    if after_digits.len() < rest.len() && starts_a_path(after_digits) {
        return Err(RedirectUriProblem::NotAbsolute);
    }
    if authority_of(rest).is_some_and(|authority| authority.contains('@')) {
        return Err(RedirectUriProblem::UserInformation);
    }
    Ok(())
}

/// Servers and browsers resolve `.` and `..` at different times, also when they are
/// encoded, encoded twice, or followed by path parameters (`/..;/`).
fn refuse_dot_segments(after_scheme: &str) -> Result<(), RedirectUriProblem> {
    let path = after_scheme.split('?').next().unwrap_or_default();
    let mut path = path.as_bytes().to_vec();
    loop {
        let has_dots = path
            .split(|byte| matches!(byte, b'/' | b'\\'))
            .map(|segment| {
                segment
                    .split(|byte| *byte == b';')
                    .next()
                    .unwrap_or(segment)
            })
            .any(|segment| matches!(segment, b"." | b".."));
        if has_dots {
            return Err(RedirectUriProblem::DotSegment);
        }
        let decoded: Vec<u8> = percent_decode(&path).collect();
        if decoded == path {
            return Ok(());
        }
        // Each round is shorter than the one before, so this ends.
        path = decoded;
    }
}

/// What follows the loopback host and its optional port, if `uri` begins with that host.
fn after_loopback<'a>(host: &str, uri: &'a str) -> Option<&'a str> {
    let rest = uri.strip_prefix(host)?;
    let Some(port_and_rest) = rest.strip_prefix(':') else {
        return starts_a_path(rest).then_some(rest);
    };
    let end = port_and_rest
        .find(['/', '?'])
        .unwrap_or(port_and_rest.len());
    let (port, rest) = port_and_rest.split_at(end);
    (is_port(port) && starts_a_path(rest)).then_some(rest)
}

fn starts_a_path(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with(['/', '?'])
}

#[cfg(test)]
mod tests;
