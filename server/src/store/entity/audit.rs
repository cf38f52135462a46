//! Table `audit`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant_id: Uuid,
    pub at: i64,
    pub actor_kind: String,
    pub actor_id: Uuid,
    pub actor_name: String,
    pub ip: Option<String>,
    pub user_agent: Option<String>,
    pub request_id: String,
    pub action: String,
    pub object_kind: String,
    pub object_id: Uuid,
    pub object_name: String,
    pub client: Option<Uuid>,
    pub changes: Json,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
