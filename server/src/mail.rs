//! Mail by SMTP, where a server for it is configured.

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor, message::Mailbox,
    transport::smtp::AsyncSmtpTransportBuilder,
};
use secrecy::{ExposeSecret, SecretString};

/// How long one message may take.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

/// Sends mail.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// Why mail cannot be sent. No message holds a password or the text of a mail.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailProblem {
    /// The address of the mail server is none.
    #[error("smtps://user:password@host, or smtp://host:port?tls=required")]
    Server,
    /// The sender is no address.
    #[error("an address to send from, such as Latchkey <latchkey@example.org>")]
    From,
    /// The recipient's address cannot be written to.
    #[error("the address cannot be written to")]
    To,
    /// The server did not take the mail.
    #[error("the mail server did not take it: {0}")]
    NotTaken(String),
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Mailer")
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

impl Mailer {
    /// Sends by the server at `url`, in the name of `from`. Connects when there is something to send.
    ///
    /// # Errors
    /// [`MailProblem::Server`] or [`MailProblem::From`], which say what is expected.
    pub fn new(url: &SecretString, from: &str) -> Result<Self, MailProblem> {
        let builder: AsyncSmtpTransportBuilder =
            AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret())
                .map_err(|_| MailProblem::Server)?;
        Ok(Self {
            transport: builder.timeout(Some(PATIENCE)).build(),
            from: from.parse().map_err(|_| MailProblem::From)?,
        })
    }

    /// Sends one message of plain text.
    ///
    /// # Errors
    /// [`MailProblem`] when it was not taken.
    pub async fn send(&self, to: &str, subject: &str, text: String) -> Result<(), MailProblem> {
        let message = Message::builder()
            .from(self.from.clone())
            .to(to.parse().map_err(|_| MailProblem::To)?)
            .subject(subject)
            .body(text)
            .map_err(|_| MailProblem::To)?;
        let sent = self.transport.send(message).await;
        // The library's text may repeat what the server said, and servers repeat what they were sent: only the kind.
        sent.map(drop).map_err(|error| {
            let kind = if error.is_timeout() {
                "it did not answer in time"
            } else if error.is_permanent() {
                "it refused it for good"
            } else if error.is_transient() {
                "it refused it for now"
            } else {
                "it cannot be reached"
            };
            MailProblem::NotTaken(kind.to_owned())
        })
    }
}
