//! Which clients of a profile break its rules, or rules that are thought of: found by the database, since there may be
//! a million of them. What each of them breaks is said by the domain; both look at the same rules.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
    sea_query::{Expr, ExprTrait, Query, SelectStatement, SimpleExpr},
};
use uuid::Uuid;

use super::{
    Result, Store, client as clients, credential as credentials,
    entity::{
        assignment,
        client::{Column, Entity},
        credential, role,
    },
};
use crate::domain::{
    auth_method::AuthMethod,
    client::Client,
    credential::Credential,
    grant_type::GrantType,
    page::{Limit, Page, Total},
    profile::{ExpiryRule, Presence, Rules},
    timestamp::{DAY, Timestamp},
};

/// The clients of the profile `key` in a tenant that break `rules`.
fn breaking(tenant_id: Uuid, key: &str, rules: &Rules, now: Timestamp) -> Select<Entity> {
    let range = rules.token_lifetime.range();
    let mut any = Condition::any()
        .add(Column::TokenLifetime.lt(*range.start()))
        .add(Column::TokenLifetime.gt(*range.end()))
        .add(
            Column::TokenEndpointAuthMethod
                .is_not_in(rules.auth_methods.iter().map(|it| it.as_str())),
        )
        .add(Expr::exists(broken_secret(rules, now)));
    if !rules.auth_methods.contains(&AuthMethod::None) {
        any = any.add(Column::Public.eq(true));
    }
    for grant in GrantType::ALL {
        if !rules.grant_types.contains(&grant) {
            any = any.add(text(Column::GrantTypes).like(format!("%\"{grant}\"%")));
        }
    }
    match rules.redirect_uris {
        Presence::Required => any = any.add(text(Column::RedirectUris).eq("[]")),
        Presence::Forbidden => any = any.add(text(Column::RedirectUris).ne("[]")),
        Presence::Optional => {}
    }
    if matches!(rules.expiry, ExpiryRule::Required { .. }) {
        any = any.add(Column::ExpiresAt.is_null());
    }
    for mandatory in rules.roles.mandatory().unwrap_or_default() {
        any = any.add(Expr::exists(holding(mandatory)).not());
    }
    Entity::find()
        .filter(Column::TenantId.eq(tenant_id))
        .filter(Column::Profile.eq(key))
        .filter(Column::BuiltIn.eq(false))
        .filter(Column::DeletedAt.is_null())
        .filter(any)
}

/// A column of JSON as its text.
fn text(column: Column) -> SimpleExpr {
    Expr::col((Entity, column)).cast_as("text")
}

/// The live credentials of a client whose end the rules do not allow.
fn broken_secret(rules: &Rules, now: Timestamp) -> SelectStatement {
    use credential::Column as Of;
    let later = |column: Of| {
        Condition::any()
            .add(column.is_null())
            .add(column.gte(now.unix()))
    };
    let mut wrong = Condition::any();
    if !rules.secret.may_never_expire {
        wrong = wrong.add(Of::ExpiresAt.is_null());
    }
    if let Some(days) = rules.secret.longest_days {
        let made = Expr::col((credential::Entity, Of::CreatedAt));
        let latest = made.add(i64::from(days) * DAY);
        wrong = wrong.add(Expr::col((credential::Entity, Of::ExpiresAt)).gt(latest));
    }
    if wrong.is_empty() {
        wrong = wrong.add(Expr::val(1).eq(0));
    }
    let mut query = Query::select();
    query
        .expr(Expr::val(1))
        .from(credential::Entity)
        .and_where(Expr::col((credential::Entity, Of::Client)).equals((Entity, Column::Id)))
        .and_where(Of::RevokedAt.is_null())
        .cond_where(later(Of::ExpiresAt))
        .cond_where(later(Of::RetiresAt))
        .cond_where(wrong);
    query
}

/// That a client holds a role of its tenant.
fn holding(key: &str) -> SelectStatement {
    use assignment::Column as Of;
    let mut query = Query::select();
    query
        .expr(Expr::val(1))
        .from(assignment::Entity)
        .inner_join(
            role::Entity,
            Expr::col((role::Entity, role::Column::Id)).equals((assignment::Entity, Of::Role)),
        )
        .and_where(
            Expr::col((assignment::Entity, Of::Principal)).equals((Entity, Column::ServiceUserId)),
        )
        .and_where(Expr::col((assignment::Entity, Of::TenantId)).equals((Entity, Column::TenantId)))
        .and_where(Of::CommunityId.is_null())
        .and_where(role::Column::Key.eq(key));
    query
}

impl Store {
    /// A page of the clients of a profile that break `rules`, the oldest first.
    pub async fn list_breaking_clients(
        &self,
        tenant_id: Uuid,
        key: &str,
        rules: &Rules,
        now: Timestamp,
        after: Option<Uuid>,
        limit: Limit,
    ) -> Result<Page<Client, Uuid>> {
        let mut found = breaking(tenant_id, key, rules, now);
        if let Some(after) = after {
            found = found.filter(Column::Id.gt(after));
        }
        let rows = found
            .order_by_asc(Column::Id)
            .limit(limit.rows() + 1)
            .all(&self.reads)
            .await?;
        let most = usize::try_from(limit.rows()).unwrap_or(usize::MAX);
        let more = rows.len() > most;
        let items = rows
            .into_iter()
            .take(most)
            .map(clients::read)
            .collect::<Result<Vec<_>>>()?;
        Ok(Page {
            next: items.last().filter(|_| more).map(|it| it.id),
            items,
            total: None,
        })
    }

    /// How many clients of a profile break `rules`.
    pub async fn count_breaking_clients(
        &self,
        tenant_id: Uuid,
        key: &str,
        rules: &Rules,
        now: Timestamp,
    ) -> Result<Total> {
        let found = breaking(tenant_id, key, rules, now).limit(Total::MOST + 1);
        Ok(Total::from_bounded(found.count(&self.reads).await?))
    }

    /// The credentials of each of these clients, dead ones too.
    pub async fn list_credentials_of(
        &self,
        clients: Vec<Uuid>,
    ) -> Result<HashMap<Uuid, Vec<Credential>>> {
        let rows = credential::Entity::find()
            .filter(credential::Column::Client.is_in(clients))
            .order_by_asc(credential::Column::Id)
            .all(&self.reads)
            .await?;
        let mut all: HashMap<Uuid, Vec<Credential>> = HashMap::new();
        for row in rows {
            let credential = credentials::read(row)?.credential;
            all.entry(credential.client).or_default().push(credential);
        }
        Ok(all)
    }
}
