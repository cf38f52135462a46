//! The authorization endpoint (RFC 6749, section 3.1): requests are held on the server under a one-time id while the
//! person signs in.

/// Where a held request goes on once the person has signed in.
pub fn resume_path(id: &str) -> String {
    format!("/oauth2/authorize/resume?request={id}")
}
