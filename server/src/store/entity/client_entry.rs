//! Table `client_entry`: what lists of clients sort, filter and search by. The database keeps it by triggers on
//! `client`, so nothing here is ever written but the record of what has ended (`client_ended`).

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "client_entry")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub id: Uuid,
    pub tenant_id: Uuid,
    pub deleted: bool,
    pub listed_of: Option<Uuid>,
    pub name_key: String,
    pub status: String,
    pub role: Option<String>,
    pub owner: Option<String>,
    pub profile: String,
    pub expires_at: Option<i64>,
    pub usable_until: i64,
    pub created_at: i64,
    pub last_used_at: i64,
    pub search_short: Option<String>,
    pub search_long: Option<String>,
    pub ended: Option<String>,
    pub due: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
