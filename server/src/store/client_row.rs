//! The rows of a page of clients, with what their service users hold: all that is shown, asked for at once.

use sea_orm::{
    DbErr, EntityTrait, FromQueryResult, QueryResult, QueryTrait, Statement,
    sea_query::SelectStatement,
};

use super::{
    Kind, Result, Store,
    assignment::{HOLDINGS_OF_POSTGRES, HOLDINGS_OF_SQLITE, Holdings},
    client_list::ClientPage,
    entity::client,
};

/// A client of a page, and what its service user holds.
pub(super) struct ClientRow {
    pub(super) client: client::Model,
    pub(super) held: Holdings,
}

impl FromQueryResult for ClientRow {
    fn from_query_result(row: &QueryResult, prefix: &str) -> std::result::Result<Self, DbErr> {
        let held: Option<Holdings> = row.try_get(prefix, "held")?;
        Ok(Self {
            client: client::Model::from_query_result(row, prefix)?,
            held: held.unwrap_or_default(),
        })
    }
}

impl Store {
    /// The rows of the clients with some ids, in the order of a list.
    pub(super) async fn rows(
        &self,
        ids: &SelectStatement,
        page: ClientPage<'_>,
    ) -> Result<Vec<ClientRow>> {
        let ids = self.reads.get_database_backend().build(ids);
        self.rows_of(ids, page).await
    }

    /// As [`rows`](Self::rows).
    pub(super) async fn rows_of(
        &self,
        ids: Statement,
        page: ClientPage<'_>,
    ) -> Result<Vec<ClientRow>> {
        let backend = self.reads.get_database_backend();
        let clients = client::Entity::find().build(backend).sql;
        let most = page.limit.rows() + 1;
        let clients = format!("{clients} WHERE client.id IN ({} LIMIT {most})", ids.sql);
        let sql = match self.kind {
            Kind::Sqlite => format!(
                "SELECT client.*, (SELECT {HOLDINGS_OF_SQLITE} FROM assignment \
                 WHERE principal = client.service_user_id) AS held FROM ({clients}) AS client"
            ),
            // For all of them at once, since where assignments are few it would read them all for each client; and
            // once, whatever it believes of how many clients there are.
            Kind::Postgres => format!(
                "WITH client AS MATERIALIZED ({clients}), holding AS MATERIALIZED \
                 (SELECT principal, {HOLDINGS_OF_POSTGRES} AS held FROM assignment \
                 WHERE principal = ANY (ARRAY(SELECT service_user_id FROM client)) GROUP BY principal) \
                 SELECT client.*, held FROM client LEFT JOIN holding ON principal = service_user_id"
            ),
        };
        let values = ids.values.into_iter().flat_map(|it| it.0);
        let statement = Statement::from_sql_and_values(backend, sql, values);
        let mut rows = ClientRow::find_by_statement(statement)
            .all(&self.reads)
            .await?;
        // Here, since the database would move all that is read of each.
        page.sort.sort(&mut rows);
        Ok(rows)
    }
}
