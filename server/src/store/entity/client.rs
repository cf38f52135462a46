//! Table `client`.

use sea_orm::{FromJsonQueryResult, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{grant_type, label},
    store::actor::ActorRow,
};

// Read straight from the text of a column of JSON: a page of clients has hundreds of them.

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJsonQueryResult)]
pub(crate) struct Texts(pub Vec<String>);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJsonQueryResult)]
pub(crate) struct GrantTypes(pub Vec<grant_type::GrantType>);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJsonQueryResult)]
pub(crate) struct Labels(pub label::Labels);

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "client")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub client_id: String,
    pub tenant_id: Uuid,
    pub profile: String,
    pub service_user_id: Uuid,
    pub operator: bool,
    pub public: bool,
    pub built_in: bool,
    pub name: String,
    pub name_key: String,
    pub description: Option<String>,
    pub notes: Option<String>,
    pub search_text: String,
    pub status: String,
    pub expires_at: Option<i64>,
    pub token_lifetime: Option<i32>,
    pub redirect_uris: Texts,
    pub post_logout_redirect_uris: Texts,
    pub grant_types: GrantTypes,
    pub token_endpoint_auth_method: String,
    pub id_token_signed_response_alg: Option<String>,
    pub role: Option<String>,
    pub owner: Option<String>,
    pub contacts: Texts,
    pub labels: Labels,
    pub managed_by: Option<String>,
    pub generation: i64,
    pub credentials_until: i64,
    pub usable_until: i64,
    pub last_used_at: i64,
    pub created_at: i64,
    pub created_by: ActorRow,
    pub updated_at: i64,
    pub updated_by: ActorRow,
    pub deleted_at: Option<i64>,
    pub version: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
