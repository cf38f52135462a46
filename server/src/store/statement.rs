//! Questions that PostgreSQL plans once.

use std::fmt::{self, Write};

use sea_orm::{
    DbBackend, Statement, Value, Values,
    sea_query::{
        PostgresQueryBuilder, QueryBuilder, SelectStatement, SqlWriter, SqlWriterValues,
        SqliteQueryBuilder,
    },
};

use super::Kind;

/// A question whose plan is the same for all values: they stand apart, but how many rows are wanted is written out.
///
/// PostgreSQL plans a statement once and for all if that promises to be as good as planning it for each of its values,
/// which takes as long as reading a page. It never does where a number of rows is among the values; and so a question
/// for which the values decide how it is best answered keeps it there.
pub(super) fn planned_once(question: &SelectStatement, kind: Kind) -> Statement {
    let (backend, placeholder, numbered) = match kind {
        Kind::Sqlite => (DbBackend::Sqlite, "?", false),
        Kind::Postgres => (DbBackend::Postgres, "$", true),
    };
    let mut written = Written(SqlWriterValues::new(placeholder, numbered));
    match kind {
        Kind::Sqlite => question.build_collect_into(SqliteQueryBuilder, &mut written),
        Kind::Postgres => question.build_collect_into(PostgresQueryBuilder, &mut written),
    }
    let (sql, Values(values)) = written.0.into_parts();
    Statement::from_sql_and_values(backend, sql, values)
}

struct Written(SqlWriterValues);

impl SqlWriter for Written {
    fn push_param<T: QueryBuilder>(&mut self, value: Value, builder: &T) {
        match value {
            // Nothing else is a number without a sign.
            Value::BigUnsigned(Some(rows)) => {
                // Writing to a text does not fail.
                let _ = write!(self.0, "{rows}");
            }
            other => self.0.push_param(other, builder),
        }
    }

    fn as_writer(&mut self) -> &mut dyn Write {
        &mut self.0
    }
}

impl Write for Written {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write_str(text)
    }
}

impl fmt::Display for Written {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::sea_query::{Expr, ExprTrait, Query};

    use super::*;

    #[test]
    fn only_how_many_rows_are_wanted_is_written_out() {
        let mut question = Query::select();
        question
            .expr(Expr::val(1))
            .and_where(Expr::val("a").ne("b"))
            .limit(5)
            .offset(7);
        let of = |kind| planned_once(&question, kind).sql;
        assert_eq!(of(Kind::Sqlite), "SELECT ? WHERE ? <> ? LIMIT 5 OFFSET 7");
        assert_eq!(
            of(Kind::Postgres),
            "SELECT $1 WHERE $2 <> $3 LIMIT 5 OFFSET 7"
        );
        let values = planned_once(&question, Kind::Postgres).values;
        assert_eq!(values.map(|it| it.0.len()), Some(3));
    }
}
