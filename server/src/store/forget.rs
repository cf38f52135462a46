//! Taking a person's name out of the rows that say who made or changed something.

use sea_orm::{
    ConnectionTrait,
    sea_query::{Alias, Expr, Query},
};
use serde_json::json;
use uuid::Uuid;

use super::{Kind, Result, Transaction};

/// Where such a name stands.
const SIGNED: [(&str, &str); 11] = [
    ("client", "created_by"),
    ("client", "updated_by"),
    ("credential", "created_by"),
    ("credential", "revoked_by"),
    ("user", "created_by"),
    ("user", "updated_by"),
    ("group", "created_by"),
    ("group", "updated_by"),
    ("one_time_link", "created_by"),
    ("api", "created_by"),
    ("api", "updated_by"),
];

impl Transaction {
    /// Writes `name` over the name of a user wherever a row says that they made or changed it; the id stays. Looks at
    /// every row, which is rare enough.
    pub async fn forget_signatures(&self, user_id: Uuid, name: &str) -> Result<()> {
        let nameless = json!({ "kind": "user", "id": user_id, "name": name });
        let mark = if self.kind == Kind::Postgres {
            "$1"
        } else {
            "?"
        };
        for (table, column) in SIGNED {
            let by_them = Expr::cust_with_values(
                format!("{column} ->> 'id' = {mark}"),
                [user_id.to_string()],
            );
            let mut update = Query::update();
            update
                .table(Alias::new(table))
                .value(Alias::new(column), nameless.clone())
                .and_where(by_them);
            self.inner.execute(&update).await?;
        }
        Ok(())
    }
}
