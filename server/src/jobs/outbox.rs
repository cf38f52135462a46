//! Sends the messages of the outbox. One that does not arrive is tried again, ever less often, for about four days;
//! one that arrived while its confirmation was lost may arrive twice, with the same id.

use std::time::Duration;

use crate::{
    access::settings,
    app::App,
    error::Result,
    outbound::webhook::Webhook,
    store::{Channel, Message},
};

/// How often it looks.
const EVERY: Duration = Duration::from_secs(5);

/// How many it sends before it looks again.
const AT_ONCE: u64 = 50;

/// Seconds until the next attempt, by the number of the attempt that is being made. After the last one it is given up.
const WAITS: [i64; 10] = [
    60, 300, 900, 3_600, 3_600, 21_600, 43_200, 86_400, 86_400, 86_400,
];

/// Sends for as long as the server runs.
pub(super) async fn run(app: App) {
    loop {
        if let Err(error) = send_due(&app).await {
            tracing::warn!(%error, "messages could not be sent; trying again later");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Sends what is due.
///
/// # Errors
/// The database being away.
pub async fn send_due(app: &App) -> Result<()> {
    let due = app
        .store
        .list_due_messages(app.clock.now(), AT_ONCE)
        .await?;
    for message in due {
        send_one(app, &message).await?;
    }
    Ok(())
}

async fn send_one(app: &App, message: &Message) -> Result<()> {
    let now = app.clock.now();
    let attempt = usize::try_from(message.attempts).unwrap_or_default();
    let wait = WAITS.get(attempt).copied();
    let transaction = app.store.begin().await?;
    let again = now.plus(wait.unwrap_or(60));
    let ours = transaction.take_message(message, again).await?;
    transaction.commit().await?;
    if !ours {
        return Ok(());
    }
    let outcome = deliver(app, message).await;
    let transaction = app.store.begin().await?;
    match outcome {
        Ok(()) => transaction.delete_message(message.id).await?,
        Err(problem) if attempt + 1 >= WAITS.len() => {
            tracing::error!(id = %message.id, problem, "a message is given up");
            transaction.give_up_message(message.id, now).await?;
        }
        Err(problem) => {
            tracing::warn!(id = %message.id, problem, "a message did not arrive; trying again later");
        }
    }
    Ok(transaction.commit().await?)
}

async fn deliver(app: &App, message: &Message) -> std::result::Result<(), String> {
    match &message.channel {
        Channel::Mail(to) => {
            let mailer = app.settings.mail.as_ref().ok_or("mail is not configured")?;
            let sent = mailer.send(to, &message.subject, &message.body).await;
            sent.map_err(|it| it.to_string())
        }
        Channel::Webhook => {
            let webhook = app.settings.webhook.as_ref();
            let webhook = webhook.ok_or("no webhook is configured")?;
            post(app, webhook, message).await
        }
        Channel::TenantWebhook(tenant_id) => {
            let found = settings::find_webhook(app, *tenant_id).await;
            match found.map_err(|it| it.to_string())? {
                Some(webhook) => post(app, &webhook, message).await,
                // Nobody wants it any more.
                None => Ok(()),
            }
        }
    }
}

async fn post(app: &App, webhook: &Webhook, message: &Message) -> std::result::Result<(), String> {
    let now = app.clock.now();
    let sent = webhook.send(message.id, now, &message.body).await;
    sent.map_err(|it| it.to_string())
}
