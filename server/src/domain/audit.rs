//! The audit trail: who changed what, when, from where, and what it was before.

use serde_json::Value;
use uuid::Uuid;

use super::{
    caller::{Actor, Origin},
    timestamp::Timestamp,
};

/// One row of the audit trail.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditEvent {
    /// Its id; ids of later events are greater.
    pub id: Uuid,
    /// The tenant it happened in.
    pub tenant_id: Uuid,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// From where, and in which request.
    pub origin: Origin,
    /// What was done, such as `client.created`.
    pub action: Action,
    /// What it was done to.
    pub object: Object,
    /// The fields that changed. Secrets never get here: they are not part of any view.
    pub changes: Vec<FieldChange>,
}

/// What an event is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// The kind of object, such as `client`.
    pub kind: &'static str,
    /// Its id.
    pub id: Uuid,
    /// Its name at that moment.
    pub name: String,
    /// The client it belongs to, when it is part of one.
    pub client: Option<Uuid>,
}

/// One field, before and after. `null` is "not set".
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct FieldChange {
    /// The field's name in the API.
    pub field: String,
    /// What it was.
    pub before: Value,
    /// What it is.
    pub after: Value,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// A client was made.
    ClientCreated,
    /// Fields of a client changed.
    ClientUpdated,
    /// A client was switched off.
    ClientDeactivated,
    /// A client was switched on again.
    ClientReactivated,
    /// A client became a tombstone.
    ClientDeleted,
    /// A tombstone became a client again.
    ClientRestored,
    /// The end of a client came.
    ClientExpired,
    /// All tokens of a client were ended.
    ClientTokensRevoked,
    /// A credential was added.
    CredentialCreated,
    /// Description or expiry of a credential changed.
    CredentialUpdated,
    /// A credential was ended.
    CredentialRevoked,
    /// A rotation began: the credential retires, and another takes its place.
    CredentialRotated,
    /// A rotation ended the old credential before its grace was over.
    CredentialRotationCompleted,
    /// A rotation was taken back: the credential stays.
    CredentialRotationCancelled,
    /// The end of a credential came, by its own date or by a rotation.
    CredentialExpired,
    /// A client ended one of its access tokens.
    TokenRevoked,
    /// An API was registered.
    ApiCreated,
    /// Fields of an API changed.
    ApiUpdated,
    /// An API was ended, and all its tokens.
    ApiDeleted,
    /// A key that signs tokens was made.
    SigningKeyCreated,
    /// A key took the place of another.
    SigningKeyRotated,
    /// A key was withdrawn: nothing that it signed is good any more.
    SigningKeyRetired,
    /// A role was made.
    RoleCreated,
    /// A role changed.
    RoleUpdated,
    /// A role was ended.
    RoleDeleted,
    /// A person was added.
    UserCreated,
    /// Fields of a person changed.
    UserUpdated,
    /// A person was sent or shown a link to set their first password.
    UserInvited,
    /// A person was switched off.
    UserDeactivated,
    /// A person was switched on again.
    UserReactivated,
    /// Everything that told who a person is was wiped.
    UserAnonymized,
    /// A person was sent or shown a link to set another password.
    PasswordResetBegun,
    /// A person set a password.
    PasswordChanged,
    /// A person signed in.
    SignedIn,
    /// A person signed out, or a session was ended.
    SessionEnded,
    /// Several sessions of a person were ended at once.
    SessionsEnded,
    /// A group was made.
    GroupCreated,
    /// Fields of a group changed.
    GroupUpdated,
    /// A group was deleted.
    GroupDeleted,
    /// A person joined a group.
    GroupMemberAdded,
    /// A person left a group.
    GroupMemberRemoved,
    /// A person let an app act for them, and it is remembered.
    ConsentGiven,
    /// What a person allowed an app is forgotten.
    ConsentWithdrawn,
    /// An app got a code to act for a person.
    GrantCreated,
    /// What an app got to act for a person was ended, with all tokens.
    GrantRevoked,
}

impl Action {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::ClientCreated,
        Self::ClientUpdated,
        Self::ClientDeactivated,
        Self::ClientReactivated,
        Self::ClientDeleted,
        Self::ClientRestored,
        Self::ClientExpired,
        Self::ClientTokensRevoked,
        Self::CredentialCreated,
        Self::CredentialUpdated,
        Self::CredentialRevoked,
        Self::CredentialRotated,
        Self::CredentialRotationCompleted,
        Self::CredentialRotationCancelled,
        Self::CredentialExpired,
        Self::TokenRevoked,
        Self::ApiCreated,
        Self::ApiUpdated,
        Self::ApiDeleted,
        Self::SigningKeyCreated,
        Self::SigningKeyRotated,
        Self::SigningKeyRetired,
        Self::RoleCreated,
        Self::RoleUpdated,
        Self::RoleDeleted,
        Self::UserCreated,
        Self::UserUpdated,
        Self::UserInvited,
        Self::UserDeactivated,
        Self::UserReactivated,
        Self::UserAnonymized,
        Self::PasswordResetBegun,
        Self::PasswordChanged,
        Self::SignedIn,
        Self::SessionEnded,
        Self::SessionsEnded,
        Self::GroupCreated,
        Self::GroupUpdated,
        Self::GroupDeleted,
        Self::GroupMemberAdded,
        Self::GroupMemberRemoved,
        Self::ConsentGiven,
        Self::ConsentWithdrawn,
        Self::GrantCreated,
        Self::GrantRevoked,
    ];

    /// The word in rows and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientCreated => "client.created",
            Self::ClientUpdated => "client.updated",
            Self::ClientDeactivated => "client.deactivated",
            Self::ClientReactivated => "client.reactivated",
            Self::ClientDeleted => "client.deleted",
            Self::ClientRestored => "client.restored",
            Self::ClientExpired => "client.expired",
            Self::ClientTokensRevoked => "client.tokens_revoked",
            Self::CredentialCreated => "credential.created",
            Self::CredentialUpdated => "credential.updated",
            Self::CredentialRevoked => "credential.revoked",
            Self::CredentialRotated => "credential.rotated",
            Self::CredentialRotationCompleted => "credential.rotation_completed",
            Self::CredentialRotationCancelled => "credential.rotation_cancelled",
            Self::CredentialExpired => "credential.expired",
            Self::TokenRevoked => "token.revoked",
            Self::ApiCreated => "api.created",
            Self::ApiUpdated => "api.updated",
            Self::ApiDeleted => "api.deleted",
            Self::SigningKeyCreated => "signing_key.created",
            Self::SigningKeyRotated => "signing_key.rotated",
            Self::SigningKeyRetired => "signing_key.retired",
            Self::RoleCreated => "role.created",
            Self::RoleUpdated => "role.updated",
            Self::RoleDeleted => "role.deleted",
            Self::UserCreated => "user.created",
            Self::UserUpdated => "user.updated",
            Self::UserInvited => "user.invited",
            Self::UserDeactivated => "user.deactivated",
            Self::UserReactivated => "user.reactivated",
            Self::UserAnonymized => "user.anonymized",
            Self::PasswordResetBegun => "user.password_reset_begun",
            Self::PasswordChanged => "user.password_changed",
            Self::SignedIn => "session.started",
            Self::SessionEnded => "session.ended",
            Self::SessionsEnded => "session.all_ended",
            Self::GroupCreated => "group.created",
            Self::GroupUpdated => "group.updated",
            Self::GroupDeleted => "group.deleted",
            Self::GroupMemberAdded => "group.member_added",
            Self::GroupMemberRemoved => "group.member_removed",
            Self::ConsentGiven => "consent.given",
            Self::ConsentWithdrawn => "consent.withdrawn",
            Self::GrantCreated => "grant.created",
            Self::GrantRevoked => "grant.revoked",
        }
    }
}

/// The fields that differ between two views of an object, both JSON objects. `Value::Null` stands for "no object".
pub fn differences(before: &Value, after: &Value) -> Vec<FieldChange> {
    let empty = serde_json::Map::new();
    let before = before.as_object().unwrap_or(&empty);
    let after = after.as_object().unwrap_or(&empty);
    let mut fields: Vec<&String> = before.keys().chain(after.keys()).collect();
    fields.sort_unstable();
    fields.dedup();
    fields
        .into_iter()
        .filter_map(|field| {
            let old = before.get(field).unwrap_or(&Value::Null);
            let new = after.get(field).unwrap_or(&Value::Null);
            (old != new).then(|| FieldChange {
                field: field.clone(),
                before: old.clone(),
                after: new.clone(),
            })
        })
        .collect()
}
