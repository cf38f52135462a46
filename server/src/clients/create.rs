//! Making a client, with its service user and, where the profile says so, its first secret.

use serde_json::Value;
use uuid::Uuid;

use super::{
    ceiling,
    credential_form::{self, CredentialDraft, CredentialForm},
    form::{ClientDraft, Reading},
    new_credential::{self, Added, NewSecret},
    permissions,
    roles::{self, RolesDraft},
    snapshot,
};
use crate::{
    app::Change,
    domain::{
        assignment::Assignments,
        audit::{Action, differences},
        auth_method::AuthMethod,
        client::{Client, ClientForm, Status},
        client_id::ClientId,
        credential::usable_until,
        permission::{Access, PermissionSet},
        profile::{ClientIdRule, Profile},
        refusal::{Conflict, Refusal},
        version::Version,
        violation::Violations,
    },
    error::{Error, Result},
    store::{StoreError, StoredCredential},
};

/// What a caller wrote to make a client: nothing is checked yet.
#[derive(Clone, Debug, Default)]
pub struct NewClient {
    /// The key of the profile.
    pub profile: String,
    /// The chosen or preferred wire id.
    pub client_id: Option<String>,
    /// Whether it has no secret.
    pub public: bool,
    /// The editable part.
    pub draft: ClientDraft,
    /// The first credential.
    pub credential: CredentialDraft,
    /// The permissions given straight to it, where the profile has the grid.
    pub permissions: Vec<String>,
    /// Its roles, where the profile has a set of roles.
    pub roles: RolesDraft,
    /// Whether its service user manages tenants and communities.
    pub operator: bool,
    /// Whether it is part of Latchkey: nobody changes it, and nobody is asked for consent.
    pub built_in: bool,
}

/// A new client, and its first credential where it has one: the only time a secret is seen.
pub struct Created {
    /// The client.
    pub client: Client,
    /// What its service user holds.
    pub held: Assignments,
    /// Its first secret.
    pub secret: Option<NewSecret>,
    /// Its first public key, instead of a secret.
    pub public_key: Option<StoredCredential>,
}

/// Makes a client in the caller's tenant.
///
/// # Errors
/// [`Refusal::Invalid`] with everything that is wrong, [`Refusal::RoleExceedsCaller`], or
/// [`Conflict::ClientIdTaken`].
pub async fn create_client(change: &Change, new: &NewClient) -> Result<Created> {
    let caller = &change.caller;
    if !caller.may_reach_clients_of(&new.profile, Access::Change) {
        let needed = format!("{}:change", new.profile);
        return Err(Refusal::MissingPermission(needed).into());
    }
    let store = &change.store;
    let Some(profile) = store.find_profile(caller.tenant_id, &new.profile).await? else {
        let known = store.list_profiles(caller.tenant_id).await?;
        let keys: Vec<&str> = known.iter().map(|it| it.key.as_str()).collect();
        let message = format!("names no profile: use one of {}", keys.join(", "));
        return Err(Violations::one("/profile", message).into());
    };
    let mut wrong = Violations::none();
    let chosen = chosen_id(&profile, new, &mut wrong);
    if new.public && !profile.rules.auth_methods.contains(&AuthMethod::None) {
        wrong.add(
            "/public",
            "not_allowed",
            "clients of this profile cannot be public",
        );
    }
    let reading = Reading {
        profile: &profile,
        public: new.public,
        current: None,
        // A chosen id that is wrong is one mistake, not a missing name as well.
        default_name: match (&chosen, &new.client_id) {
            (Some(id), _) => Some(id.as_str()),
            (None, Some(_)) => Some("?"),
            (None, None) => None,
        },
        now: change.now,
    };
    let form = match reading.read(&new.draft) {
        Ok(form) => Some(form),
        Err(more) => {
            wrong.append(more);
            None
        }
    };
    let granted =
        permissions::read_permissions(change, &profile, &new.permissions, &mut wrong).await?;
    let roles = roles::read_roles(change, &profile, &new.roles, &mut wrong).await?;
    let credential = first_credential(change, new, &profile, form.as_ref(), &mut wrong);
    let (Some(form), true) = (form, wrong.is_empty()) else {
        return Err(wrong.into());
    };
    let held = Assignments::of_permissions(caller.tenant_id, &granted).and(roles);
    roles::may_give(change, &Assignments::default(), &held).await?;
    let rights = ceiling::rights_of(&form, &held, caller.tenant_id);
    let giving = form.role.map_or("/permissions", |_| "/role");
    ceiling::at(giving, ceiling::may_give(caller, &rights))?;
    ceiling::covers(caller, &form, &Assignments::default(), new.operator)?;
    let mut client = blank(change, new, &profile, form, chosen).await?;
    let credential = match credential {
        Some(form) => Some(new_credential::make_any(change, &client, form).await?),
        None => None,
    };
    if let Some(first) = credential.as_ref().map(|it| &it.stored().credential)
        && first.kind.serves(client.form.token_endpoint_auth_method)
    {
        client.credentials_until = first.ends_at();
    }
    change.store.insert_client(&client).await.map_err(taken)?;
    permissions::write(change, &client, &granted).await?;
    roles::write(change, &client, &held).await?;
    change
        .record(
            Action::ClientCreated,
            snapshot::client_object(&client),
            differences(&Value::Null, &said(&client, &profile, &held)),
        )
        .await?;
    if let Some(new) = &credential {
        new_credential::insert(change, new.stored()).await?;
    }
    let (secret, public_key) = match credential {
        Some(Added::Secret(new)) => (Some(new), None),
        Some(Added::PublicKey(stored)) => (None, Some(stored)),
        None => (None, None),
    };
    Ok(Created {
        client,
        held,
        secret,
        public_key,
    })
}

/// What the first credential is to be, where this client is made with one.
fn first_credential(
    change: &Change,
    new: &NewClient,
    profile: &Profile,
    form: Option<&ClientForm>,
    wrong: &mut Violations,
) -> Option<CredentialForm> {
    let method = form.map(|it| it.token_endpoint_auth_method);
    let by_key = method == Some(AuthMethod::PrivateKeyJwt);
    let wanted = &new.credential;
    let with_secret = profile.rules.secret.at_creation && !new.public && !by_key;
    if by_key && wanted.is_given() && !wanted.is_public_key() {
        let message = "must be public_key: the client authenticates by private_key_jwt";
        wrong.add("/credential/kind", "not_allowed", message);
    } else if !with_secret && !by_key && wanted.is_given() {
        wrong.add(
            "/credential",
            "not_allowed",
            "this client is made without a secret: add one afterwards",
        );
    }
    let client_end = form.and_then(|it| it.expires_at);
    let with_credential = with_secret || (by_key && wanted.is_public_key());
    with_credential
        .then(|| credential_form::read(change, wanted, profile, client_end))
        .and_then(|it| {
            it.map_err(|more| wrong.append(more.within("/credential")))
                .ok()
        })
}

/// All that the audit trail says about a new client.
fn said(client: &Client, profile: &Profile, held: &Assignments) -> Value {
    let mut said = snapshot::of_new(client);
    let permissions = held.permissions_in(client.tenant_id);
    if permissions != PermissionSet::default() {
        said["permissions"] = permissions::snapshot(&permissions)["permissions"].take();
    }
    if profile.rules.roles.mandatory().is_some() {
        let mut given = roles::snapshot(held, client.tenant_id);
        for field in ["roles", "community_roles"] {
            said[field] = given[field].take();
        }
    }
    said
}

/// The client that `form` describes, before it has a credential.
async fn blank(
    change: &Change,
    new: &NewClient,
    profile: &Profile,
    form: ClientForm,
    chosen: Option<ClientId>,
) -> Result<Client> {
    let caller = &change.caller;
    let client_id = match (&profile.rules.client_id, chosen) {
        (ClientIdRule::Chosen { wire_pattern }, Some(id)) => {
            let tenant = change
                .store
                .find_tenant(caller.tenant_id)
                .await?
                .ok_or(Refusal::NotFound("tenant"))?;
            id.in_tenant(wire_pattern, tenant.form.external_key.as_deref())
                .map_err(|it| Violations::one("/client_id", it))?
        }
        (_, Some(id)) => id,
        (_, None) => ClientId::generate(change.app.random.bytes()?),
    };
    if let Some(chosen) = &new.client_id {
        could_pass_for_another(change, &client_id, chosen).await?;
    }
    let credentials_until = usable_until(change.now, form.token_endpoint_auth_method, &[]);
    Ok(Client {
        id: Uuid::now_v7(),
        client_id,
        tenant_id: caller.tenant_id,
        profile: profile.key.clone(),
        service_user_id: Uuid::now_v7(),
        operator: new.operator,
        public: new.public,
        built_in: new.built_in,
        form,
        status: Status::Active,
        generation: 0,
        credentials_until,
        created_at: change.now,
        created_by: caller.actor.clone(),
        updated_at: change.now,
        updated_by: caller.actor.clone(),
        last_used_at: None,
        deleted_at: None,
        version: Version::FIRST,
    })
}

/// Refuses a chosen id that another client has, that differs from one in case only, or whose wire form is that of a
/// client of another tenant. Of two that come at once, the index of the database refuses one.
async fn could_pass_for_another(change: &Change, wire: &ClientId, chosen: &str) -> Result<()> {
    let Some((there, tenant_id)) = change.store.find_wire_id_in_any_case(wire).await? else {
        return Ok(());
    };
    let mut wrong = Violations::none();
    if there != wire.as_str() {
        let message = "differs from that of another client in upper and lower case only: choose a different one";
        wrong.add("/client_id", "lookalike", message);
    } else if chosen != wire.as_str() && tenant_id != change.caller.tenant_id {
        let message =
            format!("would be {wire} in requests, as another client is: choose a different one");
        wrong.add("/client_id", "collides", message);
    } else {
        return Err(Conflict::ClientIdTaken.into());
    }
    Err(wrong.into())
}

/// A taken wire id is a conflict that the caller can solve.
pub(super) fn taken(error: StoreError) -> Error {
    match error {
        StoreError::Taken => Conflict::ClientIdTaken.into(),
        other => other.into(),
    }
}

fn chosen_id(profile: &Profile, new: &NewClient, wrong: &mut Violations) -> Option<ClientId> {
    match (&profile.rules.client_id, new.client_id.as_deref()) {
        (ClientIdRule::Generated, Some(_)) => {
            wrong.add(
                "/client_id",
                "not_allowed",
                "is made by the server for this profile: leave it out",
            );
            None
        }
        (ClientIdRule::Chosen { .. }, None) => {
            wrong.add("/client_id", "required", "is required: choose one");
            None
        }
        (_, given) => wrong.take_optional("/client_id", given, ClientId::parse),
    }
}
