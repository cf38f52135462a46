//! Messages on their way out. They are written in the transaction of what they tell, and sent afterwards.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};
use uuid::Uuid;

use super::{Result, Store, StoreError, Transaction, entity::outbox};
use crate::domain::timestamp::Timestamp;

/// A message on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its id, the same at every attempt.
    pub id: Uuid,
    /// Where it goes.
    pub channel: Channel,
    /// What a mail is about; empty for a webhook.
    pub subject: String,
    /// The text of the mail, or the JSON of the webhook.
    pub body: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// How often it was tried.
    pub attempts: i32,
    /// When it is tried next.
    pub next_attempt_at: Timestamp,
}

/// Where a message goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Channel {
    /// To this address.
    Mail(String),
    /// To the webhook of the server.
    Webhook,
    /// To the webhook of this tenant.
    TenantWebhook(Uuid),
}

fn read(row: outbox::Model) -> Result<Message> {
    let channel = match (row.channel.as_str(), row.recipient) {
        ("mail", Some(recipient)) => Channel::Mail(recipient),
        ("webhook", None) => Channel::Webhook,
        ("tenant_webhook", Some(tenant)) => Channel::TenantWebhook(
            Uuid::try_parse(&tenant).map_err(|_| StoreError::unreadable("message"))?,
        ),
        _ => return Err(StoreError::unreadable("message")),
    };
    Ok(Message {
        id: row.id,
        channel,
        subject: row.subject,
        body: row.body,
        created_at: Timestamp::from_unix_clamped(row.created_at),
        attempts: row.attempts,
        next_attempt_at: Timestamp::from_unix_clamped(row.next_attempt_at),
    })
}

impl Store {
    /// Up to `most` messages that are due at `now`, the earliest first.
    pub async fn list_due_messages(&self, now: Timestamp, most: u64) -> Result<Vec<Message>> {
        outbox::Entity::find()
            .filter(outbox::Column::GivenUpAt.is_null())
            .filter(outbox::Column::NextAttemptAt.lte(now.unix()))
            .order_by_asc(outbox::Column::NextAttemptAt)
            .order_by_asc(outbox::Column::Id)
            .limit(most)
            .all(&self.reads)
            .await?
            .into_iter()
            .map(read)
            .collect()
    }
}

impl Transaction {
    /// Adds a message.
    pub async fn insert_message(&self, message: &Message) -> Result<()> {
        let (channel, recipient) = match &message.channel {
            Channel::Mail(recipient) => ("mail", Some(recipient.clone())),
            Channel::Webhook => ("webhook", None),
            Channel::TenantWebhook(tenant) => ("tenant_webhook", Some(tenant.to_string())),
        };
        let row = outbox::ActiveModel {
            id: Set(message.id),
            channel: Set(channel.to_owned()),
            recipient: Set(recipient),
            subject: Set(message.subject.clone()),
            body: Set(message.body.clone()),
            created_at: Set(message.created_at.unix()),
            attempts: Set(message.attempts),
            next_attempt_at: Set(message.next_attempt_at.unix()),
            given_up_at: Set(None),
        };
        outbox::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// Takes a due message for one attempt, to be tried again at `again` unless it is settled before. Gives whether it
    /// is ours: another server may have taken it.
    pub async fn take_message(&self, message: &Message, again: Timestamp) -> Result<bool> {
        let taken = outbox::Entity::update_many()
            .col_expr(
                outbox::Column::Attempts,
                Expr::val(message.attempts.saturating_add(1)),
            )
            .col_expr(outbox::Column::NextAttemptAt, Expr::val(again.unix()))
            .filter(outbox::Column::Id.eq(message.id))
            .filter(outbox::Column::Attempts.eq(message.attempts))
            .filter(outbox::Column::GivenUpAt.is_null())
            .exec(&self.inner)
            .await?;
        Ok(taken.rows_affected > 0)
    }

    /// Removes a message that has arrived.
    pub async fn delete_message(&self, id: Uuid) -> Result<()> {
        outbox::Entity::delete_by_id(id).exec(&self.inner).await?;
        Ok(())
    }

    /// Gives a message up; it is kept for a while to be looked at.
    pub async fn give_up_message(&self, id: Uuid, now: Timestamp) -> Result<()> {
        outbox::Entity::update_many()
            .col_expr(outbox::Column::GivenUpAt, Expr::val(now.unix()))
            .filter(outbox::Column::Id.eq(id))
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    /// Forgets the messages that were given up before `before`.
    pub async fn delete_given_up_messages(&self, before: Timestamp) -> Result<()> {
        outbox::Entity::delete_many()
            .filter(outbox::Column::GivenUpAt.lt(before.unix()))
            .exec(&self.inner)
            .await?;
        Ok(())
    }
}
