//! When a client without a credential could last get a token: it was written as the first second of 1970, and is now
//! the second before its last credential was ended or, where it never had one, before it was made.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const CREDENTIALS: &str = "UPDATE client SET credentials_until = COALESCE(( \
    SELECT MAX(CASE \
      WHEN expires_at < revoked_at AND expires_at <= COALESCE(retires_at, expires_at) THEN expires_at \
      WHEN retires_at < revoked_at THEN retires_at \
      ELSE revoked_at - 1 END) \
    FROM credential WHERE credential.client = client.id AND revoked_at IS NOT NULL AND kind = CASE \
      WHEN client.token_endpoint_auth_method = 'private_key_jwt' THEN 'public_key' ELSE 'secret' END \
  ), created_at - 1) WHERE credentials_until = 0";

// Naming the version lets the lists' own copy of the client follow.
const CLIENTS: &str = "UPDATE client SET version = version, usable_until = CASE \
    WHEN expires_at < credentials_until THEN expires_at ELSE credentials_until END WHERE usable_until = 0";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, &[CREDENTIALS, CLIENTS]).await
    }

    /// What stood there before meant no more, so it stays.
    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Ok(())
    }
}
