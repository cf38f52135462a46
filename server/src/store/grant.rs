//! Grants: what a person let a client do, once.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, Query},
};
use uuid::Uuid;

use super::{
    Result, Store, StoreError, Transaction,
    entity::{app_grant, client, refresh_token},
};
use crate::domain::{
    authorization::{ACCESS_LIVES_AT_MOST, Grant},
    page::{Limit, Page},
    scope::Scope,
    timestamp::Timestamp,
};

/// Whose grants are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantFilter {
    /// All of a client.
    Client(Uuid),
    /// All of a person.
    User(Uuid),
    /// Those of a person to a client.
    Both {
        /// The client.
        client: Uuid,
        /// The person.
        user: Uuid,
    },
}

impl GrantFilter {
    fn condition(self) -> Condition {
        let by_client = |it| app_grant::Column::Client.eq(it);
        let by_user = |it| app_grant::Column::UserId.eq(it);
        match self {
            Self::Client(client) => Condition::all().add(by_client(client)),
            Self::User(user) => Condition::all().add(by_user(user)),
            Self::Both { client, user } => {
                Condition::all().add(by_client(client)).add(by_user(user))
            }
        }
    }
}

fn read(row: &app_grant::Model) -> Result<Grant> {
    Ok(Grant {
        id: row.id,
        client: row.client,
        user: row.user_id,
        session: row.session,
        api: row.api,
        scope: Scope::parse(&row.scope).map_err(|_| StoreError::unreadable("grant"))?,
        signed_in_at: Timestamp::from_unix_clamped(row.signed_in_at),
        created_at: Timestamp::from_unix_clamped(row.created_at),
        expires_at: Timestamp::from_unix_clamped(row.expires_at),
        revoked_at: row.revoked_at.map(Timestamp::from_unix_clamped),
    })
}

async fn one(id: Uuid, on: &impl ConnectionTrait) -> Result<Option<Grant>> {
    let row = app_grant::Entity::find_by_id(id).one(on).await?;
    row.as_ref().map(read).transpose()
}

impl Store {
    /// The grant with this id, ended ones too.
    pub async fn find_grant(&self, id: Uuid) -> Result<Option<Grant>> {
        one(id, &self.reads).await
    }

    /// Grants of a client that are live at `now`, newest first. The key of a page's end is the id of its last grant.
    pub async fn list_grants(
        &self,
        filter: GrantFilter,
        after: Option<Uuid>,
        limit: Limit,
        now: Timestamp,
    ) -> Result<Page<Grant, Uuid>> {
        let mut query = app_grant::Entity::find()
            .filter(filter.condition())
            .filter(app_grant::Column::RevokedAt.is_null())
            .filter(app_grant::Column::ExpiresAt.gt(now.unix()));
        if let Some(after) = after {
            query = query.filter(app_grant::Column::Id.lt(after));
        }
        let rows = query
            .order_by_desc(app_grant::Column::Id)
            .limit(limit.rows() + 1)
            .all(&self.reads)
            .await?;
        let items = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
        Ok(Page::of(items, limit, |it| it.id))
    }

    /// The grants of a client that were ended so lately that an access token of theirs may not have expired by itself.
    pub async fn list_revoked_grants(&self, client: Uuid, now: Timestamp) -> Result<Vec<Uuid>> {
        Ok(app_grant::Entity::find()
            .select_only()
            .column(app_grant::Column::Id)
            .filter(app_grant::Column::Client.eq(client))
            .filter(app_grant::Column::RevokedAt.gt(now.plus(-ACCESS_LIVES_AT_MOST).unix()))
            .into_tuple()
            .all(&self.reads)
            .await?)
    }
}

impl Transaction {
    /// As [`Store::find_grant`].
    pub async fn find_grant(&self, id: Uuid) -> Result<Option<Grant>> {
        one(id, &self.inner).await
    }

    /// Adds a grant.
    pub async fn insert_grant(&self, grant: &Grant) -> Result<()> {
        let row = app_grant::ActiveModel {
            id: Set(grant.id),
            client: Set(grant.client),
            user_id: Set(grant.user),
            session: Set(grant.session),
            api: Set(grant.api),
            scope: Set(grant.scope.to_string()),
            signed_in_at: Set(grant.signed_in_at.unix()),
            created_at: Set(grant.created_at.unix()),
            expires_at: Set(grant.expires_at.unix()),
            revoked_at: Set(None),
        };
        app_grant::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// Lets a grant live until `expires_at`, unless it lives longer anyway.
    pub async fn extend_grant(&self, id: Uuid, expires_at: Timestamp) -> Result<()> {
        app_grant::Entity::update_many()
            .col_expr(app_grant::Column::ExpiresAt, Expr::value(expires_at.unix()))
            .filter(app_grant::Column::Id.eq(id))
            .filter(app_grant::Column::ExpiresAt.lt(expires_at.unix()))
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    /// Ends one grant of `client` with all its tokens, and gives whether that is news.
    pub async fn revoke_grant(&self, client: Uuid, id: Uuid, now: Timestamp) -> Result<bool> {
        let filter = Condition::all()
            .add(app_grant::Column::Client.eq(client))
            .add(app_grant::Column::Id.eq(id));
        Ok(self.revoke_where(filter, now).await? > 0)
    }

    /// Ends all grants that are meant with all their tokens, and gives how many.
    pub async fn revoke_grants(&self, filter: GrantFilter, now: Timestamp) -> Result<u64> {
        self.revoke_where(filter.condition(), now).await
    }

    /// Ends what the admin screens got in sessions of `user`: in `only`, or in all but `except`. Other apps stay
    /// connected when a person signs out.
    pub async fn revoke_admin_grants(
        &self,
        user: Uuid,
        only: Option<Uuid>,
        except: Option<Uuid>,
        now: Timestamp,
    ) -> Result<u64> {
        let built_in = Query::select()
            .column(client::Column::Id)
            .from(client::Entity)
            .and_where(client::Column::BuiltIn.eq(true))
            .to_owned();
        let filter = Condition::all()
            .add(app_grant::Column::UserId.eq(user))
            .add(app_grant::Column::Client.in_subquery(built_in))
            .add_option(only.map(|it| app_grant::Column::Session.eq(it)))
            .add_option(except.map(|it| app_grant::Column::Session.ne(it)));
        self.revoke_where(filter, now).await
    }

    async fn revoke_where(&self, filter: Condition, now: Timestamp) -> Result<u64> {
        let live: Vec<(Uuid, Uuid)> = app_grant::Entity::find()
            .select_only()
            .columns([app_grant::Column::Id, app_grant::Column::Client])
            .filter(filter)
            .filter(app_grant::Column::RevokedAt.is_null())
            .into_tuple()
            .all(&self.inner)
            .await?;
        let mut revoked = 0;
        // In pieces, since a statement has room for so many values only.
        for piece in live.chunks(500) {
            let ids = || piece.iter().map(|(id, _)| *id);
            revoked += app_grant::Entity::update_many()
                .col_expr(app_grant::Column::RevokedAt, Expr::value(Some(now.unix())))
                .filter(app_grant::Column::Id.is_in(ids()))
                .filter(app_grant::Column::RevokedAt.is_null())
                .exec(&self.inner)
                .await?
                .rows_affected;
            refresh_token::Entity::delete_many()
                .filter(refresh_token::Column::GrantId.is_in(ids()))
                .exec(&self.inner)
                .await?;
            for (_, client) in piece {
                self.touch(*client);
            }
        }
        Ok(revoked)
    }

    /// Forgets everything that people allowed a client: requests, consents, grants, codes and refresh tokens. Its
    /// access tokens end with its generation.
    pub async fn delete_what_people_allowed(&self, client: Uuid) -> Result<()> {
        self.delete_authorization_requests(client).await?;
        self.delete_consents(client).await?;
        // Codes and refresh tokens go with their grant.
        app_grant::Entity::delete_many()
            .filter(app_grant::Column::Client.eq(client))
            .exec(&self.inner)
            .await?;
        self.touch(client);
        Ok(())
    }

    /// Forgets the grants that ended so long before `now` that nothing of them can be alive.
    pub async fn delete_ended_grants(&self, now: Timestamp) -> Result<u64> {
        let long_ago = now.plus(-ACCESS_LIVES_AT_MOST).unix();
        Ok(app_grant::Entity::delete_many()
            .filter(
                Condition::any()
                    .add(app_grant::Column::ExpiresAt.lte(long_ago))
                    .add(app_grant::Column::RevokedAt.lte(long_ago)),
            )
            .exec(&self.inner)
            .await?
            .rows_affected)
    }
}
