//! Tenants: owners of clients, users, roles and APIs.

use uuid::Uuid;

use super::{text, timestamp::Timestamp, version::Version, violation::Violations};

/// An owner of clients, users, roles and APIs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// Its id.
    pub id: Uuid,
    /// Its short name in `scope=tenant:<key>` and in tokens: fixed, and never given again.
    pub key: String,
    /// What can be changed.
    pub form: TenantForm,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Counts its changes.
    pub version: Version,
}

/// The editable part of a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantForm {
    /// What people call it.
    pub name: String,
    /// What stands in the wire ids of its clients, where their profile says so. A change is for clients made later.
    pub external_key: Option<String>,
}

/// The editable part of a tenant as a caller wrote it: nothing is checked yet.
#[derive(Clone, Debug, Default)]
pub struct TenantDraft {
    /// See [`TenantForm::name`].
    pub name: Option<String>,
    /// See [`TenantForm::external_key`].
    pub external_key: Option<String>,
}

/// A text that cannot stand in wire ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 64 characters of A-Z, a-z, 0-9, hyphen or underscore")]
pub struct ExternalKeyProblem;

fn external_key(text: &str) -> Result<String, ExternalKeyProblem> {
    let fits = (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_'));
    if fits {
        Ok(text.to_owned())
    } else {
        Err(ExternalKeyProblem)
    }
}

impl TenantDraft {
    /// The form that this describes, with every broken rule noted.
    pub fn read(&self, wrong: &mut Violations) -> TenantForm {
        if self.name.is_none() {
            wrong.add(
                "/name",
                "required",
                "is required: say what to call the tenant",
            );
        }
        let name = wrong.take_optional("/name", self.name.as_deref(), |it| text::line(it, 255));
        let external = self.external_key.as_deref();
        TenantForm {
            name: name.unwrap_or_default(),
            external_key: wrong.take_optional("/external_key", external, external_key),
        }
    }
}
