//! What a use case refuses, in the words of the domain. The HTTP surfaces turn these into answers, each in one place.

use uuid::Uuid;

use super::{timestamp::Timestamp, violation::Violations};

/// Why a well-formed request is not carried out.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// The input breaks rules.
    #[error("the input breaks {} rule(s)", .0.as_slice().len())]
    Invalid(Violations),
    /// There is no such object that the caller could see.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The caller lacks a permission.
    #[error("the permission {0} is needed")]
    MissingPermission(String),
    /// The ceiling rule: the client or user has, or would get, rights that the caller lacks.
    #[error("the client or user has, or would get, rights that the caller does not have")]
    RoleExceedsCaller,
    /// The same, by what the request says in a field.
    #[error("a field of the request gives rights that the caller does not have")]
    FieldExceedsCaller(Violations),
    /// The object changed since the caller saw it.
    #[error("the object changed since it was read")]
    Stale,
    /// A credential that is to end was used a short while ago.
    #[error("the credential is in use")]
    SecretInUse(Box<InUse>),
    /// The state of things does not allow it.
    #[error(transparent)]
    Conflict(#[from] Conflict),
}

/// How it is known that a credential is in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InUse {
    /// The credential.
    pub credential: Uuid,
    /// When it was last accepted.
    pub last_used_at: Timestamp,
    /// From where.
    pub last_used_from: Option<String>,
    /// How often it was accepted in all.
    pub use_count: i64,
}

/// Which state of things stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// Another live client has this wire id.
    #[error(
        "another client has this client_id, or one that differs in upper and lower case only; choose a different one"
    )]
    ClientIdTaken,
    /// The client has as many live credentials as it may have.
    #[error(
        "the client has {} live credentials, the most there can be; delete one before adding another",
        super::credential::MOST_LIVE
    )]
    TooManyCredentials,
    /// The credential is dead already.
    #[error(
        "the credential has expired or was revoked and cannot be changed; add a new one instead"
    )]
    CredentialDead,
    /// The credential is none that can be rotated.
    #[error("only a secret can be rotated; replace the keys of this client instead")]
    NotASecret,
    /// The secret is retiring already.
    #[error("the secret is being rotated already; complete or cancel that rotation first")]
    RotationUnderWay,
    /// There is no rotation to end.
    #[error("the secret is not being rotated")]
    NoRotation,
    /// The client has no rights of its own that a key could carry.
    #[error("the client acts for people only; an API key needs the grant type client_credentials")]
    NotForItself,
    /// The client proves itself by a key.
    #[error(
        "the client authenticates by private_key_jwt and has no use for a secret; add a public key instead"
    )]
    NotBySecret,
    /// The client gets no tokens for itself.
    #[error(
        "the client acts for people only, so a token says who allowed it; there is nothing to preview"
    )]
    NoOwnTokens,
    /// The key set would grow without end.
    #[error("there are too many signing keys; wait until the tokens of older ones have expired")]
    TooManySigningKeys,
    /// A public client has no secrets.
    #[error("a public client has no secret; it proves itself by PKCE")]
    PublicClient,
    /// Something else has this short name.
    #[error("the key is taken; choose a different one")]
    KeyTaken,
    /// Another API has this audience.
    #[error("another API has this audience; an audience names one API in all tenants")]
    AudienceTaken,
    /// The tenant has as many APIs as it may have.
    #[error(
        "the tenant has {} APIs, the most there can be; delete one before adding another",
        super::api::MOST_PER_TENANT
    )]
    TooManyApis,
    /// The owner has as many roles as it may have.
    #[error(
        "there are {} roles of this scope, the most there can be; delete one before adding another",
        super::role::MOST_PER_OWNER
    )]
    TooManyRoles,
    /// The tenant has as many profiles as it may have.
    #[error(
        "the tenant has {} profiles of its own, the most there can be; delete one before adding another",
        super::profile::MOST_PER_TENANT
    )]
    TooManyProfiles,
    /// It belongs to the server.
    #[error("what is built in cannot be changed or deleted; make your own beside it")]
    BuiltIn,
    /// A profile demands the role.
    #[error("a profile demands this role of its clients; change the profile first")]
    RoleMandatory,
    /// Clients have the profile.
    #[error(
        "{live} clients have this profile, and {deleted} deleted ones that can still be restored; it can be deleted \
         once none is left"
    )]
    ProfileInUse {
        /// How many.
        live: u64,
        /// How many deleted ones, which are kept for thirty days.
        deleted: u64,
    },
    /// The client's own end has passed.
    #[error("the client has expired; give it a later expires_at first")]
    ClientExpired,
    /// Another person of the tenant has this address.
    #[error("another user has this e-mail address; choose a different one")]
    EmailTaken,
    /// Nobody would be left who may do everything.
    #[error(
        "this is the last active super admin who can sign in; give another user the role super_admin first"
    )]
    LastSuperAdmin,
    /// What told who it was is wiped.
    #[error("the user is anonymized, which cannot be taken back")]
    UserAnonymized,
    /// The person is switched off.
    #[error("the user is inactive; reactivate it first")]
    UserInactive,
    /// The person has set a password already.
    #[error("the user has set a password already; use reset-password")]
    AlreadyJoined,
    /// Another group of the tenant has this name.
    #[error("another group has this name; choose a different one")]
    GroupNameTaken,
    /// Something in the tenant still works.
    #[error(
        "the tenant still has clients, or active people besides its super admins; delete and deactivate them first"
    )]
    TenantInUse,
    /// The tenant is not of the community.
    #[error("the tenant of this principal is no member of the community; add the tenant first")]
    NotInCommunity,
    /// The client is part of Latchkey.
    #[error("the client is part of Latchkey and cannot be changed; make one of your own instead")]
    ClientBuiltIn,
}

impl Conflict {
    /// The stable word for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ClientIdTaken => "client_id_taken",
            Self::TooManyCredentials => "too_many_credentials",
            Self::CredentialDead => "credential_dead",
            Self::NotASecret => "not_a_secret",
            Self::RotationUnderWay => "rotation_under_way",
            Self::NoRotation => "no_rotation",
            Self::NotForItself => "not_for_itself",
            Self::NotBySecret => "not_by_secret",
            Self::NoOwnTokens => "no_own_tokens",
            Self::TooManySigningKeys => "too_many_signing_keys",
            Self::PublicClient => "public_client",
            Self::KeyTaken => "key_taken",
            Self::AudienceTaken => "audience_taken",
            Self::TooManyApis => "too_many_apis",
            Self::TooManyRoles => "too_many_roles",
            Self::TooManyProfiles => "too_many_profiles",
            Self::BuiltIn => "built_in",
            Self::RoleMandatory => "role_mandatory",
            Self::ProfileInUse { .. } => "profile_in_use",
            Self::ClientExpired => "client_expired",
            Self::EmailTaken => "email_taken",
            Self::LastSuperAdmin => "last_super_admin",
            Self::UserAnonymized => "user_anonymized",
            Self::UserInactive => "user_inactive",
            Self::AlreadyJoined => "already_joined",
            Self::GroupNameTaken => "group_name_taken",
            Self::TenantInUse => "tenant_in_use",
            Self::NotInCommunity => "not_in_community",
            Self::ClientBuiltIn => "client_built_in",
        }
    }
}

impl From<Violations> for Refusal {
    fn from(violations: Violations) -> Self {
        Self::Invalid(violations)
    }
}
