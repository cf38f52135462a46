//! The first things in an empty database, and the way back in for someone who is locked out.

use futures_util::FutureExt;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::App,
    clients::{
        create::{NewClient, create_client},
        form::ClientDraft,
    },
    domain::{caller::Caller, role::LadderRole},
    error::{Error, Result},
    store::Tenant,
};

/// A client that may do everything, tenants and communities included.
pub struct Operator {
    /// Its wire id.
    pub client_id: String,
    secret: SecretString,
}

impl Operator {
    /// The secret, for the one who asked for it.
    pub fn reveal_secret(&self) -> &str {
        self.secret.expose_secret()
    }

    /// As JSON, for scripts.
    pub fn as_json(&self) -> Value {
        json!({ "client_id": self.client_id, "client_secret": self.reveal_secret() })
    }
}

/// Makes the default tenant and the built-in profiles where they are missing, and on the very first start an operator
/// client.
///
/// # Errors
/// The database being away.
pub async fn on_first_start(app: &App) -> Result<Option<Operator>> {
    prepare(app).await?;
    if app.store.has_clients().await? {
        return Ok(None);
    }
    make_operator(app).await.map(Some)
}

/// Makes a new operator client in the first tenant.
///
/// # Errors
/// The database being away.
pub async fn make_operator(app: &App) -> Result<Operator> {
    let tenant = prepare(app).await?;
    let caller = Caller::system("bootstrap", tenant.id);
    let new = NewClient {
        profile: "service_account".to_owned(),
        draft: ClientDraft {
            name: Some("Operator".to_owned()),
            description: Some("Made at bootstrap: may do everything.".to_owned()),
            role: Some(LadderRole::SuperAdmin.to_string()),
            ..ClientDraft::default()
        },
        operator: true,
        ..NewClient::default()
    };
    app.change(caller, move |change| {
        async move {
            let made = create_client(change, &new).await?;
            let secret = made
                .secret
                .ok_or_else(|| Error::Unexpected("the operator has no secret".to_owned()))?;
            Ok(Operator {
                client_id: made.client.client_id.to_string(),
                secret: secret.text,
            })
        }
        .boxed()
    })
    .await
}

/// The first tenant, with the built-in profiles; both made when they are missing.
async fn prepare(app: &App) -> Result<Tenant> {
    let transaction = app.store.begin().await?;
    let now = app.clock.now();
    transaction.insert_built_in_profiles(now).await?;
    transaction.insert_built_in_roles(now).await?;
    let tenant = if let Some(tenant) = transaction.find_first_tenant().await? {
        tenant
    } else {
        let tenant = Tenant {
            id: Uuid::now_v7(),
            key: "default".to_owned(),
            name: "Default".to_owned(),
            external_key: None,
        };
        transaction.insert_tenant(&tenant, now).await?;
        tenant
    };
    transaction.commit().await?;
    Ok(tenant)
}
