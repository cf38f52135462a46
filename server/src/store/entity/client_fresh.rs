//! Table `client_fresh`: the clients that no zone knows yet as they are now. The database adds to it by triggers.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "client_fresh")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub seq: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
