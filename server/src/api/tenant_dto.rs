//! Tenants as they travel.

use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::tenant::{self, TenantDraft};

/// An owner of clients, users, roles and APIs.
#[derive(Clone, Debug, Object, Serialize, Deserialize)]
pub struct Tenant {
    /// Its id.
    pub id: Uuid,
    /// Its short name, which stands in `scope=tenant:<key>` and in tokens; fixed.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// What stands in the wire ids of its clients, where their profile says so.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_key: Option<String>,
    /// When it was made.
    pub created_at: String,
    /// When it was last changed.
    pub updated_at: String,
    /// Counts its changes; the ETag.
    pub version: i64,
}

impl From<&tenant::Tenant> for Tenant {
    fn from(tenant: &tenant::Tenant) -> Self {
        Self {
            id: tenant.id,
            key: tenant.key.clone(),
            name: tenant.form.name.clone(),
            external_key: tenant.form.external_key.clone(),
            created_at: tenant.created_at.to_string(),
            updated_at: tenant.updated_at.to_string(),
            version: tenant.version.0,
        }
    }
}

/// A page of tenants, by key.
#[derive(Clone, Debug, Object, Serialize)]
pub struct TenantList {
    /// The tenants.
    pub items: Vec<Tenant>,
    /// The cursor of the next page, when more follow.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// What a new tenant is to be.
#[derive(Clone, Debug, Object)]
pub struct CreateTenant {
    /// Its short name: 2 to 64 characters of a-z, 0-9, hyphen and underscore, a letter first.
    pub key: String,
    /// What people call it: 1 to 255 characters.
    pub name: String,
    /// What stands in the wire ids of its clients: 1 to 64 characters of A-Z, a-z, 0-9, hyphen and underscore.
    pub external_key: Option<String>,
}

/// The editable part of a tenant.
#[derive(Clone, Debug, Default, Object)]
pub struct TenantForm {
    /// What people call it: 1 to 255 characters.
    pub name: Option<String>,
    /// What stands in the wire ids of clients that are made from now on; for operators.
    #[oai(skip_serializing_if_is_none)]
    pub external_key: Option<String>,
}

impl From<&tenant::TenantForm> for TenantForm {
    fn from(form: &tenant::TenantForm) -> Self {
        Self {
            name: Some(form.name.clone()),
            external_key: form.external_key.clone(),
        }
    }
}

impl From<TenantForm> for TenantDraft {
    fn from(form: TenantForm) -> Self {
        Self {
            name: form.name,
            external_key: form.external_key,
        }
    }
}

/// A person who is to do everything in a tenant.
#[derive(Clone, Debug, Object)]
pub struct CreateAdministrator {
    /// By which it signs in; unique in the tenant without regard to case.
    pub email: String,
    /// What people call it: 1 to 255 characters.
    pub name: String,
}

/// How a tenant is named in other objects.
#[derive(Clone, Debug, Object, Serialize)]
pub struct TenantName {
    /// Its id.
    pub id: Uuid,
    /// Its short name.
    pub key: String,
    /// What people call it.
    pub name: String,
}

impl From<&tenant::Tenant> for TenantName {
    fn from(tenant: &tenant::Tenant) -> Self {
        Self {
            id: tenant.id,
            key: tenant.key.clone(),
            name: tenant.form.name.clone(),
        }
    }
}
