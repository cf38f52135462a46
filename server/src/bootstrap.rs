//! The first things in an empty database, and the way back in for someone who is locked out.

use data_encoding::BASE32_NOPAD;
use futures_util::FutureExt;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{
    access::apis,
    app::{App, Change},
    clients::{
        built_in,
        create::{NewClient, create_client},
        form::ClientDraft,
    },
    domain::{caller::Caller, email::Email, role::LadderRole, user::User},
    error::{Error, Result},
    oauth::signing_keys,
    people::{create::create_user, form::UserDraft, lifecycle, passwords},
    store::Tenant,
};

/// A client that may do everything, tenants and communities included, and the first person, who may as well.
pub struct Operator {
    /// Its wire id.
    pub client_id: String,
    secret: SecretString,
    /// By what the person signs in.
    pub email: String,
    password: SecretString,
}

impl Operator {
    /// The secret, for the one who asked for it.
    pub fn reveal_secret(&self) -> &str {
        self.secret.expose_secret()
    }

    /// The person's one-time password, which must be changed at the first sign-in.
    pub fn reveal_password(&self) -> &str {
        self.password.expose_secret()
    }

    /// As JSON, for scripts.
    pub fn as_json(&self) -> Value {
        json!({
            "client_id": self.client_id,
            "client_secret": self.reveal_secret(),
            "email": self.email,
            "password": self.reveal_password(),
        })
    }
}

/// Makes the default tenant, the built-in profiles and the client of the admin screens where they are missing, and on
/// the very first start an operator client and a first person.
///
/// # Errors
/// The database being away, or an address that is none.
pub async fn on_first_start(app: &App) -> Result<Option<Operator>> {
    let tenant = prepare(app).await?;
    let operator = if app.store.has_clients().await? {
        None
    } else {
        Some(make_operator(app, app.settings.bootstrap_email.as_deref()).await?)
    };
    // Last, since any client at all says that there was a first start.
    built_in::settle_admin(app, &tenant).await?;
    signing_keys::settle(app).await?;
    Ok(operator)
}

/// Who the first person is, unless it is said.
const FIRST_EMAIL: &str = "admin@localhost";

/// Makes a new operator client in the first tenant, and a person with a one-time password. A person who has this
/// address already is let in again: switched on, made a super admin, and given a new one-time password.
///
/// # Errors
/// The database being away, or an address that is none.
pub async fn make_operator(app: &App, email: Option<&str>) -> Result<Operator> {
    let tenant = prepare(app).await?;
    let email = Email::parse(email.unwrap_or(FIRST_EMAIL))
        .map_err(|it| Error::Unexpected(format!("the e-mail address of the first person {it}")))?;
    let password = one_time_password(app)?;
    let hash: SecretString = app.passwords.hash(&password).await?.into();
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
            let mut user = find_or_create(change, &email).await?;
            passwords::set_one_time_password(change, &mut user, &hash).await?;
            Ok(Operator {
                client_id: made.client.client_id.to_string(),
                secret: secret.text,
                email: user.form.email.to_string(),
                password,
            })
        }
        .boxed()
    })
    .await
}

/// A password of 100 random bits that can be read from a screen and typed.
fn one_time_password(app: &App) -> Result<SecretString> {
    let random = app.random.secret_bytes::<15>()?;
    let text = Zeroizing::new(BASE32_NOPAD.encode(random.as_slice()).to_ascii_lowercase());
    let mut grouped = Zeroizing::new(String::with_capacity(text.len() + 6));
    for (index, character) in text.chars().enumerate() {
        if index > 0 && index % 6 == 0 {
            grouped.push('-');
        }
        grouped.push(character);
    }
    Ok(SecretString::from(grouped.as_str()))
}

/// The person with this address, who may do everything from now on.
async fn find_or_create(change: &Change, email: &Email) -> Result<User> {
    let tenant_id = change.caller.tenant_id;
    let draft = UserDraft {
        email: Some(email.to_string()),
        name: Some("Administrator".to_owned()),
        role: Some(LadderRole::SuperAdmin.to_string()),
    };
    match change
        .store
        .find_user_by_email(tenant_id, &email.key())
        .await?
    {
        None => create_user(change, &draft, true).await,
        Some(user) => lifecycle::let_in_again(change, user).await,
    }
}

/// The first tenant, with the built-in profiles; both made when they are missing.
async fn prepare(app: &App) -> Result<Tenant> {
    let transaction = app.store.begin().await?;
    let now = app.clock.now();
    transaction.insert_built_in_profiles(now).await?;
    transaction.insert_built_in_roles(now).await?;
    apis::settle_management(app, &transaction, now).await?;
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
