//! Lists of people hold their filters against the index that they walk along, without reading the people that do not
//! meet them. PostgreSQL, which knows how many meet a filter, needs nothing more.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const ORDERS: [(&str, &str); 3] = [
    ("user_by_name", "name_key"),
    ("user_by_creation", "created_at"),
    ("user_by_sign_in", "last_sign_in_at"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if !sql::is_sqlite(manager) {
            return Ok(());
        }
        for (name, _) in ORDERS {
            sql::run(manager, &[&format!("DROP INDEX {name}")]).await?;
        }
        // The address has an index besides, which keeps it unique.
        for (name, column) in ORDERS.into_iter().chain([("user_by_address", "email_key")]) {
            let index = format!(
                "CREATE INDEX {name} ON \"user\" (tenant_id, {column}, id, role, status, search_text)"
            );
            sql::run(manager, &[&index]).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if !sql::is_sqlite(manager) {
            return Ok(());
        }
        sql::run(manager, &["DROP INDEX user_by_address"]).await?;
        for (name, column) in ORDERS {
            let index = format!("CREATE INDEX {name} ON \"user\" (tenant_id, {column}, id)");
            sql::run(manager, &[&format!("DROP INDEX {name}"), &index]).await?;
        }
        Ok(())
    }
}
