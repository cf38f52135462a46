//! Mail by SMTP, where it is configured.

use std::{fmt, time::Duration};

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};

/// How long a server may take for a mail.
const TAKES_AT_MOST: Duration = Duration::from_secs(30);

/// The server that takes our mails, and who they are from.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    shown: String,
}

/// Why a mail is not sent. No message repeats the password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailProblem {
    /// The URL of the server cannot be used.
    #[error(
        "smtps://user:password@host, smtp://user:password@host:587?tls=required, or smtp://host:25"
    )]
    Server,
    /// The address of the sender cannot be used.
    #[error("an e-mail address, such as Latchkey <latchkey@example.org>")]
    Sender,
    /// The address of the recipient cannot be used.
    #[error("the recipient is not an e-mail address")]
    Recipient,
    /// The server did not take it.
    #[error("the mail server did not take the mail: {0}")]
    Refused(String),
}

impl fmt::Debug for Mailer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Mailer").finish_non_exhaustive()
    }
}

impl Mailer {
    /// A mailer by the server at `url`, whose mails are from `from`.
    ///
    /// # Errors
    /// [`MailProblem`].
    pub fn parse(url: &str, from: &str) -> Result<Self, MailProblem> {
        let parsed = url::Url::parse(url).map_err(|_| MailProblem::Server)?;
        if !matches!(parsed.scheme(), "smtp" | "smtps") || !parsed.has_host() {
            return Err(MailProblem::Server);
        }
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|_| MailProblem::Server)?
            .timeout(Some(TAKES_AT_MOST))
            .build();
        let host = parsed.host_str().unwrap_or_default();
        Ok(Self {
            transport,
            from: from.parse().map_err(|_| MailProblem::Sender)?,
            shown: format!("{}://{host}", parsed.scheme()),
        })
    }

    /// The server, without user name and password.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// Who the mails are from.
    pub fn from(&self) -> String {
        self.from.to_string()
    }

    /// Sends a plain text.
    ///
    /// # Errors
    /// [`MailProblem::Recipient`] for an address that cannot be used, [`MailProblem::Refused`] for what may work later.
    pub async fn send(&self, to: &str, subject: &str, text: &str) -> Result<(), MailProblem> {
        let to: Mailbox = to.parse().map_err(|_| MailProblem::Recipient)?;
        let refused = |error: String| MailProblem::Refused(error);
        let mail = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(text.to_owned())
            .map_err(|error| refused(error.to_string()))?;
        let sent = self.transport.send(mail).await;
        sent.map(|_| ()).map_err(|error| refused(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_never_shown() {
        let mailer = Mailer::parse("smtps://me:geheim@mail.example.org", "me@example.org");
        let mailer = mailer.unwrap();
        assert!(!format!("{mailer:?}{}", mailer.shown()).contains("geheim"));
        let wrong = Mailer::parse("http://mail.example.org", "me@example.org");
        assert_eq!(wrong.err(), Some(MailProblem::Server));
        let wrong = Mailer::parse("smtp://mail.example.org", "nobody");
        assert_eq!(wrong.err(), Some(MailProblem::Sender));
    }
}
