//! Many clients at once, in the words of each database.

use std::ops::Range;

use sea_orm::QueryResult;
use uuid::Uuid;

use super::database::{Kind, TestDatabase};

impl TestDatabase {
    /// Numbers as `i`, in a `FROM`.
    pub(crate) fn numbers(&self, of: Range<usize>) -> String {
        let (first, last) = (of.start, of.end - 1);
        match self.kind {
            Kind::Sqlite => format!(
                "(WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last}) SELECT i FROM n) AS n"
            ),
            Kind::Postgres => format!("generate_series({first}, {last}) AS n(i)"),
        }
    }

    /// A text that is too long for an index.
    pub(crate) const fn long_text(&self) -> &'static str {
        match self.kind {
            Kind::Sqlite => "replace(hex(zeroblob(500)), '00', 'lorem ')",
            Kind::Postgres => "repeat('lorem ', 500)",
        }
    }

    /// Adds clients that are as those in `from`, with ids of their own, but for some columns.
    pub(crate) async fn copy_clients(&self, but_for: &[(&str, &str)], from: &str) {
        let (id, columns) = match self.kind {
            Kind::Sqlite => (
                "randomblob(16)",
                "SELECT name FROM pragma_table_info('client')",
            ),
            Kind::Postgres => (
                "gen_random_uuid()",
                "SELECT column_name FROM information_schema.columns \
                 WHERE table_name = 'client' AND table_schema = 'public'",
            ),
        };
        let columns: Vec<String> = self
            .rows(columns)
            .await
            .iter()
            .map(|it| it.try_get_by_index::<String>(0).unwrap())
            .filter(|it| it != "seq")
            .collect();
        let value = |column: &String| match column.as_str() {
            "id" | "service_user_id" => id.to_owned(),
            column => {
                let other = but_for.iter().find(|(name, _)| *name == column);
                other.map_or(column, |(_, value)| value).to_owned()
            }
        };
        let values: Vec<String> = columns.iter().map(value).collect();
        let (columns, values) = (columns.join(", "), values.join(", "));
        let statement = format!("INSERT INTO client ({columns}) SELECT {values} FROM {from}");
        self.execute(&statement).await;
    }

    /// Adds clients as one with this id, with names that depend on their number `i`, and other columns of their own.
    pub(crate) async fn add_named(
        &self,
        like: Uuid,
        numbers: Range<usize>,
        name: &str,
        but_for: &[(&str, &str)],
    ) {
        let named = [
            ("client_id", "'wide-' || i"),
            ("name", name),
            ("name_key", name),
            ("search_text", name),
        ];
        let but_for = [&named, but_for].concat();
        let (model, numbers) = (self.uuid(like), self.numbers(numbers));
        let from = format!("client, {numbers} WHERE client.id = {model}");
        self.copy_clients(&but_for, &from).await;
    }

    /// The ids of the clients that meet a condition, in the order of a time.
    pub(crate) async fn ids(&self, of: &str, by: &str) -> Vec<String> {
        let query = format!("SELECT {by}, created_at, id FROM client WHERE {of}");
        let read = |row: &QueryResult| -> (i64, i64, Uuid) {
            let time = |index| row.try_get_by_index(index).unwrap();
            // It decides between those used at one time.
            let made = if by == "last_used_at" { time(1) } else { 0 };
            (time(0), made, row.try_get_by_index(2).unwrap())
        };
        let mut all: Vec<_> = self.rows(&query).await.iter().map(read).collect();
        all.sort_unstable();
        all.iter().map(|(.., id)| id.to_string()).collect()
    }
}
