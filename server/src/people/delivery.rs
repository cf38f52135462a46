//! Bringing a one-time link to its person: by mail, or by whoever asked for it.

use uuid::Uuid;

use crate::{
    app::App,
    domain::{one_time_link::LinkPurpose, timestamp::Timestamp},
    error::Result,
};

/// Mails a link, where mail is configured. Gives whether it was sent; if not, whoever asked for the link has to bring
/// it to the person.
///
/// # Errors
/// The database being away.
pub async fn mail_link(
    app: &App,
    user_id: Uuid,
    purpose: LinkPurpose,
    url: &str,
    expires_at: Timestamp,
) -> Result<bool> {
    let Some(mailer) = &app.settings.mail else {
        return Ok(false);
    };
    let Some(user) = app.store.find_user_by_id(user_id).await? else {
        return Ok(false);
    };
    let to = &user.form;
    let (subject, beginning) = match purpose {
        LinkPurpose::Invitation => (
            "You are invited to Latchkey",
            "An account was made for you. Choose your password here:",
        ),
        LinkPurpose::PasswordReset => (
            "Choose another password for Latchkey",
            "An administrator asks you to choose another password. You do that here:",
        ),
    };
    let text = format!(
        "Hello {},\r\n\r\n{beginning}\r\n\r\n{url}\r\n\r\nThe link works once, until {expires_at}. If you did not \
         expect this message, do nothing.\r\n",
        to.name
    );
    match mailer.send(to.email.as_str(), subject, &text).await {
        Ok(()) => Ok(true),
        Err(error) => {
            tracing::warn!(%error, "a link could not be mailed; it is shown instead");
            Ok(false)
        }
    }
}
