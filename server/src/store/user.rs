//! People.

use std::{collections::HashMap, str::FromStr};

use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::Expr,
};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::{
    Kind, Result, Store, StoreError, Transaction, actor,
    entity::{tenant, user},
};
use crate::domain::{
    email::Email,
    role::LadderRole,
    timestamp::Timestamp,
    user::{User, UserForm, UserStatus},
    version::Version,
};

pub(super) fn read(row: user::Model) -> Result<User> {
    let unreadable = || StoreError::unreadable("user");
    Ok(User {
        id: row.id,
        tenant_id: row.tenant_id,
        form: UserForm {
            email: Email::from_row(row.email),
            name: row.name,
            role: LadderRole::from_str(&row.role).map_err(|_| unreadable())?,
        },
        status: UserStatus::find(&row.status).ok_or_else(unreadable)?,
        operator: row.operator,
        has_password: row.password_hash.is_some(),
        must_change_password: row.must_change_password,
        password_ends_at: row.password_ends_at.map(Timestamp::from_unix_clamped),
        last_sign_in_at: (row.last_sign_in_at > 0)
            .then(|| Timestamp::from_unix_clamped(row.last_sign_in_at)),
        created_at: Timestamp::from_unix_clamped(row.created_at),
        created_by: actor::from_row(row.created_by),
        updated_at: Timestamp::from_unix_clamped(row.updated_at),
        updated_by: actor::from_row(row.updated_by),
        version: Version(row.version),
    })
}

/// The columns that a change of the user may write. The password has methods of its own.
fn to_row(user: &User) -> user::ActiveModel {
    let form = &user.form;
    let search = format!("{}\n{}", form.name, form.email).to_lowercase();
    user::ActiveModel {
        id: Set(user.id),
        tenant_id: Set(user.tenant_id),
        email: Set(form.email.as_str().to_owned()),
        email_key: Set(form.email.key()),
        name: Set(form.name.clone()),
        name_key: Set(form.name.to_lowercase()),
        search_text: Set(search),
        password_hash: NotSet,
        must_change_password: Set(user.must_change_password),
        password_ends_at: Set(user.password_ends_at.map(Timestamp::unix)),
        status: Set(user.status.as_str().to_owned()),
        role: Set(form.role.as_str().to_owned()),
        operator: Set(user.operator),
        last_sign_in_at: NotSet,
        created_at: Set(user.created_at.unix()),
        created_by: Set(actor::to_row(&user.created_by)),
        updated_at: Set(user.updated_at.unix()),
        updated_by: Set(actor::to_row(&user.updated_by)),
        version: Set(user.version.0),
    }
}

/// The condition that finds `text`, which stands in lower case, in a column of our own.
pub(super) fn contains(kind: Kind, column: &'static str, text: &str) -> Expr {
    if kind == Kind::Postgres {
        let pattern = text
            .replace('\\', "\\\\")
            .replace('%', "\\%")
            .replace('_', "\\_");
        return Expr::cust_with_values(format!("{column} LIKE $1"), [format!("%{pattern}%")]);
    }
    Expr::cust_with_values(format!("instr({column}, ?) > 0"), [text])
}

async fn one(query: Select<user::Entity>, on: &impl ConnectionTrait) -> Result<Option<User>> {
    query.one(on).await?.map(read).transpose()
}

fn of_tenant(tenant_id: Uuid, id: Uuid) -> Select<user::Entity> {
    user::Entity::find_by_id(id).filter(user::Column::TenantId.eq(tenant_id))
}

impl Store {
    /// Those of these users that there are, of any tenant.
    pub async fn list_users_by_id(&self, ids: Vec<Uuid>) -> Result<HashMap<Uuid, User>> {
        let rows = user::Entity::find()
            .filter(user::Column::Id.is_in(ids))
            .all(&self.reads)
            .await?;
        rows.into_iter()
            .map(|row| Ok((row.id, read(row)?)))
            .collect()
    }

    /// A user of a tenant.
    pub async fn find_user(&self, tenant_id: Uuid, id: Uuid) -> Result<Option<User>> {
        one(of_tenant(tenant_id, id), &self.reads).await
    }

    /// A user of any tenant.
    pub async fn find_user_by_id(&self, id: Uuid) -> Result<Option<User>> {
        one(user::Entity::find_by_id(id), &self.reads).await
    }

    /// The user with this address in a tenant, and what recognises the password. `email_key` is in the form of
    /// [`Email::key`].
    pub async fn find_user_with_password(
        &self,
        tenant_id: Uuid,
        email_key: &str,
    ) -> Result<Option<(User, Option<SecretString>)>> {
        let row = user::Entity::find()
            .filter(user::Column::TenantId.eq(tenant_id))
            .filter(user::Column::EmailKey.eq(email_key))
            .one(&self.reads)
            .await?;
        row.map(with_password).transpose()
    }

    /// The tenants in which somebody has this address and a password, `most` at most.
    pub async fn list_tenants_of_email(&self, email_key: &str, most: u64) -> Result<Vec<Uuid>> {
        Ok(user::Entity::find()
            .select_only()
            .column(user::Column::TenantId)
            .filter(user::Column::EmailKey.eq(email_key))
            .filter(user::Column::PasswordHash.is_not_null())
            .order_by_asc(user::Column::TenantId)
            .limit(most)
            .into_tuple()
            .all(&self.reads)
            .await?)
    }

    /// What recognises the password of a user, where there is one.
    pub async fn find_password_hash(&self, id: Uuid) -> Result<Option<SecretString>> {
        let row = user::Entity::find_by_id(id).one(&self.reads).await?;
        Ok(row.and_then(|it| it.password_hash).map(Into::into))
    }
}

fn with_password(mut row: user::Model) -> Result<(User, Option<SecretString>)> {
    let hash = row.password_hash.clone().map(SecretString::from);
    if let Some(kept) = &mut row.password_hash {
        // The row is read for what it says, not for the hash.
        kept.clear();
    }
    Ok((read(row)?, hash))
}

impl Transaction {
    /// A user of a tenant, locked until the transaction ends.
    pub async fn find_user_for_change(&self, tenant_id: Uuid, id: Uuid) -> Result<Option<User>> {
        one(of_tenant(tenant_id, id).lock_exclusive(), &self.inner).await
    }

    /// The user with this address in a tenant, locked until the transaction ends. `email_key` is in the form of
    /// [`Email::key`].
    pub async fn find_user_by_email(
        &self,
        tenant_id: Uuid,
        email_key: &str,
    ) -> Result<Option<User>> {
        let query = user::Entity::find()
            .filter(user::Column::TenantId.eq(tenant_id))
            .filter(user::Column::EmailKey.eq(email_key))
            .lock_exclusive();
        one(query, &self.inner).await
    }

    /// Adds a user, without a password.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when another user of the tenant has the address.
    pub async fn insert_user(&self, user: &User) -> Result<()> {
        let row = user::ActiveModel {
            password_hash: Set(None),
            last_sign_in_at: Set(0),
            ..to_row(user)
        };
        user::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// Writes the changed state of a user that was found for change; its password stays.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when another user of the tenant has the address.
    pub async fn replace_user(&self, user: &User) -> Result<()> {
        user::Entity::update(to_row(user))
            .validate()?
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// Writes what recognises the password from now on; `None` takes the password away.
    pub async fn replace_password_hash(&self, id: Uuid, hash: Option<&SecretString>) -> Result<()> {
        let hash = hash.map(|it| it.expose_secret().to_owned());
        user::Entity::update_many()
            .col_expr(user::Column::PasswordHash, Expr::value(hash))
            .filter(user::Column::Id.eq(id))
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    /// Notes that a user signed in. That is no change of the user: its version stays.
    pub async fn note_sign_in(&self, id: Uuid, at: Timestamp) -> Result<()> {
        user::Entity::update_many()
            .col_expr(user::Column::LastSignInAt, Expr::value(at.unix()))
            .filter(user::Column::Id.eq(id))
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    /// Whether a super admin other than `except` could sign in to the tenant. The tenant stays locked until the
    /// transaction ends, so that two of them cannot both be switched off as "not the last".
    pub async fn has_other_super_admin(&self, tenant_id: Uuid, except: Uuid) -> Result<bool> {
        tenant::Entity::find_by_id(tenant_id)
            .lock_exclusive()
            .one(&self.inner)
            .await?;
        let row = user::Entity::find()
            .select_only()
            .column(user::Column::Id)
            .filter(user::Column::TenantId.eq(tenant_id))
            .filter(user::Column::Role.eq(LadderRole::SuperAdmin.as_str()))
            .filter(user::Column::Status.eq(UserStatus::Active.as_str()))
            .filter(user::Column::PasswordHash.is_not_null())
            .filter(user::Column::Id.ne(except))
            .into_tuple::<Uuid>()
            .one(&self.inner)
            .await?;
        Ok(row.is_some())
    }
}
