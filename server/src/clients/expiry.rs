//! Ends of clients and credentials: recorded in the audit trail once, and announced before they come.
//!
//! What has ended fails from the second after its last one on, whether this ran or not: every request looks at the clock. Here it is only
//! written down. The event's time is when it was recorded; when the thing ended stands among its changes.

use futures_util::FutureExt;
use serde_json::{Value, json};
use uuid::Uuid;

use super::snapshot;
use crate::{
    app::{App, Change},
    domain::{
        audit::{Action, FieldChange},
        caller::Caller,
        notice::{DAYS_BEFORE, Ending, Mark},
        timestamp::{DAY, Timestamp},
    },
    error::Result,
    store::{Channel, Message, Window},
};

/// How many are looked at together.
const AT_ONCE: u64 = 200;

/// By how much each look overlaps the one before, in seconds: a change that takes long to commit is not missed.
const OVERLAP: i64 = 600;

/// How often the progress is written down, in seconds, where there was nothing else to write.
const NOTED_EVERY: i64 = 3_600;

/// Records what has ended, and writes the notices that are due, each once however many servers do this and however
/// long none did.
///
/// # Errors
/// The database being away.
pub async fn sweep(app: &App) -> Result<()> {
    let now = app.clock.now();
    // In the second of its end a thing still works: it has ended when that is over.
    sweep_one(app, Mark::Ended, now, now.plus(-1)).await?;
    for days in DAYS_BEFORE {
        sweep_one(app, Mark::DaysLeft(days), now, now.plus(days * DAY)).await?;
    }
    Ok(())
}

async fn sweep_one(app: &App, mark: Mark, now: Timestamp, until: Timestamp) -> Result<()> {
    let swept = app.store.find_sweep(mark).await?;
    let start = Timestamp::from_unix_clamped(0);
    let after = swept.map_or(start, |it| it.plus(-OVERLAP));
    let window = Window { after, until };
    let mut found = false;
    let mut most = AT_ONCE;
    loop {
        let endings = app.store.list_endings(window, mark, most).await?;
        let full = endings.len() as u64 >= most;
        let mut said = false;
        for ending in endings {
            said |= say(app, ending, mark, now).await?;
        }
        found |= said;
        if !full {
            break;
        }
        // What was passed over is not marked and comes again: without news, look further.
        if !said {
            most *= 2;
        }
    }
    if found || swept.is_none_or(|it| it.plus(NOTED_EVERY) <= until) {
        let transaction = app.store.begin().await?;
        transaction.replace_sweep(mark, until).await?;
        transaction.commit().await?;
    }
    Ok(())
}

async fn say(app: &App, ending: Ending, mark: Mark, now: Timestamp) -> Result<bool> {
    if mark != Mark::Ended && ending.due(now) != Some(mark) {
        return Ok(false);
    }
    let caller = Caller::system("expiry", ending.client.tenant_id);
    app.change(caller, move |change| {
        async move {
            let news = change.store.still_ends(&ending).await?
                && change.store.insert_expiry_mark(&ending, mark).await?;
            if news {
                if mark == Mark::Ended {
                    record(change, &ending).await?;
                }
                announce(change, &ending, mark).await?;
            }
            Ok(news)
        }
        .boxed()
    })
    .await
}

async fn record(change: &Change, ending: &Ending) -> Result<()> {
    let (action, object) = match &ending.credential {
        Some(it) => (Action::CredentialExpired, snapshot::credential_object(it)),
        None => (
            Action::ClientExpired,
            snapshot::client_object(&ending.client),
        ),
    };
    let changes = vec![FieldChange {
        field: "expired_at".to_owned(),
        before: Value::Null,
        after: json!(ending.at),
    }];
    change.record(action, object, changes).await
}

async fn announce(change: &Change, ending: &Ending, mark: Mark) -> Result<()> {
    let settings = &change.app.settings;
    let tenant_id = ending.client.tenant_id;
    let notices = change.store.find_settings(tenant_id).await?.notices;
    if let Mark::DaysLeft(days) = mark
        && !notices.days.contains(&days)
    {
        return Ok(());
    }
    let message = |channel, subject: String, body: String| Message {
        id: Uuid::now_v7(),
        channel,
        subject,
        body,
        created_at: change.now,
        attempts: 0,
        next_attempt_at: change.now,
    };
    if settings.mail.is_some() && notices.mail && mark != Mark::Ended {
        let (subject, text) = (ending.subject(), ending.text(settings.issuer()));
        for recipient in ending.recipients() {
            let channel = Channel::Mail(recipient.to_owned());
            let mail = message(channel, subject.clone(), text.clone());
            change.store.insert_message(&mail).await?;
        }
    }
    let webhooks = [
        settings.webhook.as_ref().map(|_| Channel::Webhook),
        notices
            .webhook
            .map(|_| Channel::TenantWebhook(ending.client.tenant_id)),
    ];
    for channel in webhooks.into_iter().flatten() {
        let body = ending.event(mark, change.now).to_string();
        let webhook = message(channel, String::new(), body);
        change.store.insert_message(&webhook).await?;
    }
    Ok(())
}
