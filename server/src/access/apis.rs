//! APIs: what there is, and how they are registered, changed and ended.

use serde_json::Value;
use uuid::Uuid;

use super::api_form::{self, ApiDraft, snapshot};
use crate::{
    app::{App, Change},
    domain::{
        api::{
            self, Api, ApiForm, Chosen, MANAGEMENT, MANAGEMENT_ID, MOST_PER_TENANT, TokenFormat,
        },
        audience::Audience,
        audit::{Action, Object, differences},
        caller::{Actor, Caller},
        page::{Limit, Page},
        refusal::{Conflict, Refusal},
        timestamp::Timestamp,
        version::{Expected, Version},
        violation::Violations,
    },
    error::{Error, Result},
    store::{NameKey, StoreError, Transaction},
};

/// What a caller wrote to register an API: nothing is checked yet.
#[derive(Clone, Debug, Default)]
pub struct NewApi {
    /// Its short name.
    pub key: String,
    /// The editable part.
    pub draft: ApiDraft,
}

/// A page of the APIs that the caller's tenant sees, by name.
///
/// # Errors
/// The database being away.
pub async fn list_apis(
    app: &App,
    caller: &Caller,
    search: Option<&str>,
    after: Option<&NameKey>,
    limit: Limit,
) -> Result<Page<Api, NameKey>> {
    let tenant_id = caller.tenant_id;
    let mut page = app.store.list_apis(tenant_id, search, after, limit).await?;
    for api in page.items.iter_mut().filter(|it| it.is_management()) {
        say_default(app, caller, api).await?;
    }
    Ok(page)
}

/// One of them, by its uuid or key.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn get_api(app: &App, caller: &Caller, reference: &str) -> Result<Api> {
    let found = app.store.find_api(caller.tenant_id, reference).await?;
    let mut api = found.ok_or(Refusal::NotFound("API"))?;
    if api.is_management() {
        say_default(app, caller, &mut api).await?;
    }
    Ok(api)
}

/// The management API is for requests that name none where the tenant has chosen no other.
async fn say_default(app: &App, caller: &Caller, management: &mut Api) -> Result<()> {
    if !app.store.has_default_api(caller.tenant_id).await? {
        management.form.chosen = Chosen::ByDefault;
    }
    Ok(())
}

/// Registers an API in the caller's tenant.
///
/// # Errors
/// [`Conflict::KeyTaken`], [`Conflict::AudienceTaken`], [`Conflict::TooManyApis`], or everything that is wrong.
pub async fn create_api(change: &Change, new: &NewApi) -> Result<Api> {
    let caller = &change.caller;
    let mut wrong = Violations::none();
    let key = wrong.take("/key", api::parse_key(&new.key));
    let form = api_form::read(change, &new.draft, None, &mut wrong).await?;
    let (Some(key), Some(form), true) = (key, form, wrong.is_empty()) else {
        return Err(wrong.into());
    };
    let all = change.store.list_all_apis(caller.tenant_id).await?;
    if all.iter().any(|it| it.key == key.as_str()) {
        return Err(Conflict::KeyTaken.into());
    }
    if all.iter().filter(|it| !it.is_management()).count() >= MOST_PER_TENANT {
        return Err(Conflict::TooManyApis.into());
    }
    let api = Api {
        id: Uuid::now_v7(),
        tenant_id: Some(caller.tenant_id),
        key: key.to_string(),
        form,
        created_at: change.now,
        created_by: caller.actor.clone(),
        updated_at: change.now,
        updated_by: caller.actor.clone(),
        version: Version::FIRST,
    };
    give_up_default(change, &api, all).await?;
    change.store.insert_api(&api).await.map_err(taken)?;
    let differing = differences(&Value::Null, &snapshot(&api.key, &api.form));
    change
        .record(Action::ApiCreated, object(&api), differing)
        .await?;
    Ok(api)
}

/// Replaces the editable part of an API. A permission that it no longer has is taken from everybody who held it.
///
/// # Errors
/// [`Conflict::BuiltIn`], [`Refusal::Stale`], [`Conflict::AudienceTaken`], or everything that is wrong.
pub async fn replace_api(
    change: &Change,
    reference: &str,
    expected: &Expected,
    draft: impl FnOnce(&Api) -> Result<ApiDraft> + Send,
) -> Result<Api> {
    let before = find_for_change(change, reference, expected).await?;
    let draft = draft(&before)?;
    let mut wrong = Violations::none();
    let form = api_form::read(change, &draft, Some(&before), &mut wrong).await?;
    let (Some(form), true) = (form, wrong.is_empty()) else {
        return Err(wrong.into());
    };
    let differing = differences(
        &snapshot(&before.key, &before.form),
        &snapshot(&before.key, &form),
    );
    if differing.is_empty() {
        return Ok(before);
    }
    let api = Api {
        form,
        updated_at: change.now,
        updated_by: change.caller.actor.clone(),
        version: before.version.next(),
        ..before.clone()
    };
    let all = change.store.list_all_apis(change.caller.tenant_id).await?;
    give_up_default(change, &api, all).await?;
    change.store.replace_api(&api).await.map_err(taken)?;
    change
        .record(Action::ApiUpdated, object(&api), differing)
        .await?;
    withdraw(change, &before, Some(&api)).await?;
    Ok(api)
}

/// Ends an API: tokens for it are good no longer, what people allowed apps to do there has ended, and its permissions
/// are taken from everybody who held them. An API of the same key and audience made later inherits nothing.
///
/// # Errors
/// [`Conflict::BuiltIn`], or [`Refusal::Stale`].
pub async fn delete_api(change: &Change, reference: &str, expected: &Expected) -> Result<()> {
    let api = find_for_change(change, reference, expected).await?;
    change.store.delete_api(api.id, change.now).await?;
    let differing = differences(&snapshot(&api.key, &api.form), &Value::Null);
    change
        .record(Action::ApiDeleted, object(&api), differing)
        .await?;
    withdraw(change, &api, None).await
}

async fn find_for_change(change: &Change, reference: &str, expected: &Expected) -> Result<Api> {
    let tenant_id = change.caller.tenant_id;
    let found = change
        .store
        .find_api_for_change(tenant_id, reference)
        .await?;
    let api = found.ok_or(Refusal::NotFound("API"))?;
    if api.is_management() {
        return Err(Conflict::BuiltIn.into());
    }
    if !expected.admits(api.version) {
        return Err(Refusal::Stale.into());
    }
    Ok(api)
}

/// There is one default: the one that was it before gives way to `api`.
async fn give_up_default(change: &Change, api: &Api, all: Vec<Api>) -> Result<()> {
    if api.form.chosen == Chosen::ByName {
        return Ok(());
    }
    let others = all
        .into_iter()
        .filter(|it| it.id != api.id && it.form.chosen == Chosen::ByDefault);
    for before in others {
        let mut after = before.clone();
        after.form.chosen = Chosen::ByName;
        after.updated_at = change.now;
        after.updated_by = change.caller.actor.clone();
        after.version = after.version.next();
        change.store.replace_api(&after).await.map_err(taken)?;
        let differing = differences(
            &snapshot(&before.key, &before.form),
            &snapshot(&after.key, &after.form),
        );
        change
            .record(Action::ApiUpdated, object(&after), differing)
            .await?;
    }
    Ok(())
}

/// Takes the permissions that `before` had and `after` has not from roles and clients.
async fn withdraw(change: &Change, before: &Api, after: Option<&Api>) -> Result<()> {
    let kept = after.map(Api::permissions).unwrap_or_default();
    let gone: Vec<_> = before
        .permissions()
        .into_iter()
        .filter(|it| !kept.contains(it))
        .collect();
    if gone.is_empty() {
        return Ok(());
    }
    super::roles::withdraw_permissions(change, &gone).await?;
    let texts: Vec<String> = gone.iter().map(ToString::to_string).collect();
    let tenant_id = change.caller.tenant_id;
    Ok(change.store.withdraw_permissions(tenant_id, &texts).await?)
}

fn taken(error: StoreError) -> Error {
    match error {
        StoreError::Taken => Conflict::AudienceTaken.into(),
        other => other.into(),
    }
}

fn object(api: &Api) -> Object {
    Object {
        kind: "api",
        id: api.id,
        name: api.form.name.clone(),
        client: None,
    }
}

/// Makes the management API, or brings its audience up to date with the settings.
///
/// # Errors
/// The database being away, or another API having its audience.
pub async fn settle_management(app: &App, transaction: &Transaction, now: Timestamp) -> Result<()> {
    let made = transaction
        .settle_management_api(&management(app, now))
        .await;
    made.map_err(|error| match error {
        StoreError::Taken => Error::Unexpected(format!(
            "a registered API has the audience {}, which is that of this server: change public_url, or start with \
             the former one and give that API another audience",
            app.settings.management_audience()
        )),
        other => other.into(),
    })
}

fn management(app: &App, now: Timestamp) -> Api {
    let actor = Actor::system("bootstrap");
    Api {
        id: MANAGEMENT_ID,
        tenant_id: None,
        key: MANAGEMENT.to_owned(),
        form: ApiForm {
            audience: Audience::from_row(app.settings.management_audience()),
            name: "Latchkey management API".to_owned(),
            description: Some("The API of this server itself.".to_owned()),
            permissions: Vec::new(),
            token_format: TokenFormat::Jwt,
            token_lifetime: None,
            chosen: Chosen::ByName,
            introspection_clients: Vec::new(),
        },
        created_at: now,
        created_by: actor.clone(),
        updated_at: now,
        updated_by: actor,
        version: Version::FIRST,
    }
}
