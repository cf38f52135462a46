//! Groups of people.

use serde_json::{Value, json};
use uuid::Uuid;

use super::roles;
use crate::{
    app::{App, Change},
    domain::{
        audit::{Action, FieldChange, Object, differences},
        caller::Caller,
        group::{Group, GroupForm},
        page::{Limit, Page},
        refusal::{Conflict, Refusal},
        text,
        user::{User, UserStatus},
        version::{Expected, Version},
        violation::Violations,
    },
    error::{Error, Result},
    store::{NameKey, StoreError},
};

/// The editable part of a group as a caller wrote it: nothing is checked yet.
#[derive(Clone, Debug, Default)]
pub struct GroupDraft {
    /// See [`GroupForm::name`].
    pub name: Option<String>,
    /// See [`GroupForm::description`].
    pub description: Option<String>,
}

impl GroupDraft {
    /// The form that this describes.
    ///
    /// # Errors
    /// Every broken rule, each with a pointer into the request body.
    pub fn read(&self) -> std::result::Result<GroupForm, Violations> {
        let mut wrong = Violations::none();
        if self.name.is_none() {
            wrong.add(
                "/name",
                "required",
                "is required: say what to call the group",
            );
        }
        let name = wrong.take_optional("/name", self.name.as_deref(), |it| text::line(it, 255));
        let description = text::description(self.description.as_deref(), &mut wrong);
        wrong.or(GroupForm {
            name: name.unwrap_or_default(),
            description,
        })
    }
}

fn snapshot(form: &GroupForm) -> Value {
    json!({ "name": form.name, "description": form.description })
}

fn object(group: &Group) -> Object {
    Object {
        kind: "group",
        id: group.id,
        name: group.form.name.clone(),
        client: None,
    }
}

fn taken(error: StoreError) -> Error {
    match error {
        StoreError::Taken => Conflict::GroupNameTaken.into(),
        other => other.into(),
    }
}

pub(super) async fn find_for_change(change: &Change, id: Uuid) -> Result<Group> {
    let found = change
        .store
        .find_group_for_change(change.caller.tenant_id, id)
        .await?;
    Ok(found.ok_or(Refusal::NotFound("group"))?)
}

/// Makes a group in the caller's tenant.
///
/// # Errors
/// Everything that is wrong with the draft, or [`Conflict::GroupNameTaken`].
pub async fn create_group(change: &Change, draft: &GroupDraft) -> Result<Group> {
    let group = Group {
        id: Uuid::now_v7(),
        tenant_id: change.caller.tenant_id,
        form: draft.read()?,
        created_at: change.now,
        created_by: change.caller.actor.clone(),
        updated_at: change.now,
        updated_by: change.caller.actor.clone(),
        version: Version::FIRST,
    };
    change.store.insert_group(&group).await.map_err(taken)?;
    let fields = differences(&Value::Null, &snapshot(&group.form));
    change
        .record(Action::GroupCreated, object(&group), fields)
        .await?;
    Ok(group)
}

/// Replaces the editable part of a group. A draft that changes nothing writes nothing.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Stale`], [`Conflict::GroupNameTaken`], or everything that is wrong with the draft.
pub async fn replace_group(
    change: &Change,
    id: Uuid,
    expected: &Expected,
    draft: impl FnOnce(&GroupForm) -> Result<GroupDraft> + Send,
) -> Result<Group> {
    let mut group = find_for_change(change, id).await?;
    if !expected.admits(group.version) {
        return Err(Refusal::Stale.into());
    }
    let form = draft(&group.form)?.read()?;
    let differing = differences(&snapshot(&group.form), &snapshot(&form));
    if differing.is_empty() {
        return Ok(group);
    }
    group.form = form;
    write(change, &mut group, differing).await?;
    Ok(group)
}

/// Writes a changed group with its next version and its audit row.
pub(super) async fn write(
    change: &Change,
    group: &mut Group,
    differing: Vec<FieldChange>,
) -> Result<()> {
    group.version = group.version.next();
    group.updated_at = change.now;
    group.updated_by = change.caller.actor.clone();
    change.store.replace_group(group).await.map_err(taken)?;
    change
        .record(Action::GroupUpdated, object(group), differing)
        .await
}

/// Deletes a group; its members stay as people.
///
/// # Errors
/// [`Refusal::NotFound`] or [`Refusal::Stale`].
pub async fn delete_group(change: &Change, id: Uuid, expected: &Expected) -> Result<()> {
    let group = find_for_change(change, id).await?;
    if !expected.admits(group.version) {
        return Err(Refusal::Stale.into());
    }
    change.store.delete_group(id).await?;
    change
        .store
        .delete_assignments_in(id, group.tenant_id)
        .await?;
    change
        .record(Action::GroupDeleted, object(&group), Vec::new())
        .await
}

/// Puts a person into a group. One who is in it stays in it.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::RoleExceedsCaller`] when the group may do more than the caller, or
/// [`Conflict::UserAnonymized`].
pub async fn add_member(change: &Change, group_id: Uuid, user_id: Uuid) -> Result<()> {
    let group = find_for_change(change, group_id).await?;
    roles::covers_group(change, group.id).await?;
    let user = change
        .store
        .find_user_for_change(change.caller.tenant_id, user_id)
        .await?
        .ok_or(Refusal::NotFound("user"))?;
    if user.status == UserStatus::Anonymized {
        return Err(Conflict::UserAnonymized.into());
    }
    if change
        .store
        .insert_member(group.id, user.id, change.now)
        .await?
    {
        let about = member(Value::Null, json!(user.id));
        change
            .record(Action::GroupMemberAdded, object(&group), about)
            .await?;
    }
    Ok(())
}

/// Takes a person out of a group. One who is not in it stays out of it.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such group or person.
pub async fn remove_member(change: &Change, group_id: Uuid, user_id: Uuid) -> Result<()> {
    let group = find_for_change(change, group_id).await?;
    change
        .store
        .find_user_for_change(change.caller.tenant_id, user_id)
        .await?
        .ok_or(Refusal::NotFound("user"))?;
    if change.store.delete_member(group.id, user_id).await? {
        let about = member(json!(user_id), Value::Null);
        change
            .record(Action::GroupMemberRemoved, object(&group), about)
            .await?;
    }
    Ok(())
}

fn member(before: Value, after: Value) -> Vec<FieldChange> {
    vec![FieldChange {
        field: "member".to_owned(),
        before,
        after,
    }]
}

/// A group of the caller's tenant.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn get_group(app: &App, caller: &Caller, id: Uuid) -> Result<Group> {
    let found = app.store.find_group(caller.tenant_id, id).await?;
    Ok(found.ok_or(Refusal::NotFound("group"))?)
}

/// A page of the groups of the caller's tenant, by name.
///
/// # Errors
/// The database being away.
pub async fn list_groups(
    app: &App,
    caller: &Caller,
    search: Option<&str>,
    after: Option<&NameKey>,
    limit: Limit,
) -> Result<Page<Group, NameKey>> {
    let tenant_id = caller.tenant_id;
    Ok(app
        .store
        .list_groups(tenant_id, search, after, limit)
        .await?)
}

/// A page of the members of a group, by name.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn list_members(
    app: &App,
    caller: &Caller,
    id: Uuid,
    after: Option<&NameKey>,
    limit: Limit,
) -> Result<Page<User, NameKey>> {
    let group = get_group(app, caller, id).await?;
    Ok(app.store.list_members(group.id, after, limit).await?)
}

/// The groups that a person is in, by name.
///
/// # Errors
/// The database being away.
pub async fn list_groups_of(app: &App, user: &User) -> Result<Vec<Group>> {
    Ok(app.store.list_groups_of(user.id).await?)
}
