//! The client that is part of Latchkey: the admin screens, an OAuth client like any other, but that nobody changes it
//! and nobody is asked for consent.

use futures_util::FutureExt;
use serde_json::Value;
use uuid::Uuid;

use super::{change::write, create, snapshot};
use crate::{
    app::{App, Change},
    domain::{
        audit::{Action, differences},
        auth_method::AuthMethod,
        caller::Caller,
        client::{Client, ClientForm, Status},
        client_id::ClientId,
        grant_type::GrantType,
        id_token::IdTokenAlgorithm,
        label::Labels,
        redirect_uri::RedirectUri,
        tenant::Tenant,
        version::Version,
    },
    error::{Error, Result},
};

/// The wire id of the admin screens.
pub const ADMIN: &str = "latchkey-admin";

/// Where the admin screens read the answer to a sign-in, at each of their origins.
pub const CALLBACK: &str = "/admin/callback";

/// Makes the client of the admin screens in `tenant`, or brings its addresses up to date with the settings.
///
/// # Errors
/// The database being away, or another client having its wire id.
pub async fn settle_admin(app: &App, tenant: &Tenant) -> Result<()> {
    let origins: Vec<&str> = [app.settings.issuer()]
        .into_iter()
        .chain(app.settings.admin_origins.iter().map(String::as_str))
        .collect();
    let callbacks = addresses(&origins, CALLBACK);
    let signed_out = addresses(&origins, "/admin");
    if let Some(id) = app.store.find_id_of_client(ADMIN).await?
        && let Some(there) = app.store.find_client_by_id(id).await?
        && there.built_in
        && there.form.redirect_uris == callbacks
        && there.form.post_logout_redirect_uris == signed_out
    {
        return Ok(());
    }
    let caller = Caller::system("bootstrap", tenant.id);
    app.change(caller, move |change| {
        settle(change, callbacks, signed_out).boxed()
    })
    .await
}

/// The addresses at which the admin screens answer; one that no app may have is left out with a warning.
fn addresses(origins: &[&str], path: &str) -> Vec<RedirectUri> {
    let mut all = Vec::new();
    for origin in origins {
        match RedirectUri::parse(&format!("{origin}{path}")) {
            Ok(uri) if !all.contains(&uri) => all.push(uri),
            Ok(_) => {}
            Err(problem) => {
                tracing::warn!(%origin, "nobody can sign in to the admin screens there: {problem}");
            }
        }
    }
    all
}

async fn settle(
    change: &Change,
    redirect_uris: Vec<RedirectUri>,
    post_logout_redirect_uris: Vec<RedirectUri>,
) -> Result<()> {
    let tenant_id = change.caller.tenant_id;
    let found = change
        .store
        .find_client_for_change(tenant_id, ADMIN)
        .await?;
    let Some(mut client) = found else {
        let client = admin(change, redirect_uris, post_logout_redirect_uris)?;
        change
            .store
            .insert_client(&client)
            .await
            .map_err(create::taken)?;
        let fields = differences(&Value::Null, &snapshot::of_new(&client));
        let object = snapshot::client_object(&client);
        return change.record(Action::ClientCreated, object, fields).await;
    };
    if !client.built_in {
        return Err(Error::Unexpected(format!(
            "another client has the id {ADMIN}, which is for the admin screens: delete it"
        )));
    }
    let before = snapshot::of_form(&client.form);
    client.form.redirect_uris = redirect_uris;
    client.form.post_logout_redirect_uris = post_logout_redirect_uris;
    let differing = differences(&before, &snapshot::of_form(&client.form));
    write(change, &mut client, Action::ClientUpdated, differing).await
}

fn admin(
    change: &Change,
    redirect_uris: Vec<RedirectUri>,
    post_logout_redirect_uris: Vec<RedirectUri>,
) -> Result<Client> {
    let caller = &change.caller;
    Ok(Client {
        id: Uuid::now_v7(),
        client_id: ClientId::parse(ADMIN).map_err(|it| Error::Unexpected(it.to_string()))?,
        tenant_id: caller.tenant_id,
        profile: "app".to_owned(),
        service_user_id: Uuid::now_v7(),
        operator: false,
        public: true,
        built_in: true,
        form: ClientForm {
            name: "Latchkey admin".to_owned(),
            description: Some("The admin screens of this server.".to_owned()),
            notes: None,
            expires_at: None,
            token_lifetime: None,
            redirect_uris,
            post_logout_redirect_uris,
            grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
            token_endpoint_auth_method: AuthMethod::None,
            id_token_signed_response_alg: IdTokenAlgorithm::default(),
            role: None,
            owner: None,
            contacts: Vec::new(),
            labels: Labels::default(),
            managed_by: None,
        },
        status: Status::Active,
        generation: 0,
        credentials_until: None,
        created_at: change.now,
        created_by: caller.actor.clone(),
        updated_at: change.now,
        updated_by: caller.actor.clone(),
        last_used_at: None,
        deleted_at: None,
        version: Version::FIRST,
    })
}
