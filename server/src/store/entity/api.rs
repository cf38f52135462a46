//! Table `api`.

use sea_orm::entity::prelude::*;

use crate::store::actor::ActorRow;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "api")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant_id: Option<Uuid>,
    pub key: String,
    pub audience: String,
    pub name: String,
    pub name_key: String,
    pub description: Option<String>,
    pub permissions: Json,
    pub token_format: String,
    pub token_lifetime: Option<i32>,
    pub is_default: bool,
    pub introspection_clients: Json,
    pub created_at: i64,
    pub created_by: ActorRow,
    pub updated_at: i64,
    pub updated_by: ActorRow,
    pub version: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
