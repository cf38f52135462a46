//! Webhooks, signed by the Standard Webhooks convention: `webhook-id`, `webhook-timestamp` and
//! `webhook-signature: v1,<Base64 of HMAC-SHA-256 over id.timestamp.body>`.

use std::{fmt, sync::Arc};

use data_encoding::BASE64;
use secrecy::{ExposeSecret, SecretBox};
use url::Url;
use uuid::Uuid;

use super::{
    address::{self, Reach},
    request::{self, RequestProblem},
};
use crate::{crypto::digest::Digest, domain::timestamp::Timestamp};

/// How a secret of this convention begins.
const PREFIX: &str = "whsec_";

/// Where webhooks go, and what signs them.
#[derive(Clone)]
pub struct Webhook {
    url: Url,
    secret: Arc<SecretBox<Vec<u8>>>,
    reach: Reach,
}

/// Why there is no webhook. No message repeats the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookProblem {
    /// Not a usable address.
    #[error("an https URL without user name and password that does not lead to a private address")]
    Address,
    /// Not a usable secret.
    #[error("whsec_ and the Base64 of 24 to 64 random bytes")]
    Secret,
}

impl fmt::Debug for Webhook {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Webhook").finish_non_exhaustive()
    }
}

impl Webhook {
    /// A webhook to `url`, signed with `secret`.
    ///
    /// # Errors
    /// [`WebhookProblem`].
    pub fn parse(url: &str, secret: &str, reach: Reach) -> Result<Self, WebhookProblem> {
        let url = Url::parse(url).map_err(|_| WebhookProblem::Address)?;
        address::check(&url, reach).map_err(|_| WebhookProblem::Address)?;
        let bytes = secret
            .strip_prefix(PREFIX)
            .and_then(|it| BASE64.decode(it.as_bytes()).ok())
            .filter(|it| (24..=64).contains(&it.len()))
            .ok_or(WebhookProblem::Secret)?;
        Ok(Self {
            url,
            secret: Arc::new(SecretBox::new(Box::new(bytes))),
            reach,
        })
    }

    /// Where it goes, without what may be secret in it.
    pub fn shown(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// The signature of one attempt.
    pub fn sign(&self, id: Uuid, at: Timestamp, body: &str) -> String {
        let signed = format!("{id}.{}.{body}", at.unix());
        let tag = Digest::keyed(self.secret.expose_secret(), signed.as_bytes());
        format!("v1,{}", BASE64.encode(tag.as_bytes()))
    }

    /// Sends a message.
    ///
    /// # Errors
    /// [`RequestProblem`]: try again later.
    pub async fn send(&self, id: Uuid, at: Timestamp, body: &str) -> Result<(), RequestProblem> {
        let signature = self.sign(id, at, body);
        request::send(&self.url, self.reach, |client, url| {
            client
                .post(url)
                .header("content-type", "application/json")
                .header("webhook-id", id.to_string())
                .header("webhook-timestamp", at.unix())
                .header("webhook-signature", signature)
                .body(body.to_owned())
        })
        .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_and_never_shown() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let webhook = Webhook::parse("https://example.org/hook?key=1", secret, Reach::Public);
        let webhook = webhook.unwrap();
        assert!(!format!("{webhook:?}").contains("MfKQ"));
        assert_eq!(webhook.shown(), "https://example.org");
        for bad in [
            "",
            "whsec_",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_short",
        ] {
            let bad = Webhook::parse("https://example.org/", bad, Reach::Public);
            assert_eq!(bad.err(), Some(WebhookProblem::Secret));
        }
    }

    #[test]
    fn the_signature_covers_id_time_and_body() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let webhook = Webhook::parse("https://example.org/", secret, Reach::Public).unwrap();
        let (id, at) = (Uuid::nil(), Timestamp::from_unix_clamped(1_614_265_330));
        let signature = webhook.sign(id, at, "{}");
        assert!(signature.starts_with("v1,"));
        assert_ne!(signature, webhook.sign(Uuid::max(), at, "{}"));
        assert_ne!(signature, webhook.sign(id, at.plus(1), "{}"));
        assert_ne!(signature, webhook.sign(id, at, "{ }"));
    }
}
