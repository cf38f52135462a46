//! Table `credential`.

use sea_orm::entity::prelude::*;

use crate::store::actor::ActorRow;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "credential")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub client: Uuid,
    pub kind: String,
    pub tenant_id: Option<Uuid>,
    pub description: Option<String>,
    pub hint: String,
    pub key_id: Option<String>,
    pub digest: Option<Vec<u8>>,
    pub password_hash: Option<String>,
    pub jwks: Option<Json>,
    pub jwks_uri: Option<String>,
    pub expires_at: Option<i64>,
    pub retires_at: Option<i64>,
    pub replaces: Option<Uuid>,
    pub revoked_at: Option<i64>,
    pub revoked_by: Option<ActorRow>,
    pub revoked_why: Option<String>,
    pub created_at: i64,
    pub created_by: ActorRow,
    pub last_used_at: Option<i64>,
    pub last_used_from: Option<String>,
    pub use_count: i64,
    pub version: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
