//! Signed tokens in the compact form (RFC 7515, 7.1; RFC 7519).

use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use josekit::jws::{self, JwsHeader};
use serde::de::{Deserialize, Deserializer, IgnoredAny};
use serde::{Deserialize as DeriveDeserialize, Serialize};
use serde_json::{Map, Value};

use super::key::SigningKey;
use super::verifying_key::VerifyingKey;
use super::{Algorithm, SigningProblem};

/// Longest token that is looked at, and longest header in it, in characters.
const LONGEST_TOKEN: usize = 16 * 1024;
const LONGEST_HEADER: usize = 2 * 1024;

/// Why a token was not accepted. For the log: the caller hears only `invalid_token`,
/// `invalid_grant` or `invalid_client`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenRejected {
    /// More than 16 KiB.
    #[error("the token is too long")]
    TooLong,
    /// Not three parts of base64url without padding.
    #[error("the token is not a compact JWS of three parts")]
    NotCompact,
    /// The header is not a small JSON object with `alg`, or names a member twice.
    #[error("the token header is not readable")]
    BadHeader,
    /// The header has `crit`: an extension that must be understood, and none is.
    #[error("the token demands an extension that is not supported")]
    CriticalExtension,
    /// `typ` is absent or another one (RFC 8725, 3.11).
    #[error("the token is of another type")]
    WrongType,
    /// No key is known by this `kid`, or there is no `kid`.
    #[error("the token is signed by an unknown key")]
    UnknownKey,
    /// `alg` is not the one the key is registered for, be it `none` or anything else.
    #[error("the token is signed by another algorithm than its key is for")]
    WrongAlgorithm,
    /// The signature is not by the key, or the token was changed since.
    #[error("the token signature is wrong")]
    WrongSignature,
    /// The claims are not a JSON object.
    #[error("the token claims are not a JSON object")]
    BadClaims,
}

/// The header members that are looked at. Those that carry or point to a key (`jwk`,
/// `jku`, `x5c`, `x5u`) are not even kept: a token does not choose who may sign it.
#[derive(Debug, DeriveDeserialize)]
pub struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    #[serde(default)]
    crit: Presence,
}

impl Header {
    /// `alg`, as written; not yet believed.
    pub fn alg(&self) -> &str {
        &self.alg
    }

    /// `kid`, as written; a hint for finding the key and nothing more.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// `typ`, as written.
    pub fn typ(&self) -> Option<&str> {
        self.typ.as_deref()
    }

    /// Whether `typ` is this one, in any case, with or without `application/` before it
    /// (RFC 7515, 4.1.9).
    pub fn is_of_type(&self, typ: &str) -> bool {
        self.typ().is_some_and(|found| {
            without_application(found).eq_ignore_ascii_case(without_application(typ))
        })
    }

    fn parse(encoded: &str) -> Result<Self, TokenRejected> {
        if encoded.len() > LONGEST_HEADER {
            return Err(TokenRejected::BadHeader);
        }
        let json = decode_part(encoded)?;
        // An array would also do for a derived parser, member by member.
        if !json.trim_ascii_start().starts_with(b"{") {
            return Err(TokenRejected::BadHeader);
        }
        let header: Self = serde_json::from_slice(&json).map_err(|_| TokenRejected::BadHeader)?;
        match header.crit {
            Presence::Absent => Ok(header),
            Presence::Present => Err(TokenRejected::CriticalExtension),
        }
    }
}

/// Whether a member is there at all, be it `null`.
#[derive(Debug, Default, PartialEq, Eq)]
enum Presence {
    #[default]
    Absent,
    Present,
}

impl<'de> Deserialize<'de> for Presence {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self::Present)
    }
}

impl SigningKey {
    /// A token of these claims, with `typ`, `alg` and `kid` in its header.
    ///
    /// # Errors
    /// [`SigningProblem::Claims`] where the claims cannot be JSON,
    /// [`SigningProblem::Failed`] where the library fails.
    pub fn sign_jwt(
        &self,
        typ: &str,
        claims: &(impl Serialize + ?Sized),
    ) -> Result<String, SigningProblem> {
        let claims = serde_json::to_vec(claims).map_err(|_| SigningProblem::Claims)?;
        let mut header = JwsHeader::new();
        header.set_token_type(typ);
        jws::serialize_compact(&claims, &header, self).map_err(|_| SigningProblem::Failed)
    }
}

/// The claims of a token of type `typ` that is signed by a key `find_key` knows.
///
/// The key decides the algorithm. What the claims say (issuer, audience, times) is
/// not looked at: whoever asked must.
///
/// # Errors
/// The first [`TokenRejected`] found.
pub fn decode_verified(
    token: &str,
    typ: &str,
    mut find_key: impl FnMut(&str) -> Option<Arc<VerifyingKey>>,
) -> Result<Map<String, Value>, TokenRejected> {
    decode_verified_with(token, |header| {
        if !header.is_of_type(typ) {
            return Err(TokenRejected::WrongType);
        }
        header
            .kid()
            .and_then(&mut find_key)
            .ok_or(TokenRejected::UnknownKey)
    })
}

/// As [`decode_verified`], for tokens of others, such as client assertions (RFC 7523),
/// which may lack `typ` or `kid`: `choose_key` sees the header and picks the key.
///
/// # Errors
/// The first [`TokenRejected`] found, or what `choose_key` says.
pub fn decode_verified_with(
    token: &str,
    choose_key: impl FnOnce(&Header) -> Result<Arc<VerifyingKey>, TokenRejected>,
) -> Result<Map<String, Value>, TokenRejected> {
    if token.len() > LONGEST_TOKEN {
        return Err(TokenRejected::TooLong);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(TokenRejected::NotCompact)?;
    let (header, claims) = signed.split_once('.').ok_or(TokenRejected::NotCompact)?;
    // A fourth part would leave a dot in the claims, which is not base64url.
    let claims = decode_part(claims)?;
    let signature = decode_part(signature)?;
    let header = Header::parse(header)?;
    let key = choose_key(&header)?;
    if header.alg().parse::<Algorithm>() != Ok(key.algorithm()) {
        return Err(TokenRejected::WrongAlgorithm);
    }
    if !key.verify(signed.as_bytes(), &signature) {
        return Err(TokenRejected::WrongSignature);
    }
    serde_json::from_slice(&claims).map_err(|_| TokenRejected::BadClaims)
}

/// Header and claims of a token as they are written, for finding out whose it may be. Nothing of it is to be believed
/// before [`decode_verified_with`] has looked at the signature.
///
/// # Errors
/// The first [`TokenRejected`] found.
pub fn read_unverified(token: &str) -> Result<(Header, Map<String, Value>), TokenRejected> {
    if token.len() > LONGEST_TOKEN {
        return Err(TokenRejected::TooLong);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(TokenRejected::NotCompact)?;
    let (header, claims) = signed.split_once('.').ok_or(TokenRejected::NotCompact)?;
    let claims = decode_part(claims)?;
    decode_part(signature)?;
    let header = Header::parse(header)?;
    let claims = serde_json::from_slice(&claims).map_err(|_| TokenRejected::BadClaims)?;
    Ok((header, claims))
}

/// Strict: no padding, no white space, no spare bits, so one token has one spelling.
fn decode_part(encoded: &str) -> Result<Vec<u8>, TokenRejected> {
    BASE64_URL_SAFE_NO_PAD
        .decode(encoded)
        .map_err(|_| TokenRejected::NotCompact)
}

fn without_application(typ: &str) -> &str {
    const PREFIX: &str = "application/";
    match typ.split_at_checked(PREFIX.len()) {
        // Only where no other slash follows (RFC 7515, 4.1.9).
        Some((start, rest)) if start.eq_ignore_ascii_case(PREFIX) && !rest.contains('/') => rest,
        _ => typ,
    }
}
