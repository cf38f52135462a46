//! The name of an API in requests and tokens: `resource` and `aud` (RFC 8707, section 2; RFC 9068, section 2.2).

use std::fmt;

use url::Url;

/// An absolute URI without fragment, compared character by character.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Audience(String);

/// Why a text is no audience.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AudienceProblem {
    /// No absolute URI of visible ASCII.
    #[error("must be an absolute URI, such as https://api.example.com")]
    NotAbsolute,
    /// RFC 8707 forbids one.
    #[error("must not have a fragment: leave out # and what follows")]
    Fragment,
    /// Who asks is said elsewhere.
    #[error("must not contain a user name or password")]
    UserInfo,
    /// Two spellings of one URI would pass for two APIs.
    #[error("must be written as {0}")]
    Spelling(String),
    /// Longer than 255 characters.
    #[error("is longer than 255 characters")]
    TooLong,
}

impl Audience {
    /// An audience that somebody chose, in the one spelling that it has.
    ///
    /// # Errors
    /// [`AudienceProblem`] with the rule.
    pub fn parse(text: &str) -> Result<Self, AudienceProblem> {
        if text.len() > 255 {
            return Err(AudienceProblem::TooLong);
        }
        if !text.bytes().all(|it| it.is_ascii_graphic()) {
            return Err(AudienceProblem::NotAbsolute);
        }
        let uri = Url::parse(text).map_err(|_| AudienceProblem::NotAbsolute)?;
        if text.contains('#') {
            return Err(AudienceProblem::Fragment);
        }
        if !uri.username().is_empty() || uri.password().is_some() {
            return Err(AudienceProblem::UserInfo);
        }
        let canonical = uri.as_str();
        // A host alone may be written without the slash that the library adds.
        let bare = uri.path() == "/" && canonical.strip_suffix('/') == Some(text);
        if canonical != text && !bare {
            return Err(AudienceProblem::Spelling(canonical.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }

    /// One that a row holds.
    pub fn from_row(text: String) -> Self {
        Self(text)
    }

    /// As it travels.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it names something at `issuer`, or the issuer itself: only this server says what that means.
    pub fn is_within(&self, issuer: &str) -> bool {
        self.0
            .strip_prefix(issuer)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absolute_uri_in_its_own_spelling_is_taken_as_it_is() {
        for good in [
            "https://api.example.com",
            "https://api.example.com/",
            "https://api.example.com/orders?v=2",
            "http://localhost:8080/orders",
            "urn:example:orders",
        ] {
            assert_eq!(Audience::parse(good).unwrap().as_str(), good);
        }
    }

    #[test]
    fn what_is_no_audience_is_refused_with_the_rule() {
        for bad in [
            "",
            "orders",
            "/orders",
            "https://api.example.com/#part",
            "https://api.example.com/#",
            "https://me:secret@api.example.com",
            "https://API.example.com/",
            "HTTPS://api.example.com",
            "https://api.example.com:443/",
            "https://api.example.com/a/../b",
            "https://api.example.com/a b",
            "https://äpi.example.com",
            &format!("https://api.example.com/{}", "x".repeat(255)),
        ] {
            assert!(Audience::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_lies_at_the_issuer_belongs_to_this_server() {
        let within = |it: &str| {
            Audience::parse(it)
                .unwrap()
                .is_within("https://login.example.com")
        };
        assert!(within("https://login.example.com"));
        assert!(within("https://login.example.com/api/v1"));
        assert!(within("https://login.example.com/?a"));
        assert!(!within("https://login.example.com.evil.example"));
        assert!(!within("https://login.example.com:8443/"));
    }
}
