//! What is said about things that end: to whom, when, and in which words.

use serde_json::{Value, json};

use super::{
    client::{Client, Status},
    credential::{Credential, CredentialKind},
    timestamp::{DAY, Timestamp},
};

/// How many days before an end people are told.
pub const DAYS_BEFORE: [i64; 4] = [90, 30, 7, 1];

/// Something that ends.
#[derive(Clone, Debug)]
pub struct Ending {
    /// The client, or the client of the credential.
    pub client: Client,
    /// The credential, where it is one that ends.
    pub credential: Option<Credential>,
    /// The first second in which it no longer works.
    pub at: Timestamp,
}

/// What there is to say about an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It has come.
    Ended,
    /// It comes within so many days.
    DaysLeft(i64),
}

impl Mark {
    /// The word in rows.
    pub fn to_row(self) -> String {
        match self {
            Self::Ended => "ended".to_owned(),
            Self::DaysLeft(days) => format!("{days} days left"),
        }
    }
}

impl Ending {
    /// The id of what ends.
    pub fn object(&self) -> uuid::Uuid {
        self.credential.as_ref().map_or(self.client.id, |it| it.id)
    }

    /// Which notice is due at `now`: the most urgent one, if the thing is not younger than that notice. Nothing is said
    /// where it would help nobody: of a client that is switched off, of a credential that ends with its client or is
    /// being rotated anyway.
    pub fn due(&self, now: Timestamp) -> Option<Mark> {
        if self.at <= now || self.client.status == Status::Inactive || self.client.is_expired(now) {
            return None;
        }
        if let Some(credential) = &self.credential {
            let with_client = self.client.form.expires_at.is_some_and(|it| it <= self.at);
            if with_client || credential.retires_at.is_some() || credential.revoked.is_some() {
                return None;
            }
        }
        let made = self
            .credential
            .as_ref()
            .map_or(self.client.created_at, |it| it.created_at);
        let days = DAYS_BEFORE
            .into_iter()
            .filter(|days| self.at <= now.plus(days * DAY))
            .min()?;
        (self.at.plus(-days * DAY) >= made).then_some(Mark::DaysLeft(days))
    }

    /// Who is told by mail: the contacts, and the owner where that is an address.
    pub fn recipients(&self) -> Vec<&str> {
        let form = &self.client.form;
        let mut all: Vec<&str> = form.contacts.iter().map(String::as_str).collect();
        if let Some(owner) = form.owner.as_deref().filter(|it| is_address(it)) {
            all.push(owner);
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The line that says it.
    pub fn subject(&self) -> String {
        let client = &self.client.form.name;
        match &self.credential {
            Some(it) => format!(
                "The {} …{} of {client} ends on {}",
                noun(it),
                it.hint,
                self.at
            ),
            None => format!("The client {client} ends on {}", self.at),
        }
    }

    /// The mail that says it. `server` is where to do something about it.
    pub fn text(&self, server: &str) -> String {
        let client = &self.client;
        let what = match &self.credential {
            Some(it) => {
                let name = it.description.as_deref().unwrap_or("without a description");
                format!(
                    "The {} ending in {} ({name}) of the client {} ({}) works until {}.\n\n\
                     From that second on programs that use it are refused. Give them a new one before: \
                     the old and the new one then work side by side for a while.",
                    noun(it),
                    it.hint,
                    client.form.name,
                    client.client_id,
                    self.at
                )
            }
            None => format!(
                "The client {} ({}) works until {}.\n\nFrom that second on it gets no more tokens, and those it has \
                 are dead. Give it a later end, where its profile allows that, or put another client in its place.",
                client.form.name, client.client_id, self.at
            ),
        };
        format!(
            "{what}\n\nYou get this because you are an owner or a contact of this client at {server}.\n"
        )
    }

    /// What a webhook says (Standard Webhooks: `type`, `timestamp`, `data`).
    pub fn event(&self, mark: Mark, now: Timestamp) -> Value {
        let what = if self.credential.is_some() {
            "credential"
        } else {
            "client"
        };
        let happened = match mark {
            Mark::Ended => "expired",
            Mark::DaysLeft(_) => "expiring",
        };
        let mut data = json!({
            "client": {
                "id": self.client.id,
                "client_id": self.client.client_id.as_str(),
                "name": self.client.form.name,
            },
            "expires_at": self.at,
        });
        if let Mark::DaysLeft(days) = mark {
            data["days_left"] = json!(days);
        }
        if let Some(it) = &self.credential {
            data["credential"] = json!({
                "id": it.id, "kind": it.kind.as_str(), "hint": it.hint, "description": it.description,
            });
        }
        json!({ "type": format!("{what}.{happened}"), "timestamp": now, "data": data })
    }
}

/// What people call a credential.
const fn noun(credential: &Credential) -> &'static str {
    match credential.kind {
        CredentialKind::Secret => "secret",
        CredentialKind::PublicKey => "public key",
        CredentialKind::ApiKey => "API key",
    }
}

/// Whether an owner is somebody to write to.
fn is_address(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(local, host)| {
        !local.is_empty() && host.contains('.') && !text.contains(char::is_whitespace)
    })
}
