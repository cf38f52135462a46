//! Clients.

use std::{collections::HashMap, str::FromStr};

use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Select,
    sea_query::{Expr, ExprTrait, Func, SimpleExpr},
};
use uuid::Uuid;

use super::{
    Result, Store, StoreError, Transaction, actor,
    entity::{
        assignment,
        client::{self, GrantTypes, Texts},
        client_label,
    },
};
use crate::domain::{
    auth_method::AuthMethod,
    client::{Client, ClientForm, Status},
    client_id::ClientId,
    id_token::IdTokenAlgorithm,
    label::Labels,
    lifetime::TokenLifetime,
    redirect_uri::RedirectUri,
    role::LadderRole,
    timestamp::Timestamp,
    version::Version,
};

fn uris(row: &Texts) -> Result<Vec<RedirectUri>> {
    row.0
        .iter()
        .map(|it| RedirectUri::parse(it).map_err(|_| StoreError::unreadable("client")))
        .collect()
}

/// `None` is stored as the last moment there is, so that it sorts behind every end.
pub(super) fn end_to_row(end: Option<Timestamp>) -> i64 {
    end.unwrap_or(Timestamp::MAX).unix()
}

fn end_from_row(end: i64) -> Option<Timestamp> {
    (end < Timestamp::MAX.unix()).then(|| Timestamp::from_unix_clamped(end))
}

pub(super) fn read(row: client::Model) -> Result<Client> {
    let unreadable = || StoreError::unreadable("client");
    let redirect_uris = uris(&row.redirect_uris)?;
    let post_logout_redirect_uris = uris(&row.post_logout_redirect_uris)?;
    let id_token_signed_response_alg = row
        .id_token_signed_response_alg
        .as_deref()
        .map_or(Ok(IdTokenAlgorithm::default()), IdTokenAlgorithm::from_str)
        .map_err(|_| unreadable())?;
    let role = row.role.as_deref().map(LadderRole::from_str).transpose();
    let form = ClientForm {
        name: row.name,
        description: row.description,
        notes: row.notes,
        expires_at: row.expires_at.map(Timestamp::from_unix_clamped),
        token_lifetime: row
            .token_lifetime
            .and_then(|it| u32::try_from(it).ok())
            .map(TokenLifetime::of_seconds),
        redirect_uris,
        post_logout_redirect_uris,
        grant_types: row.grant_types.0,
        token_endpoint_auth_method: AuthMethod::from_str(&row.token_endpoint_auth_method)
            .map_err(|_| unreadable())?,
        id_token_signed_response_alg,
        role: role.map_err(|_| unreadable())?,
        owner: row.owner,
        contacts: row.contacts.0,
        labels: row.labels.0,
        managed_by: row.managed_by,
    };
    Ok(Client {
        id: row.id,
        client_id: ClientId::from_row(row.client_id),
        tenant_id: row.tenant_id,
        profile: row.profile,
        service_user_id: row.service_user_id,
        operator: row.operator,
        public: row.public,
        built_in: row.built_in,
        form,
        status: if row.status == Status::Active.as_str() {
            Status::Active
        } else {
            Status::Inactive
        },
        generation: row.generation,
        credentials_until: end_from_row(row.credentials_until),
        created_at: Timestamp::from_unix_clamped(row.created_at),
        created_by: actor::from_row(row.created_by),
        updated_at: Timestamp::from_unix_clamped(row.updated_at),
        updated_by: actor::from_row(row.updated_by),
        last_used_at: (row.last_used_at > 0)
            .then(|| Timestamp::from_unix_clamped(row.last_used_at)),
        deleted_at: row.deleted_at.map(Timestamp::from_unix_clamped),
        version: Version(row.version),
    })
}

/// The columns that a change of the client may write.
fn to_row(client: &Client) -> client::ActiveModel {
    let form = &client.form;
    let texts = |all: &[RedirectUri]| Texts(all.iter().map(|it| it.as_str().to_owned()).collect());
    client::ActiveModel {
        id: Set(client.id),
        client_id: Set(client.client_id.as_str().to_owned()),
        tenant_id: Set(client.tenant_id),
        profile: Set(client.profile.clone()),
        service_user_id: Set(client.service_user_id),
        operator: Set(client.operator),
        public: Set(client.public),
        built_in: Set(client.built_in),
        name: Set(form.name.clone()),
        name_key: Set(form.name.to_lowercase()),
        description: Set(form.description.clone()),
        notes: Set(form.notes.clone()),
        search_text: Set(search_text(client)),
        status: Set(client.status.as_str().to_owned()),
        expires_at: Set(form.expires_at.map(Timestamp::unix)),
        token_lifetime: Set(form
            .token_lifetime
            .and_then(|it| i32::try_from(it.seconds()).ok())),
        redirect_uris: Set(texts(&form.redirect_uris)),
        post_logout_redirect_uris: Set(texts(&form.post_logout_redirect_uris)),
        grant_types: Set(GrantTypes(form.grant_types.clone())),
        token_endpoint_auth_method: Set(form.token_endpoint_auth_method.as_str().to_owned()),
        id_token_signed_response_alg: Set(Some(form.id_token_signed_response_alg.to_string())),
        role: Set(form.role.map(|it| it.as_str().to_owned())),
        owner: Set(form.owner.clone()),
        contacts: Set(Texts(form.contacts.clone())),
        labels: Set(client::Labels(form.labels.clone())),
        managed_by: Set(form.managed_by.clone()),
        generation: Set(client.generation),
        credentials_until: Set(end_to_row(client.credentials_until)),
        usable_until: Set(end_to_row(client.usable_until())),
        // Written in batches by the counters, never by a change.
        last_used_at: NotSet,
        created_at: Set(client.created_at.unix()),
        created_by: Set(actor::to_row(&client.created_by)),
        updated_at: Set(client.updated_at.unix()),
        updated_by: Set(actor::to_row(&client.updated_by)),
        deleted_at: Set(client.deleted_at.map(Timestamp::unix)),
        version: Set(client.version.0),
    }
}

/// What a search looks through, without regard to case.
fn search_text(client: &Client) -> String {
    let notes = client.form.notes.as_deref().unwrap_or_default();
    format!("{}\n{}\n{notes}", client.form.name, client.client_id).to_lowercase()
}

/// The client with this uuid or this wire id, whosever it is.
pub(super) fn by_any_reference(reference: &str) -> SimpleExpr {
    match Uuid::try_parse(reference) {
        Ok(id) => client::Column::Id.eq(id),
        Err(_) => client::Column::ClientId.eq(reference),
    }
}

/// Clients of a tenant by uuid or by wire id; a tombstone only by uuid.
fn by_reference(tenant_id: Uuid, reference: &str) -> Select<client::Entity> {
    let query = client::Entity::find().filter(client::Column::TenantId.eq(tenant_id));
    match Uuid::try_parse(reference) {
        Ok(id) => query.filter(client::Column::Id.eq(id)),
        Err(_) => query
            .filter(client::Column::ClientId.eq(reference))
            .filter(client::Column::DeletedAt.is_null()),
    }
}

async fn one(query: Select<client::Entity>, on: &impl ConnectionTrait) -> Result<Option<Client>> {
    query.one(on).await?.map(read).transpose()
}

impl Store {
    /// A client of a tenant by its uuid or wire id. Tombstones are found by uuid only.
    pub async fn find_client(&self, tenant_id: Uuid, reference: &str) -> Result<Option<Client>> {
        one(by_reference(tenant_id, reference), &self.reads).await
    }

    /// A client of any tenant by its uuid, tombstones too.
    pub async fn find_client_by_id(&self, id: Uuid) -> Result<Option<Client>> {
        one(client::Entity::find_by_id(id), &self.reads).await
    }

    /// Those of these clients that there are, of any tenant, tombstones too.
    pub async fn list_clients_by_id(&self, ids: Vec<Uuid>) -> Result<HashMap<Uuid, Client>> {
        let rows = client::Entity::find()
            .filter(client::Column::Id.is_in(ids))
            .all(&self.reads)
            .await?;
        rows.into_iter()
            .map(|row| Ok((row.id, read(row)?)))
            .collect()
    }

    /// The uuid of the client that has this wire id now.
    pub async fn find_id_of_client(&self, client_id: &str) -> Result<Option<Uuid>> {
        Ok(client::Entity::find()
            .select_only()
            .column(client::Column::Id)
            .filter(client::Column::ClientId.eq(client_id))
            .filter(client::Column::DeletedAt.is_null())
            .into_tuple()
            .one(&self.reads)
            .await?)
    }

    /// Whether there is any client at all, tombstones too.
    pub async fn has_clients(&self) -> Result<bool> {
        let row = client::Entity::find()
            .select_only()
            .column(client::Column::Id)
            .into_tuple::<Uuid>()
            .one(&self.reads)
            .await?;
        Ok(row.is_some())
    }
}

impl Transaction {
    /// As [`Store::find_client`], and locked until the transaction ends.
    pub async fn find_client_for_change(
        &self,
        tenant_id: Uuid,
        reference: &str,
    ) -> Result<Option<Client>> {
        one(
            by_reference(tenant_id, reference).lock_exclusive(),
            &self.inner,
        )
        .await
    }

    /// A client of any tenant by its uuid, which nobody changes until the transaction ends.
    pub async fn find_client_to_rely_on(&self, id: Uuid) -> Result<Option<Client>> {
        one(client::Entity::find_by_id(id).lock_shared(), &self.inner).await
    }

    /// The wire id of a live client of any tenant that is this one but for upper and lower case, and its tenant.
    pub async fn find_wire_id_in_any_case(
        &self,
        wire: &ClientId,
    ) -> Result<Option<(String, Uuid)>> {
        let lower = Func::lower(Expr::col(client::Column::ClientId));
        Ok(client::Entity::find()
            .select_only()
            .columns([client::Column::ClientId, client::Column::TenantId])
            .filter(Expr::expr(lower).eq(wire.as_str().to_ascii_lowercase()))
            .filter(client::Column::DeletedAt.is_null())
            .into_tuple()
            .one(&self.inner)
            .await?)
    }

    /// Adds a client.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when another live client has the wire id.
    pub async fn insert_client(&self, client: &Client) -> Result<()> {
        let row = client::ActiveModel {
            last_used_at: Set(0),
            ..to_row(client)
        };
        client::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await?;
        self.insert_labels(client).await?;
        self.touch(client.id);
        Ok(())
    }

    /// Writes the changed state of a client that was found for change.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when a restored client's wire id belongs to another one now.
    pub async fn replace_client(&self, client: &Client) -> Result<()> {
        client::Entity::update(to_row(client))
            .validate()?
            .exec_without_returning(&self.inner)
            .await?;
        client_label::Entity::delete_many()
            .filter(client_label::Column::Client.eq(client.id))
            .exec(&self.inner)
            .await?;
        self.insert_labels(client).await?;
        self.touch(client.id);
        Ok(())
    }

    async fn insert_labels(&self, client: &Client) -> Result<()> {
        let rows = pairs(&client.form.labels).map(|(key, value)| client_label::ActiveModel {
            client: Set(client.id),
            key: Set(key.to_owned()),
            tenant_id: Set(client.tenant_id),
            value: Set(value.to_owned()),
        });
        client_label::Entity::insert_many(rows)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// Removes for good up to `most` tombstones that were made before `before`, with all that hangs on them; their
    /// audit trail stays. Gives how many.
    pub async fn delete_tombstones(&self, before: Timestamp, most: u64) -> Result<u64> {
        let found: Vec<(Uuid, Uuid)> = client::Entity::find()
            .select_only()
            .column(client::Column::Id)
            .column(client::Column::ServiceUserId)
            .filter(client::Column::DeletedAt.lte(before.unix()))
            .limit(most)
            .into_tuple()
            .all(&self.inner)
            .await?;
        let (ids, principals): (Vec<Uuid>, Vec<Uuid>) = found.into_iter().unzip();
        for id in &ids {
            self.touch(*id);
        }
        assignment::Entity::delete_many()
            .filter(assignment::Column::Principal.is_in(principals))
            .exec(&self.inner)
            .await?;
        Ok(client::Entity::delete_many()
            .filter(client::Column::Id.is_in(ids))
            .exec(&self.inner)
            .await?
            .rows_affected)
    }
}

fn pairs(labels: &Labels) -> impl Iterator<Item = (&str, &str)> {
    labels.iter()
}
