//! The parameters of an OAuth request: strict `application/x-www-form-urlencoded`.
//!
//! The usual decoders are lenient: they keep a broken `%`, replace what is not UTF-8
//! and let the last or the first of two values win. Two programs that decide
//! differently see two different requests, so here all of that is an error.

use std::fmt;

use zeroize::Zeroizing;

/// Most parameters in one request; the longest standard request has about twenty.
const MOST_PARAMETERS: usize = 64;
/// The one parameter that may be given several times (RFC 8707, 2).
const REPEATABLE: &str = "resource";

/// The parameters of one request, from its body or its query.
///
/// A parameter without a value counts as absent (RFC 6749, 3.1 and 3.2). Values are
/// wiped when dropped and never printed: secrets and passwords are among them.
#[derive(Clone, Default)]
pub struct Parameters(Vec<(String, Zeroizing<String>)>);

/// Why the parameters cannot be used: answered with `invalid_request` (RFC 6749, 5.2).
///
/// No message repeats a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParametersProblem {
    /// A `%` without two hexadecimal digits.
    #[error("a parameter has a % that is not followed by two hexadecimal digits")]
    BrokenPercentEncoding,
    /// Bytes that are not UTF-8 (RFC 6749, appendix B).
    #[error("a parameter is not UTF-8")]
    NotUtf8,
    /// A NUL character, encoded or not.
    #[error("a parameter contains a NUL character")]
    ContainsNul,
    /// The same parameter twice (RFC 6749, 3.1 and 3.2).
    #[error("{} is given more than once", shown(.0))]
    Repeated(String),
    /// More than 64 parameters.
    #[error("there are more than {MOST_PARAMETERS} parameters")]
    TooMany,
}

impl Parameters {
    /// Reads the body of a POST or the query of a GET. The caller bounds its length.
    ///
    /// # Errors
    /// The first [`ParametersProblem`] found.
    pub fn parse(text: &[u8]) -> Result<Self, ParametersProblem> {
        let mut parameters: Vec<(String, Zeroizing<String>)> = Vec::new();
        for pair in text.split(|byte| *byte == b'&') {
            // As every decoder does: "a=1&&b=2" and a trailing "&" carry nothing.
            if pair.is_empty() {
                continue;
            }
            if parameters.len() == MOST_PARAMETERS {
                return Err(ParametersProblem::TooMany);
            }
            let equals = pair.iter().position(|byte| *byte == b'=');
            let (name, value) = match equals {
                Some(place) => (&pair[..place], &pair[place + 1..]),
                None => (pair, &[][..]),
            };
            let name = std::mem::take(&mut *decode(name)?);
            let value = decode(value)?;
            let is_repeated = parameters.iter().any(|(known, _)| *known == name);
            if is_repeated && name != REPEATABLE {
                return Err(ParametersProblem::Repeated(name));
            }
            parameters.push((name, value));
        }
        Ok(Self(parameters))
    }

    /// The value of a parameter; none where it is absent or empty.
    ///
    /// Of a repeated `resource` this is the first: ask [`Parameters::all`] instead.
    pub fn one(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// All values of a parameter that may be given several times, in their order,
    /// without the empty ones.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(known, value)| known == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for Parameters {
    /// The names only.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_set()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

/// Decodes one name or value: `+` is a space, `%XX` a byte, the whole UTF-8 without NUL.
pub(super) fn decode(text: &[u8]) -> Result<Zeroizing<String>, ParametersProblem> {
    // Sized once, so that growing leaves no copy of a secret behind.
    let mut decoded = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text.iter().copied();
    while let Some(byte) = rest.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let high = rest.next().and_then(hexadecimal_value);
                let low = rest.next().and_then(hexadecimal_value);
                let (high, low) = high
                    .zip(low)
                    .ok_or(ParametersProblem::BrokenPercentEncoding)?;
                high << 4 | low
            }
            other => other,
        });
    }
    if decoded.contains(&0) {
        return Err(ParametersProblem::ContainsNul);
    }
    // Moved, not copied; what is not UTF-8 is wiped all the same.
    match String::from_utf8(std::mem::take(&mut *decoded)) {
        Ok(text) => Ok(Zeroizing::new(text)),
        Err(error) => {
            drop(Zeroizing::new(error.into_bytes()));
            Err(ParametersProblem::NotUtf8)
        }
    }
}

fn hexadecimal_value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// A name that may stand in `error_description`, which allows few characters
/// (RFC 6749, 5.2) and ends up in other people's logs.
fn shown(name: &str) -> &str {
    let is_plain = !name.is_empty()
        && name.len() <= 64
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    if is_plain { name } else { "a parameter" }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Parameters {
        Parameters::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn values_are_decoded() {
        let form = parse("grant_type=client_credentials&scope=a+b%20c&x=%C3%A9%2B%26%3D&y=a=b");
        assert_eq!(form.one("grant_type"), Some("client_credentials"));
        assert_eq!(form.one("scope"), Some("a b c"));
        assert_eq!(form.one("x"), Some("é+&="));
        assert_eq!(form.one("y"), Some("a=b"));
        assert_eq!(form.one("z"), None);
    }

    #[test]
    fn a_name_is_decoded_too() {
        assert_eq!(parse("grant%5Ftype=x").one("grant_type"), Some("x"));
    }

    #[test]
    fn an_empty_value_counts_as_absent() {
        for text in [
            "",
            "&",
            "scope=",
            "scope",
            "&scope=&",
            "resource=&resource=",
        ] {
            let form = parse(text);
            assert_eq!(form.one("scope"), None, "{text}");
            assert_eq!(form.all("resource").count(), 0, "{text}");
        }
    }

    #[test]
    fn a_repeated_parameter_is_refused() {
        for text in ["a=1&a=2", "a=1&b=2&a=1", "a=&a=1", "a&a", "a=1&%61=2"] {
            assert_eq!(
                Parameters::parse(text.as_bytes()).unwrap_err(),
                ParametersProblem::Repeated("a".to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn names_that_differ_in_case_are_two_parameters() {
        assert_eq!(parse("scope=a&Scope=b").one("scope"), Some("a"));
    }

    #[test]
    fn resource_may_be_repeated() {
        let form = parse("resource=https://a.example&scope=x&resource=&resource=https://b.example");
        let resources: Vec<_> = form.all("resource").collect();
        assert_eq!(resources, ["https://a.example", "https://b.example"]);
    }

    #[test]
    fn broken_percent_encoding_is_refused() {
        for text in [
            "a=%", "a=%2", "a=%zz", "a=%2g", "a=%%20", "a=%+1", "%=a", "a=% 1",
        ] {
            assert_eq!(
                Parameters::parse(text.as_bytes()).unwrap_err(),
                ParametersProblem::BrokenPercentEncoding,
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_not_utf_8_is_refused() {
        for text in [
            &b"a=%ff"[..],
            b"a=%c0%80",
            b"a=%ed%a0%80",
            b"a=\xff",
            b"%ff=a",
        ] {
            assert_eq!(
                Parameters::parse(text).unwrap_err(),
                ParametersProblem::NotUtf8
            );
        }
    }

    #[test]
    fn nul_is_refused() {
        for text in [&b"a=%00"[..], b"a=b\0", b"%00=a", b"a\0=b"] {
            assert_eq!(
                Parameters::parse(text).unwrap_err(),
                ParametersProblem::ContainsNul
            );
        }
    }

    #[test]
    fn the_64th_parameter_is_accepted_and_the_next_refused() {
        let text: Vec<_> = (0..65).map(|number| format!("p{number}=x")).collect();
        assert_eq!(parse(&text[..64].join("&")).one("p63"), Some("x"));
        let problem = Parameters::parse(text.join("&").as_bytes()).unwrap_err();
        assert_eq!(problem, ParametersProblem::TooMany);
    }

    #[test]
    fn an_odd_name_is_not_repeated_in_the_message() {
        let problem = Parameters::parse(b"a%22%0a=1&a%22%0a=2").unwrap_err();
        assert_eq!(problem.to_string(), "a parameter is given more than once");
        let problem = Parameters::parse(b"scope=1&scope=2").unwrap_err();
        assert_eq!(problem.to_string(), "scope is given more than once");
    }

    #[test]
    fn debug_shows_no_value() {
        assert_eq!(
            format!("{:?}", parse("client_secret=hunter2")),
            r#"{"client_secret"}"#
        );
    }

    proptest! {
        #[test]
        fn parsing_never_panics(text: Vec<u8>) {
            let _ = Parameters::parse(&text);
        }

        #[test]
        fn what_was_encoded_is_read_back(name in "[a-z]{1,8}", value in "[^\0]{1,40}") {
            let text: String = form_urlencoded::Serializer::new(String::new())
                .append_pair(&name, &value)
                .finish();
            let form = parse(&text);
            prop_assert_eq!(form.one(&name), Some(value.as_str()));
        }
    }
}
