//! Table `user`.

use sea_orm::entity::prelude::*;

use crate::store::actor::ActorRow;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "user")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant_id: Uuid,
    pub email: String,
    pub email_key: String,
    pub name: String,
    pub name_key: String,
    pub search_text: String,
    pub password_hash: Option<String>,
    pub must_change_password: bool,
    pub password_ends_at: Option<i64>,
    pub status: String,
    pub role: String,
    pub operator: bool,
    pub last_sign_in_at: i64,
    pub created_at: i64,
    pub created_by: ActorRow,
    pub updated_at: i64,
    pub updated_by: ActorRow,
    pub version: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
