//! The people of the tenant.

mod deeds;
mod form;
mod list;
mod user;

pub(crate) use list::Users;
pub(crate) use user::User;

use std::sync::Arc;

use crate::{
    api::types,
    clock,
    components::{chip::Status, data_table::Row, one_time_reveal::OneTime},
};

/// A person in a list.
pub(super) type Item = Arc<types::User>;

impl Row for Item {
    fn id(&self) -> String {
        self.id.to_string()
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn is_muted(&self) -> bool {
        self.status == types::UserStatus::Anonymized
    }
}

/// The chip of a person.
pub(super) fn status(user: &types::User) -> Status {
    match user.status {
        types::UserStatus::Active if !user.has_password => Status::Invited,
        types::UserStatus::Active => Status::Active,
        types::UserStatus::Inactive => Status::Inactive,
        types::UserStatus::Anonymized => Status::Anonymized,
    }
}

/// Whether a link that was made has to be passed on by hand: then it is shown once.
pub(super) fn link_to_pass_on(
    link: types::OneTimeLink,
    title: String,
    lead: &str,
) -> Option<OneTime> {
    let url = link.url?;
    let ends = clock::parse(&link.expires_at)
        .map(|at| clock::exact(at, clock::zone_minutes(at)))
        .unwrap_or_default();
    Some(OneTime {
        title,
        lead: lead.to_owned(),
        label: "Link",
        value: url,
        facts: vec![("It works once, until", ends)],
        done: "I have passed it on",
    })
}
