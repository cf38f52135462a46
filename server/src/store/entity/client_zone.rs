//! Table `client_zone`: neighbours in the order of names, from the first up to but not including the end. Without a
//! signature it is not known which pieces they have, nor when they were made; one without clients has no such times.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "client_zone")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub tenant_id: Uuid,
    pub first_key: String,
    pub first_id: Uuid,
    pub end_key: String,
    pub end_id: Uuid,
    pub signature: Option<Vec<u8>>,
    pub first_made: Option<i64>,
    pub last_made: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
